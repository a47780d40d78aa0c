/** The plain functions under the client: each a table of literals. */
import { describe, expect, it, test } from 'vitest';

import { checkInput } from '../../../src/clients/http/client.ts';
import type { AnyInput } from '../../../src/clients/http/endpoint.ts';
import { ProviderRefused, Refusal, TooManyRequests, UnknownAnswer, Unreachable } from '../../../src/clients/http/errors.ts';
import { type Page, walk } from '../../../src/clients/http/pages.ts';
import { fillPath, queryText } from '../../../src/clients/http/path.ts';
import { backoff, decide, type Ending, retryAfterMs, waitNote } from '../../../src/clients/http/retry.ts';
import { singleFlight } from '../../../src/clients/http/single-flight.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';
import { thingpark } from '../../../src/clients/thingpark/index.ts';

const answered = (status: number, more: { retryAfter?: number; authRefused?: boolean } = {}): Ending => ({
  kind: 'answered',
  status,
  authRefused: false,
  ...more,
});
const lost: Ending = { kind: 'lost', sent: 'maybe' };
const never: Ending = { kind: 'lost', sent: 'no' };
const expired = answered(401, { authRefused: true });
const stop = 'stop';

describe('decide', () => {
  // kind of call, how the try ended, which try it was, already renewed -> what to do; a number is a wait in ms
  const table: [kind: 'read' | 'change', ending: Ending, count: number, renewed: boolean, expected: 'stop' | 'renew' | number][] = [
    ['read', answered(503), 1, false, 150],
    ['read', answered(503), 2, false, 300],
    ['read', answered(503), 4, false, 1200],
    ['read', answered(503), 5, false, stop],
    ['read', answered(500), 1, false, 150],
    ['read', answered(502), 1, false, 150],
    ['read', answered(504), 1, false, 150],
    ['read', answered(408), 1, false, 150],
    ['read', answered(503, { retryAfter: 9000 }), 1, false, 9000],
    ['read', answered(503, { retryAfter: 60_001 }), 1, false, stop],
    ['read', answered(501), 1, false, stop],
    ['read', answered(302), 1, false, stop],
    ['read', answered(400), 1, false, stop],
    ['read', answered(401), 1, false, stop],
    ['read', answered(403), 1, false, stop],
    ['read', answered(404), 1, false, stop],
    ['read', answered(409), 1, false, stop],
    ['read', lost, 1, false, 150],
    ['read', lost, 5, false, stop],
    ['read', never, 1, false, 150],
    ['read', expired, 1, false, 'renew'],
    ['read', expired, 3, false, 'renew'],
    ['read', expired, 2, true, stop],
    ['read', answered(429), 1, false, 150],
    ['read', answered(429, { retryAfter: 7000 }), 1, false, 7000],
    ['read', answered(429, { retryAfter: 60_000 }), 1, false, 60_000],
    ['read', answered(429, { retryAfter: 60_001 }), 1, false, stop],
    ['read', answered(429, { retryAfter: 7000 }), 5, false, 7000],
    ['read', answered(429, { retryAfter: 7000 }), 6, false, stop],
    ['change', answered(429), 1, false, 150],
    ['change', answered(429, { retryAfter: 7000 }), 1, false, 7000],
    ['change', answered(429, { retryAfter: 60_001 }), 1, false, stop],
    ['change', answered(429), 6, false, stop],
    ['change', expired, 1, false, 'renew'],
    ['change', expired, 2, true, stop],
    ['change', answered(500), 1, false, stop],
    ['change', answered(502), 1, false, stop],
    ['change', answered(503), 1, false, stop],
    ['change', answered(503, { retryAfter: 1000 }), 1, false, stop],
    ['change', answered(504), 1, false, stop],
    ['change', answered(408), 1, false, stop],
    ['change', answered(400), 1, false, stop],
    ['change', answered(401), 1, false, stop],
    ['change', lost, 1, false, stop],
    ['change', never, 1, false, stop],
  ];
  it.each(table)('%s %j, try %i, renewed %s: %s', (kind, ending, count, renewed, expected) => {
    expect(decide(kind === 'read', ending, { count, renewed }, () => 0.5)).toEqual(
      typeof expected === 'number' ? { do: 'wait', ms: expected } : { do: expected },
    );
  });
});

test('backoff doubles from 200 ms to 10 s, with half of it left to chance', () => {
  const almost = 1 - 2 ** -53;
  expect([1, 2, 3, 4, 5, 6, 7, 20].map((count) => [backoff(count, () => 0), backoff(count, () => almost)])).toEqual([
    [100, 200],
    [200, 400],
    [400, 800],
    [800, 1600],
    [1600, 3200],
    [3200, 6400],
    [5000, 10_000],
    [5000, 10_000],
  ]);
});

