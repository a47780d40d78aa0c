/** The helper functions of the client, tested with literal values. */
import { describe, expect, it, test } from 'vitest';

import { checkInput } from '../../../src/clients/http/check-input.ts';
import type { AnyInput } from '../../../src/clients/http/endpoint.ts';
import { ProviderRefused, Refusal, TooManyRequests, UnknownAnswer, Unreachable } from '../../../src/clients/http/errors.ts';
import { type Page, paginate } from '../../../src/clients/http/pages.ts';
import { fillPath, queryText } from '../../../src/clients/http/path.ts';
import { type AttemptOutcome, backoff, decideRetry, retryAfterMs, retryNote } from '../../../src/clients/http/retry.ts';
import { singleFlight } from '../../../src/clients/http/single-flight.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';
import { thingpark } from '../../../src/clients/thingpark/index.ts';

const response = (status: number, more: { retryAfter?: number; authRefused?: boolean } = {}): AttemptOutcome => ({
  kind: 'response',
  status,
  authRefused: false,
  ...more,
});
const noResponse: AttemptOutcome = { kind: 'no-response', sent: 'maybe' };
const notSent: AttemptOutcome = { kind: 'no-response', sent: 'no' };
const expired = response(401, { authRefused: true });
const stop = 'stop';

describe('retryDecision', () => {
  // Kind of call, outcome, attempt number, credentials already renewed, expected decision (a number is a wait in ms).
  const table: [kind: 'read' | 'change', outcome: AttemptOutcome, count: number, renewed: boolean, expected: 'stop' | 'renew' | number][] =
    [
      ['read', response(503), 1, false, 150],
      ['read', response(503), 2, false, 300],
      ['read', response(503), 4, false, 1200],
      ['read', response(503), 5, false, stop],
      ['read', response(500), 1, false, 150],
      ['read', response(502), 1, false, 150],
      ['read', response(504), 1, false, 150],
      ['read', response(408), 1, false, 150],
      ['read', response(425), 1, false, 150],
      ['read', response(499), 1, false, 150],
      ['read', response(503, { retryAfter: 9000 }), 1, false, 9000],
      ['read', response(503, { retryAfter: 60_001 }), 1, false, stop],
      ['read', response(501), 1, false, stop],
      ['read', response(302), 1, false, stop],
      ['read', response(400), 1, false, stop],
      ['read', response(401), 1, false, stop],
      ['read', response(403), 1, false, stop],
      ['read', response(404), 1, false, stop],
      ['read', response(409), 1, false, stop],
      ['read', noResponse, 1, false, 150],
      ['read', noResponse, 5, false, stop],
      ['read', notSent, 1, false, 150],
      ['read', { kind: 'no-response', sent: 'no', lasting: true }, 1, false, stop],
      ['read', expired, 1, false, 'renew'],
      ['read', expired, 3, false, 'renew'],
      ['read', expired, 2, true, stop],
      ['read', response(429), 1, false, 150],
      ['read', response(429, { retryAfter: 7000 }), 1, false, 7000],
      ['read', response(429, { retryAfter: 60_000 }), 1, false, 60_000],
      ['read', response(429, { retryAfter: 60_001 }), 1, false, stop],
      ['read', response(429, { retryAfter: 7000 }), 5, false, 7000],
      ['read', response(429, { retryAfter: 7000 }), 6, false, stop],
      ['change', response(429), 1, false, 150],
      ['change', response(429, { retryAfter: 7000 }), 1, false, 7000],
      ['change', response(429, { retryAfter: 60_001 }), 1, false, stop],
      ['change', response(429), 6, false, stop],
      ['change', expired, 1, false, 'renew'],
      ['change', expired, 2, true, stop],
      ['change', response(500), 1, false, stop],
      ['change', response(502), 1, false, stop],
      ['change', response(503), 1, false, stop],
      ['change', response(503, { retryAfter: 1000 }), 1, false, stop],
      ['change', response(504), 1, false, stop],
      ['change', response(408), 1, false, stop],
      ['change', response(400), 1, false, stop],
      ['change', response(401), 1, false, stop],
      ['change', noResponse, 1, false, stop],
      ['change', notSent, 1, false, stop],
    ];
  it.each(table)(
    'decides for a %s with outcome %j on attempt %i, credentials renewed %s: %s',
    (kind, outcome, count, renewed, expected) => {
      expect(decideRetry(kind === 'read', outcome, { count, renewed }, () => 0.5)).toEqual(
        typeof expected === 'number' ? { do: 'wait', ms: expected } : { do: expected },
      );
    },
  );
});

