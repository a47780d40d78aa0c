import { expect, it } from 'vitest';

import { dxBaseStations } from '../../../src/clients/thingpark/dx-base-stations.ts';
import { core, dxRead, dxWrite, recording, testPinnedRequests } from './support.ts';

testPinnedRequests(dxBaseStations, [
  [
    dxBaseStations.list,
    { query: { statistics: true, pageIndex: 1 } },
    { request: `GET ${core}/baseStations?statistics=true&pageIndex=1`, headers: dxRead },
  ],
  [dxBaseStations.read, { path: { baseStationRef: '1222' } }, { request: `GET ${core}/baseStations/1222`, headers: dxRead }],
  [
    dxBaseStations.create,
    { body: { uuid: '7076FF-0A0B0C0D0E0F', baseStationProfileId: 'KERL/WIR2.1', name: 'Roof 9', rfRegionId: 'EU868_8channels' } },
    {
      request: `POST ${core}/baseStations`,
      headers: dxWrite,
      body: '{"uuid":"7076FF-0A0B0C0D0E0F","baseStationProfileId":"KERL/WIR2.1","name":"Roof 9","rfRegionId":"EU868_8channels"}',
    },
  ],
  [
    dxBaseStations.update,
    { path: { baseStationRef: '1222' }, body: { name: 'Roof north', geoLatitude: 48.8566, geoLongitude: 2.3522, geoAltitude: 35 } },
    {
      request: `PUT ${core}/baseStations/1222`,
      headers: dxWrite,
      body: '{"name":"Roof north","geoLatitude":48.8566,"geoLongitude":2.3522,"geoAltitude":35}',
    },
  ],
  [dxBaseStations.delete, { path: { baseStationRef: '1222' } }, { request: `DELETE ${core}/baseStations/1222`, headers: dxRead }],
  [dxBaseStations.profiles, {}, { request: `GET ${core}/baseStationProfiles`, headers: dxRead }],
]);

it.each([
  [{ baseStationProfileId: 'KERL/WIR2.1' }, 'body.uuid either uuid or id must be given'],
  [{ baseStationProfileId: 'KERL/WIR2.1', id: '10001234', uuid: '7076FF-0A' }, 'body.uuid either uuid or id must be given'],
  [{ baseStationProfileId: 'KERL/WIR2.1', id: 'FFFE0001' }, 'body.id must not be 00000000 or start with FFFE or FFFF. Example: 10001234'],
  [{ baseStationProfileId: 'KERL/WIR2.1', uuid: 'roof' }, 'body.uuid must be 6 hex digits, a dash and 2 to 48 hex digits'],
])('dxBaseStations.create rejects %j', async (body, message) => {
  const { call, requests } = recording();
  await expect(call(dxBaseStations.create, { body })).rejects.toThrow(message);
  expect(requests).toEqual([]);
});
