import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { quickCheck } from '../../../src/clients/http/quick-check.ts';
import { quickCheckOf } from '../../../src/clients/http/schema-marks.ts';
import { schemaOf } from '../../../src/clients/http/schema-of.ts';
import { devices } from '../../../src/clients/thingpark/devices.ts';
import { operations } from '../../support/providers.ts';

const Row = z.looseObject({
  EUI: z.string(),
  name: z.string().nullish(),
  level: z.number().nullish(),
  either: z.union([z.string(), z.number()]).optional(),
  model: z.looseObject({ ID: z.string() }).nullish(),
  tags: z.array(z.boolean()).optional(),
});

describe('quickCheck', () => {
  const check = quickCheck(Row);
  it.each([
    { EUI: 'A', more: { anything: 1 } },
    { EUI: 'A', name: null, level: 0, either: 3, model: { ID: 'x', more: [] }, tags: [true] },
    { EUI: 'A', level: Number.NaN },
    { EUI: 'A', level: Number.POSITIVE_INFINITY },
    { EUI: 1 },
    {},
    { EUI: 'A', name: 7 },
    { EUI: 'A', either: null },
    { EUI: 'A', model: [] },
    { EUI: 'A', model: {} },
    { EUI: 'A', tags: ['true'] },
    { EUI: 'A', tags: {} },
    [],
    null,
    undefined,
    'text',
  ])('gives the same result as zod for %j', (value) => {
    expect(check?.(value)).toBe(Row.safeParse(value).success);
  });
});

describe('quickCheck of a schema that transforms or has constraints', () => {
  it.each([
    ['a transform', z.looseObject({ id: z.number().transform(String) })],
    ['a length', z.looseObject({ id: z.string().min(2) })],
    ['a format', z.looseObject({ at: z.iso.datetime() })],
    ['an integer', z.looseObject({ n: z.int() })],
    ['a strict object', z.strictObject({ id: z.string() })],
    ['a plain object, which drops unknown keys', z.object({ id: z.string() })],
    ['a refinement', z.looseObject({ id: z.string() }).refine(() => true)],
    ['a record', z.record(z.string(), z.string())],
    ['a default', z.looseObject({ id: z.string().default('x') })],
  ])('returns undefined for %s', (_, schema) => {
    expect(quickCheck(schema)).toBeUndefined();
  });
});

it('quickCheck supports the reply schemas of the long device lists', () => {
  for (const entry of [devices.list, ...operations.filter((one) => one.id === 'thingspace.devices.list')]) {
    const schema = schemaOf(entry, 'reply');
    expect(schema && quickCheckOf(schema), entry.id).toBeDefined();
  }
});
