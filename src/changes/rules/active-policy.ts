/** The policy as callers read it: rules, budgets with their usage, and approvers. */
import { instant } from '../../clock.ts';
import type { BudgetEntry } from '../../store/store.ts';
import { budgetUsage, budgetWindow } from './budgets.ts';
import { defaultRuleTexts, formatBudget, formatConditions } from './format.ts';
import type { Budget, RuleSet } from './rule-set.ts';

/** The policy of a running server. */
export interface ActivePolicy {
  /** The current rules. */
  ruleSet(): RuleSet;
  /** Why this server carries out no change at all; undefined if it does. */
  readOnly: string | undefined;
  /** Number of configured approvers, who approve outside the chat. */
  approvers: number;
  /** The changes that were applied after `since`, ms since 1970. */
  budgetEntries(since: number): Promise<readonly BudgetEntry[]>;
}

/** Maximum number of rules and of budgets shown; the command line shows all. */
const shownMax = 40;

export interface PolicyReader {
  caller: string;
  /** `writes`: whether changes are on. */
  connections: readonly { name: string; writes: boolean }[];
  /** ms since 1970. */
  at: number;
}

/** The policy for one caller at `at` (ms since 1970). Rules and budgets beyond the maximum are counted in `leftOut`. */
export async function policyView({ ruleSet, readOnly, approvers, budgetEntries }: ActivePolicy, { caller, connections, at }: PolicyReader) {
  const { version, zone, freezes, rules, budgets, problem } = ruleSet();
  const readOnlyConnections = connections.filter(({ writes }) => !writes).map(({ name }) => name);
  const recent = await budgetEntries(at - budgetWindow);
  const nextFreeze = freezes.filter(({ to }) => to > at).toSorted((a, b) => a.from - b.from)[0];
  const leftOut = Math.max(0, rules.length - shownMax) + Math.max(0, budgets.length - shownMax);
  const off =
    readOnly !== undefined
      ? `No change is carried out: ${readOnly}.`
      : readOnlyConnections.length > 0
        ? `No change is carried out on ${readOnlyConnections.join(', ')}: an operator can set writes to "on" for it in the configuration.`
        : undefined;
  return {
    version,
    ...(off === undefined ? {} : { off }),
    ...(problem === undefined
      ? {}
      : { problem: 'The policy file cannot be read: every change is denied. An operator must run "iot-ops-mcp policy check".' }),
    zone,
    ...(nextFreeze
      ? { freeze: { name: nextFreeze.name, from: instant(nextFreeze.from), to: instant(nextFreeze.to), now: nextFreeze.from <= at } }
      : {}),
    rules: rules.slice(0, shownMax).map((rule) => ({
      rule: rule.name,
      verdict: rule.then,
      when: formatConditions(rule),
      ...(rule.selfApproval ? { selfApproval: true } : {}),
    })),
    default: defaultRuleTexts,
    budgets: budgets.slice(0, shownMax).map((budget) => ({ budget: budget.name, limit: formatBudget(budget), used: used(budget) })),
    ...(leftOut > 0 ? { leftOut } : {}),
    approvers,
    approval: approvalWords(approvers),
  };

  /** Usage of a budget by this caller; per connection if the budget counts each connection separately. */
  function used(budget: Budget): number | Record<string, number> {
    const of = (connection: string): number => budgetUsage(budget, recent, { at, caller, connection });
    if (!budget.each.includes('connection')) return of('');
    const concerned = connections.map(({ name }) => name).filter((name) => budget.when.connection?.includes(name) ?? true);
    return Object.fromEntries(concerned.map((name) => [name, of(name)]));
  }
}

export type PolicyView = Awaited<ReturnType<typeof policyView>>;

function approvalWords(approvers: number): string {
  const outside =
    approvers === 0
      ? 'but none is configured, so it is refused (on a sandbox the default asks instead)'
      : 'in the console or with "iot-ops-mcp approve"; no answer from inside the chat counts, and nobody approves a change that they asked for';
  return `ask: a person at the client approves, or apply_change repeats the summary. approve, approve 2: one or two named people outside the chat, ${outside}.`;
}
