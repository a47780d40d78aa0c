/** The store of several servers: a PostgreSQL database. */
import type { PoolClient } from 'pg';
import { systemClock } from '../../clock.ts';
import { auditBody, chainHash, genesisHash, needsAuditEntry, requestsOf, type StoredRequests } from '../audit.ts';
import { budgetEntryOf } from '../budget-entry.ts';
import { type Change, carriedOutStatuses, openStatuses, type Status, type Step, unsettledStatuses, waitingStatuses } from '../change.ts';
import type { BudgetEntry, ChangeStore, Claim, Patch } from '../store.ts';
import type { CopyableStore } from '../store-content.ts';
import { bodyOf, type HeldInputs, heldInputs, withInputsOf } from '../stored-body.ts';
import { auditReads } from './audit-reads.ts';
import { contentOf, fillDatabase } from './content.ts';
import { type Database, databaseFailure, type Head, openPools } from './database.ts';
import { listChanges } from './list-changes.ts';
import { migrate } from './migrations.ts';

export interface PostgresStore extends ChangeStore, CopyableStore {
  /** Identifies the record: 32 hex digits, drawn when the database was first used. */
  readonly recordId: string;
  /** The clock of the database minus that of this machine, ms. */
  clockOffset(): Promise<number>;
  close(): Promise<void>;
}

export interface PostgresOptions {
  /** Called with each new head of the audit log after it was committed. */
  onHead?(head: string): void;
  /** Called when an idle connection ends. */
  onIdleError?(error: Error): void;
}

/** Opens a database and brings its schema up to date. Throws a StoreFailed with cause and next step. */
export async function postgresStore(url: string, { onHead, onIdleError = () => undefined }: PostgresOptions = {}): Promise<PostgresStore> {
  const database = openPools(url, onIdleError);
  try {
    const client = await database.connect();
    try {
      await migrate(client, genesisHash);
    } finally {
      client.release();
    }
    const [note] = await database.read<{ value: string }>("SELECT value FROM notes WHERE name = 'record'");
    return storeOn(database, note?.value ?? '', onHead);
  } catch (error) {
    await database.close();
    throw databaseFailure(error);
  }
}

interface BodyRow {
  body: string;
}

/** What a transaction writes beside the rows of its change. */
interface Transaction {
  client: PoolClient;
  head: Head;
}

const columnsOf = (change: Change) => [
  change.status,
  change.preview,
  change.expires,
  change.claimLine ?? null,
  change.leaseUntil ?? null,
  change.resumes ?? null,
  change.undoes ?? null,
  (change.approvals?.length ?? 0) > 0,
  bodyOf(change),
];

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

async function indexRequests(client: PoolClient, id: string, steps: readonly Step[], before: readonly Step[] = []): Promise<void> {
  const receipts = steps.flatMap(({ receipt }, i) => (receipt !== undefined && receipt !== before[i]?.receipt ? [receipt] : []));
  if (receipts.length > 0) await client.query('INSERT INTO requests (receipt, change) SELECT unnest($1::text[]), $2', [receipts, id]);
}

async function insert(at: Transaction, change: Change): Promise<void> {
  await insertRows(at.client, change);
  await record(at, change, true);
}

