/** The operator's key file: DevEUI to device keys as vendors deliver them, so that no key passes through a chat. */
import { z } from 'zod';

import { CsvFormatError, type CsvRow, parseCsv, spreadsheetDamage } from '../text/csv.ts';
import { identifierFormats } from '../vocabulary.ts';

export const keyNames = ['appKey', 'nwkKey', 'nwkSKey', 'appSKey', 'sNwkSIntKey', 'nwkSEncKey'] as const;
export type KeyName = (typeof keyNames)[number];
export type DeviceKeys = Readonly<Partial<Record<KeyName, string>>>;

/** An invalid entry of the key file. The message never contains the entry's content. */
export class KeyFileError extends Error {}

/** Parses JSON of DevEUI to keys, or CSV (comma, semicolon, tab or bar) with a header that begins with devEui. Throws a KeyFileError. */
export function parseKeyFile(text: string): Map<string, DeviceKeys> {
  return /^\s*\{/.test(text) ? fromJson(text) : fromCsv(text);
}

const Json = z.record(z.string(), z.record(z.string(), z.string()));

function fromJson(text: string): Map<string, DeviceKeys> {
  const parsed = Json.safeParse(parse(text));
  if (!parsed.success) throw new KeyFileError('must be a JSON object that maps each DevEUI to its keys as strings');
  return collect(Object.entries(parsed.data).map(([eui, keys], i) => ({ at: `entry ${i + 1}`, eui, keys: Object.entries(keys) })));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromCsv(text: string): Map<string, DeviceKeys> {
  const [header, ...rows] = rowsOf(text);
  const [first = '', ...names] = header?.cells ?? [];
  if (first.toLowerCase() !== 'deveui' || names.length === 0)
    throw new KeyFileError('must begin with a header such as devEui,appKey or devEui,nwkSKey,appSKey');
  return collect(
    rows.map(({ line, cells: [eui = '', ...values] }) => ({
      at: `line ${line}`,
      eui,
      keys: names.flatMap((name, i): [string, string][] => (values[i] ? [[name, values[i]]] : [])),
    })),
  );
}

function rowsOf(text: string): CsvRow[] {
  try {
    return parseCsv(text);
  } catch (error) {
    if (error instanceof CsvFormatError) throw new KeyFileError(error.message);
    throw error;
  }
}

function collect(rows: readonly { at: string; eui: string; keys: [string, string][] }[]): Map<string, DeviceKeys> {
  const all = new Map<string, DeviceKeys>();
  for (const { at, eui, keys } of rows) {
    const damage = spreadsheetDamage(eui, 16);
    if (damage !== undefined) throw new KeyFileError(`${at}: DevEUI ${damage}`);
    const devEui = identifierFormats.devEui.normalise(eui);
    if (!identifierFormats.devEui.pattern.test(devEui)) throw new KeyFileError(`${at}: DevEUI must be ${identifierFormats.devEui.rule}`);
    if (all.has(devEui)) throw new KeyFileError(`${at}: DevEUI ${devEui} is listed twice`);
    all.set(
      devEui,
      Object.fromEntries(
        keys.map(([name, value]) => {
          const known = keyNames.find((one) => one.toLowerCase() === name.toLowerCase());
          if (!known) throw new KeyFileError(`${at}: unknown key name; valid names are ${keyNames.join(', ')}`);
          const keyDamage = spreadsheetDamage(value, 32);
          if (keyDamage !== undefined) throw new KeyFileError(`${at}: ${known} ${keyDamage}`);
          const key = identifierFormats.aesKey.normalise(value);
          if (!identifierFormats.aesKey.pattern.test(key))
            throw new KeyFileError(`${at}: ${known} must be ${identifierFormats.aesKey.rule}`);
          return [known, key];
        }),
      ),
    );
  }
  return all;
}
