import { expect, it } from 'vitest';

import { Refusal } from '../../../src/clients/http/errors.ts';
import { and, eq, ge, gt, le, like, lt, ne, not, or } from '../../../src/clients/iotx/filter.ts';

it('filters quote strings but not numbers and booleans', () => {
  expect(eq('subscriberId', '447700900101').text).toBe('subscriberId eq "447700900101"');
  expect(ne('isBarred', true).text).toBe('isBarred ne true');
  expect(gt('dataUsage', 1_000_000).text).toBe('dataUsage gt 1000000');
  expect([ge('lineRental', 1), lt('lineRental', 2), le('lineRental', 3)].map(({ text }) => text)).toEqual([
    'lineRental ge 1',
    'lineRental lt 2',
    'lineRental le 3',
  ]);
});

it('and, or and not put parentheses around nested compound filters', () => {
  const named = or(like('nickname', 'pump'), like('nickname', 'meter'));
  expect(and(named, gt('dataUsage', 5)).text).toBe('(nickname like "pump" or nickname like "meter") and dataUsage gt 5');
  expect(and(not(named), eq('isActive', true)).text).toBe('not (nickname like "pump" or nickname like "meter") and isActive eq true');
  expect(or(and(named), eq('isActive', true)).text).toBe('(nickname like "pump" or nickname like "meter") or isActive eq true');
});

it.each(['a" or physicalId like "', 'line\nbreak', 'nul\u0000'])('filters reject the string %j', (value) => {
  expect(() => like('nickname', value)).toThrow(Refusal);
});

it('filters reject NaN', () => {
  expect(() => gt('dataUsage', Number.NaN)).toThrow('dataUsage: a filter value must be a finite number');
});
