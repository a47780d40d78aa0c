import type { Change } from './change.ts';
import type { BudgetEntry } from './store.ts';

/** The budget entry of a change that is applied at `at`, ms since 1970. */
export function budgetEntryOf(change: Change, at: number): BudgetEntry {
  const { operation, connection, provider, caller, effects } = change;
  const targets = change.targets.filter((target) => target.outcome !== 'unchanged').length;
  return { at, operation, connection, provider, caller, effects, targets };
}
