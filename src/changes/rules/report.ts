/** The policy as the command line prints it. */
import { kindsOf, nearest } from '../../vocabulary.ts';
import { defaultRuleTexts, formatBudget, formatFreeze, formatHours, formatRule } from './format.ts';
import { type Rule, type RuleSet, spansMidnight, type Weekday, weekdays } from './rule-set.ts';

/** The text of a policy, line by line. */
export function policyLines({ version, zone, freezes, rules, budgets }: RuleSet): string[] {
  const under = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
  return [
    `policy ${version}, hours and days in ${zone}`,
    ...under(
      'freezes:',
      freezes.map((freeze) => `${freeze.name}: ${formatFreeze(freeze, zone)}`),
    ),
    ...under(
      'rules: for each target the first match decides, the strictest target decides the change:',
      rules.map((rule, i) => `${i + 1}. ${rule.name}: ${formatRule(rule)}`),
    ),
    ...under(rules.length > 0 ? 'if no rule matches:' : 'no rules, so:', defaultRuleTexts),
    ...under(
      'budgets:',
      budgets.map((budget) => `${budget.name}: ${formatBudget(budget)}`),
    ),
  ];
}

/** Warnings about probable mistakes: unknown connections and callers, identifiers that rarely match, rules that are never reached. */
export function policyWarnings(
  { rules, budgets }: RuleSet,
  known: { connections: readonly string[]; callers: readonly string[] },
): string[] {
  const unknown = (of: string, what: 'connection' | 'caller', used: readonly string[] = [], names: readonly string[]): string[] =>
    names.length === 0
      ? []
      : used
          .filter((one) => !names.includes(one))
          .map((one) => {
            const near = nearest(one, names);
            return `${of}: no ${what} ${one} is configured${near ? `, nearest is ${near}` : ''}`;
          });
  const byOtherIds = rules.flatMap(({ name, when: { targets } }) =>
    (targets?.ids ?? [])
      .filter((id) => ['imei', 'mdn', 'msisdn'].includes(kindsOf(id)[0] ?? ''))
      .map((id) => `rule "${name}": ${id} is not an ICCID, which identifies ThingSpace SIMs; it matches only if a plan shows it`),
  );
  const always = rules.findIndex(({ when }) => Object.values(when).every((condition) => condition === undefined));
  return [
    ...[...rules.map((one) => ({ ...one, kind: 'rule' })), ...budgets.map((one) => ({ ...one, kind: 'budget' }))].flatMap(
      ({ kind, name, when: { connection, caller } }) => [
        ...unknown(`${kind} "${name}"`, 'connection', connection, known.connections),
        ...unknown(`${kind} "${name}"`, 'caller', caller, known.callers),
      ],
    ),
    ...byOtherIds,
    ...rules.flatMap(calendarDayWarning),
    ...(always < 0 ? [] : rules.slice(always + 1)).map(
      ({ name }) => `rule "${name}" is never reached: "${rules[always]?.name}" before it always matches`,
    ),
  ];
}

/** A rule whose hours go on after midnight, while its days are calendar days: which mornings match, and how the nights are meant instead. */
function calendarDayWarning({ name, when: { hours = [], days } }: Rule): string[] {
  const overnight = hours.find(spansMidnight);
  if (!days || !overnight || days.length === weekdays.length) return [];
  const next = (day: Weekday): Weekday => weekdays[(weekdays.indexOf(day) + 1) % 7] ?? day;
  const unmatched = days.map(next).filter((day) => !days.includes(day));
  const early = days.filter((day) => !days.some((one) => next(one) === day));
  const morning = formatHours({ from: 0, to: overnight.to });
  return [
    `rule "${name}": days are calendar days, so of the hours ${formatHours(overnight)} it matches ${early.join(', ')} ${morning} and not ${unmatched.join(', ')} ${morning}; for the nights that begin on these days write nights: [${days.join(', ')}] instead of days`,
  ];
}
