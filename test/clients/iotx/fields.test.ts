/** The values that iot-x is known or likely to send in another form than documented. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Amount, Flag, Id, MapOf, Rows, Words } from '../../../src/clients/iotx/fields.ts';
import { dateIn } from '../../../src/clients/iotx/state.ts';

describe('Flag', () => {
  it.each([true, 'true', 'TRUE', ' yes ', '1', 1])('reads %j as true', (value) => expect(Flag().parse(value)).toBe(true));
  it.each([false, 'false', 'No', '0', 0])('reads %j as false', (value) => expect(Flag().parse(value)).toBe(false));
  it.each(['', 'perhaps', 2, '10', {}, []])('reads %j as unknown', (value) => expect(Flag().parse(value)).toBeUndefined());
});

describe('Amount', () => {
  it.each([
    [7, 7],
    ['7', 7],
    ['1,048,576', 1_048_576],
    ['12.5', 12.5],
    ['1e9', 1e9],
    ['-3', -3],
  ])('reads %j as %j', (value, amount) => expect(Amount().parse(value)).toBe(amount));
  it.each(['', 'many', '1,5', '0x10', true, {}])('reads %j as unknown', (value) => expect(Amount().parse(value)).toBeUndefined());
});

describe('identifiers', () => {
  it('Id and Words read a number as its digits', () => {
    expect(Id().parse(447700900101)).toBe('447700900101');
    expect(Words().parse(12345)).toBe('12345');
  });
  it('Id refuses a number that has lost digits, and Words reads it as unknown', () => {
    expect(Id().safeParse(Number('8912345000000000017')).success).toBe(false);
    expect(Words().parse(Number('8912345000000000017'))).toBeUndefined();
  });
});

describe('lists, objects and maps', () => {
  const Row = z.looseObject({ id: Id(), name: Words(), state: z.looseObject({ on: Flag() }).nullish() });

  it('Rows keeps every row that has an identity, without its odd members', () => {
    const rows = [{ id: 'a', name: 12345, state: 'online' }, null, { name: 'no identity' }, 'text', { id: 'b', more: [1] }];
    expect(Rows(Row).parse(rows)).toEqual([
      { id: 'a', name: '12345' },
      { id: 'b', more: [1] },
    ]);
  });
  it('Rows refuses an answer that is no list', () => {
    for (const value of [{}, 'text', null, 7]) expect(Rows(Row).safeParse(value).success).toBe(false);
  });
  it('MapOf reads [] as an empty map and leaves null values out', () => {
    expect(MapOf(Amount()).parse([])).toEqual({});
    expect(MapOf(z.array(z.string())).parse({ a: ['x'], b: null })).toEqual({ a: ['x'] });
    expect(MapOf(Amount()).safeParse(['x']).success).toBe(false);
  });
});

describe('dateIn', () => {
  it.each([
    ['2026-03-20T00:00:00.000Z', '2026-03-20'],
    ['2026-03-20 00:00:00', '2026-03-20'],
    ['2026-03-20', '2026-03-20'],
    ['1773964800000', '2026-03-20'],
    ['1773964800', '2026-03-20'],
    ['0001-01-01T00:00:00', undefined],
    ['1970-01-01', undefined],
    ['0', undefined],
    ['n/a', undefined],
    [null, undefined],
  ])('reads %j as %j', (text, date) => expect(dateIn(text)).toBe(date));
});
