import { expect, it } from 'vitest';
import { z } from 'zod';

import { numberInText, withNumbersRead } from '../../../src/clients/http/number-text.ts';

it.each<[string, z.ZodNumber, number | undefined]>([
  ['35', z.number(), 35],
  ['48.8566', z.number(), 48.8566],
  ['48,8566', z.number(), 48.8566],
  ['0,125', z.number(), 0.125],
  ['1,234', z.number(), undefined],
  ['1,234', z.number().max(1000), 1.234],
  ['1,234,567', z.number(), undefined],
  ['2,5', z.number().int(), undefined],
  ['1e3', z.number(), undefined],
  ['35 m', z.number(), undefined],
  ['', z.number(), undefined],
])('the text %j for a number of this rule is %s', (text, schema, expected) => {
  expect(numberInText(text, schema)).toBe(expected);
});

it('only texts in place of numbers are read, at any depth', () => {
  const schema = z.strictObject({
    name: z.string(),
    places: z.array(z.strictObject({ lat: z.number().max(90).optional(), code: z.union([z.number(), z.string()]) })).optional(),
  });
  expect(withNumbersRead(schema, { name: '1', places: [{ lat: '1,234', code: '5' }], extra: '7' })).toEqual({
    name: '1',
    places: [{ lat: 1.234, code: '5' }],
    extra: '7',
  });
});

it('a number that cannot be read is refused with field, rule and example', async () => {
  const { checkInput } = await import('../../../src/clients/http/check-input.ts');
  const { devices } = await import('../../../src/clients/thingpark/devices.ts');
  expect(() => checkInput(devices.list, { query: { infRSSI: 'weak' } })).toThrow(
    'thingpark.devices.list: query.infRSSI must be a number, without a unit or separators of thousands. Example: 48.8566',
  );
});
