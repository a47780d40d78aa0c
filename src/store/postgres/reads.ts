/** Reads of changes in PostgreSQL, and their deletion. */
import type { StoredRequests } from '../audit.ts';
import { type Change, openStatuses, type Status, unsettledStatuses } from '../change.ts';
import type { ChangeStore } from '../store.ts';
import type { Database } from './database.ts';
import { listChanges } from './list-changes.ts';
import type { PostgresRows } from './rows.ts';

type Reads = Pick<
  ChangeStore,
  'findOpenByIntent' | 'listAbandoned' | 'requestsOf' | 'listExpired' | 'forget' | 'findByProviderRequest' | 'listWithApprovals' | 'list'
>;

export function postgresReads(database: Database, rows: PostgresRows): Reads {
  const { read, write } = database;
  const changes = (rest: string, values: readonly unknown[] = []): Promise<Change[]> => rows.select(read, rest, values);
  return {
    findOpenByIntent: async (intent) =>
      (
        await changes('WHERE intent = $1 AND NOT preview AND status = ANY($2) ORDER BY created DESC, n DESC LIMIT 1', [
          intent,
          openStatuses,
        ])
      )[0],
    listAbandoned: (at) => changes("WHERE status = 'applying' AND coalesce(lease_until, 0) <= $1 ORDER BY n", [at]),
    listExpired: (at, limit) => changes("WHERE status = 'planned' AND expires <= $1 ORDER BY n LIMIT $2", [at, limit]),
    listWithApprovals: () => changes("WHERE status = 'awaiting_approval' AND approved ORDER BY n"),
    requestsOf: async (id) => (await read<StoredRequests>('SELECT hash, body FROM sent WHERE change = $1', [id]))[0],
    forget: (before, limit, only) =>
      write(async (client) => {
        // `created` bounds the rows whose body is looked at: a change ends after it was created.
        const { rowCount } = await client.query(
          `DELETE FROM changes WHERE n IN (SELECT n FROM changes WHERE created < $1 AND NOT status = ANY($2) AND (preview OR NOT $4)
           AND coalesce((body::json ->> 'ended')::bigint, created) < $1 ORDER BY created LIMIT $3)`,
          [before, openStatuses, limit, only === 'previews'],
        );
        return rowCount ?? 0;
      }),
    findByProviderRequest: async (connection, receipt) =>
      (
        await read<{ id: string; status: Status }>(
          'SELECT id, status FROM requests JOIN changes ON id = change WHERE receipt = $1 AND connection = $2 AND status = ANY($3) LIMIT 1',
          [receipt, connection, unsettledStatuses],
        )
      )[0],
    list: (filter, after, limit) => listChanges(database, rows, filter, after, limit),
  };
}
