import { expect, test } from 'vitest';
import { receiveDeviceSms } from '../../../src/sandbox/thingspace/sms.ts';
import type { TsDevice } from '../../../src/sandbox/thingspace/state.ts';
import { type Api, at, code, loggedIn, type Reply, rowsAt, textAt } from './api.ts';

const account = '0442000123-00001';
const other = '0442000123-00002';
const active = '89148000000077000037';
const suspended = '89148000000077000333';
const eid = '89049032000000000000000000007711';
const one = (iccid: string) => [{ deviceIds: [{ id: iccid, kind: 'iccid' }] }];
const url = 'https://listener.example:9001/ts';

const put = (api: Api, path: string, body: unknown): Promise<Reply> => api.send('PUT', `/api/m2m/v1${path}`, body);
const deviceOf = (api: Api, iccid = active) => api.world.thingspace.devices.find((device) => device.iccid === iccid);

/** A logged-in client whose account has listeners for the given services. */
async function listening(...names: string[]): Promise<Api> {
  const api = await loggedIn();
  for (const name of names) await api.post(`/callbacks/${account}`, { name, url });
  return api;
}

/** The callbacks sent so far, in order: service, status and inner body. */
function callbacksOf(api: Api): unknown[] {
  return api.world.thingspace.outbox.map(({ service, body }) => [
    service,
    body['status'],
    body['deviceResponse'] ?? body['niddResponse'] ?? body['faultResponse'] ?? body['comment'] ?? body['smsMessage'],
  ]);
}

test('custom fields and cost center are stored, and a new place of use replaces the whole previous one', async () => {
  const api = await listening('CarrierService');
  await put(api, '/devices/actions/customFields', {
    devices: one(active),
    customFieldsToUpdate: [
      { key: 'CustomField1', value: 'pump 7' },
      { key: 'CustomField3', value: 'north' },
    ],
  });
  await put(api, '/devices/costCenter', { devices: one(active), costCenter: 'North-4' });
  await put(api, '/devices/actions/contactinfo', {
    devices: one(active),
    primaryPlaceOfUse: { customerName: { firstName: 'Kim' }, address: { city: 'Spokane', zip: '99201' } },
  });
  api.clock.advance(5000);
  const device = at((await api.post('/devices/actions/list', { deviceId: { id: active, kind: 'iccid' } })).body, 'devices', 0);
  expect(at(device, 'customFields')).toEqual([
    { key: 'CustomField1', value: 'pump 7' },
    { key: 'CustomField3', value: 'north' },
  ]);
  expect(at(device, 'extendedAttributes')).toEqual(
    expect.arrayContaining([
      { key: 'PrimaryPlaceOfUseFirstName', value: 'Kim' },
      { key: 'PrimaryPlaceOfUseLastName', value: '' },
      { key: 'PrimaryPlaceOfUseZipCode', value: '99201' },
      { key: 'CostCenterCode', value: 'North-4' },
    ]),
  );
  expect(callbacksOf(api)).toEqual(Array.from({ length: 3 }, () => ['CarrierService', 'Success', {}]));
});

test('a plan change fails for a suspended SIM, and currentServicePlan selects the SIMs to change', async () => {
  const api = await listening('CarrierService');
  await put(api, '/devices/actions/plan', { devices: [...one(active), ...one(suspended)], servicePlan: 'IOTLOW5MB' });
  api.clock.advance(5000);
  expect(deviceOf(api)?.plan).toBe('IOTLOW5MB');
  expect(callbacksOf(api).map((row) => at(row, 1))).toEqual(['Success', 'Failed']);
  const none = await put(api, '/devices/actions/plan', { devices: one(active), servicePlan: 'NOSUCH' });
  expect(code(none)).toBe('UnifiedWebService.REQUEST_FAILED.NOSUCH.NotFound');
  await put(api, '/devices/actions/plan', { accountName: account, currentServicePlan: 'IOTSHR250MB', servicePlan: 'IOTLOW5MB' });
  api.clock.advance(5000);
  const activeDevices = api.world.thingspace.devices.filter((device) => device.account === account && device.state === 'active');
  expect(activeDevices.some((device) => device.plan === 'IOTSHR250MB')).toBe(false);
});

