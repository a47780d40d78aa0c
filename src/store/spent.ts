import type { Change } from './change.ts';
import type { Spent } from './store.ts';

/** A change as budgets count it once it is let through at `at`. */
export function spentBy(change: Change, at: number): Spent {
  const { operation, connection, provider, caller, effects } = change;
  const targets = change.targets.filter((target) => target.outcome !== 'unchanged').length;
  return { at, operation, connection, provider, caller, effects, targets };
}