test('backoff doubles from 200 ms to 10 s, and the upper half of the delay is random', () => {
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
  ])('retryAfterMs(%j) is %s', (header, expected) => {
    expect(retryAfterMs(new Headers(header === null ? {} : { 'retry-after': header }), at)).toBe(expected);
  });

  it.each(['900', '901', '1000000000', '9'.repeat(400), 'Fri, 22 Nov 2126 08:00:00 GMT'])('is at most 15 minutes for %s', (header) => {
    expect(retryAfterMs(new Headers({ 'retry-after': header }), at)).toBe(900_000);
  });

  it('compares a date with the Date of the response, because the clocks may differ', () => {
    const headers = new Headers({ 'retry-after': 'Sun, 22 Nov 2026 09:30:30 GMT', date: 'Sun, 22 Nov 2026 09:30:00 GMT' });
    expect(retryAfterMs(headers, at)).toBe(30_000);
  });
});

test('waitNote states the reason, the delay and the time of a retry', () => {
  expect(retryNote(429, 6500, 0)).toBe('rate limited (429), retried after 7 s at 1970-01-01T00:00:00Z');
  expect(retryNote(undefined, 150, 0)).toBe('temporary failure, retried after 1 s at 1970-01-01T00:00:00Z');
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
  ])('fills %s with %j: %s', (path, members, expected) => {
    expect(fillPath(path, members)).toBe(expected);
  });
  it.each(['', '.', '..'])('rejects the path parameter %j', (id) => {
    expect(() => fillPath('/subscribers/{id}', { id })).toThrow(Refusal);
    expect(() => fillPath('/subscribers/{id}', { id })).toThrow('id: a path parameter must not be empty, "." or ".."');
  });
  it('rejects a missing path parameter', () => {
    expect(() => fillPath('/subscribers/{id}')).toThrow('id: a path parameter must not be empty');
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
  ])('encodes the query %j as %j', (query, expected) => {
    expect(queryText(query)).toBe(expected);
  });
});