test('moving a device to another account puts it into the default group of that account', async () => {
  const api = await loggedIn();
  await put(api, '/devices/actions/move', { accountName: other, devices: one(active), servicePlan: 'IOTLOW5MB' });
  api.clock.advance(5000);
  expect(deviceOf(api)).toMatchObject({
    account: other,
    group: `Default: ${other}`,
    plan: 'IOTLOW5MB',
    mdnIndex: 1,
  } satisfies Partial<TsDevice>);
  const history = await api.post('/devices/history/actions/list', {
    deviceId: { id: active, kind: 'iccid' },
    earliest: '2025-01-01T00:00:00Z',
    latest: '2026-12-31T00:00:00Z',
  });
  expect(rowsAt(history.body, 0, 'provisioningHistory').map((row) => at(row, 'eventType'))).toEqual(['Activate', 'Device Move']);
});

test('a SIM can be added once, and only a deactivated SIM can be deleted', async () => {
  const api = await loggedIn();
  const add = (iccid: string) => api.post('/devices/actions/add', { accountName: account, state: 'Pre-active', devicesToAdd: one(iccid) });
  expect((await add('89148000000077000481')).body).toEqual([
    { deviceIds: [{ id: '89148000000077000481', kind: 'iccid' }], response: 'Success' },
  ]);
  expect((await add('89148000000077000481')).body).toMatchObject([{ response: 'Failed' }]);
  expect(deviceOf(api, '89148000000077000481')).toMatchObject({ state: 'pre-active', account });
  const gone = await api.post('/devices/actions/delete', { devicesToDelete: [...one('89148000000077000407'), ...one(active)] });
  expect(gone.body).toEqual([
    { deviceIds: { id: '89148000000077000407', kind: 'iccid' }, status: 'Success' },
    { deviceIds: { id: active, kind: 'iccid' }, status: 'Failed', message: 'The device is not in deactive state.' },
  ]);
  expect(deviceOf(api, '89148000000077000407')).toBeUndefined();
  const many = await api.post('/devices/actions/add', {
    accountName: account,
    state: 'Pre-active',
    devicesToAdd: Array.from({ length: 201 }, () => ({})),
  });
  expect(code(many)).toBe('UnifiedWebService.INPUT_INVALID.NumberofDevices');
});

test('a change of the device id replaces ICCID, IMEI or MSISDN, and the mismatch report lists the new IMEI', async () => {
  const api = await listening('CarrierService');
  const change = async (body: object) => {
    await put(api, '/devices/4g/actions/deviceId', body);
    api.clock.advance(5000);
  };
  const next = '89148000000077000999';
  await change({ deviceIds: one(active)[0]?.deviceIds, deviceIdsTo: one(next)[0]?.deviceIds, change4gOption: 'changeICCID' });
  expect([deviceOf(api), deviceOf(api, next)?.mdnIndex]).toEqual([undefined, 1]);
  await change({
    deviceIds: [{ id: '2085550101', kind: 'mdn' }],
    deviceIdsTo: [{ id: '359000001277777', kind: 'imei' }],
    change4gOption: 'ChangeIMEI',
  });
  await change({ deviceIds: [{ id: '359000001277777', kind: 'imei' }], change4gOption: 'ChangeMSISDN' });
  expect(deviceOf(api, next)).toMatchObject({ imei: '359000001277777', mdnIndex: 20 } satisfies Partial<TsDevice>);
  expect(deviceOf(api, next)?.imeiChange?.from).toBe('359000001200091');
  await change({ deviceIds: one(next)[0]?.deviceIds, deviceIdsTo: one(suspended)[0]?.deviceIds, change4gOption: 'ChangeICCID' });
  expect(callbacksOf(api).map((row) => at(row, 1))).toEqual(['Success', 'Success', 'Success', 'Failed']);
  const report = await api.post('/devices/actions/list/imeiiccidmismatch', {
    filter: { earliest: '2026-01-01T00:00:00Z', latest: '2026-03-02T00:00:00Z' },
  });
  expect(rowsAt(report.body, 'devices').map((row) => [at(row, 'preImei'), at(row, 'postImei')])).toEqual([
    ['359000001200091', '359000001277777'],
    ['359000001299997', '359000001200637'],
  ]);
});

