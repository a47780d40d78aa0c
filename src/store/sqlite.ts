/** The persistent store: a SQLite file that all servers on the same state directory share. */
import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate, setTimeout } from 'node:timers/promises';

import { type AuditRow, auditBody, chainHash, genesisHash, needsAuditEntry, requestsOf, type StoredRequests } from './audit.ts';
import { budgetEntryOf } from './budget-entry.ts';
import { type Change, carriedOutStatuses, openStatuses, type Status, type Step, unsettledStatuses, waitingStatuses } from './change.ts';
import { createPrivately, watchFiles } from './file-identity.ts';
import { contentOf, fillDatabase } from './sqlite-content.ts';
import { listRows } from './sqlite-list.ts';
import { listed, migrations, someApproved } from './sqlite-schema.ts';
import type { BudgetEntry, ChangeStore, Claim, Patch } from './store.ts';
import type { CopyableStore } from './store-content.ts';
import { storeFailure, storeReplaced } from './store-failed.ts';
import { bodyOf, heldInputs, withInputsOf } from './stored-body.ts';

export interface FileStore extends ChangeStore, CopyableStore {
  /** Writes a copy of the file, as of one moment, to a path where no file is yet. */
  backUp(to: string): Promise<void>;
  /** Identifies the record: 32 hex digits, drawn when the file was created. */
  readonly recordId: string;
  close(): void;
}

/** Ends a failed transaction. The caller reports why it failed, so a failing ROLLBACK must not report something else. */
function rollBack(db: DatabaseSync): void {
  // SQLite has already rolled back after errors such as a full disk.
  if (!db.isTransaction) return;
  try {
    db.exec('ROLLBACK');
  } catch {
    // The transaction ends with the connection; the next BEGIN says so if it is still open.
  }
}

/** How long opening waits for another process, ms. */
const openingTimeoutMs = 5000;
/** A transaction waits for other processes for about 10 s. */
const busyAttempts = 400;
const busyPauseMs = 25;

const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;

/** Begins a transaction. False while another process holds the database; throws when that lasts for all attempts. */
function begins(db: DatabaseSync, attempt: number): boolean {
  try {
    db.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (isBusy(error) && attempt < busyAttempts) return false;
    throw error;
  }
}

