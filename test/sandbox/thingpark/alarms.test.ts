import { describe, expect, it } from 'vitest';

import { alarms } from '../../../src/clients/thingpark/alarms.ts';
import { baseStationAlarms } from '../../../src/clients/thingpark/base-station-alarms.ts';
import { devices } from '../../../src/clients/thingpark/devices.ts';
import { dxDeviceAlarms } from '../../../src/clients/thingpark/dx-device-alarms.ts';
import { errorOf, listAt, subscription, valueAt } from './subscription.ts';

const fleet = '/subscriptions/mine/devices/alarms';
const states = (body: unknown): unknown[] => listAt(body, 'briefs').map((alarm) => valueAt(alarm, 'state'));

describe('alarms.list', () => {
  it('alarms.list returns more than 20,000 alarms by cursor, each once and in the order of their UIDs', async () => {
    const { call, world } = subscription(62_804);
    const uids = new Set<string>();
    const counts: (number | null | undefined)[] = [];
    let pageAfter: string | undefined;
    do {
      const query = { sort: 'alarmUid,asc', pageSize: 1000, ...(pageAfter ? { pageAfter } : {}) };
      const page = await call(alarms.list, { query });
      for (const { alarmUid } of page.briefs) uids.add(alarmUid ?? '');
      counts.push(page.count);
      pageAfter = page.more ? (page.cursors?.last ?? undefined) : undefined;
    } while (pageAfter);
    expect(uids.size).toBeGreaterThan(20_000);
    expect(counts[0]).toBe(uids.size);
    expect(new Set(counts.slice(1))).toEqual(new Set([null]));
    expect([...uids].every((uid) => /^[0-9a-f]{24}$/.test(uid))).toBe(true);
    expect([...uids]).toEqual([...uids].sort());
    expect(world.thingpark.acks.size).toBe(0);
  });

  it('alarms.list treats state as a minimum severity, and as an exact one with stateFiltering=EQUAL', async () => {
    const { oss } = subscription(300);
    const upper = states((await oss(`GET ${fleet}?state=5&pageSize=1000`)).body);
    const equal = states((await oss(`GET ${fleet}?state=5&stateFiltering=EQUAL&pageSize=1000`)).body);
    expect(new Set(upper)).toEqual(new Set([5, 6]));
    expect(new Set(equal)).toEqual(new Set([5]));
    expect(upper.length).toBeGreaterThan(equal.length);
  });

  it('alarms.list sorts by newest first and refuses a cursor without sort=alarmUid', async () => {
    const { oss } = subscription(300);
    const times = listAt((await oss(`GET ${fleet}`)).body, 'briefs').map((alarm) => Number(valueAt(alarm, 'updateTimestamp')));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(errorOf(await oss(`GET ${fleet}?pageAfter=e30%3D`))).toEqual([400, 400, 'pageAfter needs sort=alarmUid']);
  });

  it('alarms.stateDistributions counts the same alarms as alarms.list', async () => {
    const { call } = subscription(300);
    const { briefs, totalCount } = await call(alarms.stateDistributions, { query: {} });
    expect(briefs.reduce((sum, { count }) => sum + (count ?? Number.NaN), 0)).toBe(totalCount);
    expect((await call(alarms.list, { query: {} })).count).toBe(totalCount);
  });
});

