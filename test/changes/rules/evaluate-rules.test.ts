import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { evaluateRules, evaluateTargets, type Subject, type SubjectTarget, stricter } from '../../../src/changes/rules/evaluate-rules.ts';
import { parseRuleSet } from '../../../src/changes/rules/parse-rule-set.ts';
import { builtInRuleSet } from '../../../src/changes/rules/rule-set.ts';
import { verdicts } from '../../../src/store/change.ts';
import { operations } from '../../support/providers.ts';
import { oracle, type Written } from './oracle.ts';

const parse = (source: string) => parseRuleSet(source, operations);

const noon = Date.parse('2026-11-22T12:00:00Z');

const sims = (count: number, more: Partial<SubjectTarget> = {}): SubjectTarget[] =>
  Array.from({ length: count }, (_, i) => {
    const device = `8914800000007700${String(i).padStart(4, '0')}`;
    return { device, label: device, ...more };
  });

const change = (more: Partial<Subject> = {}): Subject => ({
  connection: 'verizon',
  provider: 'thingspace',
  operation: 'thingspace.devices.suspend',
  effects: ['disruptive'],
  caller: 'chatops',
  at: noon,
  targets: sims(1),
  total: 1000,
  unattended: false,
  ...more,
});

/** `verdict, rule` of a policy with these rules. */
function by(rules: string, subject: Partial<Subject> = {}, rest = ''): string {
  const { verdict, rule } = evaluateRules(parse(`${rest}\nrules: [${rules}]`), change(subject));
  return `${verdict}, ${rule}`;
}

describe('evaluateRules with the built-in default', () => {
  it.each<[string, Partial<Subject>, string]>([
    ['a free change', { effects: ['write'] }, 'ask, default: changes are asked'],
    ['a billed one', { effects: ['billing'] }, 'ask, default: changes are asked'],
    ['a disruptive one', {}, 'ask, default: changes are asked'],
    ['a destructive one', { effects: ['disruptive', 'destructive'] }, 'approve, default: destructive'],
    ['one that grants access', { effects: ['write', 'session'] }, 'approve, default: grants access'],
    ['ten targets', { targets: sims(10) }, 'ask, default: changes are asked'],
    ['eleven', { targets: sims(11) }, 'approve, default: more than 10 targets'],
    ['four of eighty', { targets: sims(4), total: 80 }, 'ask, default: changes are asked'],
    ['four of 79', { targets: sims(4), total: 79 }, 'approve, default: more than 5 % of the connection'],
    ['three of three', { targets: sims(3), total: 3 }, 'ask, default: changes are asked'],
    ['four of an unknown number', { targets: sims(4), total: undefined }, 'ask, default: changes are asked'],
    ['four of none', { targets: sims(4), total: 0 }, 'approve, default: more than 5 % of the connection'],
    ['eleven of an unknown number', { targets: sims(11), total: undefined }, 'approve, default: more than 10 targets'],
    [
      'the whole connection',
      { targets: [{ device: 'verizon', label: 'the whole connection verizon' }] },
      'approve, default: more than 10 targets',
    ],
    ['no target at all', { targets: [] }, 'ask, default: changes are asked'],
    ['a sandbox without approvers', { effects: ['destructive'], unattended: true }, 'ask, default: destructive, sandbox without approvers'],
    ['the same, many', { targets: sims(11), unattended: true }, 'ask, default: more than 10 targets, sandbox without approvers'],
    ['the same, few', { unattended: true }, 'ask, default: changes are asked'],
  ])('default decision for %s', (_, subject, expected) => {
    const { verdict, rule, version } = evaluateRules(builtInRuleSet, change(subject));
    expect(`${verdict}, ${rule}`).toBe(expected);
    expect(version).toBe('built-in');
    expect(by('', subject)).toBe(expected);
  });
});

