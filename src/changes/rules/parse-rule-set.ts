/** Parses the policy file (YAML). Loaded only if there is one, because it imports the YAML parser and all operations. */
import { createHash } from 'node:crypto';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type AnyEndpoint, type Effect, providerOf } from '../../clients/http/endpoint.ts';
import { verdicts } from '../../store/change.ts';
import { canonicalJson } from '../../text/canonical-json.ts';
import { memberOf } from '../../text/is-object.ts';
import { instantsOf } from '../../time-slots.ts';
import { nearest, Zone } from '../../vocabulary.ts';
import { compilePattern } from './pattern.ts';
import { PolicyFileError, problemsIn } from './policy-file-error.ts';
import {
  type Budget,
  defaultBudgets,
  dependsOnNames,
  type Freeze,
  type Hours,
  type Rule,
  type RuleSet,
  spansMidnight,
  weekdays,
} from './rule-set.ts';

/** Valid examples for error messages, by field name. */
const examples = new Map(
  [
    'zone: Europe/Paris',
    'freeze: [{ name: year end, from: 2026-12-20T00:00, to: 2027-01-03T06:00 }]',
    'rules: [{ name: gates need two people, when: { targets: { names: "gate-*" } }, then: approve 2 }]',
    'budgets: [{ name: a busy hour, per: hour, each: caller, changes: 60, then: approve }]',
    'name: gates need two people',
    'when: { connection: verizon, effect: disruptive }',
    'then: approve 2',
    'selfApproval: true',
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
    'nights: [sat, sun]',
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

const text = (most = 200) => z.string(missing('must be text')).trim().min(1, 'is empty').max(most, `must have at most ${most} characters`);

const Name = text(80).refine(
  (name) => !/^(default|freeze):/i.test(name) && name !== 'policy unreadable',
  'is a reserved name, choose another one',
);

const oneOf = <const W extends readonly [string, ...string[]]>(words: W) =>
  z.enum(words, {
    error: ({ input }) => {
      if (typeof input !== 'string') return input === undefined ? 'is missing' : `must be one of ${words.join(', ')}`;
      const near = nearest(input, words);
      return `does not allow "${input.slice(0, 40)}"${near ? `, nearest is "${near}"` : ''}; allowed are ${words.join(', ')}`;
    },
  });

const then = z.preprocess((then) => (typeof then === 'string' ? then.trim().replace(/\s+/g, ' ') : then), oneOf(verdicts));

/** Accepts one value or a list of values. */
const oneOrMany = <T extends z.ZodType>(item: T) =>
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
  number(1_000_000, 'must be a whole number from 0 to 1000000').refine(Number.isInteger, 'must be a whole number from 0 to 1000000');

const amount = (one: z.ZodType<number>) =>
  z
    .strictObject({ over: one.optional(), upTo: one.optional() }, 'must be { over: n } or { upTo: n }')
    .refine(({ over, upTo }) => over !== undefined || upTo !== undefined, 'is empty: set over, upTo or both')
    .refine(({ over = -1, upTo = Number.POSITIVE_INFINITY }) => over < upTo, 'never matches: over must be below upTo');

const HoursText = text().transform((span, context): Hours => {
  const [from, to] = span.split('-').map((time) => {
    const parts = /^\s*(\d{1,2}):(\d{2})\s*$/.exec(time);
    const minutes = parts ? Number(parts[1]) * 60 + Number(parts[2]) : Number.NaN;
    return Number(parts?.[2]) < 60 && minutes <= 1440 ? minutes : Number.NaN;
  });
  if (from !== undefined && to !== undefined && from < 1440 && to >= 0 && from !== to && span.split('-').length === 2) return { from, to };
  context.addIssue(`must be a span of hours from 00:00 to 24:00, got "${span.slice(0, 40)}"`);
  return z.NEVER;
});

/** Where a change comes from, by the operations that rules can name. */
function originFields(operations: readonly AnyEndpoint[]) {
  const changing = operations.filter((one) => one.effects.length > 0).map((one): string => one.id);
  const nouns = changing.map((id) => `${id.slice(0, id.lastIndexOf('.'))}.*`);
  const OperationPattern = text().refine((pattern) => changing.some(compilePattern(pattern)), {
    error: ({ input }) => {
      const near = nearest(String(input), [...changing, ...nouns]);
      return `matches no operation that changes something, got "${String(input).slice(0, 60)}"${near ? `, nearest is ${near}` : ''}`;
    },
  });
  const [first, ...others] = new Set(operations.map(providerOf));
  return {
    connection: oneOrMany(text()).optional(),
    provider: oneOrMany(oneOf([first ?? 'none', ...others])).optional(),
    operation: oneOrMany(OperationPattern).optional(),
    effect: oneOrMany(oneOf(effects)).optional(),
    caller: oneOrMany(text()).optional(),
  };
}

type Origin = ReturnType<typeof originFields>;

const notEmpty = (value: object): boolean => Object.values(value).some((one) => one !== undefined);
const emptyWhen = 'is empty: leave it out to match always';

const whenText = (origin: Origin) =>
  z
    .strictObject(
      {
        ...origin,
        targets: z
          .strictObject(
            {
              ids: oneOrMany(text()).optional(),
              names: oneOrMany(text()).optional(),
              groups: oneOrMany(text()).optional(),
              plans: oneOrMany(text()).optional(),
            },
            'must be a map of ids, names, groups or plans',
          )
          .refine(notEmpty, 'is empty: set ids, names, groups or plans')
          .optional(),
        count: amount(whole()).optional(),
        share: amount(number(100, 'must be a percentage from 0 to 100')).optional(),
        hours: oneOrMany(HoursText).optional(),
        days: oneOrMany(oneOf(weekdays)).optional(),
        nights: oneOrMany(oneOf(weekdays)).optional(),
      },
      'must be a map of conditions',
    )
    .refine(notEmpty, emptyWhen)
    .refine(({ hours, nights }) => nights === undefined || hours?.some(spansMidnight), {
      path: ['nights'],
      error: 'needs hours that span midnight, for example "22:00-06:00"; for calendar days use days',
    })
    .refine(({ days, nights }) => nights === undefined || days === undefined, {
      path: ['nights'],
      error: 'must not be combined with days: use days for calendar days, or nights for the days on which the hours begin',
    })
    .optional();

const ruleText = (origin: Origin) =>
  z
    .strictObject(
      { name: Name, when: whenText(origin), then, selfApproval: oneOf(['true', 'false']).optional() },
      'must be { name, when, then }',
    )
    .refine(({ when, then }) => then !== 'allow' || !when || !dependsOnNames(when), {
      path: ['then'],
      error:
        'must not be allow if the rule matches names, groups or plans, because the caller could change them; list the devices in targets.ids, or use ask',
    })
    .refine(({ then, selfApproval }) => selfApproval !== 'true' || then === 'approve' || then === 'approve 2', {
      path: ['selfApproval'],
      error: 'goes with then: approve or approve 2 only, where named people approve',
    })
    .transform(
      ({ when = {}, selfApproval, ...rest }): Rule => ({ ...rest, when, ...(selfApproval === 'true' ? { selfApproval: true } : {}) }),
    );

const limits = { changes: whole().optional(), targets: whole().optional(), sms: whole().optional() };

const budgetText = (origin: Origin) =>
  z
    .strictObject(
      {
        name: Name,
        per: oneOf(['hour', 'day']),
        each: oneOrMany(oneOf(['caller', 'connection'])).optional(),
        when: z.strictObject(origin, 'must be a map of conditions').refine(notEmpty, emptyWhen).optional(),
        ...limits,
        then,
      },
      'must be { name, per, each, changes, then }',
    )
    .refine((budget) => budget.then !== 'allow', {
      path: ['then'],
      error: 'must be ask, approve, approve 2 or deny: allow would be no limit',
    })
    .refine(({ changes, targets, sms }) => [changes, targets, sms].filter((limit) => limit !== undefined).length === 1, {
      path: ['changes'],
      error: 'must be the only limit: set exactly one of changes, targets and sms',
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

const FreezeText = z.strictObject({ name: Name, from: text(), to: text() }, 'must be { name, from, to }');

const list = <T extends z.ZodType>(item: T) =>
  z.array(item, 'must be a list').superRefine(namedOnce, { when: ({ value }) => Array.isArray(value) });

const policyText = (origin: Origin) =>
  z
    .strictObject(
      {
        zone: z
          .string('must be an IANA time zone')
          .refine((zone) => Zone.safeParse(zone).success, 'must be an IANA time zone')
          .default('UTC'),
        freeze: list(FreezeText).default([]),
        rules: list(ruleText(origin)).default([]),
        budgets: list(budgetText(origin)).default([...defaultBudgets]),
      },
      'must be a map of zone, freeze, rules and budgets',
    )
    .transform(({ zone, freeze, rules, budgets }, context) => {
      const freezes = freeze.map(({ name, from, to }, i): Freeze => {
        const edge = (field: keyof typeof fields): number => {
          const { input, pick } = fields[field];
          const at = freezeTime(input, zone);
          if (at) return pick(...at);
          context.addIssue({ code: 'custom', path: ['freeze', i, field], message: `must be a day and time, got "${input.slice(0, 40)}"` });
          return Number.NaN;
        };
        const fields = { from: { input: from, pick: Math.min }, to: { input: to, pick: Math.max } };
        const span = { name, from: edge('from'), to: edge('to') };
        if (span.from >= span.to) context.addIssue({ code: 'custom', path: ['freeze', i, 'to'], message: 'must be after from' });
        return span;
      });
      return { zone, freezes, rules, budgets };
    });

function namedOnce(items: readonly unknown[], context: z.RefinementCtx): void {
  const names = items.map((item) => memberOf(item, 'name'));
  names.forEach((name, i) => {
    if (typeof name !== 'string' || names.indexOf(name) === i) return;
    context.addIssue({ code: 'custom', path: [i, 'name'], message: 'is used twice' });
  });
}

/** The earliest and latest instant of a time. They differ where clocks change; a freeze then starts at the earlier one and ends at the later. */
function freezeTime(input: string, zone: string): [number, number] | undefined {
  const [, day, time, offset] = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?$/.exec(input) ?? [];
  const asUtc = Date.parse(`${day}T${time}Z`);
  // Date.parse accepts 30 February and returns 2 March.
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
 * Parses a policy file. The YAML failsafe schema reads all scalars as text, so that an unquoted ICCID keeps its digits.
 * `operations` are those that rules can name. Throws a PolicyFileError with all problems and their lines.
 */
export function parseRuleSet(source: string, operations: readonly AnyEndpoint[]): RuleSet {
  const lines = new LineCounter();
  const document = parseDocument(source, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    throw new PolicyFileError(broken.map(({ message, pos }) => `line ${lines.linePos(pos[0]).line}: ${message.split('\n')[0]}`));
  const content: unknown = document.toJS();
  if (content === null || content === '') throw new PolicyFileError([`the file is empty. Example: ${examples.get('rules')}`]);
  const parsed = schemaFor(operations).safeParse(content);
  if (!parsed.success) throw new PolicyFileError(problemsIn(parsed.error, document, lines, examples));
  const version = createHash('sha256').update(canonicalJson(parsed.data)).digest('hex').slice(0, 12);
  return { version, ...parsed.data };
}