describe('alarm acknowledgement', () => {
  it('acknowledging an alarm lowers the count of its device and keeps the alarm listed', async () => {
    const { call } = subscription(300);
    const [alarm] = (await call(alarms.list, { query: { state: 6, acked: false } })).briefs;
    const path = { deviceUid: `e${alarm?.device?.EUI}` };
    const before = await call(devices.read, { path });
    await call(alarms.ack, { body: { alarmUids: [alarm?.alarmUid ?? ''] } });
    const after = await call(devices.read, { path });
    expect(after['alarm6']).toBe(Number(before['alarm6']) - 1);
    const [reply] = (await call(alarms.list, { query: { alarmUid: alarm?.alarmUid ?? '' } })).briefs;
    expect(reply).toMatchObject({ state: 6, acked: true, ackedInfo: 'TWA_199900001.ADMIN' });
    expect((await call(dxDeviceAlarms.read, { path: { deviceAlarmRef: alarm?.alarmUid ?? '' } })).acked).toBe(true);
  });

  it('acknowledgement works for one alarm of a device, for all of them, and refuses an unknown alarm', async () => {
    const { call, oss } = subscription(300);
    const several = (await call(alarms.list, { query: {} })).briefs.find(
      ({ device }, i, all) => all.findIndex((other) => other.device?.EUI === device?.EUI) !== i,
    );
    const path = { deviceUid: `e${several?.device?.EUI}` };
    const [first] = (await call(alarms.ofDevice, { path, query: {} })).briefs;
    await call(alarms.ackOne, { path: { ...path, alarmUid: first?.alarmUid ?? '' } });
    expect((await call(alarms.ofDevice, { path, query: { acked: true } })).briefs).toHaveLength(1);
    await call(alarms.ackDevice, { path, query: {} });
    expect((await call(alarms.ofDevice, { path, query: { acked: false } })).briefs).toEqual([]);
    expect((await oss(`POST ${fleet}/ack`, { alarmUids: ['0'.repeat(24)] })).status).toBe(404);
    expect((await oss(`POST ${fleet}/ack`, {})).status).toBe(400);
  });
});

it('a device that stopped sending has alarm 4, and state=1 lists only cleared alarms', async () => {
  const { call } = subscription();
  const path = { deviceUid: 'eA81758FFFE0A0003' };
  expect((await call(devices.read, { path })).healthState).toBe('RF_CNX_ERROR');
  const { briefs } = await call(alarms.ofDevice, { path, query: { ID: 4 } });
  expect(briefs.map(({ ID, occurrence }) => [ID, occurrence])).toEqual([[4, 1]]);
  const cleared = await call(alarms.ofDevice, { path, query: { state: 1 } });
  expect(cleared.briefs.every(({ state }) => state === 1)).toBe(true);
});

it('alarms.histories returns cleared occurrences', async () => {
  const { call } = subscription(300);
  const { briefs } = await call(alarms.histories, { query: {} });
  expect(briefs.length).toBeGreaterThan(10);
  expect(briefs.every(({ creationTimestamp, updateTimestamp }) => (updateTimestamp ?? 0) > (creationTimestamp ?? 0))).toBe(true);
});

it('DX Core returns the same alarms as OSS, with severity names', async () => {
  const { call, core } = subscription(300);
  const [alarm] = (await call(alarms.list, { query: { ID: 1 } })).briefs;
  const eui = alarm?.device?.EUI ?? '';
  const reply = (await call(dxDeviceAlarms.list, { query: { deviceEUI: eui } })).find(({ ref }) => ref === alarm?.alarmUid);
  expect(reply).toMatchObject({ deviceAlarmTypeId: 1, additionalInfo1: `${alarm?.addInfo}%` });
  expect(['WARNING', 'CRITICAL']).toContain(reply?.alarmState);
  expect((await core(`POST /deviceAlarms/${alarm?.alarmUid}/acks`)).status).toBe(201);
  expect((await core('GET /deviceAlarms/none')).status).toBe(404);
});

it('a disconnected base station has alarm 102, which can be acknowledged', async () => {
  const { call } = subscription();
  const { briefs } = await call(baseStationAlarms.list, { query: { state: 5 } });
  expect(briefs.map(({ ID, acked, bs }) => [ID, acked, bs?.name])).toEqual([[102, false, 'Roof 3']]);
  await call(baseStationAlarms.ack, { body: { alarmUids: [briefs[0]?.alarmUid ?? ''] } });
  expect((await call(baseStationAlarms.list, { query: { acked: false } })).briefs).toEqual([]);
});
