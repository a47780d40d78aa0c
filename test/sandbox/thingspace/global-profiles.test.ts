/** The simulated Global IoT profiles, uploads and promotions, with requests that the product's client does not build. */
import { expect, test } from 'vitest';
import { type Api, at, code, loggedIn, rowsAt } from './api.ts';

const account = '0442000123-00001';
const pump = '89148000000077000037';
const eid = '89049032000000000000000000007711';
const fresh = '89148000000077000481';
const url = 'https://listener.example:9001/ts';
const ofEuicc = { accountName: account, devices: [{ deviceIds: [{ id: eid, kind: 'eid' }] }] };
const triggerId = '5D0C7A52-8E41-4B6F-9A2D-3C1E6F7B8A90';

async function listening(...names: string[]): Promise<Api> {
  const api = await loggedIn();
  for (const name of names) await api.post(`/callbacks/${account}`, { name, url });
  return api;
}

const callbacksOf = (api: Api): unknown[] =>
  api.world.thingspace.outbox.map(({ service, body }) => [
    service,
    body['status'],
    body['deviceIds'],
    at(body, 'faultResponse', 'faultstring'),
  ]);

test('suspending an eUICC sends a callback for each profile and a last one for the device, and again it is suspended already', async () => {
  const api = await listening('DeviceProfileService');
  const profileIds = [
    { id: pump, kind: 'iccid' },
    { id: eid, kind: 'eid' },
  ];
  const device = [{ id: eid, kind: 'eid' }];
  await api.post('/devices/profile/actions/device_suspend', ofEuicc);
  api.clock.advance(5000);
  await api.post('/devices/profile/actions/device_suspend', ofEuicc);
  api.clock.advance(5000);
  expect(callbacksOf(api)).toEqual([
    ['DeviceProfileService', 'Success', profileIds, undefined],
    ['DeviceProfileService', 'Success', device, undefined],
    ['DeviceProfileService', 'Failed', profileIds, 'REQUEST_FAILED. Profile is already suspended'],
    ['DeviceProfileService', 'Success', device, undefined],
  ]);
  const listed = await api.post('/devices/actions/list', { deviceId: { id: pump, kind: 'iccid' } });
  expect(at(listed.body, 'devices', 0, 'carrierInformations', 0, 'state')).toBe('suspend');
});

test('resuming an active profile fails in the words of the documents, and an unknown EID is rejected at once', async () => {
  const api = await listening('DeviceProfileService');
  await api.post('/devices/profile/actions/profile_resume', {
    accountName: account,
    devices: [{ deviceIds: [{ id: pump, kind: 'iccid' }] }],
  });
  api.clock.advance(5000);
  expect(at(callbacksOf(api), 0, 3)).toBe('REQUEST_FAILED. Profile is already resumed');
  const unknown = { ...ofEuicc, devices: [{ deviceIds: [{ id: '89049032000000000000000000009999', kind: 'eid' }] }] };
  expect(code(await api.post('/devices/profile/actions/device_resume', unknown))).toBe('UnifiedWebService.REQUEST_FAILED.DeviceNotFound');
});

test('a renewed activation code comes by callback, for a deactivated SIM only', async () => {
  const api = await listening('DeviceProfileService');
  const body = { accountName: account, devices: [{ deviceIds: [{ id: pump, kind: 'iccid' }] }] };
  await api.post('/devices/profile/actions/renew_activation_code', body);
  api.clock.advance(5000);
  await api.post('/devices/profile/actions/deactivate', { ...body, reasonCode: 'FF' });
  api.clock.advance(5000);
  await api.post('/devices/profile/actions/renew_activation_code', body);
  api.clock.advance(5000);
  const answers = api.world.thingspace.outbox.map(({ body: sent }) => sent['faultResponse'] ?? sent['deviceResponse']);
  expect(answers).toEqual([
    {
      faultcode: 'UnifiedWebService.INPUT_INVALID.DeviceState.Invalid',
      faultstring: 'INPUT_INVALID. The device is not in deactive state.',
    },
    { deactivateResponse: { deactivated: 'true' } },
    { activationCodeResponse: { activationCode: expect.stringMatching(/^LPA:1\$smdp\.example\$/) } },
  ]);
});

