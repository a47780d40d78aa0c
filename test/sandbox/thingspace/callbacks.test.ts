import { expect, test } from 'vitest';
import type { OutboxEntry } from '../../../src/sandbox/thingspace/state.ts';
import { type Api, at, code, loggedIn, textAt } from './api.ts';

const account = '0442000123-00001';
const active = '89148000000077000037';
const suspended = '89148000000077000333';
const one = (iccid: string) => [{ deviceIds: [{ id: iccid, kind: 'iccid' }] }];
const url = 'https://listener.example:9001/ts';

function listen(api: Api, name: string, more: object = {}) {
  return api.post(`/callbacks/${account}`, { name, url, ...more });
}

test('a listener is registered, listed and removed, and each service has one URL', async () => {
  const api = await loggedIn();
  const registered = await listen(api, 'carrierservice', { username: 'cb-user', password: 'cb-pass' });
  expect([registered.status, registered.body]).toEqual([200, { accountName: account, serviceName: 'CarrierService' }]);
  await api.post(`/callbacks/${account}`, { name: 'CarrierService', url: 'http://listener.example/two' });
  await listen(api, 'DeviceUsage', { username: 'cb-user', password: 'cb-pass' });
  expect((await api.get(`/callbacks/${account}`)).body).toEqual([
    { accountName: account, serviceName: 'CarrierService', url: 'http://listener.example/two' },
    { accountName: account, serviceName: 'DeviceUsage', url, username: 'cb-user', password: 'cb-pass' },
  ]);
  expect((await api.get('/callbacks/0442000123-00002')).body).toEqual([]);
  const gone = await api.send('DELETE', `/api/m2m/v1/callbacks/${account}/name/CarrierService`);
  expect(gone.body).toEqual({ accountName: account, serviceName: 'CarrierService' });
  expect((await api.send('DELETE', `/api/m2m/v1/callbacks/${account}/name/CarrierService`)).status).toBe(400);
});

test('registering a listener rejects ports, URL schemes and services that are not allowed', async () => {
  const api = await loggedIn();
  const statusFor = async (port: string) =>
    (await api.post(`/callbacks/${account}`, { name: 'DeviceService', url: `http://h.example${port}/x` })).status;
  const allowed = ['', ':80', ':443', ':9001', ':9006', ':50551', ':50559', ':28200', ':28220'];
  const rejected = [':9000', ':9007', ':8080', ':50550', ':50560', ':28221'];
  for (const port of allowed) expect([port, await statusFor(port)]).toEqual([port, 200]);
  for (const port of rejected) expect([port, await statusFor(port)]).toEqual([port, 400]);
  expect((await api.post(`/callbacks/${account}`, { name: 'DeviceService', url: 'ftp://h.example/x' })).status).toBe(400);
  expect((await api.post(`/callbacks/${account}`, { name: 'NoService', url })).status).toBe(400);
});

test('each device of a request sends one callback, success or fault, with user name and password in clear text', async () => {
  const api = await loggedIn();
  await listen(api, 'CarrierService', { username: 'cb-user', password: 'cb-pass' });
  const reply = await api.post('/devices/actions/suspend', { devices: [...one(active), ...one(suspended)] });
  expect(api.world.thingspace.outbox).toEqual([]);
  api.clock.advance(5000);
  const common = {
    username: 'cb-user',
    password: 'cb-pass',
    requestId: textAt(reply.body, 'requestId'),
    callbackCount: 1,
    maxCallbackThreshold: 4,
  };
  expect(api.world.thingspace.outbox).toEqual([
    {
      at: Date.parse('2026-03-01T12:00:05Z'),
      service: 'CarrierService',
      account,
      url,
      body: {
        ...common,
        deviceIds: [{ id: active, kind: 'iccid' }],
        deviceResponse: {
          suspendResponse: {
            expectedResumeDate: '2026-05-30T07:00:05-05:00',
            maxSuspendDaysAllowed: '90',
            numDaysSuspendAllowedCurrent12Months: '180',
            numDaysSuspendedLast12Months: '0',
          },
        },
        status: 'Success',
      },
      attempts: 0,
    },
    {
      at: Date.parse('2026-03-01T12:00:05Z'),
      service: 'CarrierService',
      account,
      url,
      body: {
        ...common,
        deviceIds: [{ id: suspended, kind: 'iccid' }],
        faultResponse: {
          faultcode: 'UnifiedWebService.INPUT_INVALID.DeviceState.Invalid',
          faultstring: 'INPUT_INVALID. The device is not in active state.',
        },
        status: 'Failed',
      },
      attempts: 0,
    },
  ] satisfies OutboxEntry[]);
});

