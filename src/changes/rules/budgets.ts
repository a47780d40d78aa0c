/** Budgets: limits on the changes of an hour or a day. */
import { day, hour } from '../../durations.ts';
import { type Verdict, verdicts } from '../../store/change.ts';
import type { BudgetEntry } from '../../store/store.ts';
import { matchesOrigin } from './evaluate-rules.ts';
import type { Budget, RuleSet } from './rule-set.ts';

const periodMs = { hour, day };
const periods = { hour: 'an hour', day: 'a day' };

/** The longest budget period, ms. */
export const budgetWindow = periodMs.day;

/** A budget that a change would exceed. */
export interface ExceededBudget {
  name: string;
  /** What is used and what the change needs: `budget "b": 2 of 2 changes an hour are used, this needs 1`. */
  description: string;
  then: Verdict;
}

/** The strictest budget that `next` would exceed, given the changes that were applied before; undefined if none. */
export function exceededBudget(ruleSet: RuleSet, spent: readonly BudgetEntry[], next: BudgetEntry): ExceededBudget | undefined {
  return ruleSet.budgets
    .flatMap((budget): ExceededBudget | readonly ExceededBudget[] => {
      const amount = appliesTo(budget, next) ? amountOf(budget, next) : 0;
      const used = budgetUsage(budget, spent, next);
      if (amount === 0 || used + amount <= budget.limit) return [];
      const { name, per, of, limit, each, then } = budget;
      const whose = each.map((one) => ` ${one === 'caller' ? 'by' : 'on'} ${next[one]}`).join('');
      const description = `budget "${name}": ${used} of ${limit} ${budgetUnits[of]} ${periods[per]}${whose} are used, this needs ${amount}`;
      return { name, description, then };
    })
    .toSorted((a, b) => verdicts.indexOf(b.then) - verdicts.indexOf(a.then))[0];
}

/** What a change takes from each budget of which it takes a twentieth, or which is half used with it: `Takes 300 of the 200 SMS an hour of budget "sms", 12 are used.` */
export function budgetUse(ruleSet: RuleSet, spent: readonly BudgetEntry[], next: BudgetEntry): string[] {
  return ruleSet.budgets.flatMap((budget) => {
    const amount = appliesTo(budget, next) ? amountOf(budget, next) : 0;
    const { name, per, of, limit } = budget;
    const used = budgetUsage(budget, spent, next);
    if (amount === 0 || (amount * 20 < limit && (used + amount) * 2 < limit)) return [];
    return [`Takes ${amount} of the ${limit} ${budgetUnits[of]} ${periods[per]} of budget "${name}", ${used} used so far.`];
  });
}

/** How much of a budget is used at `next.at`. With `each`, only the changes of the same caller or connection as `next` count. */
export function budgetUsage(
  budget: Budget,
  spent: readonly BudgetEntry[],
  next: Pick<BudgetEntry, 'at' | 'caller' | 'connection'>,
): number {
  return spent
    .filter(
      (one) => one.at > next.at - periodMs[budget.per] && appliesTo(budget, one) && budget.each.every((key) => one[key] === next[key]),
    )
    .reduce((sum, one) => sum + amountOf(budget, one), 0);
}

/** Units of budgets, as text. */
export const budgetUnits = { changes: 'changes', targets: 'changed targets', sms: 'SMS' } as const;

function appliesTo({ when }: Budget, one: BudgetEntry): boolean {
  return matchesOrigin(when, one) && (when.effect?.some((effect) => one.effects.includes(effect)) ?? true);
}

function amountOf({ of }: Budget, { operation, targets }: BudgetEntry): number {
  if (of === 'changes') return 1;
  return of === 'targets' || /\.sms\.send$/.test(operation) ? targets : 0;
}
