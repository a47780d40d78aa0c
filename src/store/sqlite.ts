/** The persistent store: a SQLite file that all servers on the same state directory share. */
import { type KnownChanges, knownChanges } from './known-changes.ts';
import { sqliteClaims } from './sqlite-claim.ts';
import { openSqlite, rollBack, type SqliteConnection } from './sqlite-connection.ts';
import { contentOf, fillDatabase } from './sqlite-content.ts';
import { sqliteReads } from './sqlite-reads.ts';
import { sqliteRecord } from './sqlite-record.ts';
import { sqliteRows } from './sqlite-rows.ts';
import type { ChangeStore } from './store.ts';
import type { CopyableStore } from './store-content.ts';
import { storeFailure } from './store-failed.ts';

export interface FileStore extends ChangeStore, CopyableStore {
  /** Writes a copy of the file, as of one moment, to a path where no file is yet. */
  backUp(to: string): Promise<void>;
  /** Identifies the record: 32 hex digits, drawn when the file was created. */
  readonly recordId: string;
  close(): void;
}

/** Opens or creates a store file. `onHead` is called with each new head of the audit log after it was committed. */
export function sqliteStore(path: string, onHead: (head: string) => void = () => undefined): FileStore {
  try {
    return withNamedFailures(path, storeOn(openSqlite(path, onHead), knownChanges()));
  } catch (error) {
    throw storeFailure(path, error);
  }
}

function storeOn(connection: SqliteConnection, known: KnownChanges): FileStore {
  const { db, transaction } = connection;
  const record = sqliteRecord(connection);
  const rows = sqliteRows(connection, record, known);
  const { value: recordId } = db.prepare("SELECT value FROM notes WHERE name = 'record'").get() as { value: string };
  return {
    recordId,
    ...record.reads,
    ...record.values,
    ...sqliteClaims(connection, record, rows, known),
    ...sqliteReads(connection, rows),
    add: async (change) => known.keep(await transaction(() => rows.add(change))),
    async move(id, from, patch) {
      const moved = await transaction(() => rows.moveIn(rows.byId(id), from, patch));
      if (moved) known.keep(moved);
      return moved;
    },
    get: async (id) => rows.byId(id),
    newestLine: async () => record.lastLine(),
    time: async (now) => Math.max(now, record.newest()),
    content: async () => contentOf(db, rows),
    async fill(content) {
      db.exec('BEGIN IMMEDIATE');
      try {
        await fillDatabase(db, content, rows.insertRows);
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

/** The store with failures of SQLite named: file, cause and next step. */
function withNamedFailures(path: string, store: FileStore): FileStore {
  const rethrow = (error: unknown): never => {
    throw storeFailure(path, error);
  };
  const named = Object.entries(store).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function' || name === 'audit' || name === 'close') return [name, member];
    return [name, (...args: unknown[]) => (member as (...all: unknown[]) => Promise<unknown>)(...args).catch(rethrow)];
  });
  return Object.fromEntries(named) as FileStore;
}
