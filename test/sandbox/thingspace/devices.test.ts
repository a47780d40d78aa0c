import { expect, test } from 'vitest';
import { isLuhnValid } from '../../../src/vocabulary.ts';
import { type Api, at, code, loggedIn, newWorld, type Reply, rowsAt, textAt } from './api.ts';

const list = (api: Api, body: unknown): Promise<Reply> => api.post('/devices/actions/list', body);
const numbersOf = (reply: Reply): number[] =>
  rowsAt(reply.body, 'devices').map((row) => Number(textAt(row, 'extendedAttributes', 0, 'value')));
const namesOf = (reply: Reply): string[] => rowsAt(reply.body, 'devices').map((row) => textAt(row, 'customFields', 0, 'value'));
const one = (iccid: string) => [{ deviceIds: [{ id: iccid, kind: 'iccid' }] }];

async function stateOf(api: Api, iccid: string): Promise<string> {
  return textAt((await list(api, { deviceId: { id: iccid, kind: 'ICCID' } })).body, 'devices', 0, 'carrierInformations', 0, 'state');
}

async function statusOf(api: Api, reply: Reply, account = '0442000123-00001'): Promise<unknown> {
  return at((await api.get(`/accounts/${account}/requests/${textAt(reply.body, 'requestId')}/status`)).body, 'status');
}

const active = '89148000000077000037';
const suspended = '89148000000077000333';
const stock = { iccid: '89148000000077000444', imei: '359000001201092', account: '0442000123-00002' };
const pair = (iccid: string, imei: string) => [
  {
    deviceIds: [
      { id: imei, kind: 'imei' },
      { id: iccid, kind: 'iccid' },
    ],
  },
];

test('a fixed device has the documented format, with times relative to the start of the sandbox clock', async () => {
  const api = await loggedIn();
  const reply = await list(api, { deviceId: { id: active, kind: 'IccId' } });
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({
    hasMoreData: false,
    devices: [
      {
        accountName: '0442000123-00001',
        billingCycleEndDate: '2026-03-24T20:00:00-05:00',
        carrierInformations: [{ carrierName: 'Verizon Wireless', servicePlan: 'IOTSHR250MB', state: 'active' }],
        connected: true,
        createdAt: '2025-02-11T07:00:00-05:00',
        customFields: [{ key: 'CustomField1', value: 'tank-0001' }],
        deviceIds: [
          { id: '2085550101', kind: 'mdn' },
          { id: '359000001200091', kind: 'imei' },
          { id: '89148000000077000037', kind: 'iccId' },
          { id: '311480005550001', kind: 'imsi' },
          { id: '12085550101', kind: 'msisdn' },
          { id: '2085550101', kind: 'min' },
        ],
        extendedAttributes: expect.arrayContaining([
          { key: 'DeviceId', value: '900111' },
          { key: 'PrimaryPlaceOfUseZipCode', value: '98801' },
          { key: 'PrimaryPlaceOfUseCity', value: 'Wenatchee' },
        ]),
        groupNames: ['West tanks'],
        ipAddress: '10.61.4.1',
        lastActivationBy: 'API User',
        lastActivationDate: '2025-09-02T07:00:00-05:00',
        lastConnectionDate: '2026-03-01T07:00:00-05:00',
      },
    ],
  });
});

test('a device is found by every kind of identifier, in any case', async () => {
  const api = await loggedIn();
  const ids = [
    { kind: 'MDN', id: '2085550102' },
    { kind: 'min', id: '2085550102' },
    { kind: 'msisdn', id: '12085550102' },
    { kind: 'imsi', id: '311480005550002' },
    { kind: 'IMEI', id: '359000001200182' },
    { kind: 'iccId', id: '89148000000077000074' },
  ];
  for (const deviceId of ids) expect(namesOf(await list(api, { deviceId }))).toEqual(['tank-0002']);
});

test('an unknown device, an unknown identifier kind and an invalid identifier are rejected', async () => {
  const api = await loggedIn();
  const ask = async (deviceId: unknown) => {
    const reply = await list(api, { deviceId });
    return [reply.status, code(reply)];
  };
  expect(await ask({ id: '89148000000099999999', kind: 'iccid' })).toEqual([400, 'UnifiedWebService.REQUEST_FAILED.DeviceNotFound']);
  expect(await ask({ id: active, kind: 'sku' })).toEqual([400, 'UnifiedWebService.INPUT_INVALID.Device.Kind.Invalid']);
  expect(await ask({ id: '12', kind: 'iccid' })).toEqual([400, 'UnifiedWebService.INPUT_INVALID.Device.Identifier.Invalid']);
});

