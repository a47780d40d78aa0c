/** `POST /_sandbox/happen`: states of ThingPark and iot-x that an evaluation needs, as reads of the product show them. */
import { expect, it } from 'vitest';

import { makeAdminApi } from '../../src/sandbox/admin-api.ts';
import { startTestServer } from '../support/test-server.ts';

const valve = 'A81758FFFE0A0002';
const pump = '8944990000001000010';

async function started() {
  const { connectClient, world } = await startTestServer();
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const happen = async (body: unknown): Promise<unknown> => {
    const request = new Request('http://127.0.0.1/_sandbox/happen', { method: 'POST', body: JSON.stringify(body) });
    return (await makeAdminApi(world)(request)).json();
  };
  const device = async (handle: string) => (await call('get_device', { device: handle })).structured.device;
  return { call, world, happen, device };
}

it('device-silence makes a device silent since a past time, with the battery as its cause', async () => {
  const { happen, device } = await started();
  await happen({ what: 'device-silence', devEui: valve, ago: 'P3D', battery: 4 });
  expect(await device(valve)).toMatchObject({
    health: 'lost',
    battery: '2 % (level 4 of 254)',
    lastSeen: expect.stringMatching(/^2026-11-1[89]T/),
  });
});

it('device-suspension by somebody else shows who suspended the device, when, and that its plan is gone', async () => {
  const { happen, device } = await started();
  await happen({ what: 'device-suspension', devEui: valve, by: 'joe@example.com', ago: 'P2D', plan: 'removed' });
  expect(await device(valve)).toMatchObject({ state: 'suspended', plan: 'none', lastEdit: '2026-11-20T08:00:00Z by joe@example.com' });
});

it('gateway-state down silences the devices of a gateway, and only these', async () => {
  const { happen, device } = await started();
  await happen({ what: 'device-gateway', devEui: valve, gateway: '10001235' });
  await happen({ what: 'gateway-state', gateway: '10001235', state: 'down', ago: 'P2D' });
  expect(await device(valve)).toMatchObject({ health: 'lost', bestGateway: '10001235, Roof 2, disconnected' });
  expect(await device('sandbox-thingpark/A81758FFFE0A0001')).toMatchObject({ health: 'active', bestGateway: '10001234, Roof 1' });
  await happen({ what: 'gateway-state', gateway: '10001235', state: 'up' });
  expect(await device(valve)).toMatchObject({ health: 'active', bestGateway: '10001235, Roof 2' });
});

it('device-identifiers gives a cellular device the IMEI of a SIM at another provider', async () => {
  const { happen, call, world } = await started();
  const cellular = [...world.thingpark.devices.values()].find(({ iccid }) => iccid !== undefined);
  await happen({ what: 'device-identifiers', devEui: cellular?.EUI, imei: '359000001200091', name: 'Dongle' });
  expect((await call('find_device', { identifier: '359000001200091' })).structured).toMatchObject({
    things: 1,
    shared: [{ conflicting: true }],
  });
});

it('subscriber-label, subscriber-usage and subscriber-state set what only the iot-x portal can', async () => {
  const { happen, device } = await started();
  await happen({ what: 'subscriber-label', physicalId: pump, nickname: 'Truck 5', groupId: 14, tag: 'fleet' });
  await happen({ what: 'subscriber-usage', physicalId: pump, bytes: 52_000_000 });
  const { usageBytes, ...facts } = await device(pump);
  expect(facts).toMatchObject({ name: 'Truck 5', group: '14' });
  expect(Math.abs(usageBytes - 52_000_000)).toBeLessThan(3);
  await happen({ what: 'subscriber-state', physicalId: pump, state: 'barred' });
  expect(await device(pump)).toMatchObject({ state: 'suspended' });
});

it('order-sims links an order with SIMs, and an unknown SIM is refused', async () => {
  const { happen, world } = await started();
  expect(await happen({ what: 'order-sims', orderId: '9001', physicalIds: [pump] })).toEqual({
    orderId: '9001',
    subscribers: ['89449900000020000109', pump],
  });
  expect(await happen({ what: 'order-sims', orderId: '9001', physicalIds: ['1'] })).toMatchObject({
    error: { error: { code: 'NOT_FOUND' } },
  });
  expect(world.iotx.orders.get('9001')?.amount).toBe(2);
});
