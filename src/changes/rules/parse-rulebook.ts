/** The policy file: the operator's words in YAML. Loaded only where there is one, for it brings a parser and the whole catalogue along. */
import { createHash } from 'node:crypto';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

import { type AnyEndpoint, type Effect, providerOf } from '../../clients/http/endpoint.ts';
import { verdicts } from '../../store/change.ts';
import { canonical } from '../../text/canonical.ts';
import { instantsOf } from '../../time-slots.ts';
import { nearest, Zone } from '../../vocabulary.ts';
import { patternOf } from './pattern.ts';
import { PolicyProblem, problemsIn } from './policy-problem.ts';
import { type Budget, type Freeze, type Hours, type Rule, type Rulebook, restsOnNames, usualBudgets, weekdays } from './rulebook.ts';

/** What an operator reads after a problem, by the word it begins with. */
const examples = new Map(
  [
    'zone: Europe/Paris',
    'freeze: [{ name: year end, from: 2026-12-20T00:00, to: 2027-01-03T06:00 }]',
    'rules: [{ name: gates need two people, when: { targets: { names: "gate-*" } }, then: approve 2 }]',
    'budgets: [{ name: a busy hour, per: hour, each: caller, changes: 60, then: approve }]',
    'name: gates need two people',
    'when: { connection: verizon, effect: disruptive }',
    'then: approve 2',
    'connection: [verizon, thingpark-eu]',
    'provider: thingspace',
    'operation: thingspace.devices.*',
    'effect: [disruptive, destructive]',
    'caller: chatops',
    'targets: { ids: ["89148000000077000037"] }',
    'ids: [A81758FFFE0A0001, "89148000000077000037"]',
    'names: ["gate-*"]',
    'groups: [north]',
    'plans: [IOTLOW5MB]',
    'count: { over: 10 }',
    'share: { over: 5 }',
    'over: 10',
    'upTo: 10',
    'hours: "22:00-06:00"',
    'days: [sat, sun]',
    'from: 2026-12-20T00:00',
    'to: 2027-01-03T06:00',
    'per: hour',
    'each: caller',
    'changes: 60',
    'sms: 200',
  ].map((example) => [example.slice(0, example.indexOf(':')), example]),
);

const effects = ['write', 'billing', 'disruptive', 'destructive', 'session'] as const satisfies readonly Effect[];

const missing = (what: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : what),
});

const text = (most = 200) => z.string(missing('is a text')).trim().min(1, 'is empty').max(most, `has at most ${most} characters`);

const Name = text(80).refine(
  (name) => !/^(default|freeze):/i.test(name) && name !== 'policy unreadable',
  'is a name of our own, take another',
);

const word = <const W extends readonly [string, ...string[]]>(words: W) =>
  z.enum(words, {
    error: ({ input }) => {
      if (typeof input !== 'string') return input === undefined ? 'is missing' : `is one of ${words.join(', ')}`;
      const near = nearest(input, words);
      return `knows no "${input.slice(0, 40)}"${near ? `, nearest is "${near}"` : ''}; there are ${words.join(', ')}`;
    },
  });

const then = z.preprocess((then) => (typeof then === 'string' ? then.trim().replace(/\s+/g, ' ') : then), word(verdicts));

/** One value or a list of them. */
const some = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item, missing('is empty')).min(1, 'is empty'),
  );

const number = (most: number, rule: string) =>
  z
    .string(missing(rule))
    .refine((digits) => /^\d{1,9}(\.\d{1,3})?$/.test(digits) && Number(digits) <= most, rule)
    .transform(Number);

const whole = () =>
  number(1_000_000, 'is a whole number from 0 to 1000000').refine(Number.isInteger, 'is a whole number from 0 to 1000000');

const amount = (one: z.ZodType<number>) =>
  z
    .strictObject({ over: one.optional(), upTo: one.optional() }, 'is { over: n } or { upTo: n }')
    .refine(({ over, upTo }) => over !== undefined || upTo !== undefined, 'is empty: over, upTo or both')
    .refine(({ over = -1, upTo = Number.POSITIVE_INFINITY }) => over < upTo, 'never fits: over is not below upTo');

