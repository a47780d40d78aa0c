/** The file of a device import: read in any usual dialect of CSV, and written anew from its cells in the documented one. */
import { CsvFormatError, csvDelimiters, csvLine, parseCsv, separatorOf, spreadsheetDamage } from '../../text/csv.ts';
import { defined } from '../../text/defined.ts';
import type { FileCell } from '../http/endpoint.ts';

/** A device row of the file; `line` is the number from 1 of the line on which it begins. Identifiers, keys and decimals are in normal form. */
export interface ImportRow {
  line: number;
  /** `CREATE_OTAA`, `CREATE_ABP`, `UPDATE_OTAA`, `UPDATE_ABP`, `DELETE`, or the unknown text of the file. */
  action: string;
  /** DevEUI, from column B or its onboarding tag; the text of column B where it is neither. */
  eui: string;
  cells: readonly string[];
  /** The line breaks of the cells were replaced with spaces. */
  joined?: boolean;
  /** The first identifier or key that a spreadsheet changed: its column, and how. */
  damage?: { at: number; how: string };
}

export interface ImportFile {
  rows: ImportRow[];
  /** Line of the header row, which is left out. */
  header?: number;
  /** Why the file cannot be read, and where. */
  problem?: { line: number; rule: string };
}

/** Cell index of each column. */
export const importColumns = {
  eui: 1,
  devAddr: 2,
  model: 3,
  /** NwkSKey (ABP) or AppEUI (OTAA). */
  nwkSKeyOrAppEui: 4,
  /** AppSKeys (ABP) or AppKey (OTAA). */
  appSKeysOrAppKey: 5,
  plan: 7,
  name: 10,
  latitude: 11,
  longitude: 12,
  adminInfo: 13,
  /** Thresholds of alarm 004, XML. */
  alarmThresholds: 14,
  motionIndicator: 16,
  appServers: 19,
  /** SNwkSIntKey (ABP 1.1) or NwkKey (OTAA 1.1). */
  sNwkSIntKeyOrNwkKey: 20,
  nwkSEncKey: 21,
  exchangeKeyVersion: 23,
  ownerToken: 24,
  /** AA, the last column. */
  deviceState: 26,
} as const;

/** Values of the column `motionIndicator` (Devices API 7.3). */
export const motionIndicators = ['NEAR_STATIC', 'WALKING_SPEED', 'BIKE_SPEED', 'VEHICLE_SPEED', 'RANDOM'] as const;

/** `A` for the first column, `AA` for the 27th. */
export const columnLetter = (at: number): string =>
  (at < 26 ? '' : columnLetter(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));

/** What the columns hold where a row is for OTAA; ABP has other keys in three of them. */
const columnNames: Readonly<Record<number, string>> = {
  0: 'action',
  [importColumns.eui]: 'onboarding tag',
  [importColumns.devAddr]: 'devAddr',
  [importColumns.model]: 'model',
  [importColumns.nwkSKeyOrAppEui]: 'joinEui',
  [importColumns.appSKeysOrAppKey]: 'AppKey',
  [importColumns.plan]: 'plan',
  [importColumns.name]: 'name',
  [importColumns.latitude]: 'latitude',
  [importColumns.longitude]: 'longitude',
  [importColumns.adminInfo]: 'adminInfo',
  [importColumns.alarmThresholds]: 'alarm004',
  [importColumns.motionIndicator]: 'motionIndicator',
  [importColumns.appServers]: 'appServers',
  [importColumns.sNwkSIntKeyOrNwkKey]: 'NwkKey',
  [importColumns.nwkSEncKey]: 'NwkSEncKey',
  [importColumns.exchangeKeyVersion]: 'exchangeKeyVersion',
  [importColumns.ownerToken]: 'ownerToken',
};

const abpNames: Readonly<Record<number, string>> = {
  [importColumns.nwkSKeyOrAppEui]: 'NwkSKey',
  [importColumns.appSKeysOrAppKey]: 'AppSKeys',
  [importColumns.sNwkSIntKeyOrNwkKey]: 'SNwkSIntKey',
};

const secretColumns: readonly number[] = [
  importColumns.appSKeysOrAppKey,
  importColumns.sNwkSIntKeyOrNwkKey,
  importColumns.nwkSEncKey,
  importColumns.ownerToken,
];

/** What a row asks for, cell by cell: its action, and all that is not empty but the DevEUI. */
export function importCells({ action, eui, cells }: ImportRow): FileCell[] {
  const otaa = !action.endsWith('ABP');
  return cells.flatMap((text, at) => {
    if (at === 0) return [{ target: eui, name: 'action', value: action, secret: false }];
    if (text === '' || (at === importColumns.eui && text === eui)) return [];
    const name = (otaa ? undefined : abpNames[at]) ?? columnNames[at] ?? `column ${columnLetter(at)}`;
    return [{ target: eui, name, value: text, secret: secretColumns.includes(at) || (!otaa && at === importColumns.nwkSKeyOrAppEui) }];
  });
}

const directive = /^(CREATE|UPDATE)(_OTAA|_ABP|_CELLULAR)?$|^DELETE$/i;
const tagPattern = /^LW:D0:([0-9A-F]{16}):([0-9A-F]{16}):[0-9A-F]{8}(:|$)/i;

const plain = (text: string): string =>
  text
    .replace(/^0x/i, '')
    .replace(/[\s:.-]/g, '')
    .toUpperCase();
const isHex = (text: string): boolean => /^[0-9A-F]+$/.test(text);

