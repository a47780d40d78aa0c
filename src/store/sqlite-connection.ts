/** A connection to the file of the SQLite store: its transactions, and whether the file is still the one that was opened. */
import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';

import { createPrivately, watchFiles } from './file-identity.ts';
import { migrations } from './sqlite-schema.ts';
import { storeReplaced } from './store-failed.ts';

/** A line of the audit log. */
export interface Line {
  seq: number;
  hash: string;
}

export interface SqliteConnection {
  db: DatabaseSync;
  /** Runs `work` in one transaction, so that no other process writes between its reads and writes. */
  transaction<T>(work: () => T): Promise<T>;
  /** Call it in a transaction with each audit line that it adds. */
  added(line: Line): void;
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

/** Ends a failed transaction. The caller reports why it failed, so a failing ROLLBACK must not report something else. */
export function rollBack(db: DatabaseSync): void {
  // SQLite has already rolled back after errors such as a full disk.
  if (!db.isTransaction) return;
  try {
    db.exec('ROLLBACK');
  } catch {
    // The transaction ends with the connection; the next BEGIN says so if it is still open.
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

/** Opens or creates a file. `onHead` is called with each new head of the audit log after it was committed. */
export function openSqlite(path: string, onHead: (head: string) => void): SqliteConnection {
  const db = openDatabase(path);
  const whatHappened = watchFiles(path);
  const hashOf = db.prepare('SELECT hash FROM audit WHERE seq = ?');
  let last: Line | undefined;
  /** The newest audit line that this process has seen. It must still be there, else the content of the file was replaced. */
  let seen = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get() as Line | undefined;

  const assertSameFile = (): void => {
    const happened = whatHappened();
    if (happened !== undefined) throw storeReplaced(happened);
    const kept = seen && (hashOf.get(seen.seq) as { hash: string } | undefined);
    if (seen && kept?.hash !== seen.hash) throw storeReplaced(`the content of ${basename(path)} was replaced`);
  };

  return {
    db,
    added(line) {
      last = line;
    },
    async transaction(work) {
      let result: ReturnType<typeof work>;
      try {
        // While another process holds the database, the event loop goes on.
        for (let attempt = 1; !begins(db, attempt); attempt++) await setTimeout(busyPauseMs);
        // Nothing waits between BEGIN and COMMIT, so transactions of this process do not mix.
        last = undefined;
        result = work();
        // What is written to a deleted file would be lost.
        assertSameFile();
        db.exec('COMMIT');
      } catch (error) {
        rollBack(db);
        const happened = whatHappened();
        throw happened === undefined ? error : storeReplaced(happened);
      }
      const line = last as Line | undefined;
      if (line) {
        seen = line;
        onHead(line.hash);
      }
      return result;
    },
  };
}