/** The rows of a change, without its audit entry. */
async function insertRows(client: PoolClient, change: Change): Promise<void> {
  await client.query(
    `INSERT INTO changes (status, preview, expires, claim_line, lease_until, resumes, undoes, approved, body, id, intent, connection, caller, created)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [...columnsOf(change), change.id, change.intent, change.connection, change.caller, change.created],
  );
  const devices = change.targets.map(({ device }) => device);
  await client.query('INSERT INTO targets (device, change) SELECT unnest($1::text[]), $2', [devices, change.id]);
  await indexRequests(client, change.id, change.steps);
}

/** The compare-and-set update behind `move` and `claim`. */
async function moveIn(at: Transaction, stored: Change | undefined, from: readonly Status[], patch: Patch): Promise<Change | undefined> {
  if (!stored || !from.includes(stored.status)) return undefined;
  const moved = { ...stored, ...(typeof patch === 'function' ? patch(stored) : patch) };
  await at.client.query(
    `UPDATE changes SET status = $1, preview = $2, expires = $3, claim_line = $4, lease_until = $5, resumes = $6, undoes = $7, approved = $8,
     body = $9 WHERE id = $10`,
    [...columnsOf(moved), moved.id],
  );
  await indexRequests(at.client, moved.id, moved.steps, stored.steps);
  await record(at, moved, needsAuditEntry(stored, moved));
  return moved;
}

const one = async (client: PoolClient, held: HeldInputs, sql: string, values: readonly unknown[]): Promise<Change | undefined> => {
  const { rows } = await client.query<BodyRow>(sql, [...values]);
  return rows[0] && held.read(rows[0].body);
};

const byId = 'SELECT body FROM changes WHERE id = $1';
const standing = `SELECT body FROM changes WHERE intent = $1 AND NOT preview AND (status = ANY($2) OR (status = ANY($3) AND expires > $4)
  OR (status = ANY($5) AND claim_line > $6)) ORDER BY created DESC, n DESC LIMIT 1`;
const conflicts = `SELECT
  (SELECT id FROM changes WHERE intent = $1 AND id <> $2 AND NOT preview AND status = ANY($3) LIMIT 1) AS same,
  (SELECT id FROM changes WHERE intent = $1 AND id <> $2 AND NOT preview AND status = ANY($4)
     AND (resumes = $5 OR undoes = $6 OR claim_line > $7) LIMIT 1) AS done,
  (SELECT other.id FROM targets mine JOIN targets theirs ON upper(theirs.device) = upper(mine.device) JOIN changes other ON other.id = theirs.change
     WHERE mine.change = $2 AND other.id <> $2 AND other.status = 'applying' AND other.connection = $8 LIMIT 1) AS busy`;

/** Why a change cannot be claimed beside others. */
async function conflictOf(client: PoolClient, change: Change): Promise<Extract<Claim, { busy: string }> | undefined> {
  const { rows } = await client.query<{ same: string | null; done: string | null; busy: string | null }>(conflicts, [
    change.intent,
    change.id,
    unsettledStatuses,
    carriedOutStatuses,
    change.resumes ?? null,
    change.undoes ?? null,
    change.planLine ?? null,
    change.connection,
  ]);
  const found = rows[0];
  if (found?.same) return { busy: found.same, why: 'same' };
  if (found?.done) return { busy: found.done, why: 'done' };
  return found?.busy ? { busy: found.busy, why: 'target' } : undefined;
}

/** Deletes old ended changes; `created` bounds the rows whose body is looked at. */
async function forgetEnded(client: PoolClient, before: number, limit: number, onlyPreviews: boolean): Promise<number> {
  const { rowCount } = await client.query(
    `DELETE FROM changes WHERE n IN (SELECT n FROM changes WHERE created < $1 AND NOT status = ANY($2) AND (preview OR NOT $4)
     AND coalesce((body::json ->> 'ended')::bigint, created) < $1 ORDER BY created LIMIT $3)`,
    [before, openStatuses, limit, onlyPreviews],
  );
  return rowCount ?? 0;
}

const entryOf = ({ body }: BodyRow): BudgetEntry => JSON.parse(body) as BudgetEntry;

function storeOn(database: Database, recordId: string, onHead: PostgresOptions['onHead']): PostgresStore {
  const held = heldInputs();
  const reads = auditReads(database);
  /** A transaction that reports a new head after it was committed. */
  const write = async <T>(work: (at: Transaction) => Promise<T>): Promise<T> => {
    let before = '';
    let after = '';
    const result = await database.write(async (client, head) => {
      before = head.hash;
      const done = await work({ client, head });
      after = head.hash;
      return done;
    });
    if (after !== before) onHead?.(after);
    return result;
  };
  const bodies = async (sql: string, values: readonly unknown[] = []): Promise<Change[]> =>
    (await database.read<BodyRow>(sql, values)).map(({ body }) => held.read(body));

  return {
    recordId,
    async clockOffset() {
      const sent = systemClock.now();
      const [row] = await database.read<{ now: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now');
      return (row?.now ?? sent) - (sent + systemClock.now()) / 2;
    },
    async add(change) {
      await write((at) => insert(at, change));
      held.keep(change);
    },
    async addUnlessEqual(change, at) {
      const values = [change.intent, unsettledStatuses, waitingStatuses, at, carriedOutStatuses, change.planLine ?? null];
      const stored = await write(async (transaction) => {
        const equal = await one(transaction.client, held, standing, values);
        const own = equal && withInputsOf(equal, change);
        if (own) return own;
        await insert(transaction, change);
        return change;
      });
      held.keep(stored);
      return stored;
    },
    newestLine: async () => (await database.read<{ seq: number }>('SELECT seq FROM head'))[0]?.seq ?? 0,
    get: async (id) => (await bodies(byId, [id]))[0],
    async move(id, from, patch) {
      const moved = await write(async (at) => moveIn(at, await one(at.client, held, byId, [id]), from, patch));
      if (moved) held.keep(moved);
      return moved;
    },
    async claim(id, from, patch, { at, window, over }) {
      const claim = await write(async (transaction): Promise<Claim> => {
        const { client, head } = transaction;
        const change = await one(client, held, byId, [id]);
        if (!change || !from.includes(change.status)) return { gone: true };
        const conflict = await conflictOf(client, change);
        if (conflict) return conflict;
        await client.query('DELETE FROM spent WHERE at <= $1', [at - window]);
        const { rows } = await client.query<BodyRow>('SELECT body FROM spent WHERE at > $1', [at - window]);
        const why = over(rows.map(entryOf));
        if (why !== undefined) return { over: why };
        await client.query('INSERT INTO spent (at, body) VALUES ($1, $2)', [at, JSON.stringify(budgetEntryOf(change, at))]);
        const claimed = await moveIn(transaction, change, from, (now) => ({ ...patch(now), status: 'applying', claimLine: head.seq + 1 }));
        if (!claimed) return { gone: true };
        const { hash, body } = requestsOf(claimed);
        await client.query(
          'INSERT INTO sent (change, hash, body) VALUES ($1, $2, $3) ON CONFLICT (change) DO UPDATE SET hash = excluded.hash, body = excluded.body',
          [id, hash, body],
        );
        return { claimed };
      });
      if ('claimed' in claim) held.keep(claim.claimed);
      return claim;
    },
    spent: async (since) => (await database.read<BodyRow>('SELECT body FROM spent WHERE at > $1', [since])).map(entryOf),
    update: <T>(key: string, work: (value: T | undefined) => T | undefined) =>
      write(async ({ client }) => {
        const { rows } = await client.query<{ value: string }>('SELECT value FROM notes WHERE name = $1', [key]);
        const next = work(rows[0] && (JSON.parse(rows[0].value) as T));
        if (next === undefined) await client.query('DELETE FROM notes WHERE name = $1', [key]);
        else
          await client.query('INSERT INTO notes (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [
            key,
            JSON.stringify(next),
          ]);
        return next;
      }),
    value: async <T>(key: string) => {
      const [row] = await database.read<{ value: string }>('SELECT value FROM notes WHERE name = $1', [key]);
      return row && (JSON.parse(row.value) as T);
    },
    time: async (now) => Math.max(now, (await database.read<{ newest: number }>('SELECT newest FROM head'))[0]?.newest ?? 0),
    findOpenByIntent: async (intent) =>
      (
        await bodies(
          'SELECT body FROM changes WHERE intent = $1 AND NOT preview AND status = ANY($2) ORDER BY created DESC, n DESC LIMIT 1',
          [intent, openStatuses],
        )
      )[0],
    listAbandoned: (at) => bodies("SELECT body FROM changes WHERE status = 'applying' AND coalesce(lease_until, 0) <= $1 ORDER BY n", [at]),
    requestsOf: async (id) => (await database.read<StoredRequests>('SELECT hash, body FROM sent WHERE change = $1', [id]))[0],
    listExpired: (at, limit) =>
      bodies("SELECT body FROM changes WHERE status = 'planned' AND expires <= $1 ORDER BY n LIMIT $2", [at, limit]),
    forget: (before, limit, only) => database.write((client) => forgetEnded(client, before, limit, only === 'previews')),
    findByProviderRequest: async (connection, receipt) =>
      (
        await database.read<{ id: string; status: Status }>(
          `SELECT id, status FROM requests JOIN changes ON id = change WHERE receipt = $1 AND connection = $2 AND status = ANY($3) LIMIT 1`,
          [receipt, connection, unsettledStatuses],
        )
      )[0],
    listWithApprovals: () => bodies("SELECT body FROM changes WHERE status = 'awaiting_approval' AND approved ORDER BY n"),
    list: (filter, after, limit) => listChanges(database, held, filter, after, limit),
    ...reads,
    content: () => contentOf(database, held, reads.audit),
    fill: (content) => database.write((client, head) => fillDatabase(client, head, content, (change) => insertRows(client, change))),
    close: () => database.close(),
  };
}