describe('checkInput', () => {
  const sim = { physicalId: '8944990000001000010' };
  const example =
    'Nothing was sent. A valid input: {"path":{"physicalId":"8944990000001000010"},"body":{"product":"SMS MO/MT","service":"SMS MO/MT","action":"disable"}}';
  const bad: [AnyInput, string][] = [
    [{ body: {} }, 'path.physicalId is required'],
    [{ path: { ...sim, other: 'x' }, body: {} }, 'path.other is not a path parameter'],
    [{ path: sim, query: { limit: 1 }, body: {} }, 'query is not accepted by this operation'],
    [{ path: sim }, 'body Invalid input: expected object, received undefined'],
    [{ path: sim, body: { product: 'SMS', action: 'drop' } }, 'body.action Invalid option: expected one of "enable"|"disable"'],
    [{ path: sim, body: { action: 'enable' } }, 'body needs product, service or both'],
    [{ path: sim, body: { product: 'SMS', action: 'enable', when: 'now' } }, 'body Unrecognized key: "when"'],
  ];
  it.each(bad)('rejects the input %j: %s', (input, message) => {
    expect(() => checkInput(iotx.products.change, input)).toThrow(
      expect.objectContaining({ name: 'Refusal', message: `iotx.products.change: ${message}`, next: example }),
    );
  });
  it('names an invalid query field, and accepts a read without a query', () => {
    expect(() => checkInput(thingpark.devices.list, { query: { pageSize: 0 } })).toThrow(
      expect.objectContaining({
        field: 'query.pageSize',
        message: 'thingpark.devices.list: query.pageSize Too small: expected number to be >=1',
      }),
    );
    expect(() => checkInput(thingpark.devices.list, { body: {} })).toThrow(
      'thingpark.devices.list: body is not accepted by this operation',
    );
    expect(checkInput(thingpark.devices.list, {})).toEqual({ query: {} });
  });
  it('returns a valid input', () => {
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
    [409, 'Read the current state and decide again.'],
    [422, 'Correct the input and try again; nothing was changed.'],
    [500, 'The provider reported an internal error; try again later.'],
    [503, 'The provider reported an internal error; try again later.'],
  ])('ProviderRefused for HTTP %i suggests: %s', (status, next) => {
    expect(new ProviderRefused({ connection: 'tp', status, message: 'no', fromApi: true })).toMatchObject({
      message: `tp refused with HTTP ${status}: no`,
      next,
    });
  });
  it('a 404 without the form of the API says nothing about the object', () => {
    const of = (fromApi: boolean) => new ProviderRefused({ connection: 'tp', status: 404, message: 'no', fromApi });
    expect(of(true).objectMissing).toBe(true);
    expect(of(false)).toMatchObject({
      objectMissing: false,
      next: 'This 404 does not come from the API: check the url configured for this connection, and any proxy. Whether the object exists is unknown.',
    });
  });
  it('each error class states what happened and the next step', () => {
    const textsOf = (error: { message: string; next: string }) => [error.message, error.next];
    expect(textsOf(new ProviderRefused({ connection: 'tp', status: 400, code: '17', message: 'bad EUI', next: 'Look.' }))).toEqual([
      'tp refused with HTTP 400: 17: bad EUI',
      'Look.',
    ]);
    expect(textsOf(new ProviderRefused({ connection: 'tp', status: 400, message: '' }))[0]).toBe(
      'tp refused with HTTP 400: no reason given',
    );
    expect(textsOf(new Unreachable('tp', 'ECONNREFUSED', 'no'))).toEqual([
      'tp did not answer: ECONNREFUSED',
      'Nothing was sent. Check the network and the configured address, then try again.',
    ]);
    expect(textsOf(new Unreachable('tp', 'ECONNRESET', 'maybe'))[1]).toBe('Retry a read. For a change, read the current state first.');
    expect(textsOf(new UnknownAnswer('tp', 'thingpark.devices.list', 200, 'briefs: missing'))).toEqual([
      'tp answered thingpark.devices.list with HTTP 200, but the response is not understood: briefs: missing',
      'Report it with the operation name; another operation may return the same data.',
    ]);
    expect(textsOf(new TooManyRequests('tp', 200))).toEqual(['tp is rate limited', 'Retry in 1 s, or request less data at once.']);
  });
});

describe('singleFlight', () => {
  it('shares one attempt between concurrent calls and starts a new one afterwards', async () => {
    let started = 0;
    const flight = singleFlight<number>();
    const start = async (): Promise<number> => ++started;
    expect(await Promise.all([flight(start), flight(start), flight(start)])).toEqual([1, 1, 1]);
    expect(await flight(start)).toBe(2);
  });
  it('rejects for all concurrent calls, and the next call tries again', async () => {
    const flight = singleFlight<string>();
    let started = 0;
    const start = async (): Promise<string> => {
      if (++started === 1) throw new Error('no');
      return 'yes';
    };
    const results = await Promise.allSettled([flight(start), flight(start)]);
    expect(results.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    expect(await flight(start)).toBe('yes');
    expect(started).toBe(2);
  });
});

test('paginate reads pages until one has no cursor, and only as many as are consumed', async () => {
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
  const pagesRead: number[][] = [];
  for await (const page of paginate(reader)) pagesRead.push(page.rows);
  expect(pagesRead).toEqual([[1, 2], [], [3, 4]]);
  expect(read.splice(0)).toEqual(['first', 'b', 'c']);
  for await (const page of paginate(reader, { start: 'b' })) {
    expect(page.rows).toEqual([]);
    break;
  }
  expect(read).toEqual(['b']);
});
