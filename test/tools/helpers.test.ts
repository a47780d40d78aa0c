/** Units around a tool call: cursors, named secrets, input errors, tables. */
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';

import { Refusal } from '../../src/clients/http/errors.ts';
import { badInput } from '../../src/tools/bad-input.ts';
import { decodeCursor, encodeCursor } from '../../src/tools/cursor.ts';
import { resolveSecrets, secretsInInput } from '../../src/tools/secrets.ts';
import { hoistConstants, table } from '../../src/tools/table.ts';
import { identifier } from '../../src/vocabulary.ts';

describe('encodeCursor and decodeCursor', () => {
  const State = z.strictObject({ at: z.string(), skip: z.number() });
  const query = { provider: 'iotx', state: 'active' };
  const cursor = encodeCursor(query, { at: 'b', skip: 2 });

  it('decodeCursor returns the state of encodeCursor, whatever the order of the query members', () => {
    expect(decodeCursor(cursor, { state: 'active', provider: 'iotx', query: undefined }, State)).toEqual({ at: 'b', skip: 2 });
    expect(cursor).toMatch(/^[\w-]+$/);
  });
  const bad: [string, string, unknown][] = [
    ['other filters', 'cursor: it was issued for a list with other filters', { ...query, state: 'suspended' }],
    ['no filters', 'cursor: it was issued for a list with other filters', {}],
  ];
  it.each(bad)('decodeCursor refuses a cursor with %s', (_, message, asked) => {
    expect(() => decodeCursor(cursor, asked, State)).toThrow(message);
  });
  it.each(['', 'x', 'null', cursor.slice(0, -4), `${cursor}AAAA`, Buffer.from('["x"]').toString('base64url'), '💥'])(
    'decodeCursor refuses the malformed cursor %j',
    (text) => {
      expect(() => decodeCursor(text, query, State)).toThrow(
        expect.objectContaining({
          name: 'Refusal',
          field: 'cursor',
          message: 'cursor: this is not a cursor of this tool',
          next: 'Pass nextCursor exactly as the previous page returned it, with the same filters, or omit cursor to start again.',
        }),
      );
    },
  );
  it('decodeCursor refuses the cursor of another tool because its state does not match the schema', () => {
    expect(() => decodeCursor(encodeCursor(query, { page: 1 }), query, State)).toThrow('this is not a cursor of this tool');
  });
});

describe('resolveSecrets', () => {
  const key = '00112233445566778899AABBCCDDEEFF';
  const secrets = new Map([['fridge-key', key]]);
  const fill = (input: unknown, known = secrets) => resolveSecrets(input, known, 'change');

  it('resolves named secrets at any depth and says which ones it used', () => {
    const filled = fill({ appKey: { secret: 'fridge-key' }, list: [{ nwkKey: 'secret:fridge-key' }], name: 'x' });
    expect(filled.input).toEqual({ appKey: key, list: [{ nwkKey: key }], name: 'x' });
    expect(filled.used).toEqual([{ name: 'fridge-key', secret: key }]);
  });
  it('refuses an unknown secret name and lists the available names, and repeats nothing that may be a secret', () => {
    expect(() => fill({ appKey: 'secret:fridge-17' })).toThrow('appKey: the secrets file has no "fridge-17"');
    expect(() => fill({ sims: [{ appKey: { secret: 'hunter2-hunter2' } }] })).toThrow(
      expect.objectContaining({
        name: 'Refusal',
        field: 'sims[0].appKey',
        message: 'sims[0].appKey: the secrets file has no secret of this name',
        next: 'Available names: fridge-key.',
      }),
    );
    expect(() => fill({ appKey: { secret: 'x' } }, new Map())).toThrow(
      expect.objectContaining({ next: 'No secrets file is configured; an operator can set secretsFile.' }),
    );
    expect(() => fill({ appKey: { secret: 'toString' } })).toThrow(Refusal);
  });
  it('refuses every named secret in a read', () => {
    for (const given of [{ secret: 'fridge-key' }, 'secret:fridge-key', { secret: 'unknown' }])
      expect(() => resolveSecrets({ query: { access_token: given } }, secrets, 'read')).toThrow(
        'query.access_token: a named secret is never used in a read',
      );
  });
  it('leaves an object unchanged when it has members besides "secret" or a non-string name', () => {
    expect(fill({ a: { secret: 'fridge-key', other: 1 }, b: { secret: 5 } }).input).toEqual({
      a: { secret: 'fridge-key', other: 1 },
      b: { secret: 5 },
    });
  });
});

describe('secretsInInput', () => {
  const key = '00112233445566778899AABBCCDDEEFF';
  it.each<[unknown, string[]]>([
    [{ body: { appKey: key } }, [key]],
    [{ appKeys: `<key port="1">${key}</key>` }, [`<key port="1">${key}</key>`, key]],
    [{ appKeys: [key], apn: { apnPassword: 'hunter2' } }, [key, 'hunter2']],
    [{ customHttpHeaders: [{ name: 'X-Token', value: 'abc-def' }] }, ['X-Token', 'abc-def']],
    [{ address: 'https://plant:hunter2@broker.example/in' }, ['hunter2']],
    [{ [key]: 1, query: key.toLowerCase() }, [key, key.toLowerCase()]],
    [{ csv: `CREATE,A81758FFFE0A0001,${key}` }, [key]],
    [{ appKey: { secret: 'fridge-key' }, nwkKey: 'secret:fridge-key', name: 'Fridge' }, ['', '']],
    [{ eid: '89049032000000000000000000007711', device: 'A81758FFFE0A0001' }, []],
  ])('finds the secrets of %j', (input, found) => {
    expect(secretsInInput(input).toSorted()).toEqual([...new Set(found)].toSorted());
  });
});

