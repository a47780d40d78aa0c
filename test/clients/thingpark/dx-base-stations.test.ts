import { dxBaseStations } from '../../../src/clients/thingpark/dx-base-stations.ts';
import { core, dxRead, testPinnedRequests } from './support.ts';

testPinnedRequests(dxBaseStations, [
  [
    dxBaseStations.list,
    { query: { statistics: true, pageIndex: 1 } },
    { request: `GET ${core}/baseStations?statistics=true&pageIndex=1`, headers: dxRead },
  ],
  [dxBaseStations.read, { path: { baseStationRef: '1222' } }, { request: `GET ${core}/baseStations/1222`, headers: dxRead }],
]);
