import { baseStationAlarms } from '../../../src/clients/thingpark/base-station-alarms.ts';
import { oss, ossRead, ossWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(baseStationAlarms, [
  [baseStationAlarms.list, { query: { state: 5 } }, { request: `GET ${oss}/partners/mine/bss/alarms?state=5`, headers: ossRead }],
  [
    baseStationAlarms.ack,
    { body: { alarmUids: ['65a1f0c2b5b54266a0370001'] } },
    { request: `POST ${oss}/partners/mine/bss/alarms/ack`, headers: ossWrite, body: '{"alarmUids":["65a1f0c2b5b54266a0370001"]}' },
  ],
]);
