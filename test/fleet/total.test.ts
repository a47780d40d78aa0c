import { expect, it } from 'vitest';

import { makeFleet } from '../../src/fleet/index.ts';
import { fleetMembers } from '../support/providers.ts';
import { countRequests, startTestServer } from '../support/test-server.ts';

it('fleet.total sends one request and caches the total for ten minutes', async () => {
  const { product, clock, world } = await startTestServer({ fleet: 40 });
  const fleet = makeFleet(fleetMembers(product.connections), clock);
  const reads = { 'sandbox-thingpark': 'thingpark.devices.counters', 'sandbox-thingspace': 'thingspace.devices.list' };
  for (const [connection, operation] of Object.entries(reads)) {
    expect(await fleet.total(connection)).toBe(40);
    clock.advance(10 * 60_000 - 1);
    expect(await fleet.total(connection)).toBe(40);
    expect(countRequests(world, operation)).toBe(1);
    clock.advance(1);
    expect(await fleet.total(connection)).toBe(40);
    expect(countRequests(world, operation)).toBe(2);
  }
});

it('fleet.total is undefined for ThingSpace beyond one page, for iot-x, and for an unknown connection', async () => {
  const { product, clock, world } = await startTestServer({ fleet: 501 });
  const fleet = makeFleet(fleetMembers(product.connections), clock);
  expect(await fleet.total('sandbox-thingpark')).toBe(501);
  expect(await fleet.total('sandbox-thingspace')).toBeUndefined();
  expect(await fleet.total('sandbox-thingspace')).toBeUndefined();
  expect(countRequests(world, 'thingspace.devices.list')).toBe(1);
  expect(await fleet.total('sandbox-iotx')).toBeUndefined();
  expect(await fleet.total('nobody')).toBeUndefined();
});

it('fleet.total caches no failure: the next call reads again', async () => {
  const { product, clock, world } = await startTestServer({ fleet: 40 });
  const fleet = makeFleet(fleetMembers(product.connections), clock);
  world.faults.arm({ fault: '503', operation: 'thingpark.devices.counters', skip: 0, times: 20 });
  expect(await fleet.total('sandbox-thingpark')).toBeUndefined();
  world.faults.clear();
  expect(await fleet.total('sandbox-thingpark')).toBe(40);
});

it('fleet.total rejects when the caller has aborted', async () => {
  const { product, clock } = await startTestServer({ fleet: 40 });
  await expect(makeFleet(fleetMembers(product.connections), clock).total('sandbox-thingpark', AbortSignal.abort())).rejects.toThrow();
});
