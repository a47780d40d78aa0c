import { expect, it } from 'vitest';

import { dxDevices } from '../../../src/clients/thingpark/dx-devices.ts';
import { core, dxRead, dxWrite, recording, testPinnedRequests } from './support.ts';

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
  [dxDevices.downlinks, { path: { device: '4101' } }, { request: `GET ${core}/devices/4101/downlinkMessages`, headers: dxRead }],
]);

it.each([
  ['48,8566', 48.8566],
  [' 48.8566 ', 48.8566],
  ['-33,867', -33.867],
  ['\u221233.867', -33.867],
  ['+2', 2],
])('dxDevices.update reads the latitude %j as a number', async (text, geoLatitude) => {
  const { call, requests } = recording();
  await call.any(dxDevices.update, { path: { deviceRef: '4101' }, body: { geoLatitude: text } }).catch(() => undefined);
  expect(requests[1]?.body).toBe(`{"geoLatitude":${geoLatitude}}`);
});

it.each([
  [{ geoLatitude: '48.8566 N' }],
  [{ geoLatitude: '48 51 24' }],
  [{ geoLatitude: '' }],
  [{ geoLatitude: '91' }],
  [{ geoLatitude: null }],
])('dxDevices.update rejects %j with rule and example, and sends nothing', async (body) => {
  const { call, requests } = recording();
  await expect(call.any(dxDevices.update, { path: { deviceRef: '4101' }, body })).rejects.toMatchObject({
    message: 'thingpark.dxDevices.update: body.geoLatitude must be decimal degrees from -90 to 90. Example: 48.8566',
    field: 'body.geoLatitude',
  });
  expect(requests).toEqual([]);
});
