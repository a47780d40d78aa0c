import { dxBaseStationAlarms } from '../../../src/clients/thingpark/dx-base-station-alarms.ts';
import { core, dxRead, testPinnedRequests } from './support.ts';

const path = { baseStationAlarmRef: '65a1f0c2b5b54266000004c8' };

testPinnedRequests(dxBaseStationAlarms, [
  [
    dxBaseStationAlarms.list,
    { query: { baseStationId: '10001236', pageIndex: 1 } },
    { request: `GET ${core}/baseStationAlarms?baseStationId=10001236&pageIndex=1`, headers: dxRead },
  ],
  [dxBaseStationAlarms.read, { path }, { request: `GET ${core}/baseStationAlarms/65a1f0c2b5b54266000004c8`, headers: dxRead }],
  [dxBaseStationAlarms.ack, { path }, { request: `POST ${core}/baseStationAlarms/65a1f0c2b5b54266000004c8/acks`, headers: dxRead }],
]);
