/** Budgets: limits on the changes of an hour or a day. */
import { type Verdict, verdicts } from '../../store/change.ts';
import type { Spent } from '../../store/store.ts';
import { fitsOrigin } from './judge.ts';
import type { Budget, Rulebook } from './rulebook.ts';

const hour = 3_600_000;
const periodMs = { hour, day: 24 * hour };
const periods = { hour: 'an hour', day: 'a day' };

/** The longest budget period, ms. */
export const budgetWindow = periodMs.day;

/** A budget that a change would exceed. */
export interface Overspent {
  name: string;
  /** What is used and what the change needs: `budget "b": 2 of 2 changes an hour are used, this needs 1`. */
  words: string;
  then: Verdict;
}

/** The strictest budget that `next` would exceed, given the changes that were applied before; undefined if none. */
export function overspent(ruleSet: Rulebook, spent: readonly Spent[], next: Spent): Overspent | undefined {
  return ruleSet.budgets
    .flatMap((budget): Overspent | readonly Overspent[] => {
      const amount = concerns(budget, next) ? amountOf(budget, next) : 0;
      const used = usedOf(budget, spent, next);
      if (amount === 0 || used + amount <= budget.limit) return [];
      const { name, per, of, limit, each, then } = budget;
      const whose = each.map((one) => ` ${one === 'caller' ? 'by' : 'on'} ${next[one]}`).join('');
      const description = `budget "${name}": ${used} of ${limit} ${wordsOf[of]} ${periods[per]}${whose} are used, this needs ${amount}`;
      return { name, words: description, then };
    })
    .toSorted((a, b) => verdicts.indexOf(b.then) - verdicts.indexOf(a.then))[0];
}

/** How much of a budget is used at `next.at`. With `each`, only the changes of the same caller or connection as `next` count. */
export function usedOf(budget: Budget, spent: readonly Spent[], next: Pick<Spent, 'at' | 'caller' | 'connection'>): number {
  return spent
    .filter((one) => one.at > next.at - periodMs[budget.per] && concerns(budget, one) && budget.each.every((key) => one[key] === next[key]))
    .reduce((sum, one) => sum + amountOf(budget, one), 0);
}

/** Units of budgets, as text. */
export const wordsOf = { changes: 'changes', targets: 'changed targets', sms: 'SMS' } as const;

function concerns({ when }: Budget, one: Spent): boolean {
  return fitsOrigin(when, one) && (when.effect?.some((effect) => one.effects.includes(effect)) ?? true);
}

function amountOf({ of }: Budget, { operation, targets }: Spent): number {
  if (of === 'changes') return 1;
  return of === 'targets' || /\.sms\.send$/.test(operation) ? targets : 0;
}