describe('badInput', () => {
  const tool = {
    name: 'add_lorawan_device',
    input: z.strictObject({
      devEui: identifier('devEui'),
      name: z.string(),
      limit: z.number().int().max(500).optional(),
      activation: z.enum(['OTAA', 'ABP']).optional(),
      sims: z.array(z.strictObject({ iccid: identifier('iccid') })).optional(),
    }),
    example: { devEui: 'A81758FFFE0A0001', name: 'Fridge 1' },
  };
  const refusal = (input: unknown): Refusal => {
    const parsed = tool.input.safeParse(input);
    if (parsed.success) throw new Error('accepted');
    return badInput(tool, parsed.error);
  };
  const good = { devEui: 'A81758FFFE0A0001', name: 'x' };
  it.each<[unknown, string, string]>([
    [{ ...good, devEui: 'A8' }, 'devEui: DevEUI must be 16 hex digits, got "A8" (2 characters). Example: A81758FFFE0A0001', 'devEui'],
    [{ devEui: good.devEui }, 'name: expected string, received undefined', 'name'],
    [{ ...good, limit: 1000 }, 'limit: Too big: expected number to be <=500', 'limit'],
    [{ ...good, activation: 'otaa' }, 'activation: Invalid option: expected one of "OTAA"|"ABP"', 'activation'],
    [
      { ...good, devEuii: 'x' },
      'devEuii: is not a field of this tool, nearest is devEui (fields: devEui, name, limit, activation, sims)',
      'devEuii',
    ],
    [{ ...good, sims: [{ iccid: '89148000000077000037', pin: 1 }] }, 'sims.0.pin: is not a field of this tool', 'pin'],
    [
      { ...good, sims: [{ iccid: '12' }] },
      'sims.0.iccid: ICCID must be 18 to 20 digits, got "12" (2 characters). Example: 89148000000077000037',
      'sims.0.iccid',
    ],
  ])('badInput names field, rule and example for %j', (input, words, field) => {
    expect(refusal(input)).toMatchObject({
      message: `add_lorawan_device: ${words}`,
      next: 'Nothing was changed. A valid input: {"devEui":"A81758FFFE0A0001","name":"Fridge 1"}',
      field,
    });
  });
  it('badInput lists the first four problems and counts the rest', () => {
    const input = { devEui: 'x', name: 1, limit: 'a', activation: 1, sims: 1, other: 1 };
    expect(refusal(input).message).toMatch(/^add_lorawan_device: devEui: .*; name: .*; limit: .*; activation: .*; and 2 more$/);
  });
});

describe('table and hoistConstants', () => {
  it('table lists values equal in all rows once and omits empty columns', () => {
    const rows = [
      { device: 'a', name: 'One', state: 'active', plan: undefined, tag: '' },
      { device: 'b', name: 'Two', state: 'active', plan: null, tag: '' },
      { device: 'c', state: 'active' },
    ];
    expect(table(rows)).toBe('all: state=active\ndevice\tname\na\tOne\nb\tTwo\nc\t');
  });
  it('table of one row hoists nothing, and table of no rows is empty', () => {
    expect(table([{ device: 'a', state: 'active' }])).toBe('device\tstate\na\tactive');
    expect(table([])).toBe('');
  });
  it('table of equal rows shows the number of rows', () => {
    expect(table([{ state: 'active' }, { state: 'active' }])).toBe('all: state=active\n2 rows, all equal');
  });
  it('table removes tabs and line breaks from provider text', () => {
    expect(
      table([
        { name: 'a\tb\nc', n: 0, yes: false },
        { name: 'x', n: 1, yes: true },
      ]),
    ).toBe('name\tn\tyes\na b c\t0\tfalse\nx\t1\ttrue');
  });
  test('table omits a column that is empty in all rows instead of hoisting it', () => {
    expect(
      table([
        { a: 1, b: '' },
        { a: 2, b: '' },
      ]),
    ).toBe('a\n1\n2');
  });
  test('hoistConstants separates constant scalar columns from varying ones', () => {
    expect(
      hoistConstants([
        { a: 1, b: 'x', c: [1] },
        { a: 1, b: 'y', c: [1] },
      ]),
    ).toEqual({
      constants: { a: 1 },
      rows: [
        { b: 'x', c: [1] },
        { b: 'y', c: [1] },
      ],
    });
    expect(hoistConstants([{ a: 1 }])).toEqual({ constants: {}, rows: [{ a: 1 }] });
    expect(hoistConstants([{ a: 1 }, { b: 1 }])).toEqual({ constants: {}, rows: [{ a: 1 }, { b: 1 }] });
    expect(hoistConstants([])).toEqual({ constants: {}, rows: [] });
  });
});