test('one callback lists every uploaded device with its status, and the availability check then knows the SKU', async () => {
  const api = await listening('DeviceService', 'CarrierService');
  const upload = {
    accountName: account,
    emailAddress: 'fleet@example.com',
    deviceSku: 'EXSKU0001',
    uploadType: 'ICCID',
    devices: [fresh, pump].map((id) => ({ deviceIds: [{ id, kind: 'iccid' }] })),
  };
  await api.post('/devices/actions/upload', upload);
  api.clock.advance(5000);
  await api.post('/devices/availability/actions/list', { accountName: account, devices: upload.devices.slice(0, 1) });
  api.clock.advance(5000);
  expect(api.world.thingspace.outbox.map(({ service, body }) => [service, body['deviceResponse']])).toEqual([
    [
      'DeviceService',
      {
        uploadResponse: [
          { deviceIds: [{ kind: 'iccid', id: fresh }], status: 'Success' },
          { deviceIds: [{ kind: 'iccid', id: pump }], status: 'Failed', message: 'The device is known already.' },
        ],
      },
    ],
    ['DeviceService', { checkAvailabilityResponse: { available: true, deviceSku: 'EXSKU0001' } }],
  ]);
  const lower = await api.post('/devices/actions/upload', { ...upload, deviceSku: 'exsku0001' });
  expect(lower.status).toBe(400);
});

test('uploading and activating sends the upload to DeviceService and each activation to CarrierService', async () => {
  const api = await listening('DeviceService', 'CarrierService');
  await api.post('/devices/actions/uploadactivate', {
    accountName: account,
    emailAddress: 'fleet@example.com',
    deviceSku: 'EXSKU0001',
    uploadType: 'IMEI ICCID Pair',
    servicePlan: 'IOTLOW5MB',
    mdnZipCode: '98801',
    devices: [
      {
        deviceIds: [
          { id: '359000001209996', kind: 'imei' },
          { id: fresh, kind: 'iccid' },
        ],
      },
    ],
  });
  api.clock.advance(5000);
  const { outbox } = api.world.thingspace;
  expect(outbox.map(({ service }) => service).sort()).toEqual(['CarrierService', 'DeviceService']);
  expect(outbox.find(({ service }) => service === 'CarrierService')?.body).toMatchObject({
    deviceIds: [{ id: fresh, kind: 'iccid' }],
    deviceResponse: { activateResponse: { servicePlan: 'IOTLOW5MB', state: 'active' } },
  });
});

test('promotion usage and triggers are accepted in the forms that the SDK sends', async () => {
  const api = await loggedIn();
  const span = { startTime: '2026-02-01T00:00:00Z', endTime: '2026-02-03T00:00:00Z' };
  const deviceId = [{ id: pump, kind: 'iccid' }];
  const usage = await api.post('/devices/usage/actions/promodeviceusage', { deviceId, ...span });
  expect(rowsAt(usage.body, 'usageHistory').map((row) => at(row, 'eventDateTime'))).toEqual([
    '2026-02-01T00:00:00Z',
    '2026-02-02T00:00:00Z',
    '2026-02-03T00:00:00Z',
  ]);
  expect((await api.post('/devices/usage/actions/promoaggregateusage', { accountId: account, deviceId, ...span })).status).toBe(200);
  const changed = await api.send('PUT', '/api/m2m/v2/triggers', {
    triggerId,
    accountName: account,
    promoAlerts: [
      { filterCriteria: [{ servicePlan: '71002' }], condition: [{ smsPercentage90: true, NoOfDaysB4PromoExp: 3 }], enablePromoExp: false },
    ],
  });
  expect(changed.body).toEqual({ status: 'Success' });
  const one = await api.send('GET', `/api/m2m/v2/triggers/${triggerId.toLowerCase()}`);
  expect(at(one.body, 'triggers', 0, 'promoAlerts')).toEqual({
    filterCriteria: { servicePlan: '71002' },
    condition: {
      dataPercentage50: false,
      dataPercentage75: false,
      dataPercentage90: false,
      dataPercentage100: false,
      smsPercentage50: false,
      smsPercentage75: false,
      smsPercentage90: true,
      smsPercentage100: false,
      noOfDaysB4PromoExp: 3,
    },
    enablePromo: false,
  });
  expect(at(one.body, 'triggers', 0, 'modifiedAt')).toBe('2026-03-01T12:00:000.000Z');
});

test('an updated usage trigger shows when it was modified', async () => {
  const api = await loggedIn();
  const rule = { triggerCategory: 'DeviceDataUsage', dataTriggerRequest: { comparator: 'gt', threshold: 50, thresholdUnit: 'MB' } };
  const made = await api.post('/triggers', { name: 'heavy', accountName: account, triggerCycle: 'Daily', ...rule });
  const id = at(made.body, 'triggerId');
  api.clock.advance(60_000);
  await api.send('PUT', '/api/m2m/v1/triggers', { triggerId: id, triggerName: 'heavy', accountName: account, ...rule });
  const list = await api.get('/triggers');
  expect(at(list.body, 0, 'triggers', 0)).toMatchObject({
    createdAt: '2026-03-01T07:00:00-05:00',
    modifiedAt: '2026-03-01T07:01:00-05:00',
  });
});
