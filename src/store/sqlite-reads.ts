/** Reads of changes in SQLite, and their deletion. */
import type { StoredRequests } from './audit.ts';
import { openStatuses, type Status, unsettledStatuses } from './change.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { listRows } from './sqlite-list.ts';
import type { SqliteRows } from './sqlite-rows.ts';
import { listed, someApproved } from './sqlite-schema.ts';
import type { ChangeStore } from './store.ts';

type Reads = Pick<
  ChangeStore,
  'findOpenByIntent' | 'listAbandoned' | 'requestsOf' | 'listExpired' | 'forget' | 'findByProviderRequest' | 'listWithApprovals' | 'list'
>;

export function sqliteReads({ db, transaction }: SqliteConnection, { select }: SqliteRows): Reads {
  const open = select(
    `WHERE intent = ? AND preview = 0 AND status IN (${listed(openStatuses)})
     ORDER BY created DESC, rowid DESC LIMIT 1`,
  );
  const abandoned = select("WHERE status = 'applying' AND coalesce(json_extract(body, '$.leaseUntil'), 0) <= ? ORDER BY rowid");
  const expired = select("WHERE status = 'planned' AND json_extract(body, '$.expires') <= ? ORDER BY rowid LIMIT ?");
  const approved = select(`INDEXED BY changes_approved WHERE ${someApproved} ORDER BY created, rowid`);
  // `created` bounds the rows whose body is looked at: a change ends after it was created.
  const forget = db.prepare(
    `DELETE FROM changes WHERE rowid IN (SELECT rowid FROM changes WHERE created < ? AND status NOT IN (${listed(openStatuses)})
     AND preview >= ? AND coalesce(json_extract(body, '$.ended'), created) < ? ORDER BY created LIMIT ?)`,
  );
  const sentOf = db.prepare('SELECT hash, body FROM sent WHERE change = ?');
  const requested = db.prepare(
    `SELECT id, status FROM requests JOIN changes ON id = change
     WHERE receipt = ? AND connection = ? AND status IN (${listed(unsettledStatuses)}) LIMIT 1`,
  );

  return {
    findOpenByIntent: async (intent) => open.first(intent),
    listAbandoned: async (at) => abandoned.all([at]),
    listExpired: async (at, limit) => expired.all([at, limit]),
    listWithApprovals: async () => approved.all([]),
    requestsOf: async (id) => sentOf.get(id) as StoredRequests | undefined,
    forget: (before, limit, only) => transaction(() => Number(forget.run(before, only === undefined ? 0 : 1, before, limit).changes)),
    findByProviderRequest: async (connection, receipt) => requested.get(receipt, connection) as { id: string; status: Status } | undefined,
    list: async (filter, after, limit) => listRows(db, filter, after, limit, select),
  };
}
