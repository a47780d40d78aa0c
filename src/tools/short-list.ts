import type { Connection } from '../clients/connect.ts';
import { sanitize } from '../text/sanitize.ts';
import type { ToolResult } from './define.ts';
import { table } from './table.ts';

/** A list that the provider returns in one response: up to `limit` rows, the total, and how many rows were left out. */
export function shortList(
  what: string,
  all: readonly Readonly<Record<string, string | number | null | undefined>>[],
  limit: number,
  at: Connection,
): ToolResult {
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
