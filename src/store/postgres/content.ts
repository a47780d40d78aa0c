/** Reads and fills a whole PostgreSQL store. */
import type { PoolClient } from 'pg';

import type { Change } from '../change.ts';
import type { ChangeStore } from '../store.ts';
import { movableNotes, notEmpty, type SentRow, type StoreContent } from '../store-content.ts';
import type { Database, Head } from './database.ts';
import type { PostgresRows } from './rows.ts';

const changesAtOnce = 100;

export async function contentOf({ read }: Database, rows: PostgresRows, audit: ChangeStore['audit']): Promise<StoreContent> {
  return {
    changes: changesOf(read, rows),
    lines: audit(),
    notes: await read<{ name: string; value: string }>('SELECT name, value FROM notes'),
    sent: sentOf(read),
    spent: await read<{ at: number; body: string }>('SELECT at, body FROM spent ORDER BY at'),
  };
}

async function* changesOf(read: Database['read'], rows: PostgresRows): AsyncGenerator<Change> {
  for (let last = 0; ; ) {
    const numbers = await read<{ n: number }>('SELECT n FROM changes WHERE n > $1 ORDER BY n LIMIT $2', [last, changesAtOnce]);
    const end = numbers.at(-1)?.n;
    if (end === undefined) return;
    yield* await rows.select(read, 'WHERE n > $1 AND n <= $2 ORDER BY n', [last, end], true);
    last = end;
  }
}

async function* sentOf(read: Database['read']): AsyncGenerator<SentRow> {
  for (let last = ''; ; ) {
    const rows = await read<SentRow>('SELECT change, hash, body FROM sent WHERE change > $1 ORDER BY change LIMIT $2', [
      last,
      changesAtOnce,
    ]);
    yield* rows;
    const end = rows.at(-1);
    if (!end) return;
    last = end.change;
  }
}

/** Fills an empty database within a transaction; `insert` writes the rows of one change, without its audit entry. */
export async function fillDatabase(
  client: PoolClient,
  head: Head,
  content: StoreContent,
  insert: (change: Change) => Promise<void>,
): Promise<void> {
  const { rows } = await client.query<{ n: number }>('SELECT (SELECT count(*) FROM changes) + (SELECT count(*) FROM audit) AS n');
  if (Number(rows[0]?.n) > 0) throw new Error(notEmpty);
  for await (const change of content.changes) {
    await insert(change);
    head.newest = Math.max(head.newest, change.log.at(-1)?.at ?? change.created);
  }
  for await (const { seq, body, hash } of content.lines) {
    await client.query('INSERT INTO audit (seq, body, hash) VALUES ($1, $2, $3)', [seq, body, hash]);
    head.seq = seq;
    head.hash = hash;
  }
  await client.query('UPDATE head SET seq = $1, hash = $2, newest = $3', [head.seq, head.hash, head.newest]);
  for (const { name, value } of movableNotes(content))
    await client.query('INSERT INTO notes (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [
      name,
      value,
    ]);
  for await (const { change, hash, body } of content.sent)
    await client.query('INSERT INTO sent (change, hash, body) VALUES ($1, $2, $3)', [change, hash, body]);
  for (const { at, body } of content.spent) await client.query('INSERT INTO spent (at, body) VALUES ($1, $2)', [at, body]);
}
