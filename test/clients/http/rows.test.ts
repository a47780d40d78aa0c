import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { currentCallScope, inCallScope, noteOddity, noteUnread, outsideCallScope } from '../../../src/clients/http/call-scope.ts';
import { isUnread, readLenient, receivedRows } from '../../../src/clients/http/lenient-read.ts';
import { Lenient, Rows } from '../../../src/clients/http/rows.ts';
import { structureOf, tolerantReadOf } from '../../../src/clients/http/schema-marks.ts';
import { schemaOf } from '../../../src/clients/http/schema-of.ts';
import { fixedClock } from '../../../src/clock.ts';
import { operations } from '../../support/providers.ts';

const Device = z.looseObject({
  EUI: z.string(),
  nickname: z.string().nullish(),
  lastUp: z.number().nullish(),
  connected: z.boolean().nullish(),
  groupNames: z.array(z.string()).nullish(),
  model: z.looseObject({ ID: z.string() }).nullish(),
  attributes: z.array(z.looseObject({ key: z.string(), value: z.string().nullish() })).nullish(),
  usage: z.record(z.string(), z.number()).nullish(),
});
const Page = z.looseObject({ briefs: Rows(Device), more: z.boolean().nullish() });

const read = (schema: z.ZodType, value: unknown) => {
  const result = readLenient(schema, value);
  if (!result.ok) throw new Error(`${result.path}: ${result.why}`);
  return { value: result.value, oddities: result.oddities };
};

