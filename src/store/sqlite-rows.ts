/** The rows of changes in SQLite. Each function that writes is called in a transaction. */
import type { SQLInputValue } from 'node:sqlite';

import { needsAuditEntry } from './audit.ts';
import type { Change, Status, Step } from './change.ts';
import type { ChangeRows } from './change-parts.ts';
import type { ChangeRow, KnownChanges } from './known-changes.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import type { SqliteRecord } from './sqlite-record.ts';
import type { Patch } from './store.ts';

export interface SqliteRows {
  /** A statement that reads changes; `rest` is what follows FROM changes. A row and its parts are read as of one moment. */
  select(rest: string): ChangeSelect;
  /** A change by its id. With `fresh`, nothing that this process remembers is used instead of what is stored. */
  byId(id: string, fresh?: boolean): Change | undefined;
  /** The rows of a change, without its audit entry. */
  insertRows(change: Change): void;
  /** Adds a change with its audit entry. */
  add(change: Change): Change;
  /** The compare-and-set update behind `move` and `claim`. */
  moveIn(change: Change | undefined, from: readonly Status[], patch: Patch): Change | undefined;
}

export interface ChangeSelect {
  all(values: readonly SQLInputValue[], how?: { fresh?: boolean | undefined }): Change[];
  first(...values: readonly SQLInputValue[]): Change | undefined;
  /** One after another, as they are stored. */
  each(): Generator<Change>;
}

/** The parts of a change as one JSON text, but for those of the changes that the parameter lists. */
const parts = `(SELECT '{' || group_concat(list) || '}' FROM (
    SELECT '"' || kind || '":[' || group_concat(parts.body, ',' ORDER BY parts.n) || ']' AS list FROM parts
    WHERE parts.change = changes.id AND changes.id || ' ' || changes.version NOT IN (SELECT value FROM json_each(?)) GROUP BY kind)) AS parts`;

export function sqliteRows({ db }: SqliteConnection, { record, keepTime }: SqliteRecord, known: KnownChanges): SqliteRows {
  const insert = db.prepare(
    'INSERT INTO changes (id, status, intent, connection, caller, created, preview, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const update = db.prepare('UPDATE changes SET status = ?, body = ?, preview = ?, version = ? WHERE id = ?');
  const target = db.prepare('INSERT INTO targets (device, change) VALUES (?, ?)');
  const request = db.prepare('INSERT INTO requests (receipt, change) VALUES (?, ?)');
  const putPart = db.prepare('INSERT OR REPLACE INTO parts (change, kind, n, body) VALUES (?, ?, ?, ?)');
  const dropParts = db.prepare('DELETE FROM parts WHERE change = ? AND kind = ? AND n >= ?');

  const select: SqliteRows['select'] = (rest) => {
    const statement = db.prepare(`SELECT body, version, ${parts} FROM changes ${rest}`);
    const rowsWithout = (keys: readonly string[], values: readonly SQLInputValue[]): ChangeRow[] =>
      statement.all(JSON.stringify(keys), ...values) as unknown as ChangeRow[];
    const all: ChangeSelect['all'] = (values, { fresh = false } = {}) =>
      (fresh ? undefined : known.read(rowsWithout(known.keys(), values))) ?? [...known.readWhole(rowsWithout([], values))];
    return {
      all,
      first: (...values) => all(values)[0],
      each: () => known.readWhole(statement.iterate('[]') as Iterable<unknown> as Iterable<ChangeRow>),
    };
  };
  const one = select('WHERE id = ?');
  const writeParts = (id: string, { parts, shorter }: ChangeRows): void => {
    for (const { kind, n, body } of parts) putPart.run(id, kind, n, body);
    for (const { kind, left } of shorter) dropParts.run(id, kind, left);
  };
  /** Indexes new provider request ids. */
  const indexRequests = (id: string, steps: readonly Step[], before: readonly Step[] = []): void => {
    for (const [i, { receipt }] of steps.entries()) if (receipt !== undefined && receipt !== before[i]?.receipt) request.run(receipt, id);
  };
  const insertRows = (change: Change): void => {
    const { id, status, intent, connection, caller, created, preview } = change;
    const rows = known.newRows(change);
    insert.run(id, status, intent, connection, caller, created, preview ? 1 : 0, rows.head);
    writeParts(id, rows);
    for (const { device } of change.targets) target.run(device, id);
    indexRequests(id, change.steps);
  };

  return {
    select,
    byId: (id, fresh) => one.all([id], { fresh })[0],
    insertRows,
    add(change) {
      insertRows(change);
      record(change);
      keepTime(change);
      return change;
    },
    moveIn(change, from, patch) {
      if (!change || !from.includes(change.status)) return undefined;
      const moved = { ...change, ...(typeof patch === 'function' ? patch(change) : patch) };
      const rows = known.movedRows(change, moved);
      update.run(moved.status, rows.head, moved.preview ? 1 : 0, rows.version, moved.id);
      writeParts(moved.id, rows);
      indexRequests(moved.id, moved.steps, change.steps);
      if (needsAuditEntry(change, moved)) record(moved);
      keepTime(moved);
      return moved;
    },
  };
}
