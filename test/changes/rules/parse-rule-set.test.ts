import { describe, expect, it } from 'vitest';
import { parseRuleSet } from '../../../src/changes/rules/parse-rule-set.ts';
import { PolicyFileError } from '../../../src/changes/rules/policy-file-error.ts';
import { builtInRuleSet } from '../../../src/changes/rules/rule-set.ts';
import { operations } from '../../support/providers.ts';

const parse = (source: string) => parseRuleSet(source, operations);

const whole = `zone: Europe/Paris
freeze:
  - { name: year end, from: 2026-12-20T00:00, to: 2027-01-03T06:00 }
  - { name: audit, from: "2026-11-01T00:00Z", to: 2026-11-02T00:00+01:00 }
rules:
  - name: gates of the north need two people
    when:
      connection: verizon
      provider: thingspace
      operation: [thingspace.devices.*, thingspace.plans.change]
      effect: [disruptive, destructive]
      targets: { ids: [89148000000077000037, A8-17-58-FF-FE-0A-00-01], names: gate-*, groups: [north], plans: [IOTLOW5MB] }
      count: { over: 10, upTo: 500 }
      share: { over: 2.5 }
      hours: ["22:00-06:00", "12:00-24:00"]
      days: [sat, sun]
      caller: chatops
    then: approve 2
  - { name: everything else, then: ask }
budgets:
  - { name: per caller and hour, per: hour, each: caller, changes: 60, then: approve }
  - { name: texts, per: day, when: { connection: verizon, effect: billing }, sms: 20, then: deny }
`;

