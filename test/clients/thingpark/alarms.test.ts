import { alarms } from '../../../src/clients/thingpark/alarms.ts';
import { mine, ossRead, ossWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(alarms, [
  [
    alarms.list,
    { query: { sort: 'alarmUid,asc', state: 5, acked: false } },
    { request: `GET ${mine}/devices/alarms?state=5&acked=false&sort=alarmUid%2Casc`, headers: ossRead },
  ],
  [
    alarms.ack,
    { body: { alarmUids: ['65a1f0c2a1ae4234a0370001'] } },
    { request: `POST ${mine}/devices/alarms/ack`, headers: ossWrite, body: '{"alarmUids":["65a1f0c2a1ae4234a0370001"]}' },
  ],
  [alarms.histories, { query: { state: 5 } }, { request: `GET ${mine}/devices/alarms/histories?state=5`, headers: ossRead }],
  [
    alarms.stateDistributions,
    { query: { acked: false } },
    { request: `GET ${mine}/devices/alarms/stateDistributions?acked=false`, headers: ossRead },
  ],
  [
    alarms.ofDevice,
    { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { state: 3 } },
    { request: `GET ${mine}/devices/eA81758FFFE0A0001/alarms?state=3`, headers: ossRead },
  ],
  [
    alarms.ackDevice,
    { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { ID: 4 } },
    { request: `POST ${mine}/devices/eA81758FFFE0A0001/alarms/ack?ID=4`, headers: ossRead },
  ],
  [
    alarms.ackOne,
    { path: { deviceUid: 'eA81758FFFE0A0001', alarmUid: '65a1f0c2a1ae4234a0370001' } },
    { request: `POST ${mine}/devices/eA81758FFFE0A0001/alarms/65a1f0c2a1ae4234a0370001/ack`, headers: ossRead },
  ],
]);
