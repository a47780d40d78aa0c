/** Lists whose rows come twice, sessions in odd words, and lookups that no connection answers. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../support/json.ts';
import { startPortClient } from '../support/sandbox-on-port.ts';

const pump = '89148000000077000037';
const pump17 = '8944990000001000010';
const fridge = 'A81758FFFE0A0001';

describe('a list whose rows all come twice', () => {
  const twice =
    (name: string) =>
    (answer: Json): Json => ({ ...answer, [name]: [...answer[name], ...answer[name]] });

  it.each([
    ['thingspace', /v1\/devices\/actions\/list$/, 'devices'],
    ['thingpark', /rest\/subscriptions\/mine\/devices$|\/devices$/, 'briefs'],
    ['iotx', /\/subscribers$/, 'content'],
  ] as const)('shows, counts and finds each device of %s once', async (only, path, name) => {
    const { call, alter } = await startPortClient({ only: [only] });
    const rows = async (args: object): Promise<string[]> =>
      (await call('list_devices', { limit: 100, ...args })).structured.devices.map(({ device }: Json) => device);
    const before = await rows({});
    const { total } = (await call('list_devices', { count: true, state: 'active' })).structured;
    alter(path, twice(name));
    expect(await rows({})).toEqual(before);
    expect(new Set(await rows({ sort: 'name' }))).toEqual(new Set(before));
    expect(await rows({ sort: 'name' })).toHaveLength(before.length);
    expect((await call('list_devices', { count: true, state: 'active' })).structured.total).toBe(total);
    expect((await call('find_device', { identifier: before[0] })).structured.devices).toHaveLength(1);
  });

  it.each([
    ['list_groups', { account: '0442000123-00001' }, 'groups', /groups/],
    ['list_service_plans', { account: '0442000123-00001' }, 'plans', /plans/],
  ] as const)('is shown once by %s', async (tool, args, name, path) => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    const before = (await call(tool, args)).structured;
    alter(path, (answer) => (Array.isArray(answer) ? [...answer, ...answer] : undefined));
    const after = (await call(tool, args)).structured;
    expect(after.total).toBe(before.total);
    expect((after as Json)[name]).toEqual((before as Json)[name]);
  });

  it('is shown once by list_alarms and list_gateways', async () => {
    const { call, alter } = await startPortClient({ only: ['thingpark'] });
    const alarms = (await call('list_alarms', { limit: 500 })).structured.alarms.length;
    const gateways = (await call('list_gateways', { limit: 500 })).structured.gateways.length;
    alter(/alarms$|bss$/, twice('briefs'));
    expect((await call('list_alarms', { limit: 500 })).structured.alarms).toHaveLength(alarms);
    expect((await call('list_gateways', { limit: 500 })).structured.gateways).toHaveLength(gateways);
  });

  it('is shown once by list_subscriber_products, and a product in two states is in none that is known', async () => {
    const { call, alter } = await startPortClient({ only: ['iotx'] });
    const { total } = (await call('list_subscriber_products', { subscriber: pump17 })).structured;
    alter(/products\/active$/, twice('content'));
    expect((await call('list_subscriber_products', { subscriber: pump17 })).structured.total).toBe(total);
    alter(/products\/active$/, ({ content }) => ({ content: [...content, { ...content[0], enabled: false }] }));
    const { products } = (await call('list_subscriber_products', { subscriber: pump17 })).structured;
    expect(products).toHaveLength(total);
    expect(products[0].state).toBe('unknown');
  });

  it('is shown once by get_subscriber_sessions', async () => {
    const { call, alter } = await startPortClient({ only: ['iotx'] });
    const before = (await call('get_subscriber_sessions', { subscriber: pump17, limit: 4 })).structured.sessions;
    alter(/apn-log$/, ({ content }) => ({ content: content.flatMap((one: Json) => [one, one]) }));
    const after = (await call('get_subscriber_sessions', { subscriber: pump17, limit: 4 })).structured.sessions;
    expect(new Set(after.map(({ begin }: Json) => begin)).size).toBe(after.length);
    expect(after[0]).toEqual(before[0]);
  });
});

it.each([
  ['', 'Access-Accept', 'open'],
  ['', null, 'open'],
  [null, 'User-Request', 'unknown'],
  [{ at: 1 }, 'Access-Accept', 'unknown'],
])('an iot-x session with the stop %j and the reason %j ends: %s', async (stopTime, reason, end) => {
  const { call, alter } = await startPortClient({ only: ['iotx'] });
  alter(/apn-log$/, ({ content }) => ({ content: content.map((one: Json) => ({ ...one, stopTime, reason })) }));
  const { sessions } = (await call('get_subscriber_sessions', { subscriber: pump17, limit: 1 })).structured;
  expect(sessions[0].end).toBe(end);
});

describe('get_connection_history', () => {
  const history = /listHistory$/;
  const halfDay = { iccid: pump, period: 'PT12H' };
  const attributes =
    (how: (one: Json, record: number) => void) =>
    (answer: Json): void => {
      for (const [n, { connectionEventAttributes }] of answer.connectionHistory.entries())
        for (const one of connectionEventAttributes ?? []) how(one, n);
    };

  it.each([
    ['keys in lower case', attributes((one) => void Object.assign(one, { key: one.key.toLowerCase() }))],
    [
      'Session Start and Session Stop',
      attributes((one) => void Object.assign(one, one.key === 'Event' ? { value: `Session ${one.value}` } : {})),
    ],
    ['events in upper case', attributes((one) => void Object.assign(one, { value: String(one.value).toUpperCase() }))],
  ])('reads %s', async (_, how) => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    const plain = (await call('get_connection_history', halfDay)).structured;
    alter(history, how);
    expect((await call('get_connection_history', halfDay)).structured).toEqual(plain);
    expect(plain.total).toBe(4);
  });

  it.each([
    ['unknown words', attributes((one) => void Object.assign(one, one.key === 'Event' ? { value: 'Attach' } : {}))],
    [
      'no attributes',
      (answer: Json) => ({ ...answer, connectionHistory: answer.connectionHistory.map(({ occurredAt }: Json) => ({ occurredAt })) }),
    ],
    ['null elements only', (answer: Json) => ({ ...answer, connectionHistory: [null] })],
    [
      'an error beside an empty list',
      () => ({ errorCode: 'A.REQUEST_FAILED.B', errorMessage: 'no', hasMoreData: false, connectionHistory: [] }),
    ],
  ])('is in error, not "0 sessions", where the records have %s', async (_, how) => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    alter(history, how);
    const { isError, text } = await call('get_connection_history', halfDay);
    expect(isError, text).toBe(true);
    expect(text).not.toContain('0 sessions');
  });

  it('says that there are at least so many sessions where one record is not understood', async () => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    alter(
      history,
      attributes((one, n) => void Object.assign(one, n === 1 && one.key === 'Event' ? { value: 'Attach' } : {})),
    );
    const { structured, text } = await call('get_connection_history', halfDay);
    expect(text).toMatch(/^at least 4 sessions of 89148000000077000037/);
    expect(text).toContain('1 record without a readable time, or that are neither Start nor Stop, are left out');
    expect(structured).toMatchObject({ atLeast: true });
    expect(structured.sessions.at(-1)).toEqual({ start: '2026-11-21T20:00:00Z', note: 'stop not reported' });
    expect(structured.sessions[0]).toEqual({ start: '2026-11-22T08:00:00Z', note: 'stop not read' });
  });

  it('does not show a session as open that ends after the period, nor as begun nowhere that began before it', async () => {
    const { call } = await startPortClient({ only: ['thingspace'] });
    const early = await call('get_connection_history', { iccid: pump, from: '2026-11-20T06:00:00Z', period: 'PT2H10M' });
    expect(early.structured.sessions).toEqual([{ start: '2026-11-20T08:00:00Z', note: 'not over at the end of the period' }]);
    const late = await call('get_connection_history', { iccid: pump, from: '2026-11-20T08:10:00Z', period: 'PT2H' });
    expect(late.structured.sessions).toEqual([{ stop: '2026-11-20T08:20:00Z', bytes: 995026, note: 'began before the period' }]);
  });

  it('leaves a session that is open now without a note', async () => {
    const { call } = await startPortClient({ only: ['thingspace'] });
    expect((await call('get_connection_history', halfDay)).structured.sessions[0]).toEqual({ start: '2026-11-22T08:00:00Z' });
  });
});

describe('find_device', () => {
  it.each([404, 500, 503])('is in error, not "no device matches", where every connection that can hold it answers %d', async (status) => {
    const { call, alter } = await startPortClient();
    alter(/./, () => new Response('<html>', { status }));
    for (const identifier of [fridge, pump, pump17, 'zzzz', 'Water meter 1']) {
      const { isError, text } = await call('find_device', { identifier });
      expect(isError, text).toBe(true);
      expect(text).toMatch(new RegExp(`^"${identifier}" could not be looked up`));
    }
  });

  it('still says that nothing matches where a connection needs not be asked', async () => {
    const { call } = await startPortClient({ only: ['thingspace'] });
    const { isError, text } = await call('find_device', { identifier: 'A81758FFFE0A9999' });
    expect(isError).toBe(false);
    expect(text).toContain('no device matches "A81758FFFE0A9999"');
  });
});