describe('readLenient', () => {
  it('returns a page without oddities as it is, without copying rows', () => {
    const Plain = z.looseObject({ briefs: Rows(z.looseObject({ EUI: z.string(), seen: Lenient.Amount() })), more: z.boolean().nullish() });
    const page = { briefs: [{ EUI: 'A', seen: null, other: 1 }], more: false };
    expect(read(Plain, page)).toEqual({ value: page, oddities: [] });
    expect(read(Plain, page).value).toBe(page);
  });

  it('keeps the page when one member of one row does not fit, and makes only that member unknown', () => {
    const page = {
      briefs: [
        { EUI: 'A', nickname: { en: 'x' }, lastUp: 5 },
        { EUI: 'B', lastUp: 'yesterday' },
        { EUI: 'C', lastUp: {} },
      ],
    };
    expect(read(Page, page)).toEqual({
      value: {
        briefs: [
          { EUI: 'A', nickname: undefined, lastUp: 5 },
          { EUI: 'B', lastUp: undefined },
          { EUI: 'C', lastUp: undefined },
        ],
      },
      oddities: [
        { kind: 'member', name: 'nickname', rows: 1 },
        { kind: 'member', name: 'lastUp', rows: 2 },
      ],
    });
  });

  it('leaves out only the row whose required member is missing, says so, and remembers how many rows were sent', () => {
    const page = { briefs: [{ EUI: 'A' }, { nickname: 'no identity' }, { EUI: null }, { EUI: 'D' }] };
    const { value, oddities } = read(Page, page);
    expect(value).toEqual({ briefs: [{ EUI: 'A' }, { EUI: 'D' }] });
    expect(oddities).toEqual([{ kind: 'row', name: 'of briefs without a readable EUI', rows: 2 }]);
    expect(receivedRows((value as { briefs: unknown[] }).briefs)).toBe(4);
  });

  it('passes over null elements without a word', () => {
    expect(read(Page, { briefs: [null, { EUI: 'A', groupNames: [null, 'north'] }] })).toEqual({
      value: { briefs: [{ EUI: 'A', groupNames: ['north'] }] },
      oddities: [],
    });
  });

  it('a list of null elements only cannot be read, unlike one inside a row', () => {
    expect(readLenient(Page, { briefs: [null, null] })).toEqual({ ok: false, path: 'briefs', why: 'not one row can be read' });
    expect(read(Page, { briefs: [{ EUI: 'A', groupNames: [null] }] }).value).toEqual({ briefs: [{ EUI: 'A', groupNames: [] }] });
  });

  it.each([
    [{}, false],
    [{ model: null }, false],
    [{ model: [] }, false],
    [{ model: { ID: 'x' } }, false],
    [{ model: 'LoRaMote' }, true],
  ])('the model of %j is sent but not understood: %j', (members, unread) => {
    const { value } = read(Device, { EUI: 'A', ...members });
    expect(isUnread(value as { model?: unknown }, 'model')).toBe(unread);
  });

  it('reads [] as an empty map and as an absent object', () => {
    expect(read(Page, { briefs: [{ EUI: 'A', usage: [], model: [] }] })).toEqual({
      value: { briefs: [{ EUI: 'A', usage: {}, model: null }] },
      oddities: [],
    });
  });

  it('reads numbers, flags and texts from each other where the meaning is clear', () => {
    expect(read(Page, { briefs: [{ EUI: 12, nickname: 12345, lastUp: '1764144000000', connected: '1' }], more: 'false' })).toEqual({
      value: { briefs: [{ EUI: '12', nickname: '12345', lastUp: 1764144000000, connected: true }], more: false },
      oddities: [],
    });
  });

  it('keeps the other attributes of a row when one of them is odd', () => {
    expect(
      read(Page, { briefs: [{ EUI: 'A', attributes: [{ value: 'x' }, { key: 'k', value: ['y'] }, { key: 'l', value: 'z' }] }] }),
    ).toEqual({
      value: {
        briefs: [
          {
            EUI: 'A',
            attributes: [
              { key: 'k', value: undefined },
              { key: 'l', value: 'z' },
            ],
          },
        ],
      },
      oddities: [
        { kind: 'member', name: 'attributes', rows: 1 },
        { kind: 'member', name: 'attributes.value', rows: 1 },
      ],
    });
  });

  it.each([
    ['an empty object', {}, 'briefs: expected a list'],
    ['null instead of the list', { briefs: null }, 'briefs: expected a list'],
    ['an object instead of the list', { briefs: {} }, 'briefs: expected a list'],
    ['a text', 'ok', 'body: expected an object'],
    ['nothing', undefined, 'body: expected an object'],
    ['a list of which no row can be read', { briefs: [{ name: 'x' }] }, 'briefs.EUI: Invalid input: expected string, received undefined'],
  ])('does not take %s for an empty list', (_, value, why) => {
    expect(() => read(Page, value)).toThrow(why);
  });

  it('takes the form of a union that fits', () => {
    const Either = z.union([z.array(Device), z.looseObject({ list: z.array(Device) }).transform(({ list }) => list)]);
    expect(read(Either, { list: [{ EUI: 'A', lastUp: {} }] })).toEqual({
      value: [{ EUI: 'A', lastUp: undefined }],
      oddities: [{ kind: 'member', name: 'lastUp', rows: 1 }],
    });
    expect(read(Either, [{ EUI: 'A' }]).value).toEqual([{ EUI: 'A' }]);
  });

  it('gives the same result as zod for whatever zod accepts', () => {
    const Row = fc.record(
      {
        EUI: fc.string(),
        nickname: fc.option(fc.string()),
        lastUp: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
        connected: fc.option(fc.boolean()),
        groupNames: fc.option(fc.array(fc.string())),
        usage: fc.dictionary(fc.constantFrom('a', 'b'), fc.integer()),
        other: fc.jsonValue(),
      },
      { requiredKeys: ['EUI'] },
    );
    const Transforming = z.array(Device.extend({ EUI: z.string().transform((text) => text.trim()) }));
    fc.assert(
      fc.property(fc.array(Row), (rows) => {
        expect(read(Transforming, rows)).toEqual({ value: Transforming.parse(rows), oddities: [] });
      }),
    );
  });
});

