/** Adding and claiming changes in SQLite, beside equal ones and others on the same targets. */
import { requestsOf } from './audit.ts';
import { budgetEntryOf } from './budget-entry.ts';
import { type Change, carriedOutStatuses, unsettledStatuses, waitingStatuses } from './change.ts';
import type { KnownChanges } from './known-changes.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import type { SqliteRecord } from './sqlite-record.ts';
import type { SqliteRows } from './sqlite-rows.ts';
import { listed } from './sqlite-schema.ts';
import type { BudgetEntry, ChangeStore, Claim } from './store.ts';
import { withInputsOf } from './stored-body.ts';

export function sqliteClaims(
  { db, transaction }: SqliteConnection,
  { lastLine }: SqliteRecord,
  { select, byId, add, moveIn }: SqliteRows,
  known: KnownChanges,
): Pick<ChangeStore, 'addUnlessEqual' | 'claim' | 'spent'> {
  const standing = select(
    `WHERE intent = ? AND preview = 0 AND (status IN (${listed(unsettledStatuses)})
     OR (status IN (${listed(waitingStatuses)}) AND json_extract(body, '$.expires') > ?)
     OR (status IN (${listed(carriedOutStatuses)}) AND json_extract(body, '$.claimLine') > ?)) ORDER BY created DESC, rowid DESC LIMIT 1`,
  );
  const busy = db.prepare(
    `SELECT other.id FROM targets mine JOIN targets theirs ON theirs.device = mine.device JOIN changes other ON other.id = theirs.change
     WHERE mine.change = ? AND other.id <> mine.change AND other.status = 'applying' AND other.connection = ? LIMIT 1`,
  );
  const someApplying = db.prepare("SELECT 1 FROM changes WHERE status = 'applying' AND id <> ? LIMIT 1");
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
  const keepSent = db.prepare('INSERT OR REPLACE INTO sent (change, hash, body) VALUES (?, ?, ?)');

  const idOf = (row: unknown): string | undefined => (row as { id: string } | undefined)?.id;
  /** Why a change cannot be claimed beside others. */
  const conflictOf = (change: Change): Claim | undefined => {
    const { id, intent, connection } = change;
    const same = idOf(equal.get(intent, id));
    if (same !== undefined) return { busy: same, why: 'same' };
    const done = idOf(followed.get(intent, id, change.resumes ?? null, change.undoes ?? null, change.planLine ?? null));
    if (done !== undefined) return { busy: done, why: 'done' };
    const overlapping = someApplying.get(id) && idOf(busy.get(id, connection));
    return overlapping === undefined ? undefined : { busy: overlapping, why: 'target' };
  };

  return {
    async addUnlessEqual(change, at) {
      const stored = await transaction(() => {
        const found = standing.first(change.intent, at, change.planLine ?? null);
        return (found && withInputsOf(found, change)) ?? add(change);
      });
      known.keep(stored);
      return stored;
    },
    async claim(id, from, patch, { at, window, over }) {
      const claim = await transaction((): Claim => {
        // What is claimed is what is stored, not what this process remembers: it is compared with its seal.
        const change = byId(id, true);
        if (!change || !from.includes(change.status)) return { gone: true };
        const conflict = conflictOf(change);
        if (conflict) return conflict;
        forgetSpent.run(at - window);
        const why = over(spentSince.all(at - window).map(spentIn));
        if (why !== undefined) return { over: why };
        spend.run(at, JSON.stringify(budgetEntryOf(change, at)));
        const claimed = moveIn(change, from, (now) => ({ ...patch(now), status: 'applying', claimLine: lastLine() + 1 }));
        if (!claimed) return { gone: true };
        const { hash, body } = requestsOf(claimed);
        keepSent.run(id, hash, body);
        return { claimed };
      });
      if ('claimed' in claim) known.keep(claim.claimed);
      return claim;
    },
    spent: async (since) => spentSince.all(since).map(spentIn),
  };
}

const spentIn = (row: unknown): BudgetEntry => JSON.parse((row as { body: string }).body) as BudgetEntry;
