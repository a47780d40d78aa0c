/** Reads and fills a whole SQLite store. */
import type { DatabaseSync } from 'node:sqlite';

import type { AuditRow } from './audit.ts';
import type { Change } from './change.ts';
import type { SqliteRows } from './sqlite-rows.ts';
import { movableNotes, notEmpty, type SentRow, type StoreContent } from './store-content.ts';

/** The content of a database. */
export function contentOf(db: DatabaseSync, { select }: SqliteRows): StoreContent {
  return {
    changes: select('ORDER BY rowid').each(),
    lines: db.prepare('SELECT seq, body, hash FROM audit ORDER BY seq').iterate() as Iterable<unknown> as Iterable<AuditRow>,
    notes: db.prepare('SELECT name, value FROM notes').all() as unknown as StoreContent['notes'],
    sent: db.prepare('SELECT change, hash, body FROM sent').iterate() as Iterable<unknown> as Iterable<SentRow>,
    spent: db.prepare('SELECT at, body FROM spent ORDER BY at').all() as unknown as StoreContent['spent'],
  };
}

/** Fills an empty database in one transaction; `insert` writes the rows of one change. */
export async function fillDatabase(db: DatabaseSync, content: StoreContent, insert: (change: Change) => void): Promise<void> {
  const { n } = db.prepare('SELECT (SELECT count(*) FROM changes) + (SELECT count(*) FROM audit) AS n').get() as { n: number };
  if (n > 0) throw new Error(notEmpty);
  const line = db.prepare('INSERT INTO audit (seq, body, hash) VALUES (?, ?, ?)');
  const note = db.prepare('INSERT INTO notes (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value');
  const spend = db.prepare('INSERT INTO spent (at, body) VALUES (?, ?)');
  for await (const change of content.changes) insert(change);
  for await (const { seq, body, hash } of content.lines) line.run(seq, body, hash);
  for (const { name, value } of movableNotes(content)) note.run(name, value);
  const keep = db.prepare('INSERT INTO sent (change, hash, body) VALUES (?, ?, ?)');
  for await (const { change, hash, body } of content.sent) keep.run(change, hash, body);
  for (const { at, body } of content.spent) spend.run(at, body);
}
