import { expect, test } from 'vitest';
import { at, code, loggedIn, rowsAt, textAt } from './api.ts';

const deviceId = { id: '89148000000077000037', kind: 'iccid' };
const ask = { deviceId, earliest: '2026-02-26T00:00:00Z', latest: '2026-03-01T23:59:59Z' };

test('usage has one record per day, and the same request returns the same usage', async () => {
  const api = await loggedIn();
  const reply = await api.post('/devices/usage/actions/list', ask);
  expect(reply.status).toBe(200);
  expect(rowsAt(reply.body, 'usageHistory').map((row) => at(row, 'timestamp'))).toEqual([
    '2026-02-26T00:00:00Z',
    '2026-02-27T00:00:00Z',
    '2026-02-28T00:00:00Z',
    '2026-03-01T00:00:00Z',
  ]);
  expect(at(reply.body, 'usageHistory', 0)).toEqual({
    bytesUsed: expect.any(Number),
    smsUsed: 0,
    servicePlan: 'IOTSHR250MB',
    source: 'Raw Usage',
    timestamp: '2026-02-26T00:00:00Z',
    extendedAttributes: [
      { key: 'MoSms', value: '0' },
      { key: 'MtSms', value: '0' },
    ],
  });
  expect((await api.post('/devices/usage/actions/list', ask)).body).toEqual(reply.body);
});

test('a suspension stops usage and does not change past usage', async () => {
  const api = await loggedIn();
  const before = await api.post('/devices/usage/actions/list', { ...ask, latest: '2026-02-28T23:59:59Z' });
  await api.post('/devices/actions/suspend', { devices: [{ deviceIds: [deviceId] }] });
  api.clock.advance(5000);
  await api.get('/plans/0442000123-00001');
  api.clock.advance(19 * 60_000);
  await api.get('/plans/0442000123-00001');
  const after = await api.post('/devices/usage/actions/list', { ...ask, latest: '2026-02-28T23:59:59Z' });
  const device = await api.post('/devices/actions/list', { deviceId });
  expect(after.body).toEqual(before.body);
  expect(textAt(device.body, 'devices', 0, 'lastConnectionDate')).toBe('2026-03-01T07:00:00-05:00');
  expect(at(device.body, 'devices', 0, 'connected')).toBe(false);
});

test('a device that went silent has no usage since then', async () => {
  const api = await loggedIn();
  const reply = await api.post('/devices/usage/actions/list', { ...ask, deviceId: { id: '2085550103', kind: 'mdn' } });
  expect(rowsAt(reply.body, 'usageHistory').map((row) => at(row, 'bytesUsed'))).toEqual([0, 0, 0, 0]);
});

test('a usage request with a missing date or an unknown device is rejected', async () => {
  const api = await loggedIn();
  const none = await api.post('/devices/usage/actions/list', { deviceId, earliest: ask.earliest });
  const unknown = await api.post('/devices/usage/actions/list', { ...ask, deviceId: { id: '2085559999', kind: 'mdn' } });
  expect(code(none)).toBe('UnifiedWebService.DeserializationFailed');
  expect(code(unknown)).toBe('UnifiedWebService.REQUEST_FAILED.DeviceNotFound');
});

test('account and service plans have the documented format, including the placeholder plan', async () => {
  const api = await loggedIn();
  const account = await api.get('/accounts/0442000123-00002');
  const plans = await api.get('/plans/0442000123-00001');
  const none = await api.get('/accounts/0000000000-00001');
  expect(account.body).toEqual({
    accountName: '0442000123-00002',
    accountNumber: '0442000123-00002',
    organizationName: 'Example Tank Co',
    isProvisioningAllowed: true,
    carriers: ['Verizon Wireless'],
    features: ['Dynamic IP'],
    iPPools: [{ poolName: 'EXDYN002', poolType: 'Dynamic IP', isDefaultPool: true }],
    servicePlans: [
      { name: 'IOT LOW 5MB', code: 'IOTLOW5MB', sizeKb: 5120, carrierServicePlanCode: '71001', extendedAttributes: [] },
      { name: 'IOT SHARE 250MB', code: 'IOTSHR250MB', sizeKb: 256000, carrierServicePlanCode: '71002', extendedAttributes: [] },
    ],
  });
  expect(at(plans.body, 2)).toEqual({
    name: 'IOT NBIOT 50KB',
    code: 'IOTNB50KB',
    sizeKb: 50,
    carrierServicePlanCode: '71003',
    extendedAttributes: [],
  });
  expect(at(plans.body, 3)).toEqual({ name: 'LEGACY PLACEHOLDER', sizeKb: 0 });
  expect(code(none)).toBe('UnifiedWebService.REQUEST_FAILED.AccountNotFound');
});
