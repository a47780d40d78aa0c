import { describe, expect, it } from 'vitest';

import { devices } from '../../../src/clients/thingpark/devices.ts';
import { simulateUplink } from '../../../src/sandbox/thingpark/devices.ts';
import { began, errorOf, listAt, subscription, valueAt } from './subscription.ts';

const EUI = 'A81758FFFE0A0001';
const device = `/subscriptions/mine/devices/e${EUI}`;
const path = { deviceUid: `e${EUI}` };
const locked = (version: number, more: object = {}) => ({ occContext: { version }, ...more });

describe('the version of a device (occContext)', () => {
  it('devices.update requires the current version and increments it', async () => {
    const { oss } = subscription();
    expect(errorOf(await oss(`PUT ${device}`, { name: 'X' }))).toEqual([400, 400, 'occContext is required']);
    expect(errorOf(await oss(`PUT ${device}`, locked(2, { name: 'X' })))).toEqual([
      409,
      409,
      'occContext: version 3 is current, the request was made for 2',
    ]);
    const changed = await oss(`PUT ${device}`, locked(3, { name: 'X' }));
    expect([changed.status, valueAt(changed.body, 'name'), valueAt(changed.body, 'occContext')]).toEqual([
      200,
      'X',
      { version: 4, lastUpdate: began, who: 'TWA_199900001.ADMIN' },
    ]);
    expect((await oss(`PUT ${device}`, locked(3, { name: 'Y' }))).status).toBe(409);
  });

  it.each(['force', 'force=true'])('devices.update ignores the version with %s', async (force) => {
    const { oss } = subscription();
    expect((await oss(`PUT ${device}?${force}`, { name: 'X' })).status).toBe(200);
  });
});

it.each([
  [{ EUI: 'A81758FFFE0A0002' }, 'EUI cannot be changed'],
  [{ connectivity: 'CELLULAR' }, 'connectivity cannot be changed'],
  [{ activation: 'ABP' }, 'activation cannot be changed'],
  [{ nwAddress: '04FFFFFF' }, 'nwAddress cannot be changed'],
  [{ suspension: 'GONE' }, 'suspension: GONE is not known'],
  [{ model: { ID: 'CUSTOM/LTE_Dongle' } }, 'device profile CUSTOM/LTE_Dongle does not fit this device'],
  [{ model: { ID: 'ACME/MeterA.1.1_ETSI' } }, 'device profile ACME/MeterA.1.1_ETSI does not fit this device'],
])('devices.update refuses the change %j', async (change, message) => {
  const { oss } = subscription();
  const reply = await oss(`PUT ${device}`, locked(3, change));
  expect([reply.status, valueAt(reply.body, 'message')]).toEqual([400, message]);
});

it('devices.update changes only the fields in the body', async () => {
  const { call } = subscription();
  const before = await call(devices.read, { path });
  const after = await call(devices.update, {
    path,
    body: locked(3, { adminLat: 48.9, adminLon: 2.4, customerAdminData: 'rack 4' }) as { occContext: { version: number } },
  });
  expect(after).toMatchObject({
    name: before.name,
    appServers: before.appServers,
    networkSubscription: before.networkSubscription,
    adminLat: 48.9,
    customerAdminData: 'rack 4',
    locationType: 0,
  });
});

describe('device suspension', () => {
  it('suspension stops traffic, and a resumed device is INIT until its next uplink', async () => {
    const { call, clock } = subscription();
    const before = await call(devices.read, { path });
    expect(before.healthState).toBe('ACTIVE');
    const held = await call(devices.update, { path, body: { occContext: { version: 3 }, suspension: 'SUBSCRIBER_SUSPENDED' } });
    expect([held.suspension, held.healthState]).toEqual(['SUBSCRIBER_SUSPENDED', 'SUSPENDED']);
    clock.advance(48 * 3_600_000);
    expect((await call(devices.read, { path })).lastUpTimestamp).toBe(before.lastUpTimestamp);
    const back = await call(devices.update, { path, body: { occContext: { version: 4 }, suspension: 'NONE' } });
    expect([back.suspension, back.healthState]).toEqual(['NONE', 'INIT']);
    clock.advance(13 * 3_600_000);
    expect((await call(devices.read, { path })).healthState).toBe('ACTIVE');
    const { briefs } = await call(devices.aggregatedFrames, {
      path,
      query: { begin: new Date(began).toISOString(), duration: 'PT48H', step: 'P1D' },
    });
    expect(briefs.reduce((sum, { up }) => sum + (up?.count ?? 0), 0)).toBeLessThanOrEqual(1);
  });

  it('a simulated uplink of a suspended device is ignored', async () => {
    const { call, world } = subscription();
    await call(devices.update, { path, body: { occContext: { version: 3 }, suspension: 'SUBSCRIBER_SUSPENDED' } });
    const before = (await call(devices.read, { path })).lastUpTimestamp;
    simulateUplink(world, EUI);
    expect((await call(devices.read, { path })).lastUpTimestamp).toBe(before);
  });
});

