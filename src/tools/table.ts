/** Text rendering of tool results: the same facts as the structured content, in few tokens. */
import { sanitize } from '../text/sanitize.ts';

type Cell = string | number | boolean | undefined | null;

/** Rows as a tab-separated table. Columns with the same value in every row are listed once in an `all:` line above it; empty columns are omitted. */
export function table(rows: readonly Readonly<Record<string, Cell>>[]): string {
  if (rows.length === 0) return '';
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => rows.some((row) => !isBlank(row[name])));
  const { constants } = hoistConstants(rows);
  const varying = columns.filter((name) => !(name in constants));
  const shared = Object.entries(constants).flatMap(([name, value]) => (isBlank(value) ? [] : [`${name}=${cell(value)}`]));
  const lines =
    varying.length === 0
      ? [`${rows.length} rows, all equal`]
      : [varying.join('\t'), ...rows.map((row) => varying.map((name) => cell(row[name])).join('\t'))];
  return [...(shared.length > 0 ? [`all: ${shared.join(' ')}`] : []), ...lines].join('\n');
}

/** Separates columns with the same scalar value in every row (of two or more) from the columns that vary. */
export function hoistConstants<T extends Readonly<Record<string, unknown>>>(
  rows: readonly T[],
): { constants: Record<string, Cell>; rows: Record<string, unknown>[] } {
  const first = rows[0];
  if (!first || rows.length < 2) return { constants: {}, rows: rows.map((row) => ({ ...row })) };
  const constants: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(first)) {
    if (typeof value !== 'object' && value !== undefined && rows.every((row) => row[name] === value)) constants[name] = value as Cell;
  }
  return {
    constants,
    rows: rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name, value]) => !(name in constants) && value !== undefined))),
  };
}

function isBlank(value: Cell): boolean {
  return value === undefined || value === null || value === '';
}

function cell(value: Cell): string {
  if (isBlank(value)) return '';
  return typeof value === 'string' ? sanitize(value, 120) : String(value);
}
