/** Evaluates the policy rules for a change: a pure function of the rules and the facts of the change. */
import { type Decision, type Verdict, verdicts } from '../../store/change.ts';
import { zoneOffset } from '../../time-slots.ts';
import { identifierFormats, kindsOf } from '../../vocabulary.ts';
import { compilePattern, normalizeName } from './pattern.ts';
import {
  type Bounds,
  type Conditions,
  dependsOnNames,
  type Hours,
  type OriginConditions,
  type Rule,
  type RuleSet,
  spansMidnight,
  type Weekday,
  weekdays,
} from './rule-set.ts';

export interface SubjectTarget {
  device: string;
  label: string;
  /** Name at the provider, if the plan has read it. */
  name?: string | undefined;
  groups?: readonly string[] | undefined;
  plan?: string | undefined;
}

/** The facts of a planned change that rules are evaluated on. */
export interface Subject {
  connection: string;
  provider: string;
  operation: string;
  effects: readonly string[];
  caller: string;
  /** ms since 1970. */
  at: number;
  /** The targets that would change. */
  targets: readonly SubjectTarget[];
  /** Devices that depend on the targets: they count, and the rules on them hold. */
  dependents?: { count: number; atLeast?: boolean; devices: readonly SubjectTarget[] } | undefined;
  /** Number of devices of the connection; undefined if unknown. */
  total: number | undefined;
  /** Whether the connection is a sandbox and no approver is configured. */
  unattended: boolean;
}

/** How much of the connection a change touches. */
export interface Extent {
  count: number;
  /** Percent of the connection's devices; undefined if their number is unknown. */
  share: number | undefined;
}

/** The decision for one target, and the rules that led to it. */
export interface TargetDecision {
  target: SubjectTarget;
  decision: Decision;
  /** Names of the matching rules: first those that could only make the decision stricter, last the one that decided, if any. */
  rules: readonly string[];
}

/** The strictest decision over all targets; on equal verdicts, the one of the first target. */
export function evaluateRules(ruleSet: RuleSet, subject: Subject): Decision {
  return evaluateTargets(ruleSet, subject)
    .map(({ decision }) => decision)
    .reduce(stricter);
}

/** The decision for each target. A change without targets gets one decision. */
export function evaluateTargets(ruleSet: RuleSet, subject: Subject): readonly TargetDecision[] {
  const decide = (verdict: Verdict, rule: string): Decision => ({ verdict, rule, version: ruleSet.version });
  const touched = [...subject.targets, ...dependentTargets(subject)];
  const targets = touched.length > 0 ? touched : [{ device: '', label: '' }];
  const all = (decision: Decision): readonly TargetDecision[] => targets.map((target) => ({ target, decision, rules: [] }));
  if (ruleSet.problem !== undefined) return all(decide('deny', 'policy unreadable'));
  const freeze = ruleSet.freezes.find(({ from, to }) => from <= subject.at && subject.at < to);
  if (freeze) return all(decide('deny', `freeze: ${freeze.name}`));
  const extent = extentOf(subject);
  const byDefault = defaultDecision(subject, extent);
  const matching = ruleSet.rules.flatMap((rule) => {
    const match = matchChange(rule, subject, extent, ruleSet.zone);
    return match === 'no' ? [] : { rule, match, matchTarget: targetMatcher(rule.when, subject) };
  });
  return targets.map((target) => {
    const rules: string[] = [];
    let floor: Decision | undefined;
    const atLeast = (decision: Decision): Decision => (floor ? stricter(floor, decision) : decision);
    for (const { rule, match, matchTarget } of matching) {
      const found = both(match, matchTarget(target));
      if (found === 'no') continue;
      rules.push(rule.name);
      const own = decide(rule.then, rule.name);
      const decision = atLeast(rule.selfApproval ? { ...own, selfApproval: true } : own);
      if (found === 'yes') return { target, decision, rules };
      floor = decision;
    }
    return { target, decision: atLeast(decide(byDefault.verdict, byDefault.rule)), rules };
  });
}

/** The dependent devices. Those that were counted but not read may be any device of the connection, so any rule on devices may fit them. */
function dependentTargets({ connection, dependents }: Subject): readonly SubjectTarget[] {
  if (!dependents) return [];
  const unread = dependents.atLeast === true || dependents.count > dependents.devices.length;
  return unread ? [...dependents.devices, { device: connection, label: connection }] : dependents.devices;
}

/** The stricter of two decisions; on equal verdicts, the one that lets nobody approve their own change, or else the first. */
export function stricter(a: Decision, b: Decision): Decision {
  if (a.verdict === b.verdict) return a.selfApproval && !b.selfApproval ? b : a;
  return verdicts.indexOf(b.verdict) > verdicts.indexOf(a.verdict) ? b : a;
}

/** The extent of a change. A change whose target is the connection itself counts as touching all of its devices. */
export function extentOf({ targets, dependents, total, connection }: Subject): Extent {
  const whole = targets.some((target) => target.device === connection);
  if (whole) return { count: Math.max(total ?? Number.POSITIVE_INFINITY, targets.length), share: 100 };
  const count = targets.length + (dependents?.count ?? 0);
  return { count, share: total === undefined ? undefined : total === 0 ? 100 : Math.min(100, (count / total) * 100) };
}

