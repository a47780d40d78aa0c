import { expect, test } from 'vitest';
import type { Fetch } from '../../../src/clients/http/client.ts';
import { paginate } from '../../../src/clients/http/pages.ts';
import { deviceListPage, deviceNumberOf } from '../../../src/clients/thingspace/device-pages.ts';
import { fixedClock } from '../../../src/clock.ts';
import { client, sandboxClient } from './support.ts';

test('deviceListPage pages through 1,200 devices in order without gaps or duplicates', async () => {
  const { call, requests } = sandboxClient({ fleet: 1200 });
  const numbers: (number | undefined)[] = [];
  const sizes: number[] = [];
  for await (const page of paginate((at: number | undefined) => deviceListPage(call, {}, at))) {
    sizes.push(page.rows.length);
    numbers.push(...page.rows.map(deviceNumberOf));
  }
  expect(sizes).toEqual([500, 500, 200]);
  expect(numbers).toEqual(Array.from({ length: 1200 }, (_, i) => 900_111 + 11 * i));
  expect(requests().slice(2)).toEqual(['thingspace.devices.list 202', 'thingspace.devices.list 202', 'thingspace.devices.list 200']);
});

test('deviceListPage applies the filter to every page', async () => {
  const { call } = sandboxClient({ fleet: 200 });
  const states: unknown[] = [];
  for await (const page of paginate((at: number | undefined) =>
    deviceListPage(call, { currentState: 'suspend', maxNumberOfDevices: 4 }, at),
  )) {
    states.push(...page.rows.map((row) => row.carrierInformations?.[0]?.state));
  }
  expect(states).toHaveLength(17);
  expect(new Set(states)).toEqual(new Set(['suspend']));
});

test('deviceListPage ends and reports truncation when the cursor is missing or does not advance', async () => {
  const stuckCursor: Fetch = async (url) => {
    if (url.endsWith('/oauth2/token')) return Response.json({ access_token: 'bearer-0001', expires_in: 3600 });
    if (url.endsWith('/session/login')) return Response.json({ sessionToken: '0d9e1c1a-6f3d-4f0e-8a3e-3f2f0b9a1d77' });
    return Response.json({ hasMoreData: true, devices: [{ extendedAttributes: [{ key: 'DeviceId', value: '42' }] }] }, { status: 202 });
  };
  const call = client({ clock: fixedClock(0), fetch: stuckCursor });
  const moved = await deviceListPage(call, {});
  const stuck = await deviceListPage(call, {}, 42);
  expect([moved.next, moved.truncated]).toEqual([42, false]);
  expect([stuck.next, stuck.truncated]).toEqual([undefined, true]);
  expect(deviceNumberOf({ extendedAttributes: [{ key: 'DeviceId', value: 'x' }] })).toBeUndefined();
  expect(deviceNumberOf({})).toBeUndefined();
});