test('a swap of eUICC devices moves the MDN and sends three callbacks', async () => {
  const api = await listening('CarrierService', 'StateService');
  const to = '89049032000000000000000000007755';
  await api.post('/devices/actions/eidDeviceSwap', {
    accountName: account,
    deviceIds: [{ id: eid, kind: 'eid' }],
    deviceIdsTo: [{ id: to, kind: 'eid' }],
  });
  api.clock.advance(5000);
  expect(api.world.thingspace.devices.find((device) => device.eid === to)?.mdnIndex).toBe(1);
  expect(callbacksOf(api)).toMatchObject([
    ['CarrierService', 'Success', { deactivateResponse: {} }],
    ['CarrierService', 'Success', { changeIdentifierResponse: {} }],
    ['StateService', 'Success', { activateResponse: {} }],
  ]);
});

test('a profile is disabled, enabled, deleted and downloaded again, with a warning callback before the result of the download', async () => {
  const api = await listening('DeviceProfileService');
  const body = { accountName: account, smsrOid: '1.3.6.1', devices: [{ deviceIds: [{ id: eid, kind: 'EID' }] }] };
  const run = async (verb: string) => {
    const reply = await api.post(`/devices/profile/actions/${verb}`, body);
    api.clock.advance(5000);
    return [deviceOf(api)?.profile, at((await api.send('GET', statusPath(reply))).body, 'status')];
  };
  const statusPath = (reply: Reply) => `/api/m2m/v2/accounts/${account}/requests/${textAt(reply.body, 'requestId')}/status`;
  expect(await run('enable')).toEqual(['DOWNLOAD_ENABLE', 'Failed']);
  expect(await run('disable')).toEqual(['DISABLE', 'Success']);
  expect(await run('enable')).toEqual(['ENABLE', 'Success']);
  expect(await run('delete')).toEqual(['DELETE', 'Success']);
  expect(await run('download_enable')).toEqual(['DOWNLOAD_ENABLE', 'Success']);
  api.clock.advance(5000);
  expect(callbacksOf(api).map((row) => at(row, 1))).toEqual(['Failed', 'Success', 'Success', 'Success', 'warning', 'Success']);
});

test('eUICC devices are deactivated and activated, also in requests as the SDK writes them', async () => {
  const api = await listening('DeviceProfileService');
  const base = { accountName: account, reasonCode: 'FF', devices: [{ ids: [{ id: eid, kind: 'eid' }] }] };
  await api.post('/devices/profile/actions/deactivate', { ...base, checkFallbackProfile: true });
  api.clock.advance(5000);
  expect(deviceOf(api)?.state).toBe('active');
  await api.post('/devices/profile/actions/setfallbackattribute', {
    accountName: account,
    devices: [{ deviceIds: [{ id: eid, kind: 'eid' }] }],
  });
  api.clock.advance(5000);
  await api.post('/devices/profile/actions/deactivate', { ...base, checkFallbackProfile: true, etfwaiver: true });
  api.clock.advance(5000);
  expect(deviceOf(api)?.state).toBe('deactive');
  await api.post('/devices/profile/actions/activate_enable', { ...base, servicePlan: 'IOTLOW5MB', mdnZipCode: '98801' });
  api.clock.advance(5000);
  expect(deviceOf(api)).toMatchObject({ state: 'active', mdnIndex: 20, profile: 'DOWNLOAD_ENABLE' } satisfies Partial<TsDevice>);
  expect(deviceOf(api)?.provisioningEvents?.map(({ type, status }) => [type, status])).toEqual([
    ['Activate', 'Success'],
    ['Deactivate', 'Failed'],
    ['Deactivate', 'Success'],
    ['Activate', 'Success'],
  ]);
  await api.send('POST', '/api/m2m/v2/devices/actions/list', { accountName: account, profileStatusFilter: 'DOWNLOAD_ENABLE' });
  api.clock.advance(5000);
  expect(callbacksOf(api).at(-1)).toMatchObject([
    'DeviceProfileService',
    'Success',
    { deviceList: [{ provisioningStatus: 'ACTIVE' }, { provisioningStatus: 'SUSPEND' }, { profileStatus: 'DOWNLOAD_ENABLE' }] },
  ]);
});

