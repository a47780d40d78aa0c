import { dxDevices } from '../../../src/clients/thingpark/dx-devices.ts';
import { core, dxRead, dxWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(dxDevices, [
  [
    dxDevices.list,
    { query: { extendedInfo: true, statistics: true, pageIndex: 1 } },
    { request: `GET ${core}/devices?statistics=true&extendedInfo=true&pageIndex=1`, headers: dxRead },
  ],
  [
    dxDevices.create,
    {
      body: {
        name: 'Fridge 1',
        EUI: 'A81758FFFE0A0001',
        activationType: 'OTAA',
        deviceProfileId: 'ACME/TempA.1.0.3_ETSI',
        connectivityPlanId: 'acme-cs/standard',
        processingStrategyId: 'ROUTE',
        routeRefs: ['77'],
        applicationEUI: 'A81758FFFE000000',
        applicationKey: '000102030405060708090A0B0C0D0E0F',
      },
    },
    {
      request: `POST ${core}/devices`,
      headers: dxWrite,
      body: '{"name":"Fridge 1","EUI":"A81758FFFE0A0001","activationType":"OTAA","deviceProfileId":"ACME/TempA.1.0.3_ETSI","connectivityPlanId":"acme-cs/standard","processingStrategyId":"ROUTE","routeRefs":["77"],"applicationEUI":"A81758FFFE000000","applicationKey":"000102030405060708090A0B0C0D0E0F"}',
    },
  ],
  [dxDevices.read, { path: { deviceRef: '4101' } }, { request: `GET ${core}/devices/4101`, headers: dxRead }],
  [
    dxDevices.update,
    { path: { deviceRef: '4101' }, body: { name: 'Fridge 2' } },
    { request: `PUT ${core}/devices/4101`, headers: dxWrite, body: '{"name":"Fridge 2"}' },
  ],
  [dxDevices.delete, { path: { deviceRef: '4101' } }, { request: `DELETE ${core}/devices/4101`, headers: dxRead }],
  [
    dxDevices.downlink,
    {
      path: { device: '4101' },
      query: { confirmDownlink: false },
      body: { payloadHex: '0102FF', targetPorts: '10', correlationID: '00000000000000A1' },
    },
    {
      request: `POST ${core}/devices/4101/downlinkMessages?confirmDownlink=false`,
      headers: dxWrite,
      body: '{"payloadHex":"0102FF","targetPorts":"10","correlationID":"00000000000000A1"}',
    },
  ],
]);
