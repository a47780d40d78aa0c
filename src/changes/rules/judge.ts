/** What the policy says of a change: a pure function of rules and facts. */
import { type Decision, type Verdict, verdicts } from '../../store/change.ts';
import { zoneOffset } from '../../time-slots.ts';
import { kindsOf, shapes } from '../../vocabulary.ts';
import { patternOf, plain } from './pattern.ts';
import {
  type Amount,
  type Hours,
  type Origin,
  type Rule,
  type Rulebook,
  restsOnNames,
  type Weekday,
  type When,
  weekdays,
} from './rulebook.ts';

export interface SubjectTarget {
  device: string;
  label: string;
  /** The name at the provider, where the plan has read it. */
  name?: string | undefined;
  groups?: readonly string[] | undefined;
  plan?: string | undefined;
}

/** A planned change as rules see it. */
export interface Subject {
  connection: string;
  provider: string;
  operation: string;
  effects: readonly string[];
  caller: string;
  /** ms since 1970. */
  at: number;
  /** Those that would change. */
  targets: readonly SubjectTarget[];
  /** Devices of the connection; undefined where it does not tell. */
  total: number | undefined;
  /** A sandbox without any approver configured: nobody could approve, and nothing real changes. */
  unattended: boolean;
}

/** How much of the connection it touches. */
export interface Extent {
  count: number;
  /** Percent of the connection's devices; undefined where the total is unknown. */
  share: number | undefined;
}

/** A target with what the policy says of it, and the rules that made it so. */
export interface Weighed {
  target: SubjectTarget;
  decision: Decision;
  /** Those that only tighten, and last the one that decides, where one does. */
  rules: readonly string[];
}

/** The strictest decision over all targets; on equal verdicts that of the first target. */
export function judge(book: Rulebook, subject: Subject): Decision {
  return weigh(book, subject)
    .map(({ decision }) => decision)
    .reduce(stricter);
}

/** The decision for each target; for a change without any, one for the change. */
export function weigh(book: Rulebook, subject: Subject): readonly Weighed[] {
  const says = (verdict: Verdict, rule: string): Decision => ({ verdict, rule, version: book.version });
  const targets = subject.targets.length > 0 ? subject.targets : [{ device: '', label: '' }];
  const all = (decision: Decision): readonly Weighed[] => targets.map((target) => ({ target, decision, rules: [] }));
  if (book.problem !== undefined) return all(says('deny', 'policy unreadable'));
  const freeze = book.freezes.find(({ from, to }) => from <= subject.at && subject.at < to);
  if (freeze) return all(says('deny', `freeze: ${freeze.name}`));
  const extent = extentOf(subject);
  const usual = usually(subject, extent);
  const fitting = book.rules.flatMap((rule) => {
    const fit = fitsChange(rule, subject, extent, book.zone);
    return fit === 'no' ? [] : { rule, fit, fitsTarget: targetTest(rule.when, subject) };
  });
  return targets.map((target) => {
    const rules: string[] = [];
    let floor: Decision | undefined;
    const atLeast = (decision: Decision): Decision => (floor ? stricter(floor, decision) : decision);
    for (const { rule, fit, fitsTarget } of fitting) {
      const found = both(fit, fitsTarget(target));
      if (found === 'no') continue;
      rules.push(rule.name);
      const decision = atLeast(says(rule.then, rule.name));
      if (found === 'yes') return { target, decision, rules };
      floor = decision;
    }
    return { target, decision: atLeast(says(usual.verdict, usual.rule)), rules };
  });
}

/** The stricter of two decisions; on equal verdicts the first. */
export function stricter(a: Decision, b: Decision): Decision {
  return verdicts.indexOf(b.verdict) > verdicts.indexOf(a.verdict) ? b : a;
}

/** What touches the whole connection touches every device of it, however many there are. */
export function extentOf({ targets, total, connection }: Subject): Extent {
  const whole = targets.some((target) => target.device === connection);
  if (whole) return { count: Math.max(total ?? Number.POSITIVE_INFINITY, targets.length), share: 100 };
  const count = targets.length;
  return { count, share: total === undefined ? undefined : total === 0 ? 100 : (count / total) * 100 };
}

/** What holds where no rule decides. */
function usually({ effects, unattended }: Subject, { count, share }: Extent): { verdict: Verdict; rule: string } {
  const approve = (why: string): { verdict: Verdict; rule: string } =>
    unattended ? { verdict: 'ask', rule: `default: ${why}, sandbox without approvers` } : { verdict: 'approve', rule: `default: ${why}` };
  if (effects.includes('destructive')) return approve('destructive');
  // Who was let in stays in: nothing that a tool may run shuts them out again.
  if (effects.includes('session')) return approve('lets somebody in');
  if (count > 10) return approve('more than 10 targets');
  if (count > 3 && share !== undefined && share > 5) return approve('more than 5 % of the connection');
  return { verdict: 'ask', rule: 'default: changes are asked' };
}