test('goToState suspends and resumes a SIM under every spelling of its path', async () => {
  const api = await listening('StateService');
  const body = { serviceName: 'Telemetry', servicePlan: 'IOTLOW5MB', mdnZipCode: '98801', devices: one(active) };
  for (const word of ['stateandservices', 'statesandservices']) {
    const reply = await api.get(`/accounts/${account}/${word}`);
    expect(at(reply.body, 'engagement', 0, 'services', 0, 'states', 1, 'name')).toBe('Telemetry Resting');
  }
  await put(api, '/devices/actions/goToState', { ...body, stateName: 'Telemetry Resting' });
  api.clock.advance(5000);
  expect(deviceOf(api)?.state).toBe('suspend');
  await put(api, '/devices/actions/gotostate', { ...body, stateName: 'Telemetry On' });
  api.clock.advance(5000);
  expect(deviceOf(api)).toMatchObject({ state: 'active', mdnIndex: 1 } satisfies Partial<TsDevice>);
  expect(callbacksOf(api)).toMatchObject([
    ['StateService', 'Success', { suspendResponse: {} }],
    ['StateService', 'Success', { activateResponse: { state: 'active' } }],
  ]);
});

test('SMS from devices stay queued until the next page is requested', async () => {
  const api = await loggedIn();
  api.world.thingspace.page.sms = 2;
  const first = await api.get(`/sms/${account}/history`);
  expect(first.status).toBe(202);
  expect(rowsAt(first.body, 'messages').map((row) => at(row, 'message'))).toEqual(['LEVEL 62', 'LEVEL 65']);
  expect((await api.get(`/sms/${account}/history`)).body).toEqual(first.body);
  const second = await api.get(first.headers.get('location') ?? '');
  expect([second.status, rowsAt(second.body, 'messages').map((row) => at(row, 'message'))]).toEqual([200, ['LEVEL 68']]);
  expect(api.world.thingspace.smsQueue).toHaveLength(1);
  await api.get(second.headers.get('location') ?? '');
  expect(api.world.thingspace.smsQueue).toEqual([]);
});

test('an SMS sends callbacks for sent and delivered, and startCallbacks delivers the queued SMS to the listener', async () => {
  const api = await listening('EnhancedConnectivityService', 'SMSDeliveryConfirmation', 'DeviceService');
  await api.post('/sms', { accountName: account, smsMessage: 'PING', deviceIds: [{ id: active, kind: 'iccid' }] });
  api.clock.advance(5000);
  await put(api, `/sms/${account}/startCallbacks`, undefined);
  expect(callbacksOf(api)).toEqual([
    ['EnhancedConnectivityService', 'Success', 'Message sent'],
    ['SMSDeliveryConfirmation', 'Success', { smsDeliveryResponse: { confirmation: 'true' } }],
    ['EnhancedConnectivityService', undefined, 'LEVEL 62'],
    ['EnhancedConnectivityService', undefined, 'LEVEL 65'],
    ['EnhancedConnectivityService', undefined, 'LEVEL 68'],
  ]);
  receiveDeviceSms(api.world, account, '2085550101', 'LEVEL 71');
  expect(callbacksOf(api).at(-1)).toEqual(['EnhancedConnectivityService', undefined, 'LEVEL 71']);
  expect(api.world.thingspace.smsQueue).toEqual([]);
  await api.post('/devices/sms/history/actions/list', { deviceId: { id: active, kind: 'iccid' }, earliest: '2026-03-01T00:00:00Z' });
  api.clock.advance(5000);
  expect(callbacksOf(api).at(-1)).toEqual([
    'DeviceService',
    'Success',
    { smsEvents: [{ timestamp: '2026-03-01T07:00:05-05:00', smsType: 'MtSms', sentTo: '2085550101' }] },
  ]);
  const long = await api.post('/sms', { accountName: account, smsMessage: 'x'.repeat(161), deviceIds: [{ id: active, kind: 'iccid' }] });
  expect(code(long)).toBe('UnifiedWebService.INPUT_INVALID.SmsMessage.TooLong');
});

