/** The persistent store: a SQLite file that all servers on the same state directory share. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { containsSecrets, withoutSecrets } from '../text/redact.ts';
import { type AuditRow, auditBody, chainHash, genesisHash, needsAuditEntry } from './audit.ts';
import { budgetEntryOf } from './budget-entry.ts';
import { type Change, openStatuses, type Status, type Step, unsettledStatuses } from './change.ts';
import type { BudgetEntry, ChangeStore, Claim, Patch } from './store.ts';

/** Statuses as an SQL list. Only for constants, which need no escaping. */
const listed = (statuses: readonly Status[]): string => statuses.map((one) => `'${one}'`).join(', ');

const someApproved = "status = 'awaiting_approval' AND json_extract(body, '$.approvals') IS NOT NULL";

/** Each entry migrates the schema to the next version. */
const migrations = [
  `CREATE TABLE changes (
     id TEXT PRIMARY KEY, status TEXT NOT NULL, intent TEXT NOT NULL, connection TEXT NOT NULL,
     created INTEGER NOT NULL, preview INTEGER NOT NULL, body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX changes_by_intent ON changes (intent, status);
   CREATE INDEX changes_by_time ON changes (created);
   CREATE TABLE targets (device TEXT NOT NULL COLLATE NOCASE, change TEXT NOT NULL REFERENCES changes (id) ON DELETE CASCADE) STRICT;
   CREATE INDEX targets_by_device ON targets (device);`,
  'CREATE TABLE audit (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL) STRICT;',
  // The unique index guarantees that no two changes with the same intent are ever applied at the same time.
  `CREATE UNIQUE INDEX one_under_way ON changes (intent) WHERE status = 'applying' AND preview = 0;
   CREATE INDEX changes_by_status ON changes (status);
   CREATE TABLE spent (at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE INDEX spent_by_time ON spent (at);
   CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  // Queried with every callback and every second, so the large JSON bodies must not be scanned.
  `CREATE TABLE requests (receipt TEXT NOT NULL, change TEXT NOT NULL REFERENCES changes (id) ON DELETE CASCADE) STRICT;
   CREATE INDEX requests_by_receipt ON requests (receipt);
   INSERT INTO requests
     SELECT json_extract(step.value, '$.receipt'), changes.id FROM changes, json_each(body, '$.steps') AS step
     WHERE json_extract(step.value, '$.receipt') IS NOT NULL;
   CREATE INDEX changes_approved ON changes (created) WHERE ${someApproved};`,
];

/** Inputs of a change that only this process has. Inputs that hold keys are never written to the file. */
interface Held {
  inputs: readonly unknown[];
  steps: readonly unknown[];
}

export interface FileStore extends ChangeStore {
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

/** Opens or creates a store file. `onHead` is called with each new head of the audit log after it was committed. */
export function sqliteStore(path: string, onHead: (head: string) => void = () => undefined): FileStore {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(path);
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  const held = new Map<string, Held>();

  let newHead: string | undefined;

  /** Runs `work` in one transaction, so that no other process writes between its reads and writes. */
  const transaction = <T>(work: () => T): T => {
    newHead = undefined;
    db.exec('BEGIN IMMEDIATE');
    let result: T;
    try {
      result = work();
      db.exec('COMMIT');
    } catch (error) {
      rollBack(db);
      throw error;
    }
    if (newHead !== undefined) onHead(newHead);
    return result;
  };

  transaction(() => {
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > migrations.length) throw new Error(`${path} was written by a newer version of this program`);
    for (const step of migrations.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
  });

  const insert = db.prepare('INSERT INTO changes (id, status, intent, connection, created, preview, body) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const target = db.prepare('INSERT INTO targets (device, change) VALUES (?, ?)');
  const one = db.prepare('SELECT body FROM changes WHERE id = ?');
  const update = db.prepare('UPDATE changes SET status = ?, body = ? WHERE id = ?');
  const open = db.prepare(
    `SELECT body FROM changes WHERE intent = ? AND preview = 0 AND status IN (${openStatuses.map(() => '?').join(', ')}) ORDER BY created DESC, rowid DESC LIMIT 1`,
  );

  const busy = db.prepare(
    `SELECT other.id FROM targets mine JOIN targets theirs ON theirs.device = mine.device JOIN changes other ON other.id = theirs.change
     WHERE mine.change = ? AND other.id <> mine.change AND other.status = 'applying' AND other.connection = ? LIMIT 1`,
  );
  const equal = db.prepare(
    `SELECT id FROM changes WHERE intent = ? AND id <> ? AND preview = 0 AND status IN (${listed(unsettledStatuses)}) LIMIT 1`,
  );
  const followed = db.prepare(
    `SELECT id FROM changes WHERE intent = ? AND id <> ? AND preview = 0 AND status IN ('applied', 'partial')
     AND (json_extract(body, '$.resumes') = ? OR json_extract(body, '$.undoes') = ?) LIMIT 1`,
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
  const lines = db.prepare('SELECT seq, body, hash FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?');
  const append = db.prepare('INSERT INTO audit (seq, body, hash) VALUES (?, ?, ?)');

  /** Call it in the transaction that updates the change: if the audit entry cannot be written, the change is not updated. */
  const record = (change: Change): void => {
    const { seq, hash } = (last.get() ?? { seq: 0, hash: genesisHash }) as { seq: number; hash: string };
    const body = auditBody(change);
    newHead = chainHash(hash, body);
    append.run(seq + 1, body, newHead);
  };

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
    update.run(moved.status, written(moved), id);
    indexRequests(id, moved.steps, change.steps);
    if (needsAuditEntry(change, moved)) record(moved);
    keepTime(moved);
    return moved;
  };

  const read = (row: unknown): Change | undefined => {
    if (row === undefined) return undefined;
    const change = JSON.parse((row as { body: string }).body) as Change;
    const own = held.get(change.id);
    return own ? { ...change, inputs: own.inputs, steps: change.steps.map((step, i): Step => ({ ...step, input: own.steps[i] })) } : change;
  };

  const keep = (change: Change): void => {
    if (change.inputs.length > 0) held.set(change.id, { inputs: change.inputs, steps: change.steps.map((step) => step.input) });
    else held.delete(change.id);
  };

  return {
    async add(change) {
      transaction(() => {
        insert.run(change.id, change.status, change.intent, change.connection, change.created, change.preview ? 1 : 0, written(change));
        for (const { device } of change.targets) target.run(device, change.id);
        indexRequests(change.id, change.steps);
        record(change);
        keepTime(change);
      });
      keep(change);
    },
    get: async (id) => read(one.get(id)),
    async move(id, from, patch) {
      const next = transaction(() => moveIn(id, from, patch));
      if (next) keep(next);
      return next;
    },
    async claim(id, from, patch, { at, window, over }) {
      const claim = transaction((): Claim => {
        const change = read(one.get(id));
        if (!change || !from.includes(change.status)) return { gone: true };
        const same = equal.get(change.intent, id) as { id: string } | undefined;
        if (same) return { busy: same.id, why: 'same' };
        const done = followed.get(change.intent, id, change.resumes ?? null, change.undoes ?? null) as { id: string } | undefined;
        if (done) return { busy: done.id, why: 'done' };
        const overlapping = busy.get(id, change.connection) as { id: string } | undefined;
        if (overlapping) return { busy: overlapping.id, why: 'target' };
        forgetSpent.run(at - window);
        const why = over(spentSince.all(at - window).map(spentIn));
        if (why !== undefined) return { over: why };
        spend.run(at, JSON.stringify(budgetEntryOf(change, at)));
        const claimed = moveIn(id, from, (now) => ({ ...patch(now), status: 'applying' }));
        return claimed ? { claimed } : { gone: true };
      });
      if ('claimed' in claim) keep(claim.claimed);
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
    time: async (now) => Math.max(now, newest()),
    findOpenByIntent: async (intent) => read(open.get(intent, ...openStatuses)),
    findByProviderRequest: async (connection, receipt) => requested.get(receipt, connection) as { id: string; status: Status } | undefined,
    listWithApprovals: async () => approved.all().flatMap((row) => read(row) ?? []),
    async list({ device, status, connection, connections, caller, since }, after, limit) {
      const wheres: [string, string | number | undefined][] = [
        ['status = ?', status],
        ['connection = ?', connection],
        ['connection IN (SELECT value FROM json_each(?))', connections && JSON.stringify(connections)],
        ["json_extract(body, '$.caller') = ?", caller],
        ['created >= ?', since],
        ['id IN (SELECT change FROM targets WHERE device = ?)', device],
      ];
      const used = wheres.filter((pair): pair is [string, string | number] => pair[1] !== undefined);
      const where = used.map(([sql]) => ` AND ${sql}`).join('');
      const values = used.map(([, value]) => value);
      const count = (sql: string, ...more: (string | number)[]): number => (db.prepare(sql).get(...values, ...more) as { n: number }).n;
      const total = count(`SELECT count(*) AS n FROM changes WHERE 1 = 1${where}`);
      const older = ' AND rowid < coalesce((SELECT rowid FROM changes WHERE id = ?), 9e18)';
      const rows = db
        .prepare(`SELECT body FROM changes WHERE 1 = 1${where}${older} ORDER BY rowid DESC LIMIT ?`)
        .all(...values, after ?? '', limit);
      const left = count(`SELECT count(*) AS n FROM changes WHERE 1 = 1${where}${older}`, after ?? '') - rows.length;
      return { rows: rows.map(read).filter((change) => change !== undefined), total, left };
    },
    async *audit(from = 1) {
      for (let next = from; ; ) {
        const rows = lines.all(next, linesAtOnce) as unknown as AuditRow[];
        yield* rows;
        const end = rows.at(-1);
        if (!end || rows.length < linesAtOnce) return;
        next = end.seq + 1;
      }
    },
    close: () => db.close(),
  };
}

const spentIn = (row: unknown): BudgetEntry => JSON.parse((row as { body: string }).body) as BudgetEntry;

const newestTime = 'newest time';
const linesAtOnce = 500;

/** The JSON of a change for the file: without inputs if any of them holds a secret, and with secret members of step inputs redacted. */
function written(change: Change): string {
  const inputs = once(secretive, change.inputs, containsSecrets) ? [] : change.inputs;
  const steps = change.steps.map((step) => ({ ...step, input: once(shown, step.input, withoutSecrets) }));
  return JSON.stringify({ ...change, inputs, steps });
}

// A change is written after every step while its inputs stay the same objects, so each input is scanned only once.
const secretive = new WeakMap<object, boolean>();
const shown = new WeakMap<object, unknown>();

function once<T>(known: WeakMap<object, T>, value: unknown, find: (value: unknown) => T): T {
  if (value === null || typeof value !== 'object') return find(value);
  const found = known.get(value) ?? find(value);
  known.set(value, found);
  return found;
}