test('the device list is ordered by DeviceId and returns 202 while there are more rows', async () => {
  const api = await loggedIn();
  const first = await list(api, { largestDeviceIdSeen: 0, maxNumberOfDevices: 10 });
  const second = await list(api, { largestDeviceIdSeen: 900_210, maxNumberOfDevices: 10 });
  const last = await list(api, { largestDeviceIdSeen: 900_320, maxNumberOfDevices: 10 });
  expect([first.status, at(first.body, 'hasMoreData')]).toEqual([202, true]);
  expect(numbersOf(first)).toEqual([900_111, 900_122, 900_133, 900_144, 900_155, 900_166, 900_177, 900_188, 900_199, 900_210]);
  expect(numbersOf(second)[0]).toBe(900_221);
  expect([last.status, at(last.body, 'hasMoreData')]).toEqual([200, false]);
  expect(numbersOf(last)).toEqual([900_331, 900_342, 900_353, 900_364]);
});

test('without a cursor the device list starts with the oldest device, 500 per page by default and at most 2,000', async () => {
  const api = await loggedIn(2100);
  const usual = await list(api, {});
  const most = await list(api, { maxNumberOfDevices: 5000, largestDeviceIdSeen: 0 });
  const created = rowsAt(usual.body, 'devices').map((row) => textAt(row, 'createdAt'));
  expect(created).toHaveLength(500);
  expect(created).toEqual(created.toSorted());
  expect([most.status, rowsAt(most.body, 'devices').length]).toEqual([202, 2000]);
});

test('filters narrow the device list, and a filter without matches returns an empty list', async () => {
  const api = await loggedIn();
  const names = async (body: object) => namesOf(await list(api, { largestDeviceIdSeen: 0, ...body }));
  const byId = (filter: object) => ({ filter: { deviceIdentifierFilters: [filter] } });
  expect(await names({ currentState: 'suspend', maxNumberOfDevices: 2 })).toEqual(['tank-0009', 'tank-0010']);
  expect(await names(byId({ kind: 'iccid', contains: '770000' }))).toEqual(['tank-0001', 'tank-0002']);
  expect(await names(byId({ kind: 'MDN', startswith: '2085550110' }))).toEqual(['tank-0010']);
  expect(await names(byId({ kind: 'imei', endswith: '1092' }))).toEqual(['tank-0012']);
  expect(await names({ customFields: [{ key: 'CustomField1', value: 'tank-0005' }] })).toEqual(['tank-0005']);
  expect(await names({ accountName: '0442000123-00002' })).toEqual(['tank-0011', 'tank-0012', expect.stringMatching(/-0019$/)]);
  expect(await names({ servicePlan: 'NOSUCH' })).toEqual([]);
  expect(await names({ latest: '2025-02-01T00:00:00Z', groupName: 'West tanks', maxNumberOfDevices: 1 })).not.toEqual([]);
  expect(code(await list(api, { groupName: 'No such' }))).toBe('UnifiedWebService.REQUEST_FAILED.DeviceGroupNotFound');
  expect(code(await list(api, { accountName: 'No such' }))).toBe('UnifiedWebService.REQUEST_FAILED.AccountNotFound');
  expect(code(await list(api, { customFields: [{ key: 'Site', value: 'x' }] }))).toBe(
    'UnifiedWebService.INPUT_INVALID.CustomField.InvalidName',
  );
});

test('an activation is pending at first and then succeeds with a new MDN', async () => {
  const api = await loggedIn();
  const body = { accountName: stock.account, servicePlan: 'IOTLOW5MB', mdnZipCode: '98801', devices: pair(stock.iccid, stock.imei) };
  const reply = await api.post('/devices/actions/activate', body);
  expect(reply.status).toBe(200);
  expect(await stateOf(api, stock.iccid)).toBe('pending activation');
  expect(await statusOf(api, reply, stock.account)).toBe('Pending');
  api.clock.advance(5000);
  expect(await statusOf(api, reply, stock.account)).toBe('Success');
  const device = at((await list(api, { deviceId: { id: stock.imei, kind: 'imei' } })).body, 'devices', 0);
  expect(device).toMatchObject({
    carrierInformations: [{ servicePlan: 'IOTLOW5MB', state: 'active' }],
    deviceIds: [
      { id: '2085550120', kind: 'mdn' },
      { id: stock.imei, kind: 'imei' },
      { id: stock.iccid, kind: 'iccId' },
      { id: '311480005550012', kind: 'imsi' },
      { id: '12085550120', kind: 'msisdn' },
      { id: '2085550120', kind: 'min' },
    ],
    ipAddress: '10.61.4.20',
    lastActivationDate: '2026-03-01T07:00:05-05:00',
  });
});

