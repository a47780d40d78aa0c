/** What the policy says of a change: when it is planned, when it is applied and before each part of it. */
import { isNamed } from '../approvers/approval.ts';
import { type Approval, type Change, type Decision, verdicts } from '../store/change.ts';
import { spentBy } from '../store/spent.ts';
import type { ChangeStore } from '../store/store.ts';
import { budgetWindow, overspent } from './rules/budgets.ts';
import { judge, stricter } from './rules/judge.ts';
import type { Rulebook } from './rules/rulebook.ts';

export interface DeciderParts {
  store: ChangeStore;
  /** The rules in force at this moment. */
  rules(): Rulebook;
  /** Whether a connection is a sandbox and nobody is named who could approve. */
  unattended(connection: string): boolean;
}

export interface Decider {
  /** The verdict on a change at `at`, ms since 1970; the rules now, and the stricter of it and what it was told before. */
  decide(change: Change, at: number): Decision;
  /** As `decide`, and budgets count what was let through so far. */
  plan(change: Change, at: number): Promise<Decision>;
}

export function makeDecider({ store, rules, unattended }: DeciderParts): Decider {
  const decide: Decider['decide'] = (change, at) => {
    const { operation, connection, provider, effects, caller } = change;
    const decision = judge(rules(), {
      operation,
      connection,
      provider,
      effects,
      caller,
      at,
      targets: change.targets.filter((target) => target.outcome !== 'unchanged'),
      total: change.blast?.total,
      unattended: unattended(connection),
    });
    return change.decision ? stricter(decision, change.decision) : decision;
  };
  return {
    decide,
    async plan(change, at) {
      const book = rules();
      const decision = decide(change, at);
      const over = overspent(book, await store.spent(at - budgetWindow), spentBy(change, at));
      if (!over) return decision;
      return stricter(decision, {
        verdict: budgetVerdict(over.then, unattended(change.connection)),
        rule: over.words,
        version: book.version,
      });
    },
  };
}

/** Where nobody is named who could approve, and nothing real changes, the person at the client is asked. */
export function budgetVerdict(then: Decision['verdict'], unattended: boolean): Decision['verdict'] {
  return unattended && isAtLeast(then, 'approve') && then !== 'deny' ? 'ask' : then;
}

/** Whether `verdict` is as strict as `least`, or stricter. */
export function isAtLeast(verdict: Decision['verdict'], least: Decision['verdict']): boolean {
  return verdicts.indexOf(verdict) >= verdicts.indexOf(least);
}

/** How many different named people have approved a change, however long ago. */
export function namedPeople({ approvals = [] }: Pick<Change, 'approvals'>): number {
  return new Set(approvals.filter(isNamed).map(({ by }) => by)).size;
}

/** The strictest verdict that what has been said so far satisfies. */
export function satisfied(approval: Pick<Approval, 'kind'>, people: number): Decision['verdict'] {
  if (people >= 2) return 'approve 2';
  if (people === 1) return 'approve';
  return approval.kind === 'rule' ? 'allow' : 'ask';
}