const HoursText = text().transform((span, context): Hours => {
  const [from, to] = span.split('-').map((time) => {
    const parts = /^\s*(\d{1,2}):(\d{2})\s*$/.exec(time);
    const minutes = parts ? Number(parts[1]) * 60 + Number(parts[2]) : Number.NaN;
    return Number(parts?.[2]) < 60 && minutes <= 1440 ? minutes : Number.NaN;
  });
  if (from !== undefined && to !== undefined && from < 1440 && to >= 0 && from !== to && span.split('-').length === 2) return { from, to };
  context.addIssue(`is a span of hours from 00:00 to 24:00, got "${span.slice(0, 40)}"`);
  return z.NEVER;
});

/** Where a change comes from, by the operations that rules can name. */
function originFields(operations: readonly AnyEndpoint[]) {
  const changing = operations.filter((one) => one.effects.length > 0).map((one): string => one.id);
  const nouns = changing.map((id) => `${id.slice(0, id.lastIndexOf('.'))}.*`);
  const OperationPattern = text().refine((pattern) => changing.some(patternOf(pattern)), {
    error: ({ input }) => {
      const near = nearest(String(input), [...changing, ...nouns]);
      return `fits no changing operation, got "${String(input).slice(0, 60)}"${near ? `, nearest is ${near}` : ''}`;
    },
  });
  const [first, ...others] = new Set(operations.map(providerOf));
  return {
    connection: some(text()).optional(),
    provider: some(word([first ?? 'none', ...others])).optional(),
    operation: some(OperationPattern).optional(),
    effect: some(word(effects)).optional(),
    caller: some(text()).optional(),
  };
}

type Origin = ReturnType<typeof originFields>;

const notEmpty = (value: object): boolean => Object.values(value).some((one) => one !== undefined);
const alwaysFits = 'is empty: leave it out where it shall always fit';

const whenText = (origin: Origin) =>
  z
    .strictObject(
      {
        ...origin,
        targets: z
          .strictObject(
            {
              ids: some(text()).optional(),
              names: some(text()).optional(),
              groups: some(text()).optional(),
              plans: some(text()).optional(),
            },
            'is ids, names, groups or plans',
          )
          .refine(notEmpty, 'is empty: ids, names, groups or plans')
          .optional(),
        count: amount(whole()).optional(),
        share: amount(number(100, 'is a number of percent from 0 to 100')).optional(),
        hours: some(HoursText).optional(),
        days: some(word(weekdays)).optional(),
      },
      'is conditions by name',
    )
    .refine(notEmpty, alwaysFits)
    .optional();

const ruleText = (origin: Origin) =>
  z
    .strictObject({ name: Name, when: whenText(origin), then }, 'is { name, when, then }')
    .refine(({ when, then }) => then !== 'allow' || !when || !restsOnNames(when), {
      path: ['then'],
      error:
        'allow cannot rest on names, groups or plans, which whoever changes devices can change; name the devices by targets.ids, or take ask',
    })
    .transform(({ when = {}, ...rest }): Rule => ({ ...rest, when }));

const limits = { changes: whole().optional(), targets: whole().optional(), sms: whole().optional() };

const budgetText = (origin: Origin) =>
  z
    .strictObject(
      {
        name: Name,
        per: word(['hour', 'day']),
        each: some(word(['caller', 'connection'])).optional(),
        when: z.strictObject(origin, 'is conditions by name').refine(notEmpty, alwaysFits).optional(),
        ...limits,
        then,
      },
      'is { name, per, each, changes, then }',
    )
    .refine((budget) => budget.then !== 'allow', { path: ['then'], error: 'allow is no limit: ask, approve, approve 2 or deny' })
    .refine(({ changes, targets, sms }) => [changes, targets, sms].filter((limit) => limit !== undefined).length === 1, {
      path: ['changes'],
      error: 'exactly one of changes, targets and sms says how many',
    })
    .transform(({ each = [], when = {}, changes, targets, sms, ...rest }): Budget => {
      const [of, limit] =
        changes !== undefined
          ? (['changes', changes] as const)
          : targets !== undefined
            ? (['targets', targets] as const)
            : (['sms', sms ?? 0] as const);
      return { ...rest, each, when, of, limit };
    });