test('an NIDD message fails for a device that is not NB-IoT and times out for a suspended one', async () => {
  const api = await listening('NiddService');
  const sendNidd = async () => {
    await api.post('/devices/nidd/message', {
      accountName: account,
      deviceIds: [{ id: active, kind: 'ICCID' }],
      maximumDeliveryTime: '60',
      message: 'UElORw==',
    });
    api.clock.advance(5000);
  };
  await sendNidd();
  await put(api, '/devices/actions/plan', { devices: one(active), servicePlan: 'IOTNB50KB' });
  api.clock.advance(5000);
  await sendNidd();
  await api.post('/devices/actions/suspend', { devices: one(active) });
  api.clock.advance(5000);
  await sendNidd();
  api.clock.advance(60_000);
  expect(callbacksOf(api)).toMatchObject([
    ['NiddService', 'DeliveryFailed', { niddMTDeliveryResponse: { reason: 'Not CatM or NBIoT Device' } }],
    ['NiddService', 'Delivered', { niddMTDeliveryResponse: { accountName: account } }],
    ['NiddService', 'Queued', { niddMTDeliveryResponse: { reason: 'Buffered, device not reachable' } }],
    ['NiddService', 'DeliveryFailed', { niddMTDeliveryResponse: { reason: 'Timeout, could not deliver data' } }],
  ]);
});

test('a monitor for loss of connectivity sends a callback when the device disconnects, until it is stopped', async () => {
  const api = await listening('DiagnosticsService');
  const start = await api.post('/diagnostics/basic/devicereachability', {
    accountName: account,
    requestType: 'LOSS_OF_CONNECTIVITY',
    monitorExpirationTime: '2026-12-31T00:00:00Z',
    devices: one(active),
  });
  api.clock.advance(5000);
  const id = api.world.thingspace.monitors[0]?.id;
  await api.post('/devices/actions/suspend', { devices: one(active) });
  api.clock.advance(5000);
  await api.send('DELETE', '/api/m2m/v1/diagnostics/basic/devicereachability', { accountName: account, monitorIds: [id] });
  api.clock.advance(5000);
  expect(callbacksOf(api)).toEqual([
    ['DiagnosticsService', 'Success', { monitorId: id, reachability: 'REACHABLE' }],
    ['DiagnosticsService', 'Success', { monitorId: id, reachability: 'NOT_REACHABLE' }],
    ['DiagnosticsService', 'Success', { type: 'reachablenotificationdelete', monitorId: id }],
  ]);
  expect(api.world.thingspace.outbox[1]?.body['requestId']).toBe(textAt(start.body, 'requestId'));
  expect(api.world.thingspace.monitors).toEqual([]);
});

