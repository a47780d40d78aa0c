/** Reads and fills a whole PostgreSQL store. */
import type { PoolClient } from 'pg';

import type { Change } from '../change.ts';
import type { ChangeStore } from '../store.ts';
import { movableNotes, notEmpty, type StoreContent } from '../store-content.ts';
import type { HeldInputs } from '../stored-body.ts';
import type { Database, Head } from './database.ts';

const changesAtOnce = 100;

export async function contentOf({ read }: Database, held: HeldInputs, audit: ChangeStore['audit']): Promise<StoreContent> {
  return {
    changes: changesOf(read, held),
    lines: audit(),
    notes: await read<{ name: string; value: string }>('SELECT name, value FROM notes'),
    sent: await read<{ change: string; hash: string; body: string }>('SELECT change, hash, body FROM sent'),
    spent: await read<{ at: number; body: string }>('SELECT at, body FROM spent ORDER BY at'),
  };
}

async function* changesOf(read: Database['read'], held: HeldInputs): AsyncGenerator<Change> {
  for (let last = 0; ; ) {
    const rows = await read<{ n: number; body: string }>('SELECT n, body FROM changes WHERE n > $1 ORDER BY n LIMIT $2', [
      last,
      changesAtOnce,
    ]);
    for (const { body } of rows) yield held.read(body);
    const end = rows.at(-1);
    if (!end) return;
    last = end.n;
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
  for (const { change, hash, body } of content.sent)
    await client.query('INSERT INTO sent (change, hash, body) VALUES ($1, $2, $3)', [change, hash, body]);
  for (const { at, body } of content.spent) await client.query('INSERT INTO spent (at, body) VALUES ($1, $2)', [at, body]);
}
