import { dxBaseStations } from '../../../src/clients/thingpark/dx-base-stations.ts';
import { core, dxRead, pins } from './support.ts';

pins(dxBaseStations, [
  [
    dxBaseStations.list,
    { query: { statistics: true, pageIndex: 1 } },
    { line: `GET ${core}/baseStations?statistics=true&pageIndex=1`, headers: dxRead },
  ],
  [dxBaseStations.read, { path: { baseStationRef: '1222' } }, { line: `GET ${core}/baseStations/1222`, headers: dxRead }],
]);