describe('evaluateRules: conditions', () => {
  it('the first matching rule decides, whatever rules follow', () => {
    expect(by('{ name: a, when: { caller: chatops }, then: allow }, { name: b, then: deny }')).toBe('allow, a');
    expect(by('{ name: a, when: { caller: alice }, then: allow }, { name: b, then: deny }')).toBe('deny, b');
    expect(by('{ name: a, then: allow }', { effects: ['destructive'], targets: sims(50) })).toBe('allow, a');
  });

  it.each<[string, Partial<Subject>, 'matches' | 'does not match']>([
    ['connection: verizon', {}, 'matches'],
    ['connection: [a, verizon]', {}, 'matches'],
    ['connection: Verizon', {}, 'does not match'],
    ['provider: [iotx, thingspace]', {}, 'matches'],
    ['provider: iotx', {}, 'does not match'],
    ['operation: thingspace.devices.suspend', {}, 'matches'],
    ['operation: "*.suspend"', {}, 'matches'],
    ['operation: thingspace.devices.*', {}, 'matches'],
    ['operation: "*"', {}, 'matches'],
    ['operation: thingspace.devices.activate', {}, 'does not match'],
    ['effect: disruptive', {}, 'matches'],
    ['effect: [billing, disruptive]', { effects: ['billing', 'disruptive'] }, 'matches'],
    ['effect: billing', {}, 'does not match'],
    ['caller: chatops', {}, 'matches'],
    ['count: { over: 3 }', { targets: sims(4) }, 'matches'],
    ['count: { over: 3 }', { targets: sims(3) }, 'does not match'],
    ['count: { upTo: 3 }', { targets: sims(3) }, 'matches'],
    ['count: { upTo: 3 }', { targets: sims(4) }, 'does not match'],
    ['count: { upTo: 3 }', { targets: [{ device: 'verizon', label: '' }] }, 'does not match'],
    ['count: { over: 999999 }', { targets: [{ device: 'verizon', label: '' }], total: undefined }, 'matches'],
    ['share: { over: 5 }', { targets: sims(6), total: 100 }, 'matches'],
    ['share: { over: 5 }', { targets: sims(5), total: 100 }, 'does not match'],
    ['share: { upTo: 0.5 }', { targets: sims(5), total: 1000 }, 'matches'],
    ['share: { over: 99 }', { targets: [{ device: 'verizon', label: '' }] }, 'matches'],
    ['targets: { ids: 8914 8000 0000 7700 0000 }', {}, 'matches'],
    ['targets: { ids: a8-17-58-ff-fe-0a-00-01 }', { targets: [{ device: 'A81758FFFE0A0001', label: '' }] }, 'matches'],
    ['targets: { ids: "+12085550101" }', { targets: [{ device: '12085550101', label: '' }] }, 'matches'],
    ['targets: { ids: Order 7 }', { targets: [{ device: 'order 7', label: '' }] }, 'matches'],
    ['targets: { ids: 89148000000077000001 }', {}, 'does not match'],
    ['hours: "11:00-12:00"', {}, 'does not match'],
    ['hours: "12:00-13:00"', {}, 'matches'],
    ['hours: ["01:00-02:00", "11:59-12:01"]', {}, 'matches'],
    ['hours: "22:00-06:00"', { at: Date.parse('2026-11-22T05:59:59Z') }, 'matches'],
    ['hours: "22:00-06:00"', { at: Date.parse('2026-11-22T06:00:00Z') }, 'does not match'],
    ['hours: "22:00-06:00"', { at: Date.parse('2026-11-22T22:00:00Z') }, 'matches'],
    ['hours: "22:00-24:00"', { at: Date.parse('2026-11-22T23:59:59Z') }, 'matches'],
    ['days: sun', {}, 'matches'],
    ['days: [mon, sat]', {}, 'does not match'],
    ['days: thu', { at: 0 }, 'matches'],
    ['caller: chatops, days: sun, connection: verizon', {}, 'matches'],
    ['caller: chatops, days: mon, connection: verizon', {}, 'does not match'],
  ])('a rule with { %s } on a change with %j: %s', (conditions, subject, match) => {
    expect(by(`{ name: it, when: { ${conditions} }, then: allow }, { name: other, then: deny }`, subject)).toBe(
      match === 'matches' ? 'allow, it' : 'deny, other',
    );
  });
});

