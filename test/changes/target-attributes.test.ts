/** Name, groups and service plan of the targets, which planners take from the state they read and pass to the policy. */
import { expect, it } from 'vitest';
import type { AnyInput } from '../../src/clients/http/endpoint.ts';
import { plannerOf } from '../support/providers.ts';
import { startTestServer } from '../support/test-server.ts';

const iccid = '89148000000077000037';
const eui = 'A81758FFFE0A0001';
const subscriber = '8944990000001000010';

async function product() {
  const { product, clock, world } = await startTestServer();
  /** Name, groups and plan of the first target. */
  const traits = async (operation: string, input: AnyInput) => {
    const planner = plannerOf(operation);
    const connection = product.connections.find(({ provider }) => operation.startsWith(`${provider}.`));
    if (!connection) throw new Error(`no connection for ${operation}`);
    const { targets } = await planner.inspect([input], { connection, clock });
    const { name, groups, plan } = targets[0] ?? {};
    return { name, groups, plan };
  };
  return { traits, world };
}

it('plans for a ThingSpace SIM report its first custom field as the name, its groups and its service plan', async () => {
  const { traits } = await product();
  const pump = { name: 'tank-0001', groups: ['West tanks'], plan: 'IOTSHR250MB' };
  expect(await traits('thingspace.devices.suspend', { body: { devices: [{ deviceIds: [{ id: iccid, kind: 'iccid' }] }] } })).toEqual(pump);
  const change = { body: { devices: [{ deviceIds: [{ id: iccid, kind: 'iccid' }] }], servicePlan: 'IOTLOW5MB' } };
  expect(await traits('thingspace.plans.change', change)).toEqual(pump);
  const into = { path: { accountName: '0442000123-00001', groupName: 'West tanks' }, body: { newGroupDescription: 'x' } };
  expect(await traits('thingspace.groups.update', into)).toEqual({ name: undefined, groups: ['West tanks'], plan: undefined });
});

it('plans for a LoRaWAN device report its name, its tags and domains as groups, and its connectivity plan, also for a new device', async () => {
  const { traits, world } = await product();
  const device = world.thingpark.devices.get(eui);
  Object.assign(device ?? {}, { tags: ['north'], domains: [{ name: 'Lyon', group: { name: 'City' } }] });
  const path = { deviceUid: `e${eui}` };
  const meter = { name: 'Water meter 1', groups: ['north', 'City:Lyon'], plan: 'acme-cs/standard' };
  expect(await traits('thingpark.devices.update', { path, body: { suspension: 'BIDIRECTIONAL' } })).toEqual(meter);
  expect(await traits('thingpark.devices.delete', { path })).toEqual(meter);
  expect(await traits('thingpark.devices.downlink', { path, query: { payload: '01', fPort: 1 } })).toEqual(meter);
  expect(await traits('thingpark.tags.add', { path, body: { name: 'south' } })).toEqual(meter);
  expect(await traits('thingpark.dxDevices.delete', { path: { deviceRef: device?.uid ?? '' } })).toEqual({
    ...meter,
    groups: ['City:Lyon'],
  });
  const body = {
    name: 'gate-9',
    EUI: 'A81758FFFE0B0001',
    activation: 'OTAA',
    model: { ID: 'SMTC/LoRaMoteA.1_EU' },
    appEUI: 'A81758FFFE000000',
    networkSubscription: { ID: 'acme-cs/standard' },
  };
  expect(await traits('thingpark.devices.create', { body })).toEqual({ name: 'gate-9', groups: undefined, plan: 'acme-cs/standard' });
});

it('plans for an iot-x subscriber report its nickname as the name and its tariff as the plan', async () => {
  const { traits, world } = await product();
  const one = world.iotx.subscribers.get(subscriber);
  Object.assign(one ?? {}, { nickname: 'gate-7' });
  const input = { path: { physicalId: subscriber }, body: { product: 'SMS MO/MT', service: 'SMS MO/MT', action: 'disable' } };
  expect(await traits('iotx.products.change', input)).toEqual({ name: 'gate-7', groups: undefined, plan: 'Demo 50MB' });
});
