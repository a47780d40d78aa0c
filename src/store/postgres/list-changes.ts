/** Pages of changes, newest first. */
import type { Change } from '../change.ts';
import type { ChangeFilter } from '../store.ts';
import type { Database } from './database.ts';
import type { PostgresRows } from './rows.ts';

/** See `ChangeStore.list`. */
export async function listChanges(
  { read }: Database,
  changes: PostgresRows,
  filter: ChangeFilter,
  after: string | undefined,
  limit: number,
): Promise<{ rows: Change[]; total: number; left: number }> {
  const { where, values } = conditionsOf(filter);
  const older = `${where} AND n < coalesce((SELECT n FROM changes WHERE id = $${values.length + 1}), 9223372036854775807)`;
  const count = async (condition: string, ...more: unknown[]): Promise<number> =>
    (await read<{ n: number }>(`SELECT count(*) AS n FROM changes WHERE ${condition}`, [...values, ...more]))[0]?.n ?? 0;
  const [total, rest, rows] = await Promise.all([
    count(where),
    count(older, after ?? ''),
    changes.select(read, `WHERE ${older} ORDER BY n DESC LIMIT $${values.length + 2}`, [...values, after ?? '', limit]),
  ]);
  return { rows, total, left: rest - rows.length };
}

/** The SQL condition of a filter, with its values. */
function conditionsOf({ device, status, connection, connections, caller, since, withoutPreviews }: ChangeFilter) {
  const all: [(n: string) => string, unknown][] = [
    [(n) => `status = ${n}`, status],
    [(n) => `connection = ${n}`, connection],
    [(n) => `connection = ANY(${n})`, connections],
    [(n) => `caller = ${n}`, caller],
    [(n) => `created >= ${n}`, since],
    [(n) => `preview = ${n}`, withoutPreviews ? false : undefined],
    [(n) => `id IN (SELECT change FROM targets WHERE upper(device) = upper(${n}))`, device],
  ];
  const used = all.filter(([, value]) => value !== undefined);
  return { where: ['true', ...used.map(([sql], i) => sql(`$${i + 1}`))].join(' AND '), values: used.map(([, value]) => value) };
}