describe('Lenient', () => {
  it.each([
    [true, true],
    ['true', true],
    ['1', true],
    [1, true],
    ['Yes', true],
    ['0', false],
    [0, false],
    [' FALSE ', false],
    ['no', false],
    ['maybe', undefined],
    [2, undefined],
    [[], undefined],
    ['', undefined],
    [undefined, undefined],
    [null, null],
  ])('Flag reads %j as %j', (given, expected) => {
    expect(Lenient.Flag().parse(given)).toBe(expected);
  });

  it.each([
    [-84.5, -84.5],
    ['42', 42],
    ['-84.6', -84.6],
    ['1,048,576', 1048576],
    ['1,048,576.5', 1048576.5],
    ['-84,6', undefined],
    ['1,04', undefined],
    ['0x10', undefined],
    ['12 MB', undefined],
    [Number.NaN, undefined],
    [true, undefined],
    ['', undefined],
  ])('Amount reads %j as %j', (given, expected) => {
    expect(Lenient.Amount().parse(given)).toBe(expected);
  });

  it.each([
    ['a name', 'a name'],
    [12345, '12345'],
    [true, undefined],
    [{ en: 'x' }, undefined],
  ])('Words reads %j as %j', (given, expected) => {
    expect(Lenient.Words().parse(given)).toBe(expected);
  });

  it.each([
    ['2026-11-22T08:00:00Z', Date.UTC(2026, 10, 22, 8)],
    ['2026-11-22T08:00:00', Date.UTC(2026, 10, 22, 8)],
    ['2026-11-22 08:00:00', Date.UTC(2026, 10, 22, 8)],
    ['2026-11-22T08:00:00-08:00', Date.UTC(2026, 10, 22, 16)],
    ['2020-05-01T15:00:00-08:00Z', Date.UTC(2020, 4, 1, 23)],
    ['2026-11-22', Date.UTC(2026, 10, 22)],
    [1764144000000, 1764144000000],
    [1764144000, 1764144000000],
    ['1764144000', 1764144000000],
    [0, undefined],
    ['0001-01-01T00:00:00', undefined],
    ['9999-12-31T23:59:59Z', undefined],
    [42, undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('Instant reads %j as %j', (given, expected) => {
    expect(Lenient.Instant().parse(given)).toBe(expected);
  });

  it('MapOf reads [] as an empty map', () => {
    expect(Lenient.MapOf(z.number()).parse([])).toEqual({});
    expect(Lenient.MapOf(z.number()).parse({ a: 1 })).toEqual({ a: 1 });
  });

  it('notes a value that is not understood, but not a zero date or an empty text', () => {
    const Row = z.looseObject({ id: z.string(), seen: Lenient.Instant(), on: Lenient.Flag() });
    expect(
      read(z.array(Row), [
        { id: 'a', seen: 0, on: '' },
        { id: 'b', seen: 'soon', on: 'maybe' },
      ]).oddities,
    ).toEqual([
      { kind: 'member', name: 'seen', rows: 1 },
      { kind: 'member', name: 'on', rows: 1 },
    ]);
  });
});

it.each(operations.map((entry) => [entry.id, entry] as const))('no field of a request of %s is read leniently', (_, entry) => {
  const lenient = (schema: z.ZodType): boolean =>
    tolerantReadOf(schema) !== undefined ||
    structureOf(schema) !== undefined ||
    (schema instanceof z.ZodObject && Object.values(schema.shape).some((member) => lenient(member as z.ZodType))) ||
    (schema instanceof z.ZodArray && lenient(schema.element as z.ZodType)) ||
    (schema instanceof z.ZodUnion && (schema.options as z.ZodType[]).some(lenient)) ||
    ((schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) && lenient(schema.unwrap() as z.ZodType));
  for (const part of ['query', 'body'] as const) {
    const schema = schemaOf(entry, part);
    if (schema) expect(lenient(schema)).toBe(false);
  }
});

describe('the call scope', () => {
  it('collects what was not understood, once per member, and other sentences once each', async () => {
    const notes = await inCallScope(fixedClock(0), async (scope) => {
      noteUnread('lab', [{ kind: 'member', name: 'nickname', rows: 2 }]);
      noteUnread('lab', [
        { kind: 'member', name: 'nickname', rows: 1 },
        { kind: 'row', name: 'of briefs without a readable EUI', rows: 1 },
      ]);
      noteOddity('the list of lab breaks off');
      noteOddity('the list of lab breaks off');
      return scope.notes();
    });
    expect(notes).toEqual([
      'Not understood at lab: nickname in 3 rows, shown as unknown; 1 row of briefs without a readable EUI, left out',
      'the list of lab breaks off',
    ]);
  });

  it('notes what a Rows schema leaves out when it is parsed by itself', async () => {
    const notes = await inCallScope(fixedClock(0), async (scope) => {
      expect(Rows(Device).parse([{ EUI: 'A', lastUp: {} }])).toEqual([{ EUI: 'A', lastUp: undefined }]);
      return scope.notes();
    });
    expect(notes).toEqual(['Not understood: lastUp in 1 row, shown as unknown']);
  });

  it('aborts its deadline after 50 s, and does not reach work that runs outside of it', async () => {
    const clock = fixedClock(0);
    await inCallScope(clock, async ({ deadline, elapsed }) => {
      clock.advance(49_999);
      expect(deadline.aborted).toBe(false);
      clock.advance(1);
      expect(deadline.aborted).toBe(true);
      expect(elapsed()).toBe(50_000);
      expect(outsideCallScope(() => currentCallScope())).toBeUndefined();
    });
    expect(currentCallScope()).toBeUndefined();
  });
});
