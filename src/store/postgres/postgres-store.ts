/** The store of several servers: a PostgreSQL database. */
import { systemClock } from '../../clock.ts';
import { genesisHash } from '../audit.ts';
import { knownChanges } from '../known-changes.ts';
import type { ChangeStore } from '../store.ts';
import type { CopyableStore } from '../store-content.ts';
import { auditReads } from './audit-reads.ts';
import { postgresClaims } from './claim.ts';
import { contentOf, fillDatabase } from './content.ts';
import { type Database, databaseFailure, openPools } from './database.ts';
import { migrate } from './migrations.ts';
import { postgresReads } from './reads.ts';
import { postgresRows, queryOf, type Transaction, writerOn } from './rows.ts';

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

function storeOn(database: Database, recordId: string, onHead: PostgresOptions['onHead']): PostgresStore {
  const { read } = database;
  const known = knownChanges();
  const rows = postgresRows(known);
  const reads = auditReads(database);
  const write = writerOn(database, onHead);
  return {
    recordId,
    async clockOffset() {
      const sent = systemClock.now();
      const [row] = await read<{ now: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now');
      return (row?.now ?? sent) - (sent + systemClock.now()) / 2;
    },
    async add(change) {
      await write((at) => rows.add(at, change));
      known.keep(change);
    },
    async move(id, from, patch) {
      const moved = await write(async (at) => rows.moveIn(at, await rows.byId(queryOf(at), id), from, patch));
      if (moved) known.keep(moved);
      return moved;
    },
    get: (id) => rows.byId(read, id),
    newestLine: async () => (await read<{ seq: number }>('SELECT seq FROM head'))[0]?.seq ?? 0,
    time: async (now) => Math.max(now, (await read<{ newest: number }>('SELECT newest FROM head'))[0]?.newest ?? 0),
    ...postgresClaims(database, write, rows, known),
    ...postgresReads(database, rows),
    ...postgresValues(database, write),
    ...reads,
    content: () => contentOf(database, rows, reads.audit),
    fill: (content) => database.write((client, head) => fillDatabase(client, head, content, (change) => rows.insertRows(client, change))),
    close: () => database.close(),
  };
}

function postgresValues(
  { read }: Database,
  write: <T>(work: (at: Transaction) => Promise<T>) => Promise<T>,
): Pick<ChangeStore, 'update' | 'value'> {
  const one = 'SELECT value FROM notes WHERE name = $1';
  const parsed = <T>([row]: readonly { value: string }[]): T | undefined => row && (JSON.parse(row.value) as T);
  return {
    update: <T>(key: string, work: (value: T | undefined) => T | undefined) =>
      write(async (at) => {
        const query = queryOf(at);
        const next = work(parsed<T>(await query(one, [key])));
        if (next === undefined) await query('DELETE FROM notes WHERE name = $1', [key]);
        else
          await query('INSERT INTO notes (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [
            key,
            JSON.stringify(next),
          ]);
        return next;
      }),
    value: async <T>(key: string) => parsed<T>(await read(one, [key])),
  };
}