/** The decision if no rule decides. */
function defaultDecision({ effects, unattended }: Subject, { count, share }: Extent): { verdict: Verdict; rule: string } {
  const approve = (why: string): { verdict: Verdict; rule: string } =>
    unattended ? { verdict: 'ask', rule: `default: ${why}, sandbox without approvers` } : { verdict: 'approve', rule: `default: ${why}` };
  if (effects.includes('destructive')) return approve('destructive');
  // No tool can revoke access that was granted.
  if (effects.includes('session')) return approve('grants access');
  if (count > 10) return approve('more than 10 targets');
  if (count > 3 && share !== undefined && share > 5) return approve('more than 5 % of the connection');
  return { verdict: 'ask', rule: 'default: changes are asked' };
}

/**
 * `tightens`: the rule matches, but on facts that are incomplete or that the caller could change. Such a rule can only make the decision
 * stricter: its verdict is the minimum, and the following rules are still evaluated.
 */
type Match = 'no' | 'tightens' | 'yes';

const both = (a: Match, b: Match): Match => (a === 'no' || b === 'no' ? 'no' : a === 'yes' ? b : 'tightens');
const yesIf = (matches: boolean): Match => (matches ? 'yes' : 'no');

/** Whether the origin conditions of a rule or a budget match. */
export function matchesOrigin(
  { connection, provider, operation, caller }: OriginConditions,
  change: Pick<Subject, 'connection' | 'operation' | 'caller'> & { provider: string },
): boolean {
  return (
    (connection?.includes(change.connection) ?? true) &&
    (provider?.some((one) => one === change.provider) ?? true) &&
    (operation?.some((pattern) => compilePattern(pattern)(change.operation)) ?? true) &&
    (caller?.includes(change.caller) ?? true)
  );
}

function matchChange({ when }: Rule, subject: Subject, extent: Extent, zone: string): Match {
  if (!matchesOrigin(when, subject)) return 'no';
  const { minute, weekday } = localTime(subject.at, zone);
  return [
    when.effect ? matchEffects(when.effect, subject.effects) : 'yes',
    when.count ? yesIf(within(when.count, extent.count)) : 'yes',
    when.share ? (extent.share === undefined ? 'tightens' : yesIf(within(when.share, extent.share))) : 'yes',
    when.hours ? yesIf(when.hours.some((span) => spans(span, minute))) : 'yes',
    when.days ? yesIf(when.days.includes(weekday)) : 'yes',
    when.nights ? yesIf(matchesNight(when.nights, when.hours ?? [], minute, weekday)) : 'yes',
  ].reduce<Match>(both, 'yes');
}

/** A rule that names only some of the effects of a change must not make the decision milder. */
function matchEffects(named: readonly string[], effects: readonly string[]): Match {
  const shared = effects.filter((effect) => named.includes(effect)).length;
  return shared === 0 ? 'no' : shared < effects.length ? 'tightens' : 'yes';
}

const within = ({ over, upTo }: Bounds, value: number): boolean =>
  (over === undefined || value > over) && (upTo === undefined || value <= upTo);

/** Whether a period of `hours` that is under way began on one of these days. */
function matchesNight(nights: readonly Weekday[], hours: readonly Hours[], minute: number, weekday: Weekday): boolean {
  const yesterday = weekdays[(weekdays.indexOf(weekday) + 6) % 7] ?? weekday;
  return hours.some((span) => spans(span, minute) && nights.includes(spansMidnight(span) && minute < span.to ? yesterday : weekday));
}

const spans = ({ from, to }: Hours, minute: number): boolean => (from < to ? from <= minute && minute < to : from <= minute || minute < to);

function localTime(at: number, zone: string): { minute: number; weekday: Weekday } {
  const minutes = Math.floor((at + zoneOffset(at, zone)) / 60_000);
  const days = Math.floor(minutes / 1440);
  // 1 January 1970 was a Thursday.
  return { minute: minutes - days * 1440, weekday: weekdays[(((days + 3) % 7) + 7) % 7] ?? 'mon' };
}

/** Compiles the target conditions of a rule. */
function targetMatcher(when: Conditions, { connection }: Subject): (target: SubjectTarget) => Match {
  const { targets } = when;
  if (!targets) return () => 'yes';
  const match: Match = dependsOnNames(when) ? 'tightens' : 'yes';
  const ids = targets.ids && new Set(targets.ids.map(normalForm));
  const names = targets.names?.map(compilePattern);
  const groups = targets.groups && new Set(targets.groups.map(normalizeName));
  const plans = targets.plans && new Set(targets.plans.map(normalizeName));
  return (target) => {
    // The devices that the rule names are among those of the whole connection.
    if (target.device === connection) return 'tightens';
    const matches =
      (!ids || ids.has(normalForm(target.device))) &&
      (!names || namesOf(target).some((name) => names.some((test) => test(name)))) &&
      (!groups || (target.groups ?? []).some((group) => groups.has(normalizeName(group)))) &&
      (!plans || (target.plan !== undefined && plans.has(normalizeName(target.plan))));
    return matches ? match : 'no';
  };
}

/** The names of a target: the one that was read, the label, and names that the label shows in quotes. */
function namesOf({ name, label }: SubjectTarget): string[] {
  return [...(name === undefined ? [] : [name]), label, ...[...label.matchAll(/"([^"]*)"/g)].map((found) => found[1] ?? '')];
}

/** The normal form of an identifier of any kind. */
function normalForm(id: string): string {
  const kind = kindsOf(id)[0];
  return kind ? identifierFormats[kind].normalise(id).toUpperCase() : normalizeName(id).toUpperCase();
}
