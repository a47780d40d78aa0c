/** The file of a device import: read in any usual dialect of CSV, and written anew from its cells in the documented one. */
import { CsvError, parse } from 'csv-parse/sync';

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
  appServers: 19,
  /** SNwkSIntKey (ABP 1.1) or NwkKey (OTAA 1.1). */
  sNwkSIntKeyOrNwkKey: 20,
  nwkSEncKey: 21,
  exchangeKeyVersion: 23,
  ownerToken: 24,
} as const;

const delimiters = [',', ';', '\t', '|'];
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
    for (const { line, cells } of recordsOf(csv, delimiterOf(csv))) {
      if (cells.every((cell) => /^[,;|\s]*$/.test(cell)) || cells[0]?.startsWith('#')) continue;
      if (file.rows.length === 0 && file.header === undefined && isHeader(cells)) file.header = line;
      else file.rows.push(rowOf(line, cells));
    }
    return file;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    return { rows: [], problem: { line, rule: 'a quoted cell begins and ends with ", and a " inside it is doubled' } };
  }
}

/** The file in the documented dialect: commas, no byte order mark. Each row stands on its own line number, so that answers can name it. */
export function writeImportFile(rows: readonly ImportRow[]): string {
  const lines: string[] = [];
  for (const { line, action, cells } of rows.toSorted((a, b) => a.line - b.line)) {
    while (lines.length < line - 1) lines.push('#');
    lines.push([action, ...cells.slice(1)].map(quoted).join(','));
  }
  return lines.join('\n');
}

/** The onboarding tag of column B, in parts; undefined where it is none. */
export function onboardingTagOf({ cells }: ImportRow): { joinEui: string; devEui: string } | undefined {
  const [, joinEui, devEui] = tagPattern.exec(cells[importColumns.eui] ?? '') ?? [];
  return joinEui && devEui ? { joinEui: joinEui.toUpperCase(), devEui: devEui.toUpperCase() } : undefined;
}

function quoted(cell: string): string {
  return /[",]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The records with the line on which each begins. A lone CR ends a row too, so that none is hidden from the reader of a plan. */
function recordsOf(csv: string, delimiter: string): { line: number; cells: string[] }[] {
  // A comment may hold anything; as an empty line it keeps the numbers of the lines after it.
  const text = csv.replace(/^\ufeff/, '').replace(/^[^\S\r\n]*#.*$/gm, '#');
  const options = { delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, relax_quotes: true, ltrim: true };
  // With `info` each record comes with its position, which the type of the library does not say.
  const records = parse(text, { ...options, info: true }) as unknown as { record: string[]; info: { lines: number } }[];
  return records.map(({ record }, i) => ({ line: (records[i - 1]?.info.lines ?? 0) + 1, cells: record.map((cell) => cell.trim()) }));
}

/** The delimiter after which most rows have a directive in column A and a device in column B. */
function delimiterOf(csv: string): string {
  const lines = csv
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  const score = (delimiter: string): number =>
    lines.filter((line) => {
      const [first = '', second] = line.split(delimiter).map((cell) => cell.replace(/^[\s"]+|[\s"]+$/g, ''));
      return second !== undefined && (first === '' || directive.test(first));
    }).length;
  const scores = delimiters.map(score);
  return delimiters[scores.indexOf(Math.max(...scores))] ?? ',';
}

/** Column names instead of a row: no directive in column A, no device in column B, and a word such as DevEUI in one of them. */
function isHeader([first = '', second = '']: readonly string[]): boolean {
  if (directive.test(first) || tagPattern.test(second) || plain(second).length === 16) return false;
  return /dev.?eui|onboarding|identifier/i.test(second) || (/^(directive|action|operation|type|processing)/i.test(first) && second !== '');
}

function rowOf(line: number, raw: readonly string[]): ImportRow {
  const joined = raw.some((cell) => /[\r\n]/.test(cell));
  const cells = raw.map((cell) => cell.replace(/\s*(\r\n|\n|\r)\s*/g, ' '));
  const word = (cells[0] ?? '').toUpperCase();
  const action = word === '' || word === 'CREATE' ? 'CREATE_ABP' : word;
  const hexColumns = [importColumns.devAddr, importColumns.nwkSKeyOrAppEui, importColumns.appSKeysOrAppKey];
  for (const at of [...hexColumns, importColumns.sNwkSIntKeyOrNwkKey, importColumns.nwkSEncKey]) {
    const normal = plain(cells[at] ?? '');
    if (isHex(normal)) cells[at] = normal;
  }
  for (const at of [importColumns.latitude, importColumns.longitude])
    if (/^[+-]?\d{1,3}[.,]\d+$/.test(cells[at] ?? '')) cells[at] = (cells[at] ?? '').replace(',', '.').replace(/^\+/, '');
  const [, , tagged] = tagPattern.exec(cells[importColumns.eui] ?? '') ?? [];
  const eui = (tagged ?? plain(cells[importColumns.eui] ?? '')).toUpperCase();
  // The documented form is the plain DevEUI, or the tag as it is.
  if (!tagged && /^[0-9A-F]{16}$/.test(eui)) cells[importColumns.eui] = eui;
  return { line, action, eui, cells, ...(joined ? { joined } : {}) };
}
