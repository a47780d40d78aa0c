/** The rows of changes in PostgreSQL. */
import type { PoolClient } from 'pg';

import { auditBody, chainHash, needsAuditEntry } from '../audit.ts';
import type { Change, Status, Step } from '../change.ts';
import type { ChangeRows } from '../change-parts.ts';
import type { ChangeRow, KnownChanges } from '../known-changes.ts';
import type { Patch } from '../store.ts';
import type { Database, Head } from './database.ts';

/** What a transaction writes beside the rows of its change. */
export interface Transaction {
  client: PoolClient;
  head: Head;
}

/** Reads rows, within a transaction or outside of one. */
export type Query = <R>(sql: string, values?: readonly unknown[]) => Promise<R[]>;

export const queryOf =
  ({ client }: Transaction): Query =>
  async <R>(sql: string, values: readonly unknown[] = []) =>
    (await client.query(sql, [...values])).rows as R[];

/** The members of a change that queries need, in the order of the statements below. */
const columnsOf = (change: Change, body: string) => [
  change.status,
  change.preview,
  change.expires,
  change.claimLine ?? null,
  change.leaseUntil ?? null,
  change.resumes ?? null,
  change.undoes ?? null,
  (change.approvals?.length ?? 0) > 0,
  body,
];

export interface PostgresRows {
  /**
   * The changes of a statement; `rest` is what follows FROM changes. A row and its parts are read as of one moment. With `fresh`, nothing
   * that this process remembers is used instead of what is stored.
   */
  select(query: Query, rest: string, values?: readonly unknown[], fresh?: boolean): Promise<Change[]>;
  byId(query: Query, id: string, fresh?: boolean): Promise<Change | undefined>;
  /** The rows of a change, without its audit entry. */
  insertRows(client: PoolClient, change: Change): Promise<void>;
  /** Adds a change with its audit entry. */
  add(at: Transaction, change: Change): Promise<void>;
  /** The compare-and-set update behind `move` and `claim`. */
  moveIn(at: Transaction, stored: Change | undefined, from: readonly Status[], patch: Patch): Promise<Change | undefined>;
}

/** The parts of a change as one JSON text, but for those of the changes that a parameter lists. */
const partsWithout = (parameter: string): string => `(SELECT '{' || string_agg(list, ',') || '}' FROM (
    SELECT '"' || kind || '":[' || string_agg(parts.body, ',' ORDER BY parts.n) || ']' AS list FROM parts
    WHERE parts.change = changes.id AND NOT changes.id || ' ' || changes.version = ANY(${parameter}::text[]) GROUP BY kind) AS lists) AS parts`;

export function postgresRows(known: KnownChanges): PostgresRows {
  const select: PostgresRows['select'] = async (query, rest, values = [], fresh = false) => {
    const sql = `SELECT body, version, ${partsWithout(`$${values.length + 1}`)} FROM changes ${rest}`;
    const rowsWithout = (keys: readonly string[]): Promise<ChangeRow[]> => query<ChangeRow>(sql, [...values, keys]);
    return (fresh ? undefined : known.read(await rowsWithout(known.keys()))) ?? [...known.readWhole(await rowsWithout([]))];
  };
  const insertRows: PostgresRows['insertRows'] = async (client, change) => {
    const rows = known.newRows(change);
    await client.query(
      `INSERT INTO changes (status, preview, expires, claim_line, lease_until, resumes, undoes, approved, body, id, intent, connection, caller,
       created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [...columnsOf(change, rows.head), change.id, change.intent, change.connection, change.caller, change.created],
    );
    const devices = change.targets.map(({ device }) => device);
    await client.query('INSERT INTO targets (device, change) SELECT unnest($1::text[]), $2', [devices, change.id]);
    await writeParts(client, change.id, rows);
    await indexRequests(client, change.id, change.steps);
  };
  return {
    select,
    byId: async (query, id, fresh) => (await select(query, 'WHERE id = $1', [id], fresh))[0],
    insertRows,
    async add(at, change) {
      await insertRows(at.client, change);
      await record(at, change, true);
    },
    async moveIn(at, stored, from, patch) {
      if (!stored || !from.includes(stored.status)) return undefined;
      const moved = { ...stored, ...(typeof patch === 'function' ? patch(stored) : patch) };
      const rows = known.movedRows(stored, moved);
      await at.client.query(
        `UPDATE changes SET status = $1, preview = $2, expires = $3, claim_line = $4, lease_until = $5, resumes = $6, undoes = $7,
         approved = $8, body = $9, version = $10 WHERE id = $11`,
        [...columnsOf(moved, rows.head), rows.version, moved.id],
      );
      await writeParts(at.client, moved.id, rows);
      await indexRequests(at.client, moved.id, moved.steps, stored.steps);
      await record(at, moved, needsAuditEntry(stored, moved));
      return moved;
    },
  };
}

async function writeParts(client: PoolClient, id: string, { parts, shorter }: ChangeRows): Promise<void> {
  if (parts.length > 0)
    await client.query(
      `INSERT INTO parts (change, kind, n, body) SELECT $1, unnest($2::text[]), unnest($3::integer[]), unnest($4::text[])
       ON CONFLICT (change, kind, n) DO UPDATE SET body = excluded.body`,
      [id, parts.map(({ kind }) => kind), parts.map(({ n }) => n), parts.map(({ body }) => body)],
    );
  for (const { kind, left } of shorter)
    await client.query('DELETE FROM parts WHERE change = $1 AND kind = $2 AND n >= $3', [id, kind, left]);
}

/** Indexes new provider request ids. */
async function indexRequests(client: PoolClient, id: string, steps: readonly Step[], before: readonly Step[] = []): Promise<void> {
  const receipts = steps.flatMap(({ receipt }, i) => (receipt !== undefined && receipt !== before[i]?.receipt ? [receipt] : []));
  if (receipts.length > 0) await client.query('INSERT INTO requests (receipt, change) SELECT unnest($1::text[]), $2', [receipts, id]);
}

/** Appends the audit entry, moves the head, and keeps the newest time. */
async function record({ client, head }: Transaction, change: Change, audited: boolean): Promise<void> {
  head.newest = Math.max(head.newest, change.log.at(-1)?.at ?? change.created);
  if (audited) {
    const body = auditBody(change);
    head.seq += 1;
    head.hash = chainHash(head.hash, body);
    await client.query('INSERT INTO audit (seq, body, hash) VALUES ($1, $2, $3)', [head.seq, body, head.hash]);
  }
  await client.query('UPDATE head SET seq = $1, hash = $2, newest = $3', [head.seq, head.hash, head.newest]);
}

/** Runs transactions, and reports a new head after it was committed. */
export function writerOn({ write }: Database, onHead?: (head: string) => void): <T>(work: (at: Transaction) => Promise<T>) => Promise<T> {
  return async (work) => {
    let before = '';
    let after = '';
    const result = await write(async (client, head) => {
      before = head.hash;
      const done = await work({ client, head });
      after = head.hash;
      return done;
    });
    if (after !== before) onHead?.(after);
    return result;
  };
}
