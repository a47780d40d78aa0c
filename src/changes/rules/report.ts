/** What the command line prints of a policy. */
import { kindsOf, nearest } from '../../vocabulary.ts';
import type { Rulebook } from './rulebook.ts';
import { budgetWords, defaultWords, freezeWords, ruleWords } from './words.ts';

/** A policy in words, line by line. */
export function policyLines({ version, zone, freezes, rules, budgets }: Rulebook): string[] {
  const under = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
  return [
    `policy ${version}, hours and days in ${zone}`,
    ...under(
      'freezes:',
      freezes.map((freeze) => `${freeze.name}: ${freezeWords(freeze, zone)}`),
    ),
    ...under(
      'rules, for each target the first that fits decides, the strictest over the targets holds:',
      rules.map((rule, i) => `${i + 1}. ${rule.name}: ${ruleWords(rule)}`),
    ),
    ...under(rules.length > 0 ? 'where none fits:' : 'no rules, so:', defaultWords),
    ...under(
      'budgets:',
      budgets.map((budget) => `${budget.name}: ${budgetWords(budget)}`),
    ),
  ];
}

/** What an operator may not have meant: rules for nobody we know, and rules that are never reached. */
export function policyDoubts(
  { rules, budgets }: Rulebook,
  known: { connections: readonly string[]; callers: readonly string[] },
): string[] {
  const unknown = (of: string, what: 'connection' | 'caller', said: readonly string[] = [], names: readonly string[]): string[] =>
    names.length === 0
      ? []
      : said
          .filter((one) => !names.includes(one))
          .map((one) => {
            const near = nearest(one, names);
            return `${of}: no ${what} ${one} is configured${near ? `, nearest is ${near}` : ''}`;
          });
  const bySims = rules.flatMap(({ name, when: { targets } }) =>
    (targets?.ids ?? [])
      .filter((id) => ['imei', 'mdn', 'msisdn'].includes(kindsOf(id)[0] ?? ''))
      .map((id) => `rule "${name}": ${id} is no ICCID, by which ThingSpace SIMs are known; it fits only where a plan shows it`),
  );
  const always = rules.findIndex(({ when }) => Object.values(when).every((condition) => condition === undefined));
  return [
    ...[...rules.map((one) => ({ ...one, kind: 'rule' })), ...budgets.map((one) => ({ ...one, kind: 'budget' }))].flatMap(
      ({ kind, name, when: { connection, caller } }) => [
        ...unknown(`${kind} "${name}"`, 'connection', connection, known.connections),
        ...unknown(`${kind} "${name}"`, 'caller', caller, known.callers),
      ],
    ),
    ...bySims,
    ...(always < 0 ? [] : rules.slice(always + 1)).map(
      ({ name }) => `rule "${name}" is never reached: "${rules[always]?.name}" before it always fits`,
    ),
  ];
}
