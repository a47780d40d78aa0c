import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { checkLimits, toolInputLimits } from '../../src/tools/input-limits.ts';
import { lenientInput } from '../../src/tools/lenient-input.ts';
import { identifier } from '../../src/vocabulary.ts';

const schema = z.strictObject({
  devEui: identifier('devEui').optional(),
  joinEui: identifier('joinEui').optional(),
  mdn: identifier('mdn').optional(),
  name: z.string().optional(),
  limit: z.number().int().default(50),
  latitude: z.number().min(-90).max(90).optional(),
  confirmed: z.boolean().default(false),
  preview: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  sims: z.array(z.strictObject({ iccid: identifier('iccid'), imei: identifier('imei').optional() })).optional(),
  query: z.record(z.string(), z.unknown()).optional(),
  body: z.unknown().optional(),
  connection: z.string().optional(),
});

describe('lenientInput', () => {
  it.each<[string, unknown, unknown]>([
    ['null on an optional field as absent', { name: null, limit: null, tags: null }, {}],
    ['empty text on an optional field as absent', { name: '', tags: ' ', connection: '' }, {}],
    ['a number as text', { limit: ' 20 ' }, { limit: 20 }],
    ['a number with a decimal comma', { latitude: '48,8566' }, { latitude: 48.8566 }],
    ['no whole number with a comma', { limit: '2,5' }, { limit: '2,5' }],
    ['a boolean as text', { confirmed: 'TRUE' }, { confirmed: true }],
    ['no other word as a boolean', { confirmed: 'yes' }, { confirmed: 'yes' }],
    ['no text for preview', { preview: 'false' }, { preview: 'false' }],
    ['empty text and null for preview as absent', { preview: '', name: null }, {}],
    ['an array as JSON text', { tags: '["a","b"]' }, { tags: ['a', 'b'] }],
    ['one value where a list is expected', { tags: 'a' }, { tags: ['a'] }],
    ['one object where a list is expected', { sims: { iccid: '1', imei: null } }, { sims: [{ iccid: '1' }] }],
    ['a list of objects as JSON text', { sims: '[{"iccid":"1","imei":""}]' }, { sims: [{ iccid: '1' }] }],
    ['an object as JSON text', { query: '{"a":1}' }, { query: { a: 1 } }],
    ['a body as JSON text', { body: '{"a":[1]}' }, { body: { a: [1] } }],
    ['a body that is no JSON as it is', { body: '{a' }, { body: '{a' }],
    ['a number for an identifier as it is', { mdn: 2085550101 }, { mdn: 2085550101 }],
    ['appEui as joinEui', { appEui: 'x' }, { joinEui: 'x' }],
    ['dev_eui and deveui as devEui', { dev_eui: 'x' }, { devEui: 'x' }],
    ['msisdn as mdn where the tool has only that', { msisdn: 'x' }, { mdn: 'x' }],
    ['no alias of a field that is given too', { appEui: 'x', joinEui: 'y' }, { appEui: 'x', joinEui: 'y' }],
    ['no unknown field', { colour: null }, { colour: null }],
  ])('lenientInput reads %s', (_, input, expected) => {
    expect(lenientInput(schema, input)).toEqual(expected);
  });

  it('an empty text in a tool that changes named fields is refused with both meanings', () => {
    expect(() => lenientInput(schema, { name: '' }, { partial: true })).toThrow(
      expect.objectContaining({
        name: 'Refusal',
        field: 'name',
        message: 'name: is an empty text, which can mean "leave it as it is" or "clear it"',
      }),
    );
    expect(lenientInput(schema, { name: null, connection: '' }, { partial: true })).toEqual({});
  });
});

describe('checkLimits', () => {
  const nested = (depth: number): unknown => {
    let value: unknown = 1;
    for (let i = 0; i < depth; i++) value = [value];
    return value;
  };
  it.each<[string, unknown, string, string]>([
    ['a lone surrogate', { name: 'pump \ud83d' }, 'name', 'name: must be well-formed Unicode text, but it holds half of a surrogate pair'],
    ['100,000 levels', { body: nested(100_000) }, 'body', 'body: is nested more than 32 levels deep'],
    ['33 levels', { body: nested(33) }, 'body', 'body: is nested more than 32 levels deep'],
    ['too many values', { list: Array.from({ length: 200_001 }, () => 1) }, 'list', 'list: the call has more than 200000 values'],
  ])('checkLimits refuses %s with field and rule', (_, input, field, message) => {
    expect(() => checkLimits(input, toolInputLimits)).toThrow(expect.objectContaining({ name: 'Refusal', field, message }));
  });
  it('checkLimits accepts ordinary input and whole characters outside the basic plane', () => {
    expect(() =>
      checkLimits({ name: 'pump \u{1f600}', sims: Array.from({ length: 10_000 }, () => ({ iccid: '1' })) }, toolInputLimits),
    ).not.toThrow();
  });
});