const FreezeText = z.strictObject({ name: Name, from: text(), to: text() }, 'is { name, from, to }');

const list = <T extends z.ZodType>(item: T) =>
  z.array(item, 'is a list').superRefine(namedOnce, { when: ({ value }) => Array.isArray(value) });

const policyText = (origin: Origin) =>
  z
    .strictObject(
      {
        zone: z
          .string('is an IANA time zone')
          .refine((zone) => Zone.safeParse(zone).success, 'is an IANA time zone')
          .default('UTC'),
        freeze: list(FreezeText).default([]),
        rules: list(ruleText(origin)).default([]),
        budgets: list(budgetText(origin)).default([...usualBudgets]),
      },
      'holds zone, freeze, rules and budgets',
    )
    .transform(({ zone, freeze, rules, budgets }, context) => {
      const freezes = freeze.map(({ name, from, to }, i): Freeze => {
        const edge = (field: keyof typeof fields): number => {
          const { said, pick } = fields[field];
          const at = freezeTime(said, zone);
          if (at) return pick(...at);
          context.addIssue({ code: 'custom', path: ['freeze', i, field], message: `is a day and time, got "${said.slice(0, 40)}"` });
          return Number.NaN;
        };
        const fields = { from: { said: from, pick: Math.min }, to: { said: to, pick: Math.max } };
        const span = { name, from: edge('from'), to: edge('to') };
        if (span.from >= span.to) context.addIssue({ code: 'custom', path: ['freeze', i, 'to'], message: 'is not after from' });
        return span;
      });
      return { zone, freezes, rules, budgets };
    });

function namedOnce(items: readonly unknown[], context: z.RefinementCtx): void {
  const names = items.map((item) => (item !== null && typeof item === 'object' && 'name' in item ? item.name : undefined));
  names.forEach((name, i) => {
    if (typeof name !== 'string' || names.indexOf(name) === i) return;
    context.addIssue({ code: 'custom', path: [i, 'name'], message: 'is used twice' });
  });
}

/** A local time may be two instants: a freeze takes the earlier to begin and the later to end. */
function freezeTime(said: string, zone: string): [number, number] | undefined {
  const [, day, time, offset] = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?$/.exec(said) ?? [];
  const asUtc = Date.parse(`${day}T${time}Z`);
  // Date.parse turns 30 February into 2 March.
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(`${day}`)) return undefined;
  if (offset === undefined) return instantsOf(asUtc, zone);
  const at = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(at) ? undefined : [at, at];
}

const schemas = new WeakMap<readonly AnyEndpoint[], ReturnType<typeof policyText>>();

/** The schema is built once per catalogue: a policy file is read again whenever it is written. */
function schemaFor(operations: readonly AnyEndpoint[]): ReturnType<typeof policyText> {
  const schema = schemas.get(operations) ?? policyText(originFields(operations));
  schemas.set(operations, schema);
  return schema;
}

/**
 * Reads a policy file. Everything in it is text until its own word says what it is: an ICCID without quotes keeps its digits.
 * `operations` are those that rules can name. Throws a PolicyProblem that names every line.
 */
export function parseRulebook(source: string, operations: readonly AnyEndpoint[]): Rulebook {
  const lines = new LineCounter();
  const document = parseDocument(source, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    throw new PolicyProblem(broken.map(({ message, pos }) => `line ${lines.linePos(pos[0]).line}: ${message.split('\n')[0]}`));
  const content: unknown = document.toJS();
  if (content === null || content === '') throw new PolicyProblem([`the file is empty. Example: ${examples.get('rules')}`]);
  const parsed = schemaFor(operations).safeParse(content);
  if (!parsed.success) throw new PolicyProblem(problemsIn(parsed.error, document, lines, examples));
  const version = createHash('sha256').update(canonical(parsed.data)).digest('hex').slice(0, 12);
  return { version, ...parsed.data };
}
