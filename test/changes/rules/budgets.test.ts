import { describe, expect, it } from 'vitest';

import { budgetWindow, exceededBudget } from '../../../src/changes/rules/budgets.ts';
import { parseRuleSet } from '../../../src/changes/rules/parse-rule-set.ts';
import { builtInRuleSet } from '../../../src/changes/rules/rule-set.ts';
import type { BudgetEntry } from '../../../src/store/store.ts';
import { operations } from '../../support/providers.ts';

const parse = (source: string) => parseRuleSet(source, operations);

const now = Date.parse('2026-11-22T12:00:00Z');
const hour = 3_600_000;

const one = (more: Partial<BudgetEntry> = {}): BudgetEntry => ({
  at: now,
  operation: 'thingspace.devices.suspend',
  connection: 'verizon',
  provider: 'thingspace',
  caller: 'chatops',
  effects: ['billing', 'disruptive'],
  targets: 3,
  ...more,
});
const times = (count: number, more: Partial<BudgetEntry> = {}): BudgetEntry[] =>
  Array.from({ length: count }, () => one({ at: now - 60_000, ...more }));

/** The description of the budget that the next change would exceed. */
const over = (budgets: string, spent: readonly BudgetEntry[], next: BudgetEntry = one()) =>
  exceededBudget(parse(`budgets: [${budgets}]`), spent, next)?.description;

describe('exceededBudget', () => {
  const two = '{ name: b, per: hour, changes: 2, then: approve }';

  it('a budget allows changes up to its limit and no more', () => {
    expect(over(two, [])).toBeUndefined();
    expect(over(two, times(1))).toBeUndefined();
    expect(over(two, times(2))).toBe('budget "b": 2 of 2 changes an hour are used, this needs 1');
    expect(over('{ name: none, per: day, changes: 0, then: deny }', [])).toBe('budget "none": 0 of 0 changes a day are used, this needs 1');
  });

  it('a budget counts only the changes of the last hour or day', () => {
    expect(over(two, times(2, { at: now - hour + 1 }))).toContain('2 of 2');
    expect(over(two, times(2, { at: now - hour }))).toBeUndefined();
    expect(over('{ name: b, per: day, changes: 2, then: approve }', times(2, { at: now - 24 * hour + 1 }))).toContain('a day');
    expect(over('{ name: b, per: day, changes: 2, then: approve }', times(2, { at: now - 24 * hour }))).toBeUndefined();
    expect(budgetWindow).toBe(24 * hour);
  });

  it('a budget counts callers and connections separately with `each`, and all together without it', () => {
    const others = [...times(1, { caller: 'alice' }), ...times(1, { connection: 'other' })];
    expect(over(two, others)).toContain('2 of 2');
    expect(over('{ name: b, per: hour, each: caller, changes: 1, then: approve }', times(1, { caller: 'alice' }))).toBeUndefined();
    expect(over('{ name: b, per: hour, each: caller, changes: 1, then: approve }', others)).toBe(
      'budget "b": 1 of 1 changes an hour by chatops are used, this needs 1',
    );
    expect(over('{ name: b, per: hour, each: connection, changes: 1, then: approve }', times(1, { connection: 'other' }))).toBeUndefined();
    expect(over('{ name: b, per: hour, each: [caller, connection], changes: 0, then: approve }', [])).toBe(
      'budget "b": 0 of 0 changes an hour by chatops on verizon are used, this needs 1',
    );
  });

  it.each(['connection: other', 'provider: iotx', 'operation: "*.activate"', 'caller: alice', 'effect: [destructive, write]'])(
    'a budget with the condition { %s } does not apply to a change that does not match it',
    (conditions) => {
      expect(over(`{ name: b, per: hour, when: { ${conditions} }, changes: 0, then: deny }`, [])).toBeUndefined();
    },
  );

  it('a budget with conditions counts only the changes that match them', () => {
    const billed = '{ name: b, per: hour, when: { effect: billing, connection: verizon }, changes: 1, then: deny }';
    expect(over(billed, times(9, { effects: ['write'] }))).toBeUndefined();
    expect(over(billed, times(9, { connection: 'other' }))).toBeUndefined();
    expect(over(billed, times(1))).toContain('1 of 1');
  });

  it('a targets budget counts the changed targets', () => {
    const targets = '{ name: b, per: hour, targets: 10, then: approve }';
    expect(over(targets, times(2, { targets: 3 }), one({ targets: 4 }))).toBeUndefined();
    expect(over(targets, times(2, { targets: 3 }), one({ targets: 5 }))).toBe(
      'budget "b": 6 of 10 changed targets an hour are used, this needs 5',
    );
  });

  it('an SMS budget counts recipients, and other changes neither use it nor are limited by it', () => {
    const sms = (targets: number, at = now - 1) => one({ operation: 'thingspace.sms.send', targets, at });
    const budget = '{ name: b, per: hour, sms: 10, then: approve }';
    expect(over(budget, [sms(6)], sms(4))).toBeUndefined();
    expect(over(budget, [sms(6)], sms(5))).toBe('budget "b": 6 of 10 SMS an hour are used, this needs 5');
    expect(over(budget, [sms(10)], one())).toBeUndefined();
    expect(over(budget, [...times(50), one({ operation: 'thingspace.sms.take' })], sms(10))).toBeUndefined();
  });

  it('of several exceeded budgets the strictest is returned, and on equal verdicts the first', () => {
    const three = `{ name: a, per: hour, changes: 0, then: ask }, { name: b, per: hour, changes: 0, then: approve 2 }, { name: c, per: day, changes: 0, then: approve 2 }`;
    const exceeded = exceededBudget(parse(`budgets: [${three}]`), [], one());
    expect(exceeded?.name).toBe('b');
    expect(exceeded?.description).toContain('"b"');
    expect(exceeded?.then).toBe('approve 2');
  });
});

describe('exceededBudget with the built-in budgets', () => {
  it.each<[string, BudgetEntry[], BudgetEntry, string | undefined]>([
    ['99 earlier changes in an hour are within the budget', times(99), one(), undefined],
    [
      '100 earlier changes in an hour use the budget up',
      times(100),
      one(),
      'budget "changes per caller and hour": 100 of 100 changes an hour by chatops are used, this needs 1',
    ],
    ['100 earlier changes of another caller do not count', times(100, { caller: 'alice' }), one(), undefined],
    [
      '500 earlier changes in a day use the budget up',
      times(500, { at: now - 2 * hour }),
      one(),
      'budget "changes per caller and day": 500 of 500 changes a day by chatops are used, this needs 1',
    ],
    [
      '201 SMS exceed the budget',
      [],
      one({ operation: 'thingspace.sms.send', targets: 201 }),
      'budget "SMS per connection and hour": 0 of 200 SMS an hour on verizon are used, this needs 201',
    ],
    ['200 SMS are within the budget', [], one({ operation: 'thingspace.sms.send', targets: 200 }), undefined],
  ])('built-in budgets: %s', (_, spent, next, description) => {
    const found = exceededBudget(builtInRuleSet, spent, next);
    expect(found?.description).toBe(description);
    expect(found?.then).toBe(description === undefined ? undefined : 'approve');
  });
});
