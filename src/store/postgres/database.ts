/** Connections to PostgreSQL: bounded, with time limits, and failures with their cause. */
import pg, { type Pool, type PoolClient, type PoolConfig } from 'pg';

import { StoreFailed } from '../store-failed.ts';

/** The last line of the record, which every writer locks first. */
export interface Head {
  seq: number;
  hash: string;
  /** The newest time that was stored, ms since 1970. */
  newest: number;
}

export interface Database {
  /**
   * Runs `work` in a transaction that holds the head of the record, so that no other server writes between its reads and writes. After a
   * conflict `work` runs again, so it must have no other effects.
   */
  write<T>(work: (client: PoolClient, head: Head) => Promise<T>): Promise<T>;
  read<R>(sql: string, values?: readonly unknown[]): Promise<R[]>;
  /** A connection of its own for LISTEN. */
  connect(): Promise<PoolClient>;
  close(): Promise<void>;
}

/** Deadlock, serialization failure, lock not available. */
const repeated = new Set(['40001', '40P01', '55P03']);
const mostRepeats = 8;

/** A transaction of a server that hangs or whose host has vanished ends after 3 s and frees the head; no statement takes longer than 15 s. */
const limits = '-c idle_in_transaction_session_timeout=3000 -c lock_timeout=10000 -c statement_timeout=15000';

/** Connections to a database. Writers are few: the head of the record lets one commit at a time. */
export function openPools(url: string, onIdleError: (error: Error) => void): Database {
  // Numbers of ours fit into a double: times in ms and line numbers.
  const types: PoolConfig['types'] = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === pg.types.builtins.INT8 ? (text: string) => Number(text) : pg.types.getTypeParser(oid, format as 'text'),
  };
  const common: PoolConfig = {
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: true,
    types,
    options: limits,
    application_name: 'iot-ops-mcp',
  };
  const [writers, readers] = [new pg.Pool({ ...common, max: 2 }), new pg.Pool({ ...common, max: 4 })];
  // Without a listener, the end of an idle connection ends the process.
  for (const pool of [writers, readers]) pool.on('error', onIdleError);
  return {
    write: (work) => inTransaction(writers, work),
    read: async <R>(sql: string, values: readonly unknown[] = []) => {
      try {
        return (await readers.query(sql, [...values])).rows as R[];
      } catch (error) {
        throw databaseFailure(error);
      }
    },
    connect: () => readers.connect().catch((error: unknown) => Promise.reject(databaseFailure(error))),
    close: async () => void (await Promise.all([writers.end(), readers.end()])),
  };
}

async function inTransaction<T>(pool: Pool, work: (client: PoolClient, head: Head) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const client = await pool.connect().catch((error: unknown) => Promise.reject(databaseFailure(error)));
    let broken: Error | undefined;
    const died = (error: Error): void => {
      broken = error;
    };
    // A connection that ends while it is used reports it here; without the listener the process would end.
    client.on('error', died);
    try {
      await client.query('BEGIN');
      // The lock is a statement of its own: the reads after it see what the writer before has committed.
      const { rows } = await client.query<Head>('SELECT seq, hash, newest FROM head FOR UPDATE');
      const result = await work(client, rows[0] as Head);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(died);
      if (attempt < mostRepeats && repeated.has(codeOf(error) ?? '')) continue;
      throw databaseFailure(error);
    } finally {
      client.off('error', died);
      // A broken connection must not go back into the pool.
      client.release(broken);
    }
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const untilThen = 'Until then nothing new is sent; reads go on.';

/** Next steps by SQLSTATE class (https://www.postgresql.org/docs/current/errcodes-appendix.html) and by error code of the connection. */
function nextStep(code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  if (code === '28P01' || code === '28000') return 'An operator must correct user and password in the setting "store".';
  if (code === '3D000') return 'An operator must create the database that the setting "store" names.';
  if (code === '42501' || code.startsWith('25')) return 'An operator must give the user of the setting "store" the right to write.';
  if (code.startsWith('53')) return 'An operator must look at disk space, memory and connections of the database.';
  if (/^(08|57|E[A-Z]+)/.test(code)) return 'An operator must make the database of the setting "store" reachable.';
  return undefined;
}

/** An error of the database or of the connection to it as a StoreFailed; any other error as it is. */
export function databaseFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreFailed) return error;
  const code = codeOf(error);
  const ended = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    error.message,
  );
  const next = nextStep(code) ?? (ended ? nextStep('08000') : undefined);
  if (next === undefined && !/^[0-9A-Z]{5}$/.test(code ?? '')) return error;
  return new StoreFailed(
    `the database: ${error.message || code}`,
    `${next ?? 'An operator must look at the log of the database.'} ${untilThen}`,
  );
}
