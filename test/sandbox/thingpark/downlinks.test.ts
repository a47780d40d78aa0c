import { expect, it } from 'vitest';

import { devices } from '../../../src/clients/thingpark/devices.ts';
import { dxDevices } from '../../../src/clients/thingpark/dx-devices.ts';
import { simulateUplink } from '../../../src/sandbox/thingpark/devices.ts';
import type { TpDevice } from '../../../src/sandbox/thingpark/state.ts';
import { errorOf, type Subscription, subscription } from './subscription.ts';

/** The first active device of a class. A class A device stops its periodic uplinks, so that only the test sends uplinks. */
function deviceOfClass({ world }: Subscription, kind: 'A' | 'C'): TpDevice {
  const device = [...world.thingpark.devices.values()].find(
    (candidate) =>
      candidate.connectivity === 'LORAWAN' &&
      !candidate.suspended &&
      candidate.period &&
      candidate.model.includes('ValveC') === (kind === 'C'),
  );
  if (!device) throw new Error(`no device of class ${kind}`);
  if (kind === 'A') device.silentSince = world.clock.now();
  return device;
}

const sentAt = async ({ call }: Subscription, device: TpDevice): Promise<number> =>
  (await call(devices.read, { path: { deviceUid: `e${device.EUI}` } })).lastDwTimestamp ?? 0;

it('a class A device receives one downlink per uplink', async () => {
  const tenant = subscription();
  const device = deviceOfClass(tenant, 'A');
  const path = { deviceUid: `e${device.EUI}` };
  const before = await sentAt(tenant, device);
  await tenant.call(devices.downlink, { path, query: { payload: '01', fPort: 10 } });
  await tenant.call(devices.downlink, { path, query: { payload: '02', fPort: 10 } });
  tenant.clock.advance(60_000);
  expect(await sentAt(tenant, device)).toBe(before);
  simulateUplink(tenant.world, device.EUI);
  const first = tenant.clock.now();
  expect(await sentAt(tenant, device)).toBe(first);
  expect(device.downlinkQueue).toHaveLength(1);
  tenant.clock.advance(60_000);
  simulateUplink(tenant.world, device.EUI);
  expect(await sentAt(tenant, device)).toBe(first + 60_000);
  expect(device.downlinkQueue).toHaveLength(0);
});

it('a class C device receives a downlink at once', async () => {
  const tenant = subscription(48);
  const device = deviceOfClass(tenant, 'C');
  await tenant.call(devices.downlink, { path: { deviceUid: `e${device.EUI}` }, query: { payload: '01', fPort: 10 } });
  expect(await sentAt(tenant, device)).toBe(tenant.clock.now());
});

it('a downlink is dropped when its validity ends and when the queue is flushed', async () => {
  const tenant = subscription();
  const device = deviceOfClass(tenant, 'A');
  const path = { deviceUid: `e${device.EUI}` };
  const before = await sentAt(tenant, device);
  await tenant.call(devices.downlink, { path, query: { payload: '01', fPort: 10, validityTime: '30' } });
  tenant.clock.advance(60_000);
  simulateUplink(tenant.world, device.EUI);
  expect(await sentAt(tenant, device)).toBe(before);
  await tenant.call(devices.downlink, { path, query: { payload: '02', fPort: 10 } });
  await tenant.call(devices.downlink, { path, query: { payload: '03', fPort: 10, flushDownlinkQueue: true } });
  expect(device.downlinkQueue?.map(({ bytes }) => bytes)).toEqual([1]);
});

it('dxDevices.downlink accepts a ref or a DevEUI', async () => {
  const tenant = subscription();
  const device = deviceOfClass(tenant, 'A');
  for (const name of [device.uid, device.EUI.toLowerCase()]) {
    const reply = await tenant.call(dxDevices.downlink, { path: { device: name }, body: { payloadHex: '0102', targetPorts: '10' } });
    expect(reply).toMatchObject({ payloadHex: '0102', targetPorts: '10' });
  }
  expect(device.downlinkQueue?.map(({ fPort, bytes }) => [fPort, bytes])).toEqual([
    [10, 2],
    [10, 2],
  ]);
  expect(await tenant.call(dxDevices.downlinks, { path: { device: device.EUI } })).toEqual([
    { payloadHex: '0102', targetPorts: '10', creationTime: '2026-11-22T08:00:00.000+00:00' },
    { payloadHex: '0102', targetPorts: '10', creationTime: '2026-11-22T08:00:00.000+00:00' },
  ]);
});

it.each([
  ['payload=01&fPort=225', 104],
  ['payload=010&fPort=1', 113],
  [`payload=${'AB'.repeat(250)}&fPort=1`, 116],
  ['payload=01&fPort=1&validityTime=2020-01-01T00:00:00Z', 112],
])('devices.downlink refuses %s with code %i', async (query, code) => {
  const tenant = subscription();
  const device = deviceOfClass(tenant, 'A');
  const reply = await tenant.oss(`POST /subscriptions/mine/devices/e${device.EUI}/admins/downlink?${query}`);
  expect(errorOf(reply).slice(0, 2)).toEqual([409, code]);
});

it('devices.downlink is refused if the connectivity plan does not allow it', async () => {
  const tenant = subscription();
  const device = deviceOfClass(tenant, 'A');
  const route = `POST /subscriptions/mine/devices/e${device.EUI}/admins/downlink?payload=01&fPort=1&confirmed=true`;
  device.plan = 'acme-cs/trial';
  expect(errorOf(await tenant.oss(route)).slice(0, 2)).toEqual([409, 103]);
  for (const plan of tenant.world.thingpark.plans) plan.downlink = false;
  expect(errorOf(await tenant.oss(route)).slice(0, 2)).toEqual([409, 114]);
});