describe('retryAfterMs', () => {
  const at = Date.parse('2026-11-22T08:00:00Z');
  it.each([
    [null, undefined],
    ['', undefined],
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['1.5', 1500],
    ['Sun, 22 Nov 2026 08:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 07:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['in 5', undefined],
    ['5 s', undefined],
    ['NaN', undefined],
  ])('%j gives %s', (header, expected) => {
    expect(retryAfterMs(header, at)).toBe(expected);
  });
});

test('a wait is noted with its reason', () => {
  expect(waitNote(429, 6500, 0)).toBe('asked to slow down (429), sent again after 7 s at 1970-01-01T00:00:00Z');
  expect(waitNote(undefined, 150, 0)).toBe('waiting, sent again after 1 s at 1970-01-01T00:00:00Z');
});

describe('fillPath', () => {
  it.each([
    ['/subscribers/{id}', { id: '8944' }, '/subscribers/8944'],
    ['/a/{x}/b/{y}', { x: 'one', y: 'two' }, '/a/one/b/two'],
    ['/plans/{name}', { name: 'a b/c?d#e%f&g=h' }, '/plans/a%20b%2Fc%3Fd%23e%25f%26g%3Dh'],
    ['/plans/{name}', { name: '../../admin' }, '/plans/..%2F..%2Fadmin'],
    ['/plans/{name}', { name: '%2e%2e' }, '/plans/%252e%252e'],
    ['/plans/{name}', { name: 'Köln' }, '/plans/K%C3%B6ln'],
    ['/plans', {}, '/plans'],
  ])('%s with %j is %s', (path, members, expected) => {
    expect(fillPath(path, members)).toBe(expected);
  });
  it.each(['', '.', '..'])('refuses %j', (id) => {
    expect(() => fillPath('/subscribers/{id}', { id })).toThrow(Refusal);
    expect(() => fillPath('/subscribers/{id}', { id })).toThrow('id: a path member must not be empty, "." or ".."');
  });
  it('refuses a member that is not there', () => {
    expect(() => fillPath('/subscribers/{id}')).toThrow('id: a path member must not be empty');
  });
});

describe('queryText', () => {
  it.each([
    [{}, ''],
    [{ a: undefined, b: null }, ''],
    [{ a: 1, b: true, c: 'x' }, '?a=1&b=true&c=x'],
    [{ state: ['INIT', 'ACTIVE'] }, '?state=INIT&state=ACTIVE'],
    [{ state: [] }, ''],
    [{ filter: 'name eq "A&B"' }, '?filter=name%20eq%20%22A%26B%22'],
    [{ 'a[]': '+ ' }, '?a%5B%5D=%2B%20'],
    [{ empty: '' }, '?empty='],
    [{ zero: 0, no: false }, '?zero=0&no=false'],
  ])('%j is %j', (query, expected) => {
    expect(queryText(query)).toBe(expected);
  });
});

describe('checkInput', () => {
  const sim = { physicalId: '8944990000001000010' };
  const example =
    'Nothing was sent. A valid input: {"path":{"physicalId":"8944990000001000010"},"body":{"product":"SMS MO/MT","service":"SMS MO/MT","action":"disable"}}';
  const bad: [AnyInput, string][] = [
    [{ body: {} }, 'path.physicalId is required'],
    [{ path: { ...sim, other: 'x' }, body: {} }, 'path.other is not a member of the path'],
    [{ path: sim, query: { limit: 1 }, body: {} }, 'query is not taken by this operation'],
    [{ path: sim }, 'body Invalid input: expected object, received undefined'],
    [{ path: sim, body: { product: 'SMS', action: 'drop' } }, 'body.action Invalid option: expected one of "enable"|"disable"'],
    [{ path: sim, body: { action: 'enable' } }, 'body needs product, service or both'],
    [{ path: sim, body: { product: 'SMS', action: 'enable', when: 'now' } }, 'body Unrecognized key: "when"'],
  ];
  it.each(bad)('%j: %s', (input, message) => {
    expect(() => checkInput(iotx.products.change, input)).toThrow(
      expect.objectContaining({ name: 'Refusal', message: `iotx.products.change: ${message}`, next: example }),
    );
  });
  it('names a field of the query, and takes a read without one', () => {
    expect(() => checkInput(thingpark.devices.list, { query: { pageSize: 0 } })).toThrow(
      expect.objectContaining({
        field: 'query.pageSize',
        message: 'thingpark.devices.list: query.pageSize Too small: expected number to be >=1',
      }),
    );
    expect(() => checkInput(thingpark.devices.list, { body: {} })).toThrow('thingpark.devices.list: body is not taken by this operation');
    expect(checkInput(thingpark.devices.list, {})).toEqual({ query: {} });
  });
  it('hands a good input on', () => {
    const input = { path: sim, body: { product: 'SMS', action: 'enable' } };
    expect(checkInput(iotx.products.change, input)).toEqual({
      path: { physicalId: '8944990000001000010' },
      body: { product: 'SMS', action: 'enable' },
    });
  });
});

describe('errors', () => {
  it.each([
    [400, 'Correct the input and try again; nothing was changed.'],
    [401, 'Check the credentials and rights configured for this connection.'],
    [403, 'Check the credentials and rights configured for this connection.'],
    [404, 'Check the identifier; find_device or search_operations shows what exists.'],
    [409, 'Read the present state and decide again.'],
    [422, 'Correct the input and try again; nothing was changed.'],
    [500, 'The provider has a problem of its own; try again later.'],
    [503, 'The provider has a problem of its own; try again later.'],
  ])('HTTP %i: %s', (status, next) => {
    expect(new ProviderRefused({ connection: 'tp', status, words: 'no' })).toMatchObject({
      message: `tp refused with HTTP ${status}: no`,
      next,
    });
  });
  it('each says what happened and what to do', () => {
    const said = (error: { message: string; next: string }) => [error.message, error.next];
    expect(said(new ProviderRefused({ connection: 'tp', status: 400, code: '17', words: 'bad EUI', next: 'Look.' }))).toEqual([
      'tp refused with HTTP 400: 17: bad EUI',
      'Look.',
    ]);
    expect(said(new ProviderRefused({ connection: 'tp', status: 400, words: '' }))[0]).toBe('tp refused with HTTP 400: no reason given');
    expect(said(new Unreachable('tp', 'ECONNREFUSED', 'no'))).toEqual([
      'tp did not answer: ECONNREFUSED',
      'Nothing was sent. Check the network and the configured address, then try again.',
    ]);
    expect(said(new Unreachable('tp', 'ECONNRESET', 'maybe'))[1]).toBe('Try again for a read; for a change, look at its state first.');
    expect(said(new UnknownAnswer('tp', 'thingpark.devices.list', 200, 'briefs: missing'))).toEqual([
      'tp answered thingpark.devices.list with HTTP 200 in a form this version does not know: briefs: missing',
      'Report it with the operation name; another operation may give the same facts.',
    ]);
    expect(said(new TooManyRequests('tp', 200))).toEqual([
      'tp takes no more requests right now',
      'Come back in 1 s, or ask for less at once.',
    ]);
  });
});

describe('single flight', () => {
  it('lets many share one attempt, and the next begin anew', async () => {
    let begun = 0;
    const flight = singleFlight<number>();
    const start = async (): Promise<number> => ++begun;
    expect(await Promise.all([flight(start), flight(start), flight(start)])).toEqual([1, 1, 1]);
    expect(await flight(start)).toBe(2);
  });
  it('fails for all who shared it, and is tried again by the next', async () => {
    const flight = singleFlight<string>();
    let begun = 0;
    const start = async (): Promise<string> => {
      if (++begun === 1) throw new Error('no');
      return 'yes';
    };
    const endings = await Promise.allSettled([flight(start), flight(start)]);
    expect(endings.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    expect(await flight(start)).toBe('yes');
    expect(begun).toBe(2);
  });
});

test('a walk reads page after page until one names no next, and only as far as it is asked', async () => {
  const pages: Record<string, Page<number, string>> = {
    first: { rows: [1, 2], next: 'b', total: 4 },
    b: { rows: [], next: 'c' },
    c: { rows: [3, 4] },
  };
  const read: string[] = [];
  const reader = async (at: string | undefined): Promise<Page<number, string>> => {
    read.push(at ?? 'first');
    return pages[at ?? 'first'] as Page<number, string>;
  };
  const seen: number[][] = [];
  for await (const page of walk(reader)) seen.push(page.rows);
  expect(seen).toEqual([[1, 2], [], [3, 4]]);
  expect(read.splice(0)).toEqual(['first', 'b', 'c']);
  for await (const page of walk(reader, 'b')) {
    expect(page.rows).toEqual([]);
    break;
  }
  expect(read).toEqual(['b']);
});
