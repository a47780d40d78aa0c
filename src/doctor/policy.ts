/** Checks the rules for changes and whether the named people can do what the rules ask of them. */
import { peopleOf } from '../approvers/people.ts';
import { loadRules } from '../changes/rules/load-rules.ts';
import { policyWarnings } from '../changes/rules/report.ts';
import type { RuleSet } from '../changes/rules/rule-set.ts';
import type { AnyEndpoint } from '../clients/http/endpoint.ts';
import { localCaller } from '../config/callers.ts';
import type { Config } from '../config.ts';
import { type Checked, type Finding, finding } from './finding.ts';

export async function checkPolicy(config: Config, operations: readonly AnyEndpoint[]): Promise<Checked> {
  const at = config.policyFile ?? 'policy';
  const book = (await loadRules(config.policyFile, operations))();
  if (book.problem !== undefined)
    return {
      facts: [],
      findings: book.problem
        .split('\n')
        .map((line) =>
          finding(
            'policy-unreadable',
            at,
            line,
            `Correct it in ${at}; until then every change is denied. "iot-ops-mcp policy check ${at}" shows all.`,
          ),
        ),
    };
  const known = { connections: config.connections.map(({ name }) => name), callers: [...config.callers.keys()] };
  return {
    facts: [{ at: 'policy', seen: config.policyFile === undefined ? 'the built-in rules' : `${book.rules.length} rules in ${at}` }],
    findings: [
      ...policyWarnings(book, known).map((doubt) =>
        finding('policy-doubtful', at, doubt, `Correct it in ${at}; "iot-ops-mcp policy check ${at}" shows the rules in words.`),
      ),
      ...approverFindings(config, book),
    ],
  };
}

/** Whether there are as many people as the strictest rule asks for, besides those who ask. Only where changes may run for real. */
function approverFindings(config: Config, book: RuleSet): Finding[] {
  if (config.readOnly || !config.connections.some(({ writes, sandbox }) => writes && !sandbox)) return [];
  const needed = neededPeople(book);
  const { approvers, behind } = peopleOf(config.approvers, config.callerSettings);
  const callers = [...new Set([localCaller, ...config.callers.keys()])];
  const short = callers.map((caller) => ({ caller, left: approvers.length - behind(caller).length })).filter(({ left }) => left < needed);
  if (short.length === 0) return [];
  const own = approvers.length === 0 ? '' : `, for ${short.map(({ caller }) => `the caller ${caller} ${have(short, caller)}`).join(', ')}`;
  const seen =
    approvers.length === 0
      ? 'no approver is named, so changes that need one, such as destructive ones, cannot be approved by anybody'
      : `the policy asks for ${needed} ${needed === 1 ? 'approver' : 'approvers'}${own}`;
  return [
    finding('approvers-few', 'approvers', seen, 'Run "iot-ops-mcp approver <name>" and put the line that it prints into "approvers".'),
  ];
}

const have = (short: readonly { caller: string; left: number }[], caller: string): string => {
  const left = short.find((one) => one.caller === caller)?.left ?? 0;
  return left === 0 ? 'none is left' : `${left} is left`;
};

/** The built-in rules ask for one approver of what is destructive. */
function neededPeople({ rules, budgets }: RuleSet): number {
  return [...rules, ...budgets].some(({ then }) => then === 'approve 2') ? 2 : 1;
}
