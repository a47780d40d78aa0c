/** Adding and claiming changes in PostgreSQL, beside equal ones and others on the same targets. */
import { requestsOf } from '../audit.ts';
import { budgetEntryOf } from '../budget-entry.ts';
import { type Change, carriedOutStatuses, unsettledStatuses, waitingStatuses } from '../change.ts';
import type { KnownChanges } from '../known-changes.ts';
import type { BudgetEntry, ChangeStore, Claim } from '../store.ts';
import { withInputsOf } from '../stored-body.ts';
import type { Database } from './database.ts';
import { type PostgresRows, type Query, queryOf, type Transaction } from './rows.ts';

const standing = `WHERE intent = $1 AND NOT preview AND (status = ANY($2)
  OR (status = ANY($3) AND expires > $4) OR (status = ANY($5) AND claim_line > $6)) ORDER BY created DESC, n DESC LIMIT 1`;
const conflicts = `SELECT
  (SELECT id FROM changes WHERE intent = $1 AND id <> $2 AND NOT preview AND status = ANY($3) LIMIT 1) AS same,
  (SELECT id FROM changes WHERE intent = $1 AND id <> $2 AND NOT preview AND status = ANY($4)
     AND (resumes = $5 OR undoes = $6 OR claim_line > $7) LIMIT 1) AS done,
  (SELECT other.id FROM targets mine JOIN targets theirs ON upper(theirs.device) = upper(mine.device) JOIN changes other ON other.id = theirs.change
     WHERE mine.change = $2 AND other.id <> $2 AND other.status = 'applying' AND other.connection = $8 LIMIT 1) AS busy`;

/** Why a change cannot be claimed beside others. */
async function conflictOf(query: Query, change: Change): Promise<Extract<Claim, { busy: string }> | undefined> {
  const [found] = await query<{ same: string | null; done: string | null; busy: string | null }>(conflicts, [
    change.intent,
    change.id,
    unsettledStatuses,
    carriedOutStatuses,
    change.resumes ?? null,
    change.undoes ?? null,
    change.planLine ?? null,
    change.connection,
  ]);
  if (found?.same) return { busy: found.same, why: 'same' };
  if (found?.done) return { busy: found.done, why: 'done' };
  return found?.busy ? { busy: found.busy, why: 'target' } : undefined;
}

const entryOf = ({ body }: { body: string }): BudgetEntry => JSON.parse(body) as BudgetEntry;

export function postgresClaims(
  { read }: Database,
  write: <T>(work: (at: Transaction) => Promise<T>) => Promise<T>,
  rows: PostgresRows,
  known: KnownChanges,
): Pick<ChangeStore, 'addUnlessEqual' | 'claim' | 'spent'> {
  return {
    async addUnlessEqual(change, at) {
      const values = [change.intent, unsettledStatuses, waitingStatuses, at, carriedOutStatuses, change.planLine ?? null];
      const stored = await write(async (transaction) => {
        const [equal] = await rows.select(queryOf(transaction), standing, values);
        const own = equal && withInputsOf(equal, change);
        if (own) return own;
        await rows.add(transaction, change);
        return change;
      });
      known.keep(stored);
      return stored;
    },
    async claim(id, from, patch, { at, window, over }) {
      const claim = await write(async (transaction): Promise<Claim> => {
        const query = queryOf(transaction);
        // What is claimed is what is stored, not what this process remembers: it is compared with its seal.
        const change = await rows.byId(query, id, true);
        if (!change || !from.includes(change.status)) return { gone: true };
        const conflict = await conflictOf(query, change);
        if (conflict) return conflict;
        await query('DELETE FROM spent WHERE at <= $1', [at - window]);
        const spent = await query<{ body: string }>('SELECT body FROM spent WHERE at > $1', [at - window]);
        const why = over(spent.map(entryOf));
        if (why !== undefined) return { over: why };
        await query('INSERT INTO spent (at, body) VALUES ($1, $2)', [at, JSON.stringify(budgetEntryOf(change, at))]);
        const line = transaction.head.seq + 1;
        const claimed = await rows.moveIn(transaction, change, from, (now) => ({ ...patch(now), status: 'applying', claimLine: line }));
        if (!claimed) return { gone: true };
        const { hash, body } = requestsOf(claimed);
        await query(
          'INSERT INTO sent (change, hash, body) VALUES ($1, $2, $3) ON CONFLICT (change) DO UPDATE SET hash = excluded.hash, body = excluded.body',
          [id, hash, body],
        );
        return { claimed };
      });
      if ('claimed' in claim) known.keep(claim.claimed);
      return claim;
    },
    spent: async (since) => (await read<{ body: string }>('SELECT body FROM spent WHERE at > $1', [since])).map(entryOf),
  };
}
