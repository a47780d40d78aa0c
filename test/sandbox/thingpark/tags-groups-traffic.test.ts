/** Tags, domains, multicast groups, frames, battery levels and locations. */
import { expect, it } from 'vitest';

import { batLevels } from '../../../src/clients/thingpark/bat-levels.ts';
import { devices } from '../../../src/clients/thingpark/devices.ts';
import { domains } from '../../../src/clients/thingpark/domains.ts';
import { frames } from '../../../src/clients/thingpark/frames.ts';
import { locations } from '../../../src/clients/thingpark/locations.ts';
import { multicastGroups } from '../../../src/clients/thingpark/multicast-groups.ts';
import { tags } from '../../../src/clients/thingpark/tags.ts';
import { subscription, valueAt } from './subscription.ts';

const EUI = 'A81758FFFE0A0001';
const path = { deviceUid: `e${EUI}` };

it('tags are added to and removed from one device or several', async () => {
  const { call, oss } = subscription();
  await call(tags.add, { path, body: { name: 'north' } });
  const { briefs } = await call(tags.list, { path });
  expect(briefs.map(({ name }) => name)).toEqual(['north']);
  await call(tags.bulk, { query: { action: 'TAG' }, body: { name: 'lab', devEUIs: [EUI, 'A81758FFFE0A0002'] } });
  expect((await call(devices.list, { query: { tag: ['lab'] } })).briefs.map((one) => one.EUI)).toEqual([EUI, 'A81758FFFE0A0002']);
  await call(tags.bulk, { query: { action: 'UNTAG' }, body: { name: 'lab', devEUIs: [EUI] } });
  await call(tags.remove, { path: { ...path, tagUid: briefs[0]?.href?.split('/').at(-1) ?? '' } });
  expect((await call(tags.list, { path })).briefs).toEqual([]);
  expect((await oss(`POST /subscriptions/mine/devices/e${EUI}/tags`, { name: ' x' })).status).toBe(400);
});

it('a device has one domain per domain group', async () => {
  const { call, oss } = subscription();
  const site = (name: string) => ({ name, group: { name: 'Site' } });
  await call(domains.bulk, { body: { devEUIs: [EUI], addedDomains: [site('Paris')] } });
  await call(domains.bulk, { body: { devEUIs: [EUI], addedDomains: [site('Lyon')] } });
  expect((await call(devices.read, { path }))['domains']).toEqual([site('Lyon')]);
  expect((await call(devices.list, { query: { domain: ['Site:Lyon'] } })).count).toBe(1);
  const both = { devEUIs: [EUI], addedDomains: [site('A')], removedDomains: [site('B')] };
  expect((await oss('POST /subscriptions/mine/devices/domains', both)).status).toBe(400);
});

it('a multicast group is created, updated, sent a downlink and deleted', async () => {
  const { call, clock, oss } = subscription();
  const { body } = multicastGroups.create.example;
  const made = await call(multicastGroups.create, { body });
  const group = { multicastGroupUid: `e${made.EUI}` };
  expect(JSON.stringify(made)).not.toContain(body.nwKey);
  expect((await oss('POST /subscriptions/mine/multicastGroups', body)).status).toBe(409);
  await call(multicastGroups.update, { path: group, body: { occContext: { version: 0 }, name: 'Lights' } });
  await call(multicastGroups.downlink, { path: group, query: { payload: '01', fPort: 10 } });
  expect(await call(multicastGroups.read, { path: group })).toMatchObject({ name: 'Lights', lastFCntDn: 1, lastDwTimestamp: clock.now() });
  expect((await call(multicastGroups.list, { query: { name: 'li' } })).count).toBe(1);
  await call(multicastGroups.delete, { path: group });
  expect((await oss(`GET /subscriptions/mine/multicastGroups/e${made.EUI}`)).status).toBe(404);
});

it('a multicast group posted to the devices route is created, as in a vendor tutorial', async () => {
  const { oss } = subscription();
  const made = await oss('POST /subscriptions/mine/devices', multicastGroups.create.example.body);
  expect([made.status, valueAt(made.body, 'class')]).toEqual([201, 'C']);
  expect(made.headers.get('location')).toMatch(/\/devices\/\d+$/);
});

it('the number of single frames equals the sum of the aggregated slots', async () => {
  const { call } = subscription();
  const query = { begin: '2026-11-20T00:00:00Z', duration: 'P1D' };
  const single = await call(frames.list, { path, query: { ...query, type: [0] } });
  const slots = await call(devices.aggregatedFrames, { path, query: { ...query, step: 'PT1H' } });
  expect(single.briefs.length).toBe(slots.briefs.reduce((sum, { up }) => sum + (up?.count ?? 0), 0));
  expect(single.briefs.length).toBeGreaterThan(0);
  const fleet = await call(frames.fleet, { query: { ...query, step: 'P1D' } });
  expect(fleet.briefs[0]?.up?.count).toBeGreaterThan(single.briefs.length);
});

it('battery levels decrease over time and locations are returned', async () => {
  const { call } = subscription();
  const levels = (await call(batLevels.list, { path, query: { duration: 'P90D' } })).briefs.map(({ level }) => level);
  expect(levels.length).toBeGreaterThan(4);
  expect(levels).toEqual([...levels].sort((a, b) => (b ?? 0) - (a ?? 0)));
  expect((await call(locations.list, { path, query: { duration: 'P30D' } })).briefs.length).toBeGreaterThan(0);
});
