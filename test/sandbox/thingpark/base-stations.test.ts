import { expect, it } from 'vitest';

import { baseStations } from '../../../src/clients/thingpark/base-stations.ts';
import { dxBaseStations } from '../../../src/clients/thingpark/dx-base-stations.ts';
import { subscription } from './subscription.ts';

const path = { bsUid: 'i10001234' };

it('a base station is listed, counted, and found by UID, LRR ID and LRR UUID', async () => {
  const { call } = subscription();
  const { briefs } = await call(baseStations.list, { query: { healthState: ['ACTIVE'] } });
  expect(briefs.map(({ name }) => name)).toEqual(['Roof 1', 'Roof 2', 'Roof 4']);
  expect((await call(baseStations.counters, {})).briefs).toEqual([
    { healthState: 'ACTIVE', count: 3 },
    { healthState: 'BACKHAUL_CNX_ERROR', count: 1 },
  ]);
  const one = await call(baseStations.read, { path });
  for (const bsUid of ['1222', `u${one.lrrUUID}`]) expect(await call(baseStations.read, { path: { bsUid } })).toEqual(one);
  expect((await call(dxBaseStations.read, { path: { baseStationRef: '1222' } })).id).toBe('10001234');
});

it('baseStations.reboot requires the current version and disconnects the base station while it reboots', async () => {
  const { call, clock, oss } = subscription();
  const route = 'POST /partners/mine/bss/i10001234/admins/reboot';
  expect((await oss(route, {})).status).toBe(400);
  expect((await oss(route, { occContext: { version: 7 } })).status).toBe(409);
  await call(baseStations.reboot, { path, body: { occContext: { version: 1 } } });
  const state = async () => [
    (await call(baseStations.check, { path })).cnxState,
    (await call(baseStations.lastCmdStatus, { path })).lastCmdCompletionStatus,
  ];
  expect(await state()).toEqual(['CNX', 'PENDING']);
  clock.advance(1000);
  expect(await state()).toEqual(['DISC', 'PROCESSING']);
  expect((await call(baseStations.read, { path })).healthState).toBe('BACKHAUL_CNX_ERROR');
  clock.advance(59_000);
  expect(await state()).toEqual(['CNX', 'COMPLETED']);
  expect((await call(baseStations.read, { path })).lastReboot).toBe(clock.now());
});

it('the RF region and location of a base station change when their command completes', async () => {
  const { call, clock } = subscription();
  await call(baseStations.updateRfRegion, { path, body: { rfRegionID: 'EU868_16channels', occContext: { version: 1 } } });
  clock.advance(10_000);
  const body = { locationType: 1 as const, adminLat: 1, adminLon: 2, occContext: { version: 2 } };
  await call(baseStations.updateLocation, { path, body });
  expect((await call(baseStations.read, { path })).locationType).toBe(2);
  clock.advance(5000);
  expect(await call(baseStations.read, { path })).toMatchObject({ rfRegionID: 'EU868_16channels', lat: 1, lon: 2, locationType: 1 });
});

it('baseStations.regenerateCertificate disconnects the base station', async () => {
  const { call } = subscription();
  await call(baseStations.regenerateCertificate, { path });
  expect((await call(baseStations.check, { path })).cnxState).toBe('DISC');
});
