/** The operator's key file: DevEUI to device keys as vendors deliver them, so that no key passes through a chat. */
import { z } from 'zod';

import { CsvFormatError, type CsvRow, parseCsv, spreadsheetDamage } from '../text/csv.ts';
import { quoteName } from '../text/sanitize.ts';
import { identifierFormats, onboardingTag } from '../vocabulary.ts';

export const keyNames = ['appKey', 'nwkKey', 'nwkSKey', 'appSKey', 'sNwkSIntKey', 'nwkSEncKey'] as const;
export type KeyName = (typeof keyNames)[number];
export type DeviceKeys = Readonly<Partial<Record<KeyName, string>>>;

/** What the file holds for one device; all in normal form: hex digits in upper case. */
export type FileDevice = DeviceKeys & { readonly joinEui?: string };

export interface KeyFile {
  /** By DevEUI in normal form. */
  devices: Map<string, FileDevice>;
  /** Columns that are not known and not read, each as a sentence names it: its title in quotes, or its number. */
  unread: string[];
}

/** An invalid entry of the key file. The message never contains the entry's content. */
export class KeyFileError extends Error {}

type Column = 'devEui' | 'joinEui' | KeyName;

/** Titles of columns in lower case without separators. FNwkSIntKey is what LoRaWAN 1.1 calls the NwkSKey of an ABP device. */
const titles: Readonly<Record<Column, readonly string[]>> = {
  devEui: ['deveui', 'deviceeui', 'eui', 'eui64', 'deveui64'],
  joinEui: ['joineui', 'appeui', 'applicationeui'],
  appKey: ['appkey', 'applicationkey'],
  nwkKey: ['nwkkey', 'networkkey'],
  nwkSKey: ['nwkskey', 'nwksessionkey', 'networksessionkey', 'fnwksintkey'],
  appSKey: ['appskey', 'appsessionkey', 'applicationsessionkey'],
  sNwkSIntKey: ['snwksintkey'],
  nwkSEncKey: ['nwksenckey'],
};

/**
 * Parses JSON of DevEUI to keys, or CSV (comma, semicolon, tab or bar) with a header that names DevEUI and keys. Titles are compared without
 * case, spaces, `_` and `-`; columns with other titles are not read. Throws a KeyFileError.
 */
export function parseKeyFile(text: string): KeyFile {
  return /^\s*\{/.test(text) ? fromJson(text) : fromCsv(text);
}

function columnOf(title: string): Column | undefined {
  const bare = title.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return (Object.keys(titles) as Column[]).find((column) => titles[column].includes(bare));
}

/** A title is shown in quotes; one that may hold a key or an identifier is not repeated. */
const shownTitle = (title: string, at: number): string =>
  title === '' || /[0-9A-F]{8}/i.test(title.replace(/[\s:.-]/g, '')) ? String(at + 1) : quoteName(title);

const Json = z.record(z.string(), z.record(z.string(), z.unknown()));

function fromJson(text: string): KeyFile {
  const parsed = Json.safeParse(parse(text));
  if (!parsed.success) throw new KeyFileError('must be a JSON object that maps each DevEUI to its keys as strings');
  const unread = new Set<string>();
  const rows = Object.entries(parsed.data).map(([devEui, members], i): Row => {
    const at = `entry ${i + 1}`;
    const cells = Object.entries(members).flatMap(([title, value], n): [Column, string][] => {
      const column = columnOf(title);
      if (column === undefined || column === 'devEui') unread.add(shownTitle(title, n));
      else if (typeof value === 'string') return [[column, value]];
      else if (value !== null) throw new KeyFileError(`${at}: ${column} must be text in quotes`);
      return [];
    });
    const twice = cells.find(([column], n) => cells.findIndex(([other]) => other === column) !== n)?.[0];
    if (twice) throw new KeyFileError(`${at}: two members are ${twice}`);
    return { at, cells: new Map([['devEui', devEui], ...cells]) };
  });
  return { devices: collect(rows), unread: [...unread] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromCsv(text: string): KeyFile {
  const [header, ...rows] = rowsOf(text);
  const columns = (header?.cells ?? []).map(columnOf);
  if (!columns.includes('devEui') || !keyNames.some((name) => columns.includes(name)))
    throw new KeyFileError('must begin with a header such as devEui,appKey or devEui,nwkSKey,appSKey');
  const twice = columns.find((column, i) => column !== undefined && columns.indexOf(column) !== i);
  if (twice) throw new KeyFileError(`line ${header?.line}: two columns are ${twice}`);
  // A column without a title is no more than a delimiter at the end of the rows.
  const unread = (header?.cells ?? []).flatMap((title, i) => (columns[i] === undefined && title !== '' ? [shownTitle(title, i)] : []));
  return {
    unread,
    devices: collect(
      rows.map(({ line, cells }) => ({
        at: `line ${line}`,
        cells: new Map(columns.flatMap((column, i): [Column, string][] => (column && cells[i] ? [[column, cells[i]]] : []))),
      })),
    ),
  };
}

function rowsOf(text: string): CsvRow[] {
  try {
    return parseCsv(text);
  } catch (error) {
    if (error instanceof CsvFormatError) throw new KeyFileError(error.message);
    throw error;
  }
}

interface Row {
  at: string;
  cells: ReadonlyMap<Column, string>;
}

function collect(rows: readonly Row[]): Map<string, FileDevice> {
  const all = new Map<string, FileDevice>();
  for (const { at, cells } of rows) {
    const typed = cells.get('devEui') ?? '';
    const devEui = checked(at, 'DevEUI', 'devEui', typed);
    if (all.has(devEui)) throw new KeyFileError(`${at}: DevEUI ${devEui} is listed twice`);
    const given = cells.get('joinEui');
    const joinEui = given === undefined ? undefined : checked(at, 'joinEui', 'joinEui', given);
    const tagged = onboardingTag(typed)?.joinEui;
    if (joinEui !== undefined && tagged !== undefined && joinEui !== tagged)
      throw new KeyFileError(`${at}: joinEui is not that of its onboarding tag`);
    const keys = keyNames.flatMap((name): [KeyName, string][] => {
      const value = cells.get(name);
      return value === undefined ? [] : [[name, checked(at, name, 'aesKey', value)]];
    });
    const join = joinEui ?? tagged;
    all.set(devEui, { ...Object.fromEntries(keys), ...(join === undefined ? {} : { joinEui: join }) });
  }
  return all;
}

/** The normal form of a cell. The error names line, column and rule, never the cell. */
function checked(at: string, name: string, kind: 'devEui' | 'joinEui' | 'aesKey', text: string): string {
  const { normalise, pattern, rule } = identifierFormats[kind];
  const damage = spreadsheetDamage(text, kind === 'aesKey' ? 32 : 16);
  if (damage !== undefined) throw new KeyFileError(`${at}: ${name} ${damage}`);
  const value = normalise(text);
  if (!pattern.test(value)) throw new KeyFileError(`${at}: ${name} must be ${rule}`);
  return value;
}