/** The rows of a file, without comments, blank rows and a header row. Empty where it cannot be read. */
export const parseImportRows = (csv: string): ImportRow[] => readImportFile(csv).rows;

/** Reads a file with commas, semicolons, tabs or bars. Never throws. */
export function readImportFile(csv: string): ImportFile {
  try {
    const file: ImportFile = { rows: [] };
    for (const { line: end, cells: raw } of parseCsv(csv, { delimiter: delimiterOf(csv), looseQuotes: true })) {
      const line = end - (raw.join('').match(/[\r\n]/g)?.length ?? 0);
      const cells = raw.map((cell) => cell.trim());
      if (cells.every((cell) => /^[,;|\s]*$/.test(cell)) || cells[0]?.startsWith('#')) continue;
      if (file.rows.length === 0 && file.header === undefined && isHeader(cells)) file.header = line;
      else file.rows.push(rowOf(line, cells));
    }
    return file;
  } catch (error) {
    if (!(error instanceof CsvFormatError)) throw error;
    return { rows: [], problem: { line: error.line, rule: error.rule } };
  }
}

/** The file in the documented dialect: commas, no byte order mark. Each row stands on its own line number, so that answers can name it. */
export function writeImportFile(rows: readonly ImportRow[]): string {
  const lines: string[] = [];
  for (const { line, action, cells } of rows.toSorted((a, b) => a.line - b.line)) {
    while (lines.length < line - 1) lines.push('#');
    lines.push(csvLine([action, ...cells.slice(1)]));
  }
  return lines.join('\n');
}

/** The onboarding tag of column B, in parts; undefined where it is none. */
export function onboardingTagOf({ cells }: ImportRow): { joinEui: string; devEui: string } | undefined {
  const [, joinEui, devEui] = tagPattern.exec(cells[importColumns.eui] ?? '') ?? [];
  return joinEui && devEui ? { joinEui: joinEui.toUpperCase(), devEui: devEui.toUpperCase() } : undefined;
}

/** The delimiter that a first line `sep=;` names, or else the one after which most rows have a directive in column A and a device in column B. */
function delimiterOf(csv: string): string {
  const named = separatorOf(csv);
  if (named !== undefined) return named;
  const lines = csv
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  const score = (delimiter: string): number =>
    lines.filter((line) => {
      const [first = '', second] = line.split(delimiter).map((cell) => cell.replace(/^[\s"]+|(?<![\s"])[\s"]+$/g, ''));
      return second !== undefined && (first === '' || directive.test(first));
    }).length;
  const scores = csvDelimiters.map(score);
  return csvDelimiters[scores.indexOf(Math.max(...scores))] ?? ',';
}

/** Column names instead of a row: no directive in column A, no device in column B, and a word such as DevEUI in one of them. */
function isHeader([first = '', second = '']: readonly string[]): boolean {
  if (directive.test(first) || tagPattern.test(second) || plain(second).length === 16) return false;
  return /dev.?eui|onboarding|identifier/i.test(second) || (/^(directive|action|operation|type|processing)/i.test(first) && second !== '');
}

/** The columns of hex digits, with how many. OTAA has the JoinEUI where ABP has a key. */
function hexColumnsOf(action: string): [at: number, digits: number][] {
  return [
    [importColumns.eui, 16],
    [importColumns.devAddr, 8],
    [importColumns.nwkSKeyOrAppEui, action.endsWith('OTAA') ? 16 : 32],
    [importColumns.appSKeysOrAppKey, 32],
    [importColumns.sNwkSIntKeyOrNwkKey, 32],
    [importColumns.nwkSEncKey, 32],
  ];
}

/** Reads the cells as they came: in normal form, `7.012345678901E15` would look like a DevEUI. */
function damageOf(action: string, cells: readonly string[]): ImportRow['damage'] {
  for (const [at, digits] of hexColumnsOf(action)) {
    const how = spreadsheetDamage(cells[at] ?? '', digits);
    if (how !== undefined) return { at, how };
  }
  return undefined;
}

function rowOf(line: number, raw: readonly string[]): ImportRow {
  const joined = raw.some((cell) => /[\r\n]/.test(cell));
  const cells = raw.map((cell) => cell.replace(/(?<!\s)\s*[\r\n]\s*/g, ' '));
  const word = (cells[0] ?? '').toUpperCase();
  const action = word === '' || word === 'CREATE' ? 'CREATE_ABP' : word;
  const damage = damageOf(action, cells);
  for (const [at] of hexColumnsOf(action).slice(1)) {
    const normal = plain(cells[at] ?? '');
    if (isHex(normal)) cells[at] = normal;
  }
  for (const at of [importColumns.latitude, importColumns.longitude])
    if (/^[+-]?\d{1,3}[.,]\d+$/.test(cells[at] ?? '')) cells[at] = (cells[at] ?? '').replace(',', '.').replace(/^\+/, '');
  const motion = (cells[importColumns.motionIndicator] ?? '').toUpperCase().replace(/[\s-]+/g, '_');
  if (motionIndicators.some((one) => one === motion)) cells[importColumns.motionIndicator] = motion;
  const [, , tagged] = tagPattern.exec(cells[importColumns.eui] ?? '') ?? [];
  const eui = (tagged ?? plain(cells[importColumns.eui] ?? '')).toUpperCase();
  // The documented form is the plain DevEUI, or the tag as it is.
  if (!tagged && /^[0-9A-F]{16}$/.test(eui)) cells[importColumns.eui] = eui;
  return { line, action, eui, cells, ...defined({ joined: joined || undefined, damage }) };
}