describe('evaluateRules: rules that match by name or on incomplete facts', () => {
  const gates = '{ name: gates, when: { targets: { names: "gate-*" } }, then: approve }';
  const gate = { targets: [{ device: '1', label: '1 "Gate-7"' }] };

  it.each<[string, string, Partial<Subject>]>([
    ['a name in the label', 'targets: { names: "gate-*" }', gate],
    ['a name that the label does not show', 'targets: { names: "gate-*" }', { targets: sims(1, { name: 'GATE-7' }) }],
    ['a name with an invisible character', 'targets: { names: "gate-*" }', { targets: sims(1, { name: 'ga\u200bte-7' }) }],
    ['a group', 'targets: { groups: north }', { targets: sims(1, { groups: ['South', 'North'] }) }],
    ['a plan', 'targets: { plans: iotlow5mb }', { targets: sims(1, { plan: 'IOTLOW5MB' }) }],
    ['an unknown share', 'share: { over: 90 }', { total: undefined }],
    ['one effect of two', 'effect: billing', { effects: ['billing', 'disruptive'] }],
    [
      'an identifier, on a change of the whole connection',
      'targets: { ids: "7" }',
      { targets: [{ device: 'verizon', label: '' }], total: 1 },
    ],
  ])('a rule that matches %s can only make the decision stricter', (_, conditions, subject) => {
    const rule = (then: string): string => `{ name: it, when: { ${conditions} }, then: ${then} }`;
    expect(by(`${rule('approve')}, { name: other, then: allow }`, subject)).toBe('approve, it');
    expect(by(`${rule('approve')}, { name: other, then: approve 2 }`, subject)).toBe('approve 2, other');
    expect(by(`${rule('ask')}, { name: other, then: deny }`, subject)).toBe('deny, other');
    expect(by(`${rule('ask')}, { name: other, then: ask }`, subject)).toBe('ask, it');
    expect(by(rule('ask'), { ...subject, effects: ['billing', 'destructive'] })).toBe('approve, default: destructive');
  });

  it('of several rules that can only make the decision stricter, the strictest one decides', () => {
    expect(by(`${gates}, { name: sevens, when: { targets: { names: "*7" } }, then: approve 2 }, { name: o, then: allow }`, gate)).toBe(
      'approve 2, sevens',
    );
    expect(by(`${gates}, { name: sevens, when: { targets: { names: "*7" } }, then: ask }, { name: o, then: allow }`, gate)).toBe(
      'approve, gates',
    );
  });

  it.each<[string, Partial<SubjectTarget>]>([
    ['names: "gate-*"', { name: 'floodgate-7' }],
    ['names: "gate"', { name: 'gate-7' }],
    ['names: "gate.7"', { name: 'gate-7' }],
    ['groups: north', { groups: ['northern'] }],
    ['groups: north', {}],
    ['plans: A', {}],
    ['plans: A, names: "*"', { name: 'x', plan: 'B' }],
  ])('a rule with targets { %s } does not match a target with %j', (conditions, target) => {
    expect(by(`{ name: it, when: { targets: { ${conditions} } }, then: deny }`, { targets: sims(1, target) })).toBe(
      'ask, default: changes are asked',
    );
  });
});

describe('evaluateRules: several targets', () => {
  const rules = `{ name: ours, when: { targets: { ids: [89148000000077000000, 89148000000077000001] } }, then: allow },
    { name: his, when: { targets: { ids: 89148000000077000002 } }, then: approve 2 }`;

  it.each<[number, string]>([
    [1, 'allow, ours'],
    [2, 'allow, ours'],
    [3, 'approve 2, his'],
    [11, 'approve 2, his'],
  ])('of %i targets the strictest decision is "%s"', (count, expected) => {
    expect(by(rules, { targets: sims(count) })).toBe(expected);
  });

  it('dependent devices that were counted but not read may be any device: a rule that denies one denies the change', () => {
    const deny = '{name: a, when: {targets: {ids: ["89148000000077000500"]}}, then: deny}';
    const server = [{ device: 'TWA_1', label: 'TWA_1' }];
    expect(by(deny, { targets: server, dependents: { count: 1000, devices: sims(400) } })).toBe('deny, a');
    expect(by(deny, { targets: server, dependents: { count: 400, devices: sims(400) } })).toBe('approve, default: more than 10 targets');
  });

  it('a target that no rule names is decided by the default', () => {
    expect(by(rules, { targets: [...sims(2), ...sims(4).slice(3)] })).toBe('ask, default: changes are asked');
    expect(evaluateTargets(parse(`rules: [${rules}]`), change({ targets: sims(4) })).map(({ decision }) => decision.rule)).toEqual([
      'ours',
      'ours',
      'his',
      'default: changes are asked',
    ]);
  });

  it('stricter keeps the first of two equally strict decisions', () => {
    const a = { verdict: 'approve', rule: 'a', version: '1' } as const;
    expect(stricter(a, { ...a, rule: 'b' })).toBe(a);
    expect(stricter(a, { ...a, rule: 'b', verdict: 'ask' })).toBe(a);
    expect(stricter(a, { ...a, rule: 'b', verdict: 'approve 2' }).rule).toBe('b');
  });
});

