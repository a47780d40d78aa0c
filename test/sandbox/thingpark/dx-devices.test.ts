import { describe, expect, it } from 'vitest';

import { devices } from '../../../src/clients/thingpark/devices.ts';
import { dxConnectivityPlans } from '../../../src/clients/thingpark/dx-connectivity-plans.ts';
import { dxDevices } from '../../../src/clients/thingpark/dx-devices.ts';
import { dxStatistics } from '../../../src/clients/thingpark/dx-statistics.ts';
import { errorOf, listAt, subscription, valueAt } from './subscription.ts';

const EUI = 'A81758FFFE0A0001';
const otaa = {
  EUI: 'a81758fffe0affff',
  activationType: 'OTAA' as const,
  deviceProfileId: 'ACME/TempA.1.0.3_ETSI',
  applicationEUI: 'A81758FFFE000000',
  applicationKey: '000102030405060708090A0B0C0D0E0F',
};

describe('dxDevices.list', () => {
  it('dxDevices.list returns all devices without pageIndex, else pages of 100, empty past the end', async () => {
    const { core } = subscription(250);
    const sizes = [];
    for (const query of ['', '?pageIndex=1', '?pageIndex=2', '?pageIndex=3', '?pageIndex=4'])
      sizes.push(listAt((await core(`GET /devices${query}`)).body).length);
    expect(sizes).toEqual([235, 100, 100, 35, 0]);
  });

  it('dxDevices.list returns four fields unless extendedInfo or statistics is set', async () => {
    const { core } = subscription();
    const [short] = listAt((await core(`GET /devices?deviceEUI=${EUI}`)).body);
    expect(Object.keys(short as object)).toEqual(['ref', 'name', 'EUI', 'networkAddress']);
    const [long] = listAt((await core(`GET /devices?deviceEUI=${EUI}&extendedInfo=true&statistics=true`)).body);
    expect(long).toMatchObject({
      ref: '4101',
      activationType: 'OTAA',
      deviceProfileId: 'SMTC/LoRaMoteA.1_EU',
      connectivityPlanId: 'acme-cs/standard',
      routeRefs: ['1972'],
      statistics: { healthState: 'ACTIVE', creationTime: expect.stringMatching(/\.\d{3}\+00:00$/) },
    });
  });

  it('dxDevices.list filters by connectivity plan and health', async () => {
    const { call } = subscription(100);
    await call(dxDevices.update, { path: { deviceRef: '4101' }, body: { connectivityPlanId: 'reset' } });
    const eui = async (connectivityPlanId: string) => (await call(dxDevices.list, { query: { connectivityPlanId } })).map((one) => one.EUI);
    expect(await eui('_NOCP')).toEqual([EUI]);
    expect(await eui('_CP')).not.toContain(EUI);
    const lost = await call(dxDevices.list, { query: { healthState: 'RF_CNX_ERROR', statistics: true } });
    expect(lost.every(({ statistics }) => statistics?.healthState === 'RF_CNX_ERROR')).toBe(true);
  });
});

it('dxDevices.create adds a device that OSS returns, on the first plan with a free licence', async () => {
  const { call } = subscription();
  const made = await call(dxDevices.create, { body: { ...otaa, routeRefs: ['77'] } });
  expect(made).toMatchObject({ EUI: 'A81758FFFE0AFFFF', connectivityPlanId: 'acme-cs/standard', routeRefs: ['77'] });
  expect(JSON.stringify(made)).not.toContain(otaa.applicationKey);
  const ossDevice = await call(devices.read, { path: { deviceUid: made.ref ?? '' } });
  expect([ossDevice.EUI, ossDevice.appServers?.map(({ ID }) => ID)]).toEqual(['A81758FFFE0AFFFF', ['TWA_199900001.77.AS']]);
});

it.each([
  [{ ...otaa, EUI }, 409, `EUI ${EUI} already exists`],
  [{ ...otaa, deviceProfileId: 'none' }, 400, 'unknown device profile ID none'],
  [{ ...otaa, routeRefs: ['1'] }, 400, 'unknown route 1'],
  [{ ...otaa, activationType: 'ABP', applicationKey: undefined }, 400, 'nwAddress is required'],
])('dxDevices.create refuses %j', async (body, status, message) => {
  const { core } = subscription();
  const reply = await core('POST /devices', body);
  expect([reply.status, valueAt(reply.body, 'message'), valueAt(reply.body, 'errorId')]).toEqual([status, message, 'sandbox']);
});

describe('dxDevices.update', () => {
  it('dxDevices.update merges fields and ignores immutable ones with 200', async () => {
    const { core } = subscription();
    const before = (await core('GET /devices/4101')).body;
    const reply = await core('PUT /devices/4101', {
      name: 'Fridge 2',
      EUI: 'A81758FFFE0AFFFF',
      activationType: 'ABP',
      motionIndicator: 'RANDOM',
    });
    expect(reply.status).toBe(200);
    const after = (await core('GET /devices/4101')).body;
    expect(after).toEqual({ ...(before as object), name: 'Fridge 2' });
  });

  it('connectivityPlanId "reset" removes the plan, and the device is INIT once it has a plan again', async () => {
    const { call } = subscription();
    const path = { deviceRef: '4101' };
    await call(dxDevices.update, { path, body: { connectivityPlanId: 'reset' } });
    expect((await call(devices.read, { path: { deviceUid: '4101' } })).healthState).toBe('SUSPENDED');
    expect((await call(dxDevices.read, { path })).statistics?.healthState).toBe('ACTIVE');
    await call(dxDevices.update, { path, body: { connectivityPlanId: 'acme-cs/standard' } });
    expect((await call(devices.read, { path: { deviceUid: '4101' } })).healthState).toBe('INIT');
  });

  it('dxDevices.update needs no version and increments the one that OSS compares', async () => {
    const { call } = subscription();
    await call(dxDevices.update, { path: { deviceRef: '4101' }, body: { name: 'A' } });
    expect((await call(devices.read, { path: { deviceUid: '4101' } })).occContext?.version).toBe(4);
  });
});

it('dxDevices.delete removes the device from OSS and DX', async () => {
  const { call, oss, core } = subscription();
  await call(dxDevices.delete, { path: { deviceRef: `e${EUI}` } });
  expect((await oss(`GET /subscriptions/mine/devices/e${EUI}`)).status).toBe(404);
  expect(errorOf(await core('GET /devices/4101'))).toEqual([404, 404, 'Device not found']);
});

it('DX Core counts licences, devices by health, and frames', async () => {
  const { call } = subscription();
  expect(await call(dxConnectivityPlans.list, {})).toContainEqual({
    id: 'acme-cs/standard',
    ref: '98',
    name: 'Standard',
    grantedConnections: 524,
    usedConnections: 23,
    communicationType: 'UNICAST',
  });
  const health = await call(dxStatistics.health, {});
  expect([health.totalCount, (health.initCount ?? 0) + (health.activeCount ?? 0) + (health.rfConnectionErrorCount ?? 0)]).toEqual([23, 23]);
  const slots = await call(dxStatistics.frames, { query: { deviceEUIList: EUI, duration: 2, aggregationStep: 24 } });
  expect(slots.filter(({ type }) => type === 'UPLINK')).toHaveLength(2);
});
