/** Evaluates the policy for a change: when it is planned, when it is applied, and before each batch. */
import { isNamed } from '../approvers/approval.ts';
import { isOwnChange } from '../approvers/people.ts';
import { budgetEntryOf } from '../store/budget-entry.ts';
import { type Approval, type Change, type Decision, verdicts } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { budgetUse, budgetWindow, exceededBudget } from './rules/budgets.ts';
import { evaluateRules, stricter } from './rules/evaluate-rules.ts';
import type { RuleSet } from './rules/rule-set.ts';

export interface PolicyEvaluatorOptions {
  store: ChangeStore;
  /** The current rules. */
  rules(): RuleSet;
  /** Whether a connection is a sandbox and no approver is configured. */
  unattended(connection: string): boolean;
}

export interface PolicyEvaluator {
  /** The decision of the current rules at `at` (ms since 1970), or the change's earlier decision if that is stricter. Ignores budgets. */
  evaluate(change: Change, at: number): Decision;
  /** As `evaluate`, but includes budgets, with what the change takes from each as a sentence. */
  evaluateWithBudgets(change: Change, at: number): Promise<{ decision: Decision; budgetUse: readonly string[] }>;
}

/** Makes the policy evaluator of a gate. */
export function makePolicyEvaluator({ store, rules, unattended }: PolicyEvaluatorOptions): PolicyEvaluator {
  const evaluate: PolicyEvaluator['evaluate'] = (change, at) => {
    const { operation, connection, provider, effects, caller } = change;
    const decision = evaluateRules(rules(), {
      operation,
      connection,
      provider,
      effects,
      caller,
      at,
      targets: change.targets.filter((target) => target.outcome !== 'unchanged'),
      dependents: change.dependents,
      total: change.blast?.total,
      unattended: unattended(connection),
    });
    return change.decision ? stricter(decision, change.decision) : decision;
  };
  return {
    evaluate,
    async evaluateWithBudgets(change, at) {
      const ruleSet = rules();
      const decision = evaluate(change, at);
      const entry = budgetEntryOf(change, at);
      const spent = await store.spent(at - budgetWindow);
      const exceeded = exceededBudget(ruleSet, spent, entry);
      const use = budgetUse(ruleSet, spent, entry);
      if (!exceeded) return { decision, budgetUse: use };
      const verdict = budgetVerdict(exceeded.then, unattended(change.connection));
      return { decision: stricter(decision, { verdict, rule: exceeded.description, version: ruleSet.version }), budgetUse: use };
    },
  };
}

/** The verdict of an exceeded budget. On a sandbox without approvers, `approve` and `approve 2` become `ask`. */
export function budgetVerdict(then: Decision['verdict'], unattended: boolean): Decision['verdict'] {
  return unattended && isAtLeast(then, 'approve') && then !== 'deny' ? 'ask' : then;
}

/** Whether `verdict` is at least as strict as `least`. */
export function isAtLeast(verdict: Decision['verdict'], least: Decision['verdict']): boolean {
  return verdicts.indexOf(verdict) >= verdicts.indexOf(least);
}

/** Number of different named people who have approved a change and may, including expired approvals. */
export function countNamedApprovers(change: Pick<Change, 'approvals' | 'askedBy' | 'caller' | 'decision'>): number {
  const { approvals = [] } = change;
  return new Set(approvals.filter((one) => isNamed(one) && !isOwnChange(change, one.by)).map(({ by }) => by)).size;
}

/** The strictest verdict that an approval satisfies, given how many named people have approved. */
export function satisfiedVerdict(approval: Pick<Approval, 'kind'>, people: number): Decision['verdict'] {
  if (people >= 2) return 'approve 2';
  if (people === 1) return 'approve';
  return approval.kind === 'rule' ? 'allow' : 'ask';
}