/**
 * `tightens`: it fits, but on facts that are incomplete or that whoever changes devices can change.
 * Such a rule holds as the least that is asked for, and the search goes on.
 */
type Fit = 'no' | 'tightens' | 'yes';

const both = (a: Fit, b: Fit): Fit => (a === 'no' || b === 'no' ? 'no' : a === 'yes' ? b : 'tightens');
const yesIf = (fits: boolean): Fit => (fits ? 'yes' : 'no');

/** Whether conditions on a change's origin hold; also those of a budget. */
export function fitsOrigin(
  { connection, provider, operation, caller }: Origin,
  change: Pick<Subject, 'connection' | 'operation' | 'caller'> & { provider: string },
): boolean {
  return (
    (connection?.includes(change.connection) ?? true) &&
    (provider?.some((one) => one === change.provider) ?? true) &&
    (operation?.some((pattern) => patternOf(pattern)(change.operation)) ?? true) &&
    (caller?.includes(change.caller) ?? true)
  );
}

function fitsChange({ when }: Rule, subject: Subject, extent: Extent, zone: string): Fit {
  if (!fitsOrigin(when, subject)) return 'no';
  const { minute, weekday } = localTime(subject.at, zone);
  return [
    when.effect ? fitsEffects(when.effect, subject.effects) : 'yes',
    when.count ? yesIf(within(when.count, extent.count)) : 'yes',
    when.share ? (extent.share === undefined ? 'tightens' : yesIf(within(when.share, extent.share))) : 'yes',
    when.hours ? yesIf(when.hours.some((span) => spans(span, minute))) : 'yes',
    when.days ? yesIf(when.days.includes(weekday)) : 'yes',
  ].reduce<Fit>(both, 'yes');
}

/** A change that also does what the rule does not speak of is not loosened by it. */
function fitsEffects(spokenOf: readonly string[], effects: readonly string[]): Fit {
  const shared = effects.filter((effect) => spokenOf.includes(effect)).length;
  return shared === 0 ? 'no' : shared < effects.length ? 'tightens' : 'yes';
}

const within = ({ over, upTo }: Amount, value: number): boolean =>
  (over === undefined || value > over) && (upTo === undefined || value <= upTo);

const spans = ({ from, to }: Hours, minute: number): boolean => (from < to ? from <= minute && minute < to : from <= minute || minute < to);

function localTime(at: number, zone: string): { minute: number; weekday: Weekday } {
  const minutes = Math.floor((at + zoneOffset(at, zone)) / 60_000);
  const days = Math.floor(minutes / 1440);
  // The first of January 1970 was a Thursday.
  return { minute: minutes - days * 1440, weekday: weekdays[(((days + 3) % 7) + 7) % 7] ?? 'mon' };
}

/** The test of a rule's target conditions, made once for all targets. */
function targetTest(when: When, { connection }: Subject): (target: SubjectTarget) => Fit {
  const { targets } = when;
  if (!targets) return () => 'yes';
  const fit: Fit = restsOnNames(when) ? 'tightens' : 'yes';
  const ids = targets.ids && new Set(targets.ids.map(normalForm));
  const names = targets.names?.map(patternOf);
  const groups = targets.groups && new Set(targets.groups.map(plain));
  const plans = targets.plans && new Set(targets.plans.map(plain));
  return (target) => {
    // Whoever is meant is among the devices of the connection.
    if (target.device === connection) return 'tightens';
    const fits =
      (!ids || ids.has(normalForm(target.device))) &&
      (!names || namesOf(target).some((name) => names.some((test) => test(name)))) &&
      (!groups || (target.groups ?? []).some((group) => groups.has(plain(group)))) &&
      (!plans || (target.plan !== undefined && plans.has(plain(target.plan))));
    return fits ? fit : 'no';
  };
}

/** A target's name as it was read, else as its label shows it. */
function namesOf({ name, label }: SubjectTarget): string[] {
  return [...(name === undefined ? [] : [name]), label, ...[...label.matchAll(/"([^"]*)"/g)].map((found) => found[1] ?? '')];
}

/** One spelling of an identifier, whatever its kind. */
function normalForm(id: string): string {
  const kind = kindsOf(id)[0];
  return kind ? shapes[kind].normalise(id).toUpperCase() : plain(id).toUpperCase();
}