test('activating an unknown SIM adds it with the IMEI of the request', async () => {
  const api = await loggedIn();
  const body = {
    accountName: '0442000123-00001',
    servicePlan: 'IOTLOW5MB',
    mdnZipCode: '98801',
    devices: pair('89148000000077000481', '359000001201183'),
  };
  const reply = await api.post('/devices/actions/activate', body);
  expect(await stateOf(api, '89148000000077000481')).toBe('pending activation');
  api.clock.advance(5000);
  expect(await statusOf(api, reply)).toBe('Success');
  expect(numbersOf(await list(api, { deviceId: { id: '359000001201183', kind: 'imei' } }))).toEqual([900_375]);
});

test('an invalid activation is rejected at once and changes nothing', async () => {
  const api = await loggedIn();
  const good = { accountName: stock.account, servicePlan: 'IOTLOW5MB', mdnZipCode: '98801', devices: pair(stock.iccid, stock.imei) };
  const ask = async (change: object) => {
    const reply = await api.post('/devices/actions/activate', { ...good, ...change });
    return [reply.status, code(reply)];
  };
  const refusal = (rest: string) => [400, `UnifiedWebService.${rest}`];
  expect(await ask({ devices: one(stock.iccid) })).toEqual(refusal('INPUT_INVALID.Device.Identifier.Invalid'));
  expect(await ask({ servicePlan: 'NOSUCH' })).toEqual(refusal('REQUEST_FAILED.NOSUCH.NotFound'));
  expect(await ask({ servicePlan: 'IOTNB50KB' })).toEqual(refusal('REQUEST_FAILED.IOTNB50KB.NotFound'));
  expect(await ask({ mdnZipCode: undefined })).toEqual(refusal('DeserializationFailed'));
  expect(await ask({ accountName: '0442000123-00001' })).toEqual(refusal('INPUT_INVALID.Device.Account.Invalid'));
  expect(await ask({ accountName: 'No such' })).toEqual(refusal('REQUEST_FAILED.AccountNotFound'));
  expect(await ask({ devices: pair(stock.iccid, '359000001200091') })).toEqual(refusal('INPUT_INVALID.Device.Identifier.Invalid'));
  expect(await ask({ devices: [] })).toEqual(refusal('INPUT_INVALID.DeviceNotProvided'));
  expect(await ask({ devices: Array.from({ length: 10_001 }, () => ({})) })).toEqual(refusal('INPUT_INVALID.MaxRequestsExceeded'));
  expect(await stateOf(api, stock.iccid)).toBe('pre-active');
  expect(api.world.eventQueue.pending()).toBe(0);
});

test('an activation accepts a SKU instead of an IMEI', async () => {
  const api = await loggedIn();
  const body = { servicePlan: 'IOTLOW5MB', mdnZipCode: '98801', devices: one(stock.iccid), skuNumber: 'EXSKU0001' };
  expect((await api.post('/devices/actions/activate', body)).status).toBe(200);
});

test('suspend and restore take effect after a delay and keep the MDN', async () => {
  const api = await loggedIn();
  const suspend = await api.post('/devices/actions/suspend', { devices: one(active), withBilling: false });
  expect(await stateOf(api, active)).toBe('active');
  api.clock.advance(5000);
  expect([await stateOf(api, active), await statusOf(api, suspend)]).toEqual(['suspend', 'Success']);
  const restore = await api.post('/devices/actions/restore', { devices: [{ deviceIds: [{ id: '2085550101', kind: 'mdn' }] }] });
  api.clock.advance(5000);
  expect([await stateOf(api, active), await statusOf(api, restore)]).toEqual(['active', 'Success']);
});

test('a deactivation removes MDN, IP address and service plan', async () => {
  const api = await loggedIn();
  const body = { accountName: '0442000123-00001', devices: one(active), reasonCode: 'FF', etfWaiver: false };
  const reply = await api.post('/devices/actions/deactivate', body);
  api.clock.advance(5000);
  expect(await statusOf(api, reply)).toBe('Success');
  expect(at((await list(api, { deviceId: { id: active, kind: 'iccid' } })).body, 'devices', 0)).toMatchObject({
    carrierInformations: [{ servicePlan: '', state: 'deactive' }],
    connected: false,
    deviceIds: [
      { id: '359000001200091', kind: 'imei' },
      { id: active, kind: 'iccId' },
    ],
    ipAddress: '',
  });
  expect(code(await list(api, { deviceId: { id: '2085550101', kind: 'mdn' } }))).toBe('UnifiedWebService.REQUEST_FAILED.DeviceNotFound');
});

test('deleteAfterDeactivation deletes the device after the deactivation', async () => {
  const api = await loggedIn();
  await api.post('/devices/actions/deactivate', {
    accountName: '0442000123-00001',
    devices: one(active),
    reasonCode: 'FF',
    deleteAfterDeactivation: true,
  });
  api.clock.advance(5000);
  expect(code(await list(api, { deviceId: { id: active, kind: 'iccid' } }))).toBe('UnifiedWebService.REQUEST_FAILED.DeviceNotFound');
  expect(numbersOf(await list(api, { largestDeviceIdSeen: 0 }))).toHaveLength(23);
});