describe('parseRuleSet', () => {
  it('parseRuleSet reads every field, accepts one value for a list, and keeps all digits of identifiers', () => {
    const ruleSet = parse(whole);
    expect([...ruleSet.rules, ...ruleSet.budgets].map((one) => one.then)).toEqual(['approve 2', 'ask', 'approve', 'deny']);
    expect(ruleSet).toMatchObject({
      version: '5a86ae2b736d',
      zone: 'Europe/Paris',
      freezes: [
        { name: 'year end', from: Date.parse('2026-12-19T23:00Z'), to: Date.parse('2027-01-03T05:00Z') },
        { name: 'audit', from: Date.parse('2026-11-01T00:00Z'), to: Date.parse('2026-11-01T23:00Z') },
      ],
      rules: [
        {
          name: 'gates of the north need two people',
          when: {
            connection: ['verizon'],
            provider: ['thingspace'],
            operation: ['thingspace.devices.*', 'thingspace.plans.change'],
            effect: ['disruptive', 'destructive'],
            targets: {
              ids: ['89148000000077000037', 'A8-17-58-FF-FE-0A-00-01'],
              names: ['gate-*'],
              groups: ['north'],
              plans: ['IOTLOW5MB'],
            },
            count: { over: 10, upTo: 500 },
            share: { over: 2.5 },
            hours: [
              { from: 1320, to: 360 },
              { from: 720, to: 1440 },
            ],
            days: ['sat', 'sun'],
            caller: ['chatops'],
          },
        },
        { name: 'everything else', when: {} },
      ],
      budgets: [
        { name: 'per caller and hour', per: 'hour', each: ['caller'], when: {}, of: 'changes', limit: 60 },
        { name: 'texts', per: 'day', each: [], when: { connection: ['verizon'], effect: ['billing'] }, of: 'sms', limit: 20 },
      ],
    });
  });

  it('the version of a policy depends on its content, not on comments, spacing or quote style', () => {
    const one = parse('rules:\n  - { name: a, when: { caller: x }, then: ask }\n').version;
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(parse('# why\nrules:\n- name: "a"\n  then: ask\n\n  when:\n    caller: [ "x" ]   # him\n').version).toBe(one);
    expect(parse('{"rules": [{"name": "a", "when": {"caller": "x"}, "then": "ask"}]}').version).toBe(one);
    expect(parse('rules:\n  - { name: a, when: { caller: y }, then: ask }\n').version).not.toBe(one);
  });

  it('a policy without a budgets field has the built-in budgets, and an empty list means no budgets', () => {
    expect(parse('rules: []').budgets).toEqual(builtInRuleSet.budgets);
    expect(parse('budgets: []').budgets).toEqual([]);
  });

  it('a freeze that starts or ends in a clock change gets the longer of the possible periods', () => {
    const from = (text: string): string => {
      const freeze = parse(`zone: Europe/Paris\nfreeze: [{ name: x, from: ${text} }]`).freezes[0];
      return `${new Date(freeze?.from ?? 0).toISOString()} ${new Date(freeze?.to ?? 0).toISOString()}`;
    };
    // 02:30 occurs twice on 25 October 2026 and not at all on 28 March 2027.
    expect(from('2026-10-25T02:30, to: 2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z 2026-10-25T01:30:00.000Z');
    expect(from('2027-03-28T02:30, to: 2027-03-29T00:00')).toBe('2027-03-28T00:30:00.000Z 2027-03-28T22:00:00.000Z');
    expect(from('2027-03-27T00:00, to: 2027-03-28T02:30')).toBe('2027-03-26T23:00:00.000Z 2027-03-28T01:30:00.000Z');
  });
});

const rule = (text: string): string => `rules:\n  - name: gates\n    ${text}\n`;
const when = (text: string): string => rule(`when: { ${text} }\n    then: ask`);
const budget = (text: string): string => `budgets:\n  - { name: b, ${text} }`;

describe('parseRuleSet errors', () => {
  it.each<[string, string, string]>([
    ['an empty file', '# nothing\n', 'the file is empty. Example: rules: [{ name: gates need two people'],
    ['invalid YAML', 'rules: [', 'line 1: Flow sequence'],
    ['a duplicate key', 'zone: UTC\nzone: UTC', 'line 2: Map keys must be unique'],
    ['a YAML tag', 'zone: !js x', 'line 1: Unresolved tag: !js'],
    ['a list instead of a map', '- a', 'line 1: must be a map of zone, freeze, rules and budgets.'],
    ['an unknown field', 'rulez: []', 'line 1: rulez is unknown, nearest is rules. Example: rules: ['],
    ['an unknown zone', '\nzone: Europe/Pari', 'line 2: zone must be an IANA time zone. Example: zone: Europe/Paris'],
    ['rules that are not a list', 'rules: no', 'line 1: rules must be a list. Example: rules: ['],
    ['a rule that is not a map', 'rules:\n  - then', 'line 2, rule 1: must be { name, when, then }.'],
    ['a missing name', 'rules:\n  - then: ask', 'line 2, rule 1: name is missing. Example: name: gates need two people'],
    [
      'a reserved name',
      'rules: [{ name: "default: x", then: ask }]',
      'line 1, rule "default: x": name is a reserved name, choose another one',
    ],
    ['a duplicate rule name', 'rules:\n  - { name: a, then: ask }\n  - { name: a, then: deny }', 'line 3, rule "a": name is used twice.'],
    [
      'a duplicate freeze name',
      'freeze:\n  - { name: a, from: 2026-12-20T00:00, to: 2026-12-21T00:00 }\n  - { name: a, from: 2026-12-20T00:00, to: 2026-12-21T00:00 }',
      'line 3, freeze "a": name is used twice.',
    ],
    [
      'selfApproval of a rule that no named person approves',
      rule('then: ask\n    selfApproval: true'),
      'line 4, rule "gates": selfApproval goes with then: approve or approve 2 only, where named people approve. Example: selfApproval: true',
    ],
    [
      'a selfApproval that is neither true nor false',
      rule('then: approve\n    selfApproval: yes'),
      'line 4, rule "gates": selfApproval does not allow "yes"',
    ],
    ['a missing verdict', rule('when: { caller: x }'), 'line 2, rule "gates": then is missing. Example: then: approve 2'],
    [
      'an unknown verdict',
      rule('then: approv'),
      'line 3, rule "gates": then does not allow "approv", nearest is "approve"; allowed are allow, ask, approve, approve 2, deny. Example: then: approve 2',
    ],
    [
      'an unknown condition',
      when('efect: write'),
      'line 3, rule "gates": when.efect is unknown, nearest is effect. Example: effect: [disruptive, destructive]',
    ],
    [
      'a condition outside when',
      rule('caller: x\n    then: ask'),
      'line 3, rule "gates": caller is unknown here, it belongs elsewhere. Example: caller: chatops',
    ],
    ['an empty when', rule('when: {}\n    then: ask'), 'line 3, rule "gates": when is empty: leave it out to match always.'],
    ['a when without a value', rule('when:\n    then: ask'), 'line 3, rule "gates": when must be a map of conditions.'],
    [
      'an empty condition',
      when('connection: '),
      'line 3, rule "gates": when.connection is empty. Example: connection: [verizon, thingpark-eu]',
    ],
    ['an empty list', when('connection: []'), 'line 3, rule "gates": when.connection is empty.'],
    ['an empty text in a list', when('caller: [x, ""]'), 'line 3, rule "gates": when.caller is empty.'],
    [
      'an unknown provider',
      when('provider: verizon'),
      'line 3, rule "gates": when.provider does not allow "verizon"; allowed are thingpark, thingspace, iotx.',
    ],
    [
      'an unknown effect',
      when('effect: [billing, disruptve]'),
      'line 3, rule "gates": when.effect does not allow "disruptve", nearest is "disruptive"',
    ],
    [
      'an operation that does not exist',
      when('operation: thingspace.device.*'),
      'line 3, rule "gates": when.operation matches no operation that changes something, got "thingspace.device.*", nearest is thingspace.devices.*. Example',
    ],
    [
      'an operation that only reads',
      when('operation: thingspace.devices.list'),
      'matches no operation that changes something, got "thingspace.devices.list"',
    ],
    ['empty targets', when('targets: {}'), 'when.targets is empty: set ids, names, groups or plans.'],
    ['an unknown target field', when('targets: { id: x }'), 'when.targets.id is unknown, nearest is ids. Example: ids: [A81758FFFE0A0001'],
    [
      'a count that is not a number',
      when('count: { over: ten }'),
      'when.count.over must be a whole number from 0 to 1000000. Example: over: 10',
    ],
    ['a fractional count', when('count: { over: 2.5 }'), 'when.count.over must be a whole number from 0 to 1000000.'],
    ['a count without over or upTo', when('count: 10'), 'when.count must be { over: n } or { upTo: n }. Example: count: { over: 10 }'],
    ['an empty count', when('count: {}'), 'when.count is empty: set over, upTo or both.'],
    ['a count that never matches', when('count: { over: 5, upTo: 5 }'), 'when.count never matches: over must be below upTo.'],
    ['a share above 100 percent', when('share: { over: 101 }'), 'when.share.over must be a percentage from 0 to 100.'],
    [
      'hours out of range',
      when('hours: "22:00-25:00"'),
      'when.hours must be a span of hours from 00:00 to 24:00, got "22:00-25:00". Example: hours: "22:00-06:00"',
    ],
    ['hours without an end', when('hours: "22"'), 'when.hours must be a span of hours from 00:00 to 24:00, got "22".'],
    ['hours of zero length', when('hours: "06:00-06:00"'), 'when.hours must be a span of hours'],
    ['nights without hours', when('nights: [sat]'), 'when.nights needs hours that span midnight, for example "22:00-06:00"'],
    ['nights with hours of one day', when('hours: "08:00-17:00", nights: [sat]'), 'when.nights needs hours that span midnight'],
    ['nights with days', when('hours: "22:00-06:00", days: [sat], nights: [sat]'), 'when.nights must not be combined with days'],
    ['a time with 60 minutes', when('hours: "05:60-06:00"'), 'when.hours must be a span of hours'],
    ['an unknown day', when('days: [sat, sund]'), 'when.days does not allow "sund", nearest is "sun"'],
    [
      'allow by names',
      rule('when: { targets: { names: x } }\n    then: allow'),
      'line 4, rule "gates": then must not be allow if the rule matches names, groups or plans',
    ],
    [
      'allow by groups in addition to ids',
      rule('when: { targets: { ids: x, groups: y } }\n    then: allow'),
      'then must not be allow if the rule matches names, groups or plans',
    ],
    [
      'a freeze without end',
      'freeze:\n  - { name: f, from: 2026-12-20T00:00 }',
      'line 2, freeze "f": to is missing. Example: to: 2027-01-03T06:00',
    ],
    [
      'a freeze that ends before it starts',
      'freeze:\n  - { name: f, from: 2026-12-20T00:00, to: 2026-12-19T00:00 }',
      'line 2, freeze "f": to must be after from.',
    ],
    [
      'a freeze on a day that does not exist',
      'freeze:\n  - { name: f, from: 2026-02-30T00:00, to: 2026-12-19T00:00 }',
      'line 2, freeze "f": from must be a day and time, got "2026-02-30T00:00".',
    ],
    [
      'a freeze without a time',
      'freeze:\n  - { name: f, from: 2026-02-03, to: 2026-12-19T00:00 }',
      'from must be a day and time, got "2026-02-03". Example: from: 2026-12-20T00:00',
    ],
    [
      'a budget without a limit',
      budget('per: hour, then: approve'),
      'line 2, budget "b": changes must be the only limit: set exactly one of changes, targets and sms. Example: changes: 60',
    ],
    ['a budget with two limits', budget('per: hour, changes: 1, sms: 2, then: approve'), 'exactly one of changes, targets and sms'],
    [
      'a budget with the verdict allow',
      budget('per: hour, changes: 1, then: allow'),
      'line 2, budget "b": then must be ask, approve, approve 2 or deny: allow would be no limit.',
    ],
    [
      'a budget with an unknown period',
      budget('per: week, changes: 1, then: deny'),
      'line 2, budget "b": per does not allow "week"; allowed are hour, day. Example: per: hour',
    ],
    [
      'a budget with a condition that only rules have',
      budget('per: hour, changes: 1, when: { hours: "1:00-2:00" }, then: deny'),
      'line 2, budget "b": when.hours is unknown here, it belongs elsewhere',
    ],
  ])('parseRuleSet reports %s with line, field and a valid example', (_, text, problem) => {
    const problems = problemsOf(text);
    expect(problems[0]).toContain(problem);
    expect(problems).toHaveLength(1);
  });

  it('parseRuleSet reports all problems of a file at once', () => {
    expect(
      problemsOf(
        'zone: Mars\nrules:\n  - { name: a, when: { efect: write }, then: alow }\n  - { name: b, when: { days: [] }, then: ask }\n  - { name: a, then: ask }',
      ),
    ).toEqual([
      expect.stringMatching(/^line 1: zone /),
      expect.stringMatching(/^line 3, rule "a": when\.efect is unknown/),
      expect.stringMatching(/^line 3, rule "a": then does not allow "alow", nearest is "allow"/),
      expect.stringMatching(/^line 4, rule "b": when\.days is empty/),
      expect.stringMatching(/^line 5, rule "a": name is used twice/),
    ]);
  });
});

function problemsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof PolicyFileError) return error.problems;
    throw error;
  }
  return [];
}
