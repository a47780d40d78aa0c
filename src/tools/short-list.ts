import type { Connection } from '../clients/connect.ts';
import { sanitize } from '../text/sanitize.ts';
import type { ToolResult } from './define.ts';
import { table } from './table.ts';

/** A list that the provider returns in one response: up to `limit` rows, the total, and how many rows were left out. */
export function shortList(
  what: string,
  received: readonly Readonly<Record<string, string | number | null | undefined>>[],
  limit: number,
  at: Connection,
): ToolResult {
  const all = withoutRepeats(received);
  const rows = all
    .slice(0, limit)
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).flatMap(([name, value]) =>
          value === null || value === undefined ? [] : [[name, typeof value === 'string' ? sanitize(value, 80) : value]],
        ),
      ),
    );
  const leftOut = all.length - rows.length;
  return {
    structured: { connection: at.name, [what]: rows, total: all.length, ...(leftOut > 0 ? { leftOut } : {}) },
    text: [
      `${all.length} ${what} on ${at.name}${leftOut > 0 ? `, ${leftOut} left out (limit ${limit})` : ''}`,
      ...(rows.length > 0 ? [table(rows)] : []),
    ].join('\n'),
  };
}

/** The rows without equal ones, which a provider that sends a list twice repeats. Rows that bear nothing cannot be told apart and stay. */
function withoutRepeats<R extends object>(rows: readonly R[]): R[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify(row);
    if (seen.has(key)) return false;
    if (Object.values(row).some((value) => value !== undefined && value !== null)) seen.add(key);
    return true;
  });
}
