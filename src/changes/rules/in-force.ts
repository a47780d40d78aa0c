/** The policy as a caller may read it: what holds, what is used up, who could approve. */
import { instant } from '../../clock.ts';
import type { Spent } from '../../store/store.ts';
import { budgetWindow, usedOf } from './budgets.ts';
import type { Budget, Rulebook } from './rulebook.ts';
import { budgetWords, defaultWords, whenWords } from './words.ts';

/** The policy of a server at work. */
export interface InForce {
  /** The rules at this moment. */
  book(): Rulebook;
  /** How many people are named who may approve outside the chat. */
  approvers: number;
  /** What was let through since then, ms since 1970. */
  spent(since: number): Promise<readonly Spent[]>;
}

/** Rules and budgets shown; a longer file is read with the command line. */
const most = 40;

/** The policy for one caller at `at`, ms since 1970: every member is short, what is left out is counted. */
export async function policyView(
  { book, approvers, spent }: InForce,
  { caller, connections, at }: { caller: string; connections: readonly string[]; at: number },
) {
  const { version, zone, freezes, rules, budgets, problem } = book();
  const lately = await spent(at - budgetWindow);
  const coming = freezes.filter(({ to }) => to > at).toSorted((a, b) => a.from - b.from)[0];
  const left = Math.max(0, rules.length - most) + Math.max(0, budgets.length - most);
  return {
    version,
    ...(problem === undefined
      ? {}
      : { problem: 'The policy file cannot be read: every change is denied. An operator runs "iot-ops-mcp policy check".' }),
    zone,
    ...(coming ? { freeze: { name: coming.name, from: instant(coming.from), to: instant(coming.to), now: coming.from <= at } } : {}),
    rules: rules.slice(0, most).map((rule) => ({ rule: rule.name, verdict: rule.then, when: whenWords(rule) })),
    default: defaultWords,
    budgets: budgets.slice(0, most).map((budget) => ({ budget: budget.name, limit: budgetWords(budget), used: used(budget) })),
    ...(left > 0 ? { leftOut: left } : {}),
    approvers,
    approval: approvalWords(approvers),
  };

  /** Used of a budget: by this caller, and on each connection where these are counted for themselves. */
  function used(budget: Budget): number | Record<string, number> {
    const of = (connection: string): number => usedOf(budget, lately, { at, caller, connection });
    if (!budget.each.includes('connection')) return of('');
    const concerned = connections.filter((name) => budget.when.connection?.includes(name) ?? true);
    return Object.fromEntries(concerned.map((name) => [name, of(name)]));
  }
}

export type PolicyView = Awaited<ReturnType<typeof policyView>>;

function approvalWords(approvers: number): string {
  const outside =
    approvers === 0
      ? 'nobody is named who could, so it is refused (on a sandbox the default asks instead)'
      : 'in the console or with "iot-ops-mcp approve"; no answer from inside the chat counts';
  return `ask: a person at the client says yes, or apply_change repeats the sentence. approve, approve 2: one or two named people outside the chat, ${outside}.`;
}