describe('evaluateRules: nights', () => {
  // 21 November 2026 is a Saturday.
  it.each<[string, string, string]>([
    ['nights', '2026-11-21T02:00:00Z', 'ask'],
    ['nights', '2026-11-21T21:59:59Z', 'ask'],
    ['nights', '2026-11-21T22:00:00Z', 'deny'],
    ['nights', '2026-11-22T05:59:59Z', 'deny'],
    ['nights', '2026-11-22T12:00:00Z', 'ask'],
    ['nights', '2026-11-22T23:00:00Z', 'deny'],
    ['nights', '2026-11-23T01:00:00Z', 'deny'],
    ['nights', '2026-11-23T06:00:00Z', 'ask'],
    ['nights', '2026-11-23T23:00:00Z', 'ask'],
    ['days', '2026-11-21T02:00:00Z', 'deny'],
    ['days', '2026-11-23T01:00:00Z', 'ask'],
  ])('hours "22:00-06:00" with %s [sat, sun] at %s: %s', (field, at, verdict) => {
    const rule = `{ name: weekend, when: { hours: "22:00-06:00", ${field}: [sat, sun] }, then: deny }`;
    expect(by(rule, { at: Date.parse(at) })).toMatch(new RegExp(`^${verdict}, `));
  });
});

describe('evaluateRules: hours, days and freezes', () => {
  const night = '{ name: night, when: { hours: "22:00-06:00" }, then: deny }';
  const weekend = '{ name: weekend, when: { days: [sat, sun] }, then: deny }';

  it.each<[string, string, string]>([
    // Clocks in Paris go back on 25 October 2026 at 01:00Z and forward on 28 March 2027 at 01:00Z.
    ['2026-10-24T03:59Z', night, 'deny, night'],
    ['2026-10-24T04:00Z', night, 'ask, default: changes are asked'],
    ['2026-10-25T04:59Z', night, 'deny, night'],
    ['2026-10-25T05:00Z', night, 'ask, default: changes are asked'],
    ['2027-03-27T20:59Z', night, 'ask, default: changes are asked'],
    ['2027-03-27T21:00Z', night, 'deny, night'],
    ['2027-03-28T03:59Z', night, 'deny, night'],
    ['2027-03-28T04:00Z', night, 'ask, default: changes are asked'],
    ['2026-10-25T22:59Z', weekend, 'deny, weekend'],
    ['2026-10-25T23:00Z', weekend, 'ask, default: changes are asked'],
    ['2027-03-28T21:59Z', weekend, 'deny, weekend'],
    ['2027-03-28T22:00Z', weekend, 'ask, default: changes are asked'],
  ])('at %s, in the zone Europe/Paris, the rule %s gives "%s"', (at, rule, expected) => {
    expect(by(rule, { at: Date.parse(at) }, 'zone: Europe/Paris')).toBe(expected);
  });

  it('during a freeze all changes are denied, whatever the rules allow', () => {
    const freeze = 'zone: Europe/Paris\nfreeze: [{ name: year end, from: 2026-12-20T00:00, to: 2027-01-03T06:00 }]';
    const at = (text: string): string => by('{ name: a, then: allow }', { at: Date.parse(text) }, freeze);
    expect(at('2026-12-19T22:59:59Z')).toBe('allow, a');
    expect(at('2026-12-19T23:00:00Z')).toBe('deny, freeze: year end');
    expect(at('2027-01-03T04:59:59Z')).toBe('deny, freeze: year end');
    expect(at('2027-01-03T05:00:00Z')).toBe('allow, a');
  });
});

it('an unreadable policy denies every change', () => {
  const ruleSet = { ...parse('rules: [{ name: a, then: allow }]'), version: 'unreadable', problem: 'line 1: x' };
  expect(evaluateRules(ruleSet, change())).toEqual({ verdict: 'deny', rule: 'policy unreadable', version: 'unreadable' });
});

