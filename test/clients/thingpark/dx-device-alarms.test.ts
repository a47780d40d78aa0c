import { dxDeviceAlarms } from '../../../src/clients/thingpark/dx-device-alarms.ts';
import { core, dxRead, testPinnedRequests } from './support.ts';

testPinnedRequests(dxDeviceAlarms, [
  [
    dxDeviceAlarms.list,
    { query: { deviceEUI: 'A81758FFFE0A0001', pageIndex: 1 } },
    { request: `GET ${core}/deviceAlarms?deviceEUI=A81758FFFE0A0001&pageIndex=1`, headers: dxRead },
  ],
  [
    dxDeviceAlarms.read,
    { path: { deviceAlarmRef: '65a1f0c2a1ae4234a0370001' } },
    { request: `GET ${core}/deviceAlarms/65a1f0c2a1ae4234a0370001`, headers: dxRead },
  ],
  [
    dxDeviceAlarms.ack,
    { path: { deviceAlarmRef: '65a1f0c2a1ae4234a0370001' } },
    { request: `POST ${core}/deviceAlarms/65a1f0c2a1ae4234a0370001/acks`, headers: dxRead },
  ],
]);
