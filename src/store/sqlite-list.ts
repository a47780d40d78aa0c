/** Pages of changes in SQLite, newest first. Counting and paging read indexes only. */
import type { DatabaseSync } from 'node:sqlite';

import type { Change } from './change.ts';
import type { SqliteRows } from './sqlite-rows.ts';
import type { ChangeFilter } from './store.ts';

/** See `ChangeStore.list`. */
export function listRows(
  db: DatabaseSync,
  filter: ChangeFilter,
  after: string | undefined,
  limit: number,
  select: SqliteRows['select'],
): { rows: Change[]; total: number; left: number } {
  const { where, values } = conditionsOf(filter);
  const last =
    after === undefined ? undefined : (db.prepare('SELECT rowid AS n FROM changes WHERE id = ?').get(after) as { n: number } | undefined);
  const older = last === undefined ? where : `${where} AND rowid < ${last.n}`;
  const count = (condition: string): number =>
    (db.prepare(`SELECT count(*) AS n FROM changes${condition}`).get(...values) as { n: number }).n;
  const rows = select(`${older} ORDER BY rowid DESC LIMIT ?`).all([...values, limit]);
  const total = count(where);
  return { rows, total, left: (last === undefined ? total : count(older)) - rows.length };
}

/** The SQL condition of a filter, with its values. */
function conditionsOf({ device, status, connection, connections, caller, since, withoutPreviews }: ChangeFilter) {
  const all: [string, string | number | undefined][] = [
    ['status = ?', status],
    ['connection = ?', connection],
    ['connection IN (SELECT value FROM json_each(?))', connections && JSON.stringify(connections)],
    ['caller = ?', caller],
    ['created >= ?', since],
    ['id IN (SELECT change FROM targets WHERE device = ?)', device],
  ];
  const used = all.filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  // A literal, so that the partial indexes fit.
  const parts = [...used.map(([sql]) => sql), ...(withoutPreviews ? ['preview = 0'] : [])];
  return { where: ` WHERE ${['true', ...parts].join(' AND ')}`, values: used.map(([, value]) => value) };
}