test('the callback of an activation contains the new identifiers', async () => {
  const api = await loggedIn();
  await api.post('/callbacks/0442000123-00002', { name: 'CarrierService', url });
  await api.post('/devices/actions/activate', {
    servicePlan: 'IOTLOW5MB',
    mdnZipCode: '98801',
    devices: [
      {
        deviceIds: [
          { id: '359000001201092', kind: 'imei' },
          { id: '89148000000077000444', kind: 'iccid' },
        ],
      },
    ],
  });
  api.clock.advance(5000);
  expect(api.world.thingspace.outbox[0]?.body['deviceResponse']).toEqual({
    activateResponse: {
      deviceIds: expect.arrayContaining([
        { id: '2085550120', kind: 'mdn' },
        { id: '12085550120', kind: 'msisdn' },
      ]),
      featureCodes: ['71001'],
      ipAddress: '10.61.4.20',
      servicePlan: 'IOTLOW5MB',
      state: 'active',
      deviceCredential: { username: '', password: '' },
    },
  });
});

test('a request without a registered listener is carried out and its callback is lost', async () => {
  const api = await loggedIn();
  await listen(api, 'DeviceService');
  await api.post('/devices/actions/suspend', { devices: one(active) });
  api.clock.advance(5000);
  expect(api.world.thingspace.devices[0]?.state).toBe('suspend');
  expect(api.world.thingspace.outbox).toEqual([]);
});

/** Waits until pending listener responses are processed. */
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a callback is sent again every 5 minutes until the listener accepts it, with the attempt in callbackCount', async () => {
  const api = await loggedIn();
  const deliveries: unknown[] = [];
  const statuses = [500, 200];
  api.world.thingspace.deliver = async (to, body) => {
    deliveries.push([api.clock.now() - Date.parse('2026-03-01T12:00:00Z'), to, at(body, 'callbackCount')]);
    return statuses.shift() ?? 200;
  };
  await listen(api, 'CarrierService');
  await api.post('/devices/actions/suspend', { devices: one(active) });
  for (let i = 0; i < 5; i++) {
    api.clock.advance(300_000);
    await flush();
  }
  expect(deliveries).toEqual([
    [5000, url, 1],
    [305_000, url, 2],
  ]);
  expect(api.world.thingspace.outbox).toMatchObject([{ attempts: 2, delivered: true }] satisfies Partial<OutboxEntry>[]);
});

test('a callback to an unreachable listener is sent 4 times and then given up', async () => {
  const api = await loggedIn();
  const at: number[] = [];
  api.world.thingspace.deliver = async () => {
    at.push(api.clock.now() - Date.parse('2026-03-01T12:00:00Z'));
    throw new Error('connection refused');
  };
  await listen(api, 'CarrierService');
  await api.post('/devices/actions/suspend', { devices: one(active) });
  for (let i = 0; i < 8; i++) {
    api.clock.advance(300_000);
    await flush();
  }
  expect(at).toEqual([5000, 305_000, 605_000, 905_000]);
  expect(api.world.thingspace.outbox).toMatchObject([{ attempts: 4, body: { callbackCount: 4 } }] satisfies Partial<OutboxEntry>[]);
  expect(api.world.thingspace.outbox[0]?.delivered).toBeUndefined();
});

test('roaming lists and suspension status are rejected at once when no listener is registered', async () => {
  const api = await loggedIn();
  const ids = { accountName: account, deviceIds: [{ id: suspended, kind: 'iccid' }] };
  expect(code(await api.post('/devices/suspension/status', ids))).toBe('UnifiedWebService.REQUEST_FAILED.CallbackNotRegistered');
  expect(code(await api.post('/devices/prl/actions/list', ids))).toBe('UnifiedWebService.REQUEST_FAILED.CallbackNotRegistered');
  await listen(api, 'DeviceSuspensionStatus');
  await api.post('/devices/suspension/status', { accountName: account, filter: { groupName: 'West tanks' } });
  api.clock.advance(5000);
  expect(api.world.thingspace.outbox.length).toBeGreaterThan(0);
  expect(api.world.thingspace.outbox[0]).toMatchObject({
    service: 'DeviceSuspensionStatus',
    body: { deviceIds: [{ id: suspended, kind: 'iccid' }], deviceResponse: { suspendResponse: { numDaysSuspendedLast12Months: '9' } } },
  });
});