test('a device in the wrong state fails the request and does not change', async () => {
  const api = await loggedIn();
  const again = await api.post('/devices/actions/suspend', { devices: one(suspended) });
  const awake = await api.post('/devices/actions/restore', { devices: one(active) });
  const twice = await api.post('/devices/actions/activate', {
    servicePlan: 'IOTLOW5MB',
    mdnZipCode: '98801',
    devices: pair(active, '359000001200091'),
  });
  api.clock.advance(5000);
  expect([await statusOf(api, again), await statusOf(api, awake), await statusOf(api, twice)]).toEqual(['Failure', 'Failure', 'Failure']);
  expect([await stateOf(api, suspended), await stateOf(api, active)]).toEqual(['suspend', 'active']);
  expect(api.world.thingspace.requests.get(textAt(twice.body, 'requestId'))?.outcomes).toEqual([
    {
      iccid: active,
      status: 'Failed',
      fault: {
        faultcode: 'UnifiedWebService.REQUEST_FAILED.DeviceAlreadyActive',
        faultstring: 'REQUEST_FAILED. Device is already active',
      },
    },
  ]);
});

test('a bulk request has one outcome per device, also when a device is listed twice', async () => {
  const api = await loggedIn();
  const reply = await api.post('/devices/actions/suspend', { devices: [...one(active), ...one(suspended), ...one(active)] });
  api.clock.advance(5000);
  expect(await statusOf(api, reply)).toBe('Failure');
  expect(api.world.thingspace.requests.get(textAt(reply.body, 'requestId'))?.outcomes.map(({ iccid, status }) => [iccid, status])).toEqual([
    [active, 'Success'],
    [suspended, 'Failed'],
  ]);
});

test('a filter selects every matching device, and a request without devices and filter is rejected', async () => {
  const api = await loggedIn();
  const reply = await api.post('/devices/actions/restore', {
    accountName: '0442000123-00001',
    groupName: 'West tanks',
    servicePlan: 'IOTSHR250MB',
  });
  const outcomes = api.world.thingspace.requests.get(textAt(reply.body, 'requestId'))?.outcomes;
  expect(outcomes?.slice(0, 5).map(({ iccid }) => iccid)).toEqual([
    '89148000000077000037',
    '89148000000077000111',
    '89148000000077000185',
    '89148000000077000259',
    '89148000000077000333',
  ]);
  expect(code(await api.post('/devices/actions/suspend', {}))).toBe('UnifiedWebService.INPUT_INVALID.DeviceNotProvided');
});

test('a deactivation requires an account, a reason code and a body', async () => {
  const api = await loggedIn();
  const ask = async (body: object) => code(await api.post('/devices/actions/deactivate', body));
  expect(await ask({ devices: one(active), reasonCode: 'FF' })).toBe('UnifiedWebService.INPUT_INVALID.Account.NotDefined');
  expect(await ask({ accountName: '0442000123-00001', devices: one(active) })).toBe('UnifiedWebService.DeserializationFailed');
  expect((await api.send('POST', '/api/m2m/v1/devices/actions/deactivate')).body).toEqual({
    errorCode: 'UnifiedWebService.INPUT_INVALID.RequestUndefined',
    errorMessage: 'INPUT_INVALID. The request is empty.',
  });
});

test('the status of a past request is returned, and an unknown request is rejected', async () => {
  const api = await loggedIn();
  const old = await api.get('/accounts/0442000123-00001/requests/7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3/status');
  const none = await api.get('/accounts/0442000123-00001/requests/0d9e1c1a-6f3d-4f0e-8a3e-3f2f0b9a1d77/status');
  expect(old.body).toEqual({ requestId: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3', status: 'Success' });
  expect([none.status, code(none)]).toEqual([400, 'UnifiedWebService.REQUEST_FAILED.RequestNotFound']);
});

test('the same seed gives the same fleet: mostly active, with valid check digits and some stock without an IMEI', () => {
  const { devices } = newWorld(1000).world.thingspace;
  const count = (state: string): number => devices.filter((device) => device.state === state).length;
  expect(devices).toEqual(newWorld(1000).world.thingspace.devices);
  expect([count('active'), count('suspend'), count('pre-active'), count('deactive')]).toEqual([846, 77, 51, 26]);
  expect(devices.filter((device) => device.imei === undefined).map((device) => [device.n, device.state])).toEqual(
    [13, 133, 253, 373, 493, 613, 733, 853, 973].map((n) => [n, 'pre-active']),
  );
  expect(devices.slice(12).every((device) => isLuhnValid(device.iccid) && isLuhnValid(device.imei ?? '0'))).toBe(true);
  expect(new Set(devices.map((device) => device.name)).size).toBe(1000);
  expect(new Set(devices.map((device) => device.iccid)).size).toBe(1000);
});