describe('the connectivity plan of a device', () => {
  it('removing the plan suspends the device and assigning it resumes the device, with licence counts updated', async () => {
    const { call, world } = subscription();
    const used = () => world.thingpark.plans[0]?.used ?? 0;
    const before = used();
    const without = await call(devices.update, { path, body: { occContext: { version: 3 }, networkSubscription: { ID: null } } });
    expect([without.suspension, without.networkSubscription, used()]).toEqual(['SUBSCRIBER_SUSPENDED', null, before - 1]);
    const given = await call(devices.update, {
      path,
      body: { occContext: { version: 4 }, networkSubscription: { ID: 'acme-cs/standard' } },
    });
    expect([given.suspension, given.healthState, given.networkSubscription?.ID, used()]).toEqual([
      'NONE',
      'INIT',
      'acme-cs/standard',
      before,
    ]);
  });

  it('a plan without free licences is refused, and a device without a plan cannot be resumed', async () => {
    const { oss } = subscription();
    expect(errorOf(await oss(`PUT ${device}`, locked(3, { networkSubscription: { ID: 'acme-cs/trial' } })))).toEqual([
      409,
      409,
      'no licence left on connectivity plan acme-cs/trial',
    ]);
    await oss(`PUT ${device}?force`, { networkSubscription: { ID: null } });
    expect((await oss(`PUT ${device}?force`, { suspension: 'NONE' })).status).toBe(400);
  });
});

describe('devices.delete', () => {
  it('devices.delete removes the device with its frames and alarms', async () => {
    const { oss, world, call } = subscription(200);
    const alarmed = await oss('GET /subscriptions/mine/devices/alarms?sort=alarmUid,asc');
    const eui = String(valueAt(listAt(alarmed.body, 'briefs')[0], 'device', 'EUI'));
    const before = Number(valueAt(alarmed.body, 'count'));
    const own = listAt((await oss(`GET /subscriptions/mine/devices/e${eui}/alarms`)).body, 'briefs').length;
    expect((await oss(`DELETE /subscriptions/mine/devices/e${eui}`)).status).toBe(204);
    expect((await oss(`GET /subscriptions/mine/devices/e${eui}`)).status).toBe(404);
    expect((await oss(`GET /subscriptions/mine/devices/e${eui}/frames`)).status).toBe(404);
    expect((await oss(`DELETE /subscriptions/mine/devices/e${eui}`)).status).toBe(404);
    expect(valueAt((await oss('GET /subscriptions/mine/devices/alarms?sort=alarmUid,asc')).body, 'count')).toBe(before - own);
    expect((await call(devices.counters, {})).totalCount).toBe(199);
    expect(world.thingpark.devices.has(eui)).toBe(false);
  });

  it('devices.delete with async returns 202 and the location of a task', async () => {
    const { oss } = subscription();
    const reply = await oss(`DELETE ${device}?async`);
    expect([reply.status, reply.body]).toEqual([202, undefined]);
    expect(reply.headers.get('location')).toMatch(/tasks/);
  });
});

it('devices.reset makes an OTAA device join again with a new DevAddr', async () => {
  const { call, clock } = subscription();
  const before = await call(devices.read, { path });
  await call(devices.reset, { path });
  const during = await call(devices.read, { path });
  expect([during.healthState, during.nwAddress]).toEqual(['INIT', undefined]);
  clock.advance(13 * 3_600_000);
  const after = await call(devices.read, { path });
  expect(after.healthState).toBe('ACTIVE');
  expect(after.nwAddress).toMatch(/^04[0-9A-F]{6}$/);
  expect(after.nwAddress).not.toBe(before.nwAddress);
});
