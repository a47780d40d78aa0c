/** A second, independent implementation of policy evaluation. It is as literal as possible and shares no code with the real one. */
import type { Subject, SubjectTarget } from '../../../src/changes/rules/evaluate-rules.ts';

type OneOrMany = string | readonly string[];
type Bounds = { over?: string; upTo?: string };

/** A policy as it is written in the file. */
export interface Written {
  zone: string;
  freeze: readonly { name: string; from: string; to: string }[];
  rules: readonly {
    name: string;
    when?: {
      connection?: OneOrMany;
      provider?: OneOrMany;
      operation?: OneOrMany;
      effect?: OneOrMany;
      caller?: OneOrMany;
      targets?: { ids?: OneOrMany; names?: OneOrMany; groups?: OneOrMany; plans?: OneOrMany };
      count?: Bounds;
      share?: Bounds;
      hours?: OneOrMany;
      days?: OneOrMany;
    };
    then: string;
  }[];
}

const mildToStrict = ['allow', 'ask', 'approve', 'approve 2', 'deny'];
const many = (value: OneOrMany): readonly string[] => (typeof value === 'string' ? [value] : value);

export function oracle(policy: Written, subject: Subject): { verdict: string; rule: string } {
  for (const { name, from, to } of policy.freeze) {
    if (Date.parse(from) <= subject.at && Date.parse(to) > subject.at) return { verdict: 'deny', rule: `freeze: ${name}` };
  }
  const decisions: { verdict: string; rule: string }[] = [];
  for (const target of subject.targets) {
    let decided = false;
    for (const { name, when = {}, then } of policy.rules) {
      if (decided || !holds(when, policy.zone, subject, target)) continue;
      decisions.push({ verdict: then, rule: name });
      if (isCertain(when, subject, target)) decided = true;
    }
    if (!decided) decisions.push(byDefault(subject));
  }
  const strictest = Math.max(...decisions.map(({ verdict }) => mildToStrict.indexOf(verdict)));
  // Of equally strict decisions, the first one.
  const found = decisions.find(({ verdict }) => mildToStrict.indexOf(verdict) === strictest);
  if (!found) throw new Error('there is always a decision');
  return found;
}

type When = NonNullable<Written['rules'][number]['when']>;

const isWhole = (subject: Subject): boolean => subject.targets.some(({ device }) => device === subject.connection);

function holds(when: When, zone: string, subject: Subject, target: SubjectTarget): boolean {
  if (when.connection && !many(when.connection).includes(subject.connection)) return false;
  if (when.provider && !many(when.provider).includes(subject.provider)) return false;
  if (when.caller && !many(when.caller).includes(subject.caller)) return false;
  if (when.operation && !many(when.operation).some((pattern) => wild(pattern, subject.operation))) return false;
  if (when.effect && !many(when.effect).some((effect) => subject.effects.includes(effect))) return false;
  const count = isWhole(subject) ? Math.max(subject.targets.length, subject.total ?? 1e12) : subject.targets.length;
  if (when.count && !bounds(when.count, count)) return false;
  if (when.share) {
    if (isWhole(subject) || subject.total === 0) {
      if (!bounds(when.share, 100)) return false;
    } else if (subject.total !== undefined && !bounds(when.share, (100 * count) / subject.total)) return false;
  }
  const { day, clock } = wallTime(subject.at, zone);
  if (when.days && !many(when.days).includes(day)) return false;
  const inside = (span: string): boolean => {
    const [from = '', to = ''] = span.split('-').map((time) => time.padStart(5, '0'));
    return from < to ? clock >= from && clock < to : clock >= from || clock < to;
  };
  if (when.hours && !many(when.hours).some(inside)) return false;
  if (!when.targets || target.device === subject.connection) return true;
  const { ids, names, groups, plans } = when.targets;
  const squeezed = (text: string): string => text.replace(/[ :.-]/g, '').toLowerCase();
  if (ids && !many(ids).some((id) => squeezed(id) === squeezed(target.device))) return false;
  const called = [target.name, target.label, /"(.*)"/.exec(target.label)?.[1]].filter((name) => name !== undefined);
  if (names && !many(names).some((pattern) => called.some((name) => wild(pattern.toLowerCase(), name.toLowerCase())))) return false;
  const within = target.groups?.map((group) => group.toLowerCase()) ?? [];
  if (groups && !many(groups).some((group) => within.includes(group.toLowerCase()))) return false;
  return !plans || many(plans).some((plan) => plan.toLowerCase() === target.plan?.toLowerCase());
}

const wallTimes = new Map<string, { day: string; clock: string }>();

function wallTime(at: number, zone: string): { day: string; clock: string } {
  const known = wallTimes.get(`${at} ${zone}`);
  if (known) return known;
  const formatted = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  const [day = '', clock = ''] = formatted.toLowerCase().split(/,? /);
  wallTimes.set(`${at} ${zone}`, { day, clock });
  return { day, clock };
}

/** Whether the match of a rule does not depend on names or on incomplete facts. */
function isCertain(when: When, subject: Subject, target: SubjectTarget): boolean {
  if (when.targets?.names || when.targets?.groups || when.targets?.plans) return false;
  if (when.targets && target.device === subject.connection) return false;
  if (when.share && subject.total === undefined && !isWhole(subject)) return false;
  return !when.effect || subject.effects.every((effect) => many(when.effect ?? []).includes(effect));
}

function byDefault({ effects, targets, total, unattended, connection }: Subject): { verdict: string; rule: string } {
  const whole = targets.some(({ device }) => device === connection);
  const count = whole ? Math.max(targets.length, total ?? 1e12) : targets.length;
  let why = '';
  if (count > 3 && (whole || total === 0 || (total !== undefined && count * 20 > total))) why = 'more than 5 % of the connection';
  if (count > 10) why = 'more than 10 targets';
  if (effects.includes('session')) why = 'grants access';
  if (effects.includes('destructive')) why = 'destructive';
  if (why === '') return { verdict: 'ask', rule: 'default: changes are asked' };
  return unattended
    ? { verdict: 'ask', rule: `default: ${why}, sandbox without approvers` }
    : { verdict: 'approve', rule: `default: ${why}` };
}

function wild(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) return wild(pattern.slice(1), text) || (text !== '' && wild(pattern, text.slice(1)));
  return text !== '' && text.startsWith(pattern.charAt(0)) && wild(pattern.slice(1), text.slice(1));
}

function bounds({ over, upTo }: Bounds, value: number): boolean {
  return (over === undefined || value > Number(over)) && (upTo === undefined || value <= Number(upTo));
}
