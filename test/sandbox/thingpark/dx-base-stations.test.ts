import { expect, it } from 'vitest';

import { baseStations } from '../../../src/clients/thingpark/base-stations.ts';
import { dxBaseStationAlarms } from '../../../src/clients/thingpark/dx-base-station-alarms.ts';
import { dxBaseStations } from '../../../src/clients/thingpark/dx-base-stations.ts';
import { dxStatistics } from '../../../src/clients/thingpark/dx-statistics.ts';
import { subscription } from './subscription.ts';

const roof = { uuid: '7076FF-0A0B0C0D0E0F', baseStationProfileId: 'KERL/WIR2.1', name: 'Roof 9', rfRegionId: 'EU868_8channels' };

it('a base station created through DX is in OSS too and has never connected', async () => {
  const { call, core } = subscription();
  const made = await call(dxBaseStations.create, { body: { ...roof, geoLatitude: 48.8566, geoLongitude: 2.3522 } });
  expect(made).toMatchObject({
    name: 'Roof 9',
    uuid: '7076FF-0A0B0C0D0E0F',
    statistics: { healthState: 'INIT', connectionState: 'NEVERCNX' },
  });
  const bsUid = 'u7076FF-0A0B0C0D0E0F';
  expect(await call(baseStations.read, { path: { bsUid } })).toMatchObject({
    lrrID: made.id,
    healthState: 'INIT',
    cnxState: 'NEVERCNX',
    lat: 48.8566,
    locationType: 1,
  });
  expect(await call(dxStatistics.baseStationHealth, {})).toMatchObject({ initCount: 1, activeCount: 3, totalCount: 5 });
  expect((await core('POST /baseStations', roof)).body).toEqual({
    code: 400,
    message: 'Base station 7076FF-0A0B0C0D0E0F already exists',
    errorId: 'sandbox',
  });
  expect((await core('POST /baseStations', { ...roof, uuid: '7076FF-AA', baseStationProfileId: 'NONE' })).status).toBe(400);
});

it('a DX update keeps what it does not name, and ignores the location of a base station with GPS', async () => {
  const { call, core } = subscription();
  const path = { baseStationRef: '1222' };
  const before = await call(dxBaseStations.read, { path });
  const after = await call(dxBaseStations.update, { path, body: { administrativeInfo: 'mast 4', geoLatitude: 1 } });
  expect(after).toEqual({ ...before, administrativeInfo: 'mast 4' });
  expect((await core('PUT /baseStations/1222', { geoLatitude: '1' })).body).toEqual({
    code: 400,
    message: 'geoLatitude: a number from -90 to 90 is expected',
    errorId: 'sandbox',
  });
});

it('a deleted base station is gone with its alarms, and its devices fall silent', async () => {
  const { call, world, core } = subscription();
  const [alarm] = await call(dxBaseStationAlarms.list, { query: { baseStationId: '10001236' } });
  const path = { baseStationAlarmRef: alarm?.ref ?? '' };
  await call(dxBaseStationAlarms.ack, { path });
  expect(await call(dxBaseStationAlarms.read, { path })).toMatchObject({ baseStationRef: '1224', alarmState: 'MAJOR', acked: true });
  await call(dxBaseStations.delete, { path: { baseStationRef: '1224' } });
  expect(await call(dxBaseStationAlarms.list, { query: {} })).toEqual([]);
  expect([...world.thingpark.acks.keys()]).toEqual([]);
  expect((await core('GET /baseStations/1224')).status).toBe(404);
  await call(dxBaseStations.delete, { path: { baseStationRef: '1222' } });
  expect(world.thingpark.devices.get('A81758FFFE0A0001')?.silentSince).toBe(world.clock.now());
});

it('frame statistics count only the devices that a base station receives', async () => {
  const { call, world } = subscription();
  const day = { duration: 1, aggregationStep: 24 };
  const count = async (baseStationId?: string) =>
    (await call(dxStatistics.baseStationFrames, { query: { ...day, ...(baseStationId ? { baseStationId } : {}) } })).find(
      ({ type }) => type === 'UPLINK',
    )?.frameCount;
  expect(await count('10001234')).toBe(await count());
  expect(await count('10001235')).toBeUndefined();
  const device = world.thingpark.devices.get('A81758FFFE0A0001');
  if (device) device.gateway = '10001235';
  const [own] = await call(dxStatistics.frames, { query: { ...day, deviceEUIList: 'A81758FFFE0A0001' } });
  expect(await count('10001235')).toBe(own?.frameCount);
  expect(await call(dxStatistics.frames, { query: { ...day, deviceEUIList: 'A81758FFFE0A0001', baseStationId: '10001234' } })).toEqual([]);
});