test('monitors are listed, and a stop request in the query string as the SDK sends it stops them', async () => {
  const api = await listening('DiagnosticsService');
  const base = { accountName: account, devices: [...one(active), ...one('89148000000077000074')] };
  const until = { requestType: 'REACHABLE_FOR_DATA', monitorExpirationTime: '2026-12-31T00:00:00Z' };
  await api.post('/diagnostics/basic/devicereachability', { ...base, ...until });
  api.clock.advance(5000);
  await api.post('/diagnostics/basic/devicereachability/monitors', { ...base, devices: one(active) });
  api.clock.advance(5000);
  expect(callbacksOf(api).at(-1)).toMatchObject(['DiagnosticsService', 'Success', { monitors: [{ requestType: 'REACHABLE_FOR_DATA' }] }]);
  const query = new URLSearchParams({
    'stopreachabilitypayload[accountName]': account,
    'stopreachabilitypayload[devices][0][deviceIds][0][id]': active,
    'stopreachabilitypayload[devices][0][deviceIds][0][kind]': 'iccid',
  });
  await api.send('DELETE', `/api/m2m/v1/diagnostics/basic/devicereachability?${query}`);
  api.clock.advance(5000);
  expect(api.world.thingspace.monitors.map((monitor) => monitor.iccid)).toEqual(['89148000000077000074']);
  await api.post('/diagnostics/basic/devicereachability/status', {
    accountName: account,
    requestType: 'REACHABLE_FOR_DATA',
    device: { id: suspended, kind: 'iccid' },
  });
  api.clock.advance(3_600_000);
  expect(callbacksOf(api).slice(-2)).toEqual(
    Array.from({ length: 2 }, () => ['DiagnosticsService', 'Success', { reachability: 'NOT_REACHABLE' }]),
  );
});

test('labels are set in both documented formats, select devices for usage, and are removed by query string', async () => {
  const api = await loggedIn();
  const label = { name: 'VIN', value: 'EX1' };
  const labels = '/devices/actions/usagesegmentationlabels';
  await api.post(labels, { accountName: account, labels: [{ deviceIds: [{ id: eid, kind: 'EID' }], label }] });
  await api.post(labels, { accountName: account, labels: { devices: one('89148000000077000074'), label: [label] } });
  api.clock.advance(5000);
  expect(api.world.thingspace.devices.filter((device) => device.label?.value === 'EX1').map(({ n }) => n)).toEqual([1, 2]);
  const span = { earliest: '2026-02-01T00:00:00Z', latest: '2026-02-03T00:00:00Z' };
  const sum = async (selection: object) => {
    const reply = await api.post('/devices/usage/actions/list', { ...span, ...selection });
    return rowsAt(reply.body, 'usageHistory').reduce((total: number, row) => total + Number(at(row, 'bytesUsed')), 0);
  };
  const single = (await sum({ deviceId: { id: eid, kind: 'eid' } })) + (await sum({ deviceId: { id: '2085550102', kind: 'mdn' } }));
  expect(await sum({ label })).toBe(single);
  const query = new URLSearchParams({
    accountName: account,
    'LabelList[deviceIds][0][name]': 'VIN',
    'LabelList[deviceIds][0][value]': 'EX1',
  });
  await api.send('DELETE', `/api/m2m/v1${labels}?${query}`);
  api.clock.advance(5000);
  expect(api.world.thingspace.devices.some((device) => device.label)).toBe(false);
});

test('triggers are created, listed, changed and deleted', async () => {
  const api = await loggedIn();
  const made = await api.post('/triggers', {
    name: 'heavy',
    accountName: account,
    groupName: 'West tanks',
    triggerCategory: 'DeviceDataUsage',
    triggerCycle: 'Daily',
    dataTriggerRequest: { comparator: 'gt', threshold: 50, thresholdUnit: 'MB' },
  });
  const triggerId = textAt(made.body, 'triggerId');
  expect((await api.get('/triggers')).body).toMatchObject([{ triggers: [{ triggerId, triggerName: 'heavy', threshold: '50' }] }]);
  await put(api, '/triggers', { triggerId, triggerName: 'swap', accountName: account, triggerCategory: 'DeviceIMEIChange' });
  expect((await api.get(`/triggers/${triggerId}`)).body).toMatchObject([{ triggers: [{ triggerName: 'swap', groupName: '' }] }]);
  expect((await api.send('DELETE', `/api/m2m/v1/triggers/${triggerId}`)).body).toEqual({ triggerId });
  expect((await api.get('/triggers')).body).toEqual([{ triggers: [] }]);
  expect((await api.post('/triggers', { name: 'x', accountName: account, triggerCategory: 'DeviceDataUsage' })).status).toBe(400);
});

