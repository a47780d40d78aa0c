/** Formats rules, freezes and budgets as text. */
import { zoneOffset } from '../../time-slots.ts';
import { budgetUnits } from './budgets.ts';
import { type Bounds, type Budget, dependsOnNames, type Freeze, type Hours, type OriginConditions, type Rule } from './rule-set.ts';

/** The default decisions, which apply if no rule decides. */
export const defaultRuleTexts = [
  'reads: allow',
  'changes: ask',
  'destructive changes, and those that grant access: approve',
  'more than 10 targets: approve',
  'more than 5 % of the connection when more than 3 targets: approve',
] as const;

/** The conditions of a rule: `on verizon; disruptive or destructive; from 22:00 to 06:00`. */
export function formatConditions({ when }: Pick<Rule, 'when'>): string {
  const { targets, count, share, hours, days, nights } = when;
  const parts = [
    ...formatOrigin(when),
    ...(targets?.ids ? [targets.ids.length > 3 ? `one of ${targets.ids.length} identifiers` : `only ${either(targets.ids)}`] : []),
    ...(targets?.names ? [`named ${either(targets.names)}`] : []),
    ...(targets?.groups ? [`in group ${either(targets.groups)}`] : []),
    ...(targets?.plans ? [`on plan ${either(targets.plans)}`] : []),
    ...(count ? [`${formatBounds(count)} targets`] : []),
    ...(share ? [`${formatBounds(share)} % of the connection`] : []),
    ...(hours ? [`from ${either(hours.map(formatHours))}`] : []),
    ...(days ? [`on ${either(days)}`] : []),
    ...(nights ? [`in nights that begin on ${either(nights)}`] : []),
  ];
  return parts.join('; ') || 'always';
}

/** A rule: `approve 2, where on verizon; named gate-* (can only make it stricter)`. */
export function formatRule(rule: Rule): string {
  const note = dependsOnNames(rule.when) ? ' (can only make it stricter)' : '';
  const self = rule.selfApproval ? '; who asked for it may approve it' : '';
  return `${rule.then}, where ${formatConditions(rule)}${self}${note}`.replace(', where always', ', always');
}

/** A budget: `60 changes an hour, each caller; beyond that approve`. */
export function formatBudget({ of, limit, per, each, when, then }: Budget): string {
  const whose = each.length > 0 ? `, each ${each.join(' and ')}` : '';
  const where = formatOrigin(when).join('; ');
  return `${limit} ${budgetUnits[of]} ${per === 'hour' ? 'an hour' : 'a day'}${whose}${where ? `, where ${where}` : ''}; beyond that ${then}`;
}

/** A freeze: `from 2026-12-20 00:00 to 2027-01-03 06:00 (Europe/Paris): deny`. */
export function formatFreeze({ from, to }: Freeze, zone: string): string {
  return `from ${formatLocalTime(from, zone)} to ${formatLocalTime(to, zone)} (${zone}): deny`;
}

function formatOrigin({ connection, provider, operation, effect, caller }: OriginConditions): string[] {
  return [
    ...(connection ? [`on ${either(connection)}`] : []),
    ...(provider ? [`at ${either(provider)}`] : []),
    ...(operation ? [either(operation)] : []),
    ...(effect ? [either(effect)] : []),
    ...(caller ? [`by ${either(caller)}`] : []),
  ];
}

const either = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

function formatBounds({ over, upTo }: Bounds): string {
  return [...(over === undefined ? [] : [`more than ${over}`]), ...(upTo === undefined ? [] : [`at most ${upTo}`])].join(' and ');
}

/** Hours: `22:00 to 06:00`. */
export const formatHours = ({ from, to }: Hours): string => `${formatTime(from)} to ${formatTime(to)}`;
const formatTime = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const formatLocalTime = (at: number, zone: string): string =>
  new Date(at + zoneOffset(at, zone)).toISOString().slice(0, 16).replace('T', ' ');