/** Opens the database and brings its schema up to date. */
function openDatabase(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  createPrivately(path);
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA busy_timeout = ${openingTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;`);
  try {
    db.exec('BEGIN IMMEDIATE');
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > migrations.length) throw new Error(`${path} was written by a newer version of this program`);
    for (const step of migrations.slice(version)) db.exec(step);
    // A full disk does not prevent reading: nothing is written to a file of this version.
    if (version < migrations.length) db.exec(`PRAGMA user_version = ${migrations.length}`);
    db.exec('COMMIT');
    // From now on, waiting for another process must not block the event loop: see `transaction`.
    db.exec('PRAGMA busy_timeout = 0');
  } catch (error) {
    rollBack(db);
    db.close();
    throw error;
  }
  return db;
}

/** The store with failures of SQLite named: file, cause and next step. */
function withNamedFailures(path: string, store: FileStore): FileStore {
  const named = Object.entries(store).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function' || name === 'audit' || name === 'close') return [name, member];
    return [name, (...args: unknown[]) => (member as (...all: unknown[]) => Promise<unknown>)(...args).catch(rethrow)];
  });
  const rethrow = (error: unknown): never => {
    throw storeFailure(path, error);
  };
  return Object.fromEntries(named) as FileStore;
}

/** Opens or creates a store file. `onHead` is called with each new head of the audit log after it was committed. */
export function sqliteStore(path: string, onHead: (head: string) => void = () => undefined): FileStore {
  try {
    return withNamedFailures(path, fileStore(path, onHead));
  } catch (error) {
    throw storeFailure(path, error);
  }
}

function fileStore(path: string, onHead: (head: string) => void): FileStore {
  const db = openDatabase(path);
  const whatHappened = watchFiles(path);
  const held = heldInputs();

  /** The audit line that the current transaction has added last. */
  let added: { seq: number; hash: string } | undefined;
  /** The newest audit line that this process has seen. It must still be there, else the content of the file was replaced. */
  let seen: typeof added;

  const assertSameFile = (): void => {
    const happened = whatHappened();
    if (happened !== undefined) throw storeReplaced(happened);
    const kept = seen && (hashOf.get(seen.seq) as { hash: string } | undefined);
    if (seen && kept?.hash !== seen.hash) throw storeReplaced(`the content of ${basename(path)} was replaced`);
  };

  /** Runs `work` in one transaction, so that no other process writes between its reads and writes. */
  const transaction = async <T>(work: () => T): Promise<T> => {
    let result: T;
    try {
      // While another process holds the database, the event loop goes on.
      for (let attempt = 1; !begins(db, attempt); attempt++) await setTimeout(busyPauseMs);
      // Nothing waits between BEGIN and COMMIT, so transactions of this process do not mix.
      added = undefined;
      result = work();
      // What is written to a deleted file would be lost.
      assertSameFile();
      db.exec('COMMIT');
    } catch (error) {
      rollBack(db);
      const happened = whatHappened();
      throw happened === undefined ? error : storeReplaced(happened);
    }
    const line = added as typeof seen;
    if (line) {
      seen = line;
      onHead(line.hash);
    }
    return result;
  };

  const insert = db.prepare(
    'INSERT INTO changes (id, status, intent, connection, caller, created, preview, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const target = db.prepare('INSERT INTO targets (device, change) VALUES (?, ?)');
  const one = db.prepare('SELECT body FROM changes WHERE id = ?');
  const update = db.prepare('UPDATE changes SET status = ?, body = ?, preview = ? WHERE id = ?');
  const open = db.prepare(
    `SELECT body FROM changes WHERE intent = ? AND preview = 0 AND status IN (${listed(openStatuses)}) ORDER BY created DESC, rowid DESC LIMIT 1`,
  );
  const standing = db.prepare(
    `SELECT body FROM changes WHERE intent = ? AND preview = 0 AND (status IN (${listed(unsettledStatuses)})
     OR (status IN (${listed(waitingStatuses)}) AND json_extract(body, '$.expires') > ?)
     OR (status IN (${listed(carriedOutStatuses)}) AND json_extract(body, '$.claimLine') > ?)) ORDER BY created DESC, rowid DESC LIMIT 1`,
  );
  const abandoned = db.prepare(
    "SELECT body FROM changes WHERE status = 'applying' AND coalesce(json_extract(body, '$.leaseUntil'), 0) <= ? ORDER BY rowid",
  );

  const expired = db.prepare(
    "SELECT body FROM changes WHERE status = 'planned' AND json_extract(body, '$.expires') <= ? ORDER BY rowid LIMIT ?",
  );
  const forget = db.prepare(
    `DELETE FROM changes WHERE rowid IN (SELECT rowid FROM changes WHERE status NOT IN (${listed(openStatuses)})
     AND preview >= ? AND coalesce(json_extract(body, '$.ended'), created) < ? ORDER BY created LIMIT ?)`,
  );
  const keepSent = db.prepare('INSERT OR REPLACE INTO sent (change, hash, body) VALUES (?, ?, ?)');
  const sentOf = db.prepare('SELECT hash, body FROM sent WHERE change = ?');
  const busy = db.prepare(
    `SELECT other.id FROM targets mine JOIN targets theirs ON theirs.device = mine.device JOIN changes other ON other.id = theirs.change
     WHERE mine.change = ? AND other.id <> mine.change AND other.status = 'applying' AND other.connection = ? LIMIT 1`,
  );
  const equal = db.prepare(
    `SELECT id FROM changes WHERE intent = ? AND id <> ? AND preview = 0 AND status IN (${listed(unsettledStatuses)}) LIMIT 1`,
  );
  const followed = db.prepare(
    `SELECT id FROM changes WHERE intent = ? AND id <> ? AND preview = 0 AND status IN (${listed(carriedOutStatuses)})
     AND (json_extract(body, '$.resumes') = ? OR json_extract(body, '$.undoes') = ? OR json_extract(body, '$.claimLine') > ?) LIMIT 1`,
  );
  const spentSince = db.prepare('SELECT body FROM spent WHERE at > ?');
  const spend = db.prepare('INSERT INTO spent (at, body) VALUES (?, ?)');
  const forgetSpent = db.prepare('DELETE FROM spent WHERE at <= ?');
  const noteNamed = db.prepare('SELECT value FROM notes WHERE name = ?');
  const putNote = db.prepare('INSERT INTO notes (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value');
  const dropNote = db.prepare('DELETE FROM notes WHERE name = ?');
  const newest = (): number => Number((noteNamed.get(newestTime) as { value: string } | undefined)?.value ?? 0);

  const request = db.prepare('INSERT INTO requests (receipt, change) VALUES (?, ?)');
  const requested = db.prepare(
    `SELECT id, status FROM requests JOIN changes ON id = change
     WHERE receipt = ? AND connection = ? AND status IN (${listed(unsettledStatuses)}) LIMIT 1`,
  );
  const approved = db.prepare(`SELECT body FROM changes INDEXED BY changes_approved WHERE ${someApproved} ORDER BY created, rowid`);

  const last = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  const hashOf = db.prepare('SELECT hash FROM audit WHERE seq = ?');
  const lines = db.prepare('SELECT seq, body, hash FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?');
  const page = db.prepare('SELECT seq, body, hash FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?');
  const ofDay = db.prepare('SELECT seq, body, hash FROM audit WHERE substr(body, 8, 10) = ? ORDER BY seq');
  seen = last.get() as typeof seen;
  const append = db.prepare('INSERT INTO audit (seq, body, hash) VALUES (?, ?, ?)');

  /** Call it in the transaction that updates the change: if the audit entry cannot be written, the change is not updated. */
  const record = (change: Change): void => {
    const { seq, hash } = (last.get() ?? { seq: 0, hash: genesisHash }) as { seq: number; hash: string };
    const body = auditBody(change);
    const line = { seq: seq + 1, hash: chainHash(hash, body) };
    append.run(line.seq, body, line.hash);
    added = line;
  };

  const lastLine = (): number => (last.get() as { seq: number } | undefined)?.seq ?? 0;

  /** Call it in a transaction. Keeps the newest time that was stored. */
  const keepTime = (change: Change): void => {
    const at = change.log.at(-1)?.at ?? change.created;
    if (at > newest()) putNote.run(newestTime, String(at));
  };

  /** Call it in a transaction. Indexes new provider request ids. */
  const indexRequests = (id: string, steps: readonly Step[], before: readonly Step[] = []): void => {
    for (const [i, { receipt }] of steps.entries()) if (receipt !== undefined && receipt !== before[i]?.receipt) request.run(receipt, id);
  };

  /** Call it in a transaction. The compare-and-set update behind `move` and `claim`. */
  const moveIn = (id: string, from: readonly Status[], patch: Patch): Change | undefined => {
    const change = read(one.get(id));
    if (!change || !from.includes(change.status)) return undefined;
    const moved = { ...change, ...(typeof patch === 'function' ? patch(change) : patch) };
    update.run(moved.status, bodyOf(moved), moved.preview ? 1 : 0, id);
    indexRequests(id, moved.steps, change.steps);
    if (needsAuditEntry(change, moved)) record(moved);
    keepTime(moved);
    return moved;
  };

  const read = (row: unknown): Change | undefined => (row === undefined ? undefined : held.read((row as { body: string }).body));

  /** Call it in a transaction. The rows of a change, without its audit entry. */
  const insertRows = (change: Change): void => {
    insert.run(
      change.id,
      change.status,
      change.intent,
      change.connection,
      change.caller,
      change.created,
      change.preview ? 1 : 0,
      bodyOf(change),
    );
    for (const { device } of change.targets) target.run(device, change.id);
    indexRequests(change.id, change.steps);
  };

  /** Call it in a transaction. */
  const addIn = (change: Change): Change => {
    insertRows(change);
    record(change);
    keepTime(change);
    return change;
  };

  return {
    recordId: (noteNamed.get('record') as { value: string }).value,
    async add(change) {
      held.keep(await transaction(() => addIn(change)));
    },
    async addUnlessEqual(change, at) {
      const stored = await transaction(() => {
        const equal = read(standing.get(change.intent, at, change.planLine ?? null));
        const own = equal && withInputsOf(equal, change);
        return own ?? addIn(change);
      });
      held.keep(stored);
      return stored;
    },
    newestLine: async () => lastLine(),
    get: async (id) => read(one.get(id)),
    async move(id, from, patch) {
      const next = await transaction(() => moveIn(id, from, patch));
      if (next) held.keep(next);
      return next;
    },
    async claim(id, from, patch, { at, window, over }) {
      const claim = await transaction((): Claim => {
        const change = read(one.get(id));
        if (!change || !from.includes(change.status)) return { gone: true };
        const same = equal.get(change.intent, id) as { id: string } | undefined;
        if (same) return { busy: same.id, why: 'same' };
        const done = followed.get(change.intent, id, change.resumes ?? null, change.undoes ?? null, change.planLine ?? null) as
          | { id: string }
          | undefined;
        if (done) return { busy: done.id, why: 'done' };
        const overlapping = busy.get(id, change.connection) as { id: string } | undefined;
        if (overlapping) return { busy: overlapping.id, why: 'target' };
        forgetSpent.run(at - window);
        const why = over(spentSince.all(at - window).map(spentIn));
        if (why !== undefined) return { over: why };
        spend.run(at, JSON.stringify(budgetEntryOf(change, at)));
        const claimed = moveIn(id, from, (now) => ({ ...patch(now), status: 'applying', claimLine: lastLine() + 1 }));
        if (!claimed) return { gone: true };
        const { hash, body } = requestsOf(claimed);
        keepSent.run(id, hash, body);
        return { claimed };
      });
      if ('claimed' in claim) held.keep(claim.claimed);
      return claim;
    },
    spent: async (since) => spentSince.all(since).map(spentIn),
    async update<T>(key: string, work: (value: T | undefined) => T | undefined) {
      return transaction(() => {
        const row = noteNamed.get(key) as { value: string } | undefined;
        const next = work(row && (JSON.parse(row.value) as T));
        if (next === undefined) dropNote.run(key);
        else putNote.run(key, JSON.stringify(next));
        return next;
      });
    },
    async value<T>(key: string) {
      const row = noteNamed.get(key) as { value: string } | undefined;
      return row && (JSON.parse(row.value) as T);
    },
    time: async (now) => Math.max(now, newest()),
    findOpenByIntent: async (intent) => read(open.get(intent)),
    listAbandoned: async (at) => abandoned.all(at).flatMap((row) => read(row) ?? []),
    requestsOf: async (id) => sentOf.get(id) as StoredRequests | undefined,
    listExpired: async (at, limit) => expired.all(at, limit).flatMap((row) => read(row) ?? []),
    forget: async (before, limit, only) => transaction(() => Number(forget.run(only === undefined ? 0 : 1, before, limit).changes)),
    findByProviderRequest: async (connection, receipt) => requested.get(receipt, connection) as { id: string; status: Status } | undefined,
    listWithApprovals: async () => approved.all().flatMap((row) => read(row) ?? []),
    list: async (filter, after, limit) => listRows(db, filter, after, limit, (row) => read(row)),
    async *audit(from = 1) {
      for (let next = from; ; ) {
        const rows = lines.all(next, linesAtOnce) as unknown as AuditRow[];
        yield* rows;
        const end = rows.at(-1);
        if (!end || rows.length < linesAtOnce) return;
        next = end.seq + 1;
        await setImmediate();
      }
    },
    auditPage: async (before, limit) => page.all(Math.min(before, Number.MAX_SAFE_INTEGER), limit) as unknown as AuditRow[],
    auditOfDay: async (day) => ofDay.all(day) as unknown as AuditRow[],
    content: async () => contentOf(db, read),
    async fill(content) {
      db.exec('BEGIN IMMEDIATE');
      try {
        await fillDatabase(db, content, insertRows);
        db.exec('COMMIT');
      } catch (error) {
        rollBack(db);
        throw error;
      }
    },
    async backUp(to) {
      db.prepare('VACUUM INTO ?').run(to);
    },
    close: () => db.close(),
  };
}

const spentIn = (row: unknown): BudgetEntry => JSON.parse((row as { body: string }).body) as BudgetEntry;

const newestTime = 'newest time';
const linesAtOnce = 500;
