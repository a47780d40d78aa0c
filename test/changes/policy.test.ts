import { describe, expect, it, test } from 'vitest';

import { approvalMethod, Policy } from '../../src/changes/policy.ts';
import type { Target } from '../../src/store/change.ts';

const targets = (changing: number, unchanged = 0): Target[] =>
  Array.from({ length: changing + unchanged }, (_, i) => ({
    device: `8914800000007700${i}`,
    label: `8914800000007700${i}`,
    before: {},
    outcome: i < unchanged ? 'unchanged' : 'planned',
  }));

test('an empty policy setting has the documented defaults, and an unknown setting is refused', () => {
  expect(Policy.parse({})).toEqual({
    planMinutes: 10,
    twoStep: true,
    twoStepTargets: 10,
    typedFrom: 11,
    maxTargets: 10_000,
    approvalMinutes: 60,
    bulkFrom: 11,
    canaryPercent: 5,
    batchTargets: 200,
    stopPercent: 5,
    irreversible: 'typed',
    irreversibleTwoStep: false,
  });
  expect(Policy.safeParse({ twostep: false }).success).toBe(false);
});

describe('approvalMethod', () => {
  const asks = true;
  const mute = false;
  const final = true;
  const undoable = false;
  const type = (expected: string, what: 'the identifier' | 'the number of targets') => ({ way: 'type', expected, what });
  const refuse = (why: string) => ({ way: 'refuse', why });
  const table: [changing: number, irreversible: boolean, client: boolean, settings: Partial<Policy>, expected: object][] = [
    [1, undoable, asks, {}, { way: 'ask' }],
    [10, undoable, asks, {}, { way: 'ask' }],
    [11, undoable, asks, {}, type('11', 'the number of targets')],
    [3, undoable, asks, { typedFrom: 3 }, type('3', 'the number of targets')],
    [1, final, asks, {}, type('89148000000077000', 'the identifier')],
    [2, final, asks, {}, type('2', 'the number of targets')],
    [1, final, asks, { irreversible: 'refuse' }, refuse('irreversible changes are switched off')],
    [1, undoable, asks, { irreversible: 'refuse' }, { way: 'ask' }],
    [10_000, undoable, asks, {}, type('10000', 'the number of targets')],
    [10_001, undoable, asks, {}, refuse('10001 targets are more than the 10000 allowed at once')],
    [3, undoable, asks, { maxTargets: 2 }, refuse('3 targets are more than the 2 allowed at once')],
    [1, undoable, mute, {}, { way: 'two-step' }],
    [10, undoable, mute, {}, { way: 'two-step' }],
    [11, undoable, mute, {}, refuse('11 targets are more than the 10 that a client without elicitation may change at once')],
    [11, undoable, mute, { twoStepTargets: 11 }, { way: 'two-step' }],
    [1, undoable, mute, { twoStep: false }, refuse('this client cannot ask a person, and the two-step method is switched off')],
    [1, undoable, asks, { twoStep: false }, { way: 'ask' }],
    [1, final, mute, {}, refuse('this cannot be undone and this client cannot ask a person')],
    [1, final, mute, { irreversibleTwoStep: true }, { way: 'two-step' }],
    [
      1,
      final,
      mute,
      { irreversibleTwoStep: true, twoStep: false },
      refuse('this client cannot ask a person, and the two-step method is switched off'),
    ],
    [
      11,
      final,
      mute,
      { irreversibleTwoStep: true },
      refuse('11 targets are more than the 10 that a client without elicitation may change at once'),
    ],
    [1, final, mute, { irreversible: 'refuse', irreversibleTwoStep: true }, refuse('irreversible changes are switched off')],
  ];
  it.each(table)(
    'approvalMethod of %i targets, irreversible %s, client can ask %s, with settings %j',
    (changing, irreversible, canAsk, settings, expected) => {
      expect(
        approvalMethod({ targets: targets(changing), irreversible, complete: true }, { canAsk, unattended: false }, Policy.parse(settings)),
      ).toMatchObject(expected);
    },
  );
  it('approvalMethod counts only the targets that would change', () => {
    const policy = Policy.parse({});
    expect(approvalMethod({ targets: targets(10, 500), irreversible: false }, { canAsk: true, unattended: false }, policy)).toEqual({
      way: 'ask',
    });
    expect(approvalMethod({ targets: targets(1, 5), irreversible: true }, { canAsk: true, unattended: false }, policy)).toMatchObject({
      expected: '89148000000077005',
    });
  });
  it('every refusal of approvalMethod names the setting that an operator can change', () => {
    const next = (settings: Partial<Policy>, changing: number, irreversible: boolean) => {
      const way = approvalMethod(
        { targets: targets(changing), irreversible, complete: true },
        { canAsk: false, unattended: false },
        Policy.parse(settings),
      );
      return way.way === 'refuse' ? /policy\.\w+/.exec(way.next)?.[0] : way.way;
    };
    expect(next({ maxTargets: 1 }, 2, false)).toBe('policy.maxTargets');
    expect(next({ irreversible: 'refuse' }, 1, true)).toBe('policy.irreversible');
    expect(next({}, 1, true)).toBe('policy.irreversibleTwoStep');
    expect(next({ twoStep: false }, 1, false)).toBe('policy.twoStep');
    expect(next({}, 11, false)).toBe('policy.twoStepTargets');
  });
});