test('the connection history lists a Start and a Stop event per session, at most 500 per page', async () => {
  const api = await loggedIn();
  const history = (latest: string) =>
    api.post('/devices/connections/actions/listHistory', {
      deviceId: { id: active, kind: 'iccid' },
      earliest: '2025-09-10T00:00:00Z',
      latest,
    });
  const eventNames = (reply: Reply) =>
    rowsAt(reply.body, 'connectionHistory').map((row) => at(row, 'connectionEventAttributes', 1, 'value'));
  const short = await history('2025-09-11T00:00:00Z');
  expect([short.status, eventNames(short).slice(0, 2)]).toEqual([200, ['Start', 'Stop']]);
  const long = await history('2026-03-01T00:00:00Z');
  expect(eventNames(long).length).toBeLessThanOrEqual(500);
});

test('a password reset takes effect at once', async () => {
  const api = await loggedIn();
  const reset = (oldPassword: string) => put(api, '/session/password/actions/reset', { oldPassword });
  const fresh = textAt((await reset('sandbox-password')).body, 'newPassword');
  expect((await reset('sandbox-password')).status).toBe(400);
  expect((await api.post('/session/login', { username: 'sandbox-user', password: 'sandbox-password' })).status).toBe(400);
  expect((await api.post('/session/login', { username: 'sandbox-user', password: fresh })).status).toBe(200);
});

test('extended diagnostics return categories of string values and accept only an MDN', async () => {
  const api = await loggedIn();
  const body = { accountName: account, deviceList: [{ id: '2085550101', kind: 'mdn' }] };
  const reply = await api.post('/devices/extendeddiagnostics/actions/list', body);
  expect(rowsAt(reply.body, 'categories').map((row) => at(row, 'categoryName'))).toEqual(
    expect.arrayContaining(['DeviceIdentifier', 'Connectivity', 'Usage', 'PrimaryPlaceOfUse', 'RfAttributes']),
  );
  expect(at(reply.body, 'categories', 0, 'extendedAttributes', 0)).toEqual({ key: 'ICCID', value: active });
  const wrong = await api.post('/devices/extendeddiagnostics/actions/list', { ...body, deviceList: [{ id: active, kind: 'iccid' }] });
  expect(code(wrong)).toBe('UnifiedWebService.INPUT_INVALID.Device.Kind.Invalid');
});

test('order status, availability, aggregate usage and billed usage arrive as callbacks', async () => {
  const api = await listening('DeviceService', 'DeviceUsage');
  await api.post('/devices/request/status', { accountName: account, devices: one(active) });
  await api.post('/devices/availability/actions/list', { accountName: account, devices: one('89148000000077000518') });
  await api.post('/devices/usage/actions/list/aggregate', {
    startTime: '2026-02-01T00:00:00Z',
    endTime: '2026-02-28T00:00:00Z',
    deviceIds: [{ id: active, kind: 'iccid' }],
  });
  await api.post('/devices/usage/actions/billedusage/list', {
    accountName: account,
    deviceIds: [{ deviceIds: [{ id: eid, kind: 'EID' }] }],
  });
  api.clock.advance(5000);
  expect(callbacksOf(api)).toMatchObject([
    ['DeviceService', 'Success', { orderStatusResponse: { status: 'Completed' } }],
    ['DeviceService', 'Success', { checkAvailabilityResponse: { available: true } }],
    ['DeviceUsage', 'Success', { usageResponse: [{ deviceIds: [{ id: active, kind: 'iccid' }], source: 'Raw Usage' }] }],
    ['DeviceService', 'Success', { billedUsageResponse: { billingCycle: { year: '2026', month: '02' } } }],
  ]);
});
