/** Reading and writing of CSV: files that people export from spreadsheets, and tables that they open in one. */
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

/** A row of a file; `line` is the number from 1 of the line on which it ends, comments and blank lines counted. */
export interface CsvRow {
  line: number;
  cells: readonly string[];
}

/** A file that is not CSV. The message names the line and the rule, never the content, which may hold keys. */
export class CsvFormatError extends Error {
  readonly line: number;
  readonly rule: string;

  constructor(line: number, rule: string) {
    super(`line ${line}: ${rule}`);
    this.line = line;
    this.rule = rule;
  }
}

export const csvDelimiters = [',', ';', '\t', '|'] as const;

/** The first line with which a spreadsheet names its delimiter, such as `sep=;`. */
const separatorLine = /^(\ufeff?)"?sep=([,;\t|])"?[^\S\r\n]*(?=[\r\n]|$)/i;

/** The delimiter that the first line of a file names, as `sep=;`; undefined where it names none. */
export const separatorOf = (text: string): string | undefined => separatorLine.exec(text)?.[2];

export interface CsvOptions {
  /** Without it, the delimiter that a first line `sep=;` names, or else the one that cuts the first row into most cells. */
  delimiter?: string;
  /** Takes a " inside an unquoted cell as part of its text. */
  looseQuotes?: boolean;
}

const format = {
  bom: true,
  trim: true,
  comment: '#',
  comment_no_infix: true,
  // Every line break ends a row, whatever the others are: a lone CR must not hide a row from the reader of a plan.
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_records_with_empty_values: true,
};

/** Reads CSV with commas, semicolons, tabs or bars. A first line `sep=;`, comments (`#`) and blank rows are left out; CRLF inside a cell becomes LF. Throws a CsvFormatError. */
export function parseCsv(given: string, { delimiter, looseQuotes = false }: CsvOptions = {}): CsvRow[] {
  // As a comment it keeps the numbers of the lines.
  const text = given.replace(separatorLine, '$1#');
  try {
    // The library counts a CRLF inside quotes as two lines. With `info` each record comes with its position, which the type of the library does not say.
    const rows = parse(text.replaceAll('\r\n', '\n'), {
      ...format,
      delimiter: delimiter ?? separatorOf(given) ?? delimiterOf(text),
      relax_quotes: looseQuotes,
      info: true,
    }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return rows.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    throw new CsvFormatError(line, 'a quoted cell begins and ends with ", and a " inside it is doubled');
  }
}

/** The delimiter that cuts the first row into most cells. */
function delimiterOf(text: string): string {
  const count = (delimiter: string): number => {
    try {
      return parse(text, { ...format, delimiter, to: 1 })[0]?.length ?? 0;
    } catch (error) {
      if (error instanceof CsvError) return 0;
      throw error;
    }
  };
  const counts = csvDelimiters.map(count);
  return csvDelimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** One line of CSV (RFC 4180) without its line break. */
export function csvLine(cells: readonly string[]): string {
  return stringify([[...cells]], { eof: false });
}

/** The same for a table that is opened in a spreadsheet: `'` in front of a cell that a spreadsheet would evaluate as a formula. */
export function spreadsheetLine(cells: readonly string[]): string {
  return stringify([[...cells]], { eof: false, escape_formulas: true });
}

/** What a spreadsheet did to an identifier of `width` characters; undefined when nothing shows. The text is never repeated. */
export function spreadsheetDamage(text: string, width: number): string | undefined {
  const advice = 'format the column as text and export it again';
  if (/^['\u2018\u2019]/.test(text)) return `begins with an apostrophe of a spreadsheet; ${advice}`;
  // A number has a decimal mark or a signed exponent, which an identifier of hex digits has not.
  if (/^\d+([.,]\d+E[+-]?|E[+-])\d+$/i.test(text)) return `was turned into a number such as 8.91E+18 by a spreadsheet; ${advice}`;
  if (/^\d+$/.test(text) && text.length < width)
    return `has ${text.length} of ${width} digits: a spreadsheet drops leading zeros; ${advice}`;
  return undefined;
}
