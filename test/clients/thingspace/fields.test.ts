import { describe, expect, it } from 'vitest';

import { billingCycleOf } from '../../../src/clients/thingspace/billing-cycle.ts';
import { amountOf, flagOf, instantOf, isOddInstant, wordsOf } from '../../../src/clients/thingspace/fields.ts';

it.each([
  [true, true],
  ['1', true],
  ['Yes', true],
  [0, false],
  ['0', false],
  ['FALSE', false],
  ['perhaps', undefined],
  [null, undefined],
  [2, undefined],
])('the flag %j is read as %s', (value, flag) => {
  expect(flagOf(value)).toBe(flag);
});

it.each([
  ['1,048,576', 1_048_576],
  ['4096', 4096],
  [4096.5, 4096.5],
  ['1 048 576', 1_048_576],
  ['10,48', undefined],
  ['much', undefined],
  [-1, undefined],
  [Number.NaN, undefined],
])('the amount %j is read as %s', (value, amount) => {
  expect(amountOf(value)).toBe(amount);
});

it.each([
  ['2020-05-01T15:00:00-08:00Z', '2020-05-01T23:00:00.000Z'],
  ['2026-02-20T06:30:00-05:00', '2026-02-20T11:30:00.000Z'],
  ['2026-02-20T06:30:00', '2026-02-20T06:30:00.000Z'],
  ['5/30/2026 12:00:00 AM', '2026-05-30T00:00:00.000Z'],
  ['10/15/2021 04:49:35', '2021-10-15T04:49:35.000Z'],
  [1_772_366_400, '2026-03-01T12:00:00.000Z'],
  [1_772_366_400_000, '2026-03-01T12:00:00.000Z'],
])('the instant %j is read as %s', (value, iso) => {
  expect(new Date(instantOf(value) ?? 0).toISOString()).toBe(iso);
});

it.each(['0001-01-01T00:00:00', '1970-01-01T00:00:00Z', 0, '0', '', '9999-12-31T00:00:00Z', '2/30/2026', 'soon', null])(
  'the date %j means never',
  (value) => {
    expect(instantOf(value)).toBeUndefined();
  },
);

it.each([
  ['n/a', false],
  ['', false],
  [0, false],
  ['-1', false],
  [null, false],
  ['0001-01-01T00:00:00', false],
  ['1969-12-31T19:00:00-05:00', false],
  ['2026-11-20T15:00:00Z', false],
  ['yesterday', true],
  ['20261120T150000Z', true],
  ['2/30/2026', true],
])('whether the date %j is odd, neither a time nor never: %j', (value, odd) => {
  expect(isOddInstant(value)).toBe(odd);
});

it.each(['null', '0.0.0.0', 'N/A', ' ', '', null])('the placeholder %j is no value', (value) => {
  expect(wordsOf(value)).toBeUndefined();
});

describe('the billing cycle', () => {
  const now = Date.parse('2026-11-22T08:00:00Z');
  const days = (cycle: ReturnType<typeof billingCycleOf>) =>
    cycle && [cycle.from, cycle.to].map((ms) => new Date(ms).toISOString().slice(0, 10));

  it('the billing cycle on record begins one month before its end', () => {
    expect(days(billingCycleOf('2026-11-24T20:00:00-05:00', now))).toEqual(['2026-10-25', '2026-11-25']);
  });

  it('a billing cycle that has ended is continued by its day of the month, and the end on record is told', () => {
    const cycle = billingCycleOf('2026-03-24T20:00:00-04:00', now);
    expect(days(cycle)).toEqual(['2026-10-25', '2026-11-25']);
    expect(cycle?.onRecord).toEqual({ end: Date.parse('2026-03-25T00:00:00Z'), is: 'over' });
    expect(days(billingCycleOf('2026-08-31T00:00:00Z', now))).toEqual(['2026-10-31', '2026-11-30']);
  });

  it.each(['2027-06-24T20:00:00-04:00', '2027-01-25T00:00:00Z', '2099-11-25T00:00:00Z'])(
    'a billing cycle that ends only %s is not the present one, which is derived from its day of the month',
    (end) => {
      const cycle = billingCycleOf(end, now);
      expect(days(cycle)).toEqual(['2026-10-25', '2026-11-25']);
      expect(cycle?.onRecord).toEqual({ end: Date.parse(end), is: 'far ahead' });
    },
  );

  it('a zero date is no billing cycle', () => {
    expect(billingCycleOf('0001-01-01T00:00:00', now)).toBeUndefined();
  });
});