describe('evaluateRules compared with an independent implementation', () => {
  const one = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
  const someOf = (...values: string[]) => fc.oneof(one(...values), fc.subarray(values, { minLength: 1 }));
  const effects = ['write', 'billing', 'disruptive', 'destructive', 'session'];
  const operations = ['thingspace.devices.suspend', 'thingspace.devices.activate', 'thingspace.sms.send', 'iotx.products.change'];
  const devices = ['89148000000077000001', '89148000000077000002', 'A81758FFFE0A0001', 'order 7', 'a'];
  const amount = fc.oneof(
    one(0, 1, 2, 5, 10, 50).map((over) => ({ over: String(over) })),
    one(1, 2, 5, 10, 50).map((upTo) => ({ upTo: String(upTo) })),
    one<[number, number]>([0, 1], [1, 5], [5, 50]).map(([over, upTo]) => ({ over: String(over), upTo: String(upTo) })),
  );
  /** Some members of a record, at least one. */
  const partOf = <T extends object>(all: { [K in keyof T]: fc.Arbitrary<T[K]> }, most: number): fc.Arbitrary<Partial<T>> =>
    fc
      .subarray(Object.keys(all) as (keyof T)[], { minLength: 1, maxLength: most })
      .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, all[key]])) as typeof all)) as fc.Arbitrary<Partial<T>>;
  const when = partOf(
    {
      connection: someOf('a', 'b'),
      provider: someOf('thingspace', 'iotx'),
      operation: someOf(...operations, 'thingspace.*', '*.change', '*'),
      effect: someOf(...effects),
      targets: partOf(
        {
          ids: someOf(...devices, 'a8-17-58-ff-fe-0a-00-01', '8914 8000 0000 7700 0002', 'ORDER 7'),
          names: someOf('gate-*', '*-north', 'Pump', '*'),
          groups: someOf('north', 'South'),
          plans: someOf('P1', 'p2'),
        },
        2,
      ),
      count: amount,
      share: amount,
      hours: someOf('22:00-06:00', '00:00-12:00', '12:00-24:00', '1:30-03:15'),
      days: someOf('mon', 'wed', 'sat', 'sun'),
      caller: someOf('x', 'y'),
    },
    4,
  );
  const rules = fc.array(fc.tuple(fc.option(when, { nil: undefined, freq: 8 }), one(...verdicts)), { maxLength: 6 }).map((made) =>
    made.map(([conditions, verdict], i) => {
      const named = conditions?.targets && Object.keys(conditions.targets).some((key) => key !== 'ids');
      const then = named && verdict === 'allow' ? 'ask' : verdict;
      return { name: `rule ${i}`, ...(conditions ? { when: conditions } : {}), then };
    }),
  );
  // Around the clock changes in Europe and America.
  const instant = fc
    .tuple(one('2026-10-25', '2026-11-01', '2027-03-14', '2027-03-28'), fc.integer({ min: -3 * 86_400, max: 3 * 86_400 }))
    .map(([day, seconds]) => Date.parse(`${day}T00:00Z`) + seconds * 1000);
  const iso = (at: number): string => new Date(at).toISOString().replace('.000', '');
  const freeze = fc
    .tuple(instant, fc.integer({ min: 1, max: 100 }))
    .map(([from, hours]) => ({ name: 'f', from: iso(from), to: iso(from + hours * 3_600_000) }));
  const written: fc.Arbitrary<Written> = fc.record({
    zone: one('UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kolkata'),
    freeze: fc.array(freeze, { maxLength: 1 }),
    rules,
  });
  const target = fc.record(
    {
      device: one(...devices),
      label: one('', 'Pump', '7 "gate-north"'),
      name: one('gate-1', 'well-NORTH', 'x'),
      groups: fc.subarray(['north', 'south', 'east']),
      plan: one('P1', 'P2', 'P3'),
    },
    { requiredKeys: ['device', 'label'] },
  );
  const subject: fc.Arbitrary<Subject> = fc.record({
    connection: one('a', 'b'),
    provider: one('thingspace', 'iotx'),
    operation: one(...operations),
    effects: fc.subarray(effects, { minLength: 1 }),
    caller: one('x', 'y'),
    at: instant,
    targets: fc.array(target, { minLength: 1, maxLength: 12 }),
    total: one(undefined, 0, 1, 10, 100, 1000),
    unattended: fc.boolean(),
  });

  it('both implementations give the same decision for random policies and changes', () => {
    fc.assert(
      fc.property(written, subject, (policy, asked) => {
        const { verdict, rule } = evaluateRules(parse(JSON.stringify(policy)), asked);
        expect({ verdict, rule }).toEqual(oracle(policy, asked));
      }),
      { seed: 20261122, numRuns: 1000 },
    );
  });

  it('an additional target never makes the decision milder', () => {
    // Rules with count or share are left out: with one more target they may stop matching, and a milder rule may follow.
    const unbounded = written.map((policy) => ({ ...policy, rules: policy.rules.filter(({ when }) => !when?.count && !when?.share) }));
    fc.assert(
      fc.property(unbounded, subject, target, (policy, asked, more) => {
        const ruleSet = parse(JSON.stringify(policy));
        const before = evaluateRules(ruleSet, asked);
        const after = evaluateRules(ruleSet, { ...asked, targets: [...asked.targets, more] });
        expect(stricter(after, before)).toBe(after);
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });
});
