import { appServers } from '../../../src/clients/thingpark/app-servers.ts';
import { mine, ossRead, ossWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(appServers, [
  [appServers.list, { query: { pageIndex: 1 } }, { request: `GET ${mine}/appServers?pageIndex=1`, headers: ossRead }],
  [
    appServers.create,
    {
      body: {
        name: 'Historian',
        type: 'HTTP',
        contentType: 'json',
        destinations: [{ addresses: ['https://historian.example/uplinks'], ports: '*', strategy: 'SEQUENTIAL' }],
        downlinkSecurity: { status: 'NONE' },
      },
    },
    {
      request: `POST ${mine}/appServers`,
      headers: ossWrite,
      body: '{"name":"Historian","type":"HTTP","contentType":"json","destinations":[{"addresses":["https://historian.example/uplinks"],"ports":"*","strategy":"SEQUENTIAL"}],"downlinkSecurity":{"status":"NONE"}}',
    },
  ],
  [appServers.read, { path: { appServerUid: '77' } }, { request: `GET ${mine}/appServers/77`, headers: ossRead }],
  [
    appServers.update,
    { path: { appServerUid: '77' }, body: { occContext: { version: 1 }, description: 'Plant history' } },
    { request: `PUT ${mine}/appServers/77`, headers: ossWrite, body: '{"occContext":{"version":1},"description":"Plant history"}' },
  ],
  [appServers.delete, { path: { appServerUid: '77' } }, { request: `DELETE ${mine}/appServers/77`, headers: ossRead }],
  [appServers.readSecurity, { path: { appServerUid: '77' } }, { request: `GET ${mine}/appServers/77/security`, headers: ossRead }],
  [
    appServers.updateSecurity,
    {
      path: { appServerUid: '77' },
      body: {
        occContext: { version: 1 },
        downlinkSecurity: { status: 'DOWNLINK_AS_KEY', downlinkAsKey: '00112233445566778899AABBCCDDEEFF', maxTimestampDeviation: 60 },
      },
    },
    {
      request: `PUT ${mine}/appServers/77/security`,
      headers: ossWrite,
      body: '{"occContext":{"version":1},"downlinkSecurity":{"status":"DOWNLINK_AS_KEY","downlinkAsKey":"00112233445566778899AABBCCDDEEFF","maxTimestampDeviation":60}}',
    },
  ],
]);
