import { baseStations } from '../../../src/clients/thingpark/base-stations.ts';
import { oss, ossRead, ossWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(baseStations, [
  [
    baseStations.list,
    { query: { healthState: ['BACKHAUL_CNX_ERROR'] } },
    { request: `GET ${oss}/partners/mine/bss?healthState=BACKHAUL_CNX_ERROR`, headers: ossRead },
  ],
  [baseStations.read, { path: { bsUid: 'i10001234' } }, { request: `GET ${oss}/partners/mine/bss/i10001234`, headers: ossRead }],
  [baseStations.counters, {}, { request: `GET ${oss}/partners/mine/bss/counters`, headers: ossRead }],
  [baseStations.check, { path: { bsUid: 'i10001234' } }, { request: `GET ${oss}/partners/mine/bss/i10001234/check`, headers: ossRead }],
  [
    baseStations.lastCmdStatus,
    { path: { bsUid: 'i10001234' } },
    { request: `GET ${oss}/partners/mine/bss/i10001234/admins/lastCmdStatus`, headers: ossRead },
  ],
  [
    baseStations.reboot,
    { path: { bsUid: 'i10001234' }, body: { occContext: { version: 1 } } },
    { request: `POST ${oss}/partners/mine/bss/i10001234/admins/reboot`, headers: ossWrite, body: '{"occContext":{"version":1}}' },
  ],
  [
    baseStations.restart,
    { path: { bsUid: 'i10001234' }, body: { occContext: { version: 1 } } },
    { request: `POST ${oss}/partners/mine/bss/i10001234/admins/restart`, headers: ossWrite, body: '{"occContext":{"version":1}}' },
  ],
  [
    baseStations.updateRfRegion,
    { path: { bsUid: 'i10001234' }, body: { rfRegionID: 'EU868_8channels', occContext: { version: 1 } } },
    {
      request: `POST ${oss}/partners/mine/bss/i10001234/admins/updateRfRegion`,
      headers: ossWrite,
      body: '{"rfRegionID":"EU868_8channels","occContext":{"version":1}}',
    },
  ],
  [
    baseStations.updateLocation,
    { path: { bsUid: 'i10001234' }, body: { locationType: 1, adminLat: 48.85, adminLon: 2.35, occContext: { version: 1 } } },
    {
      request: `POST ${oss}/partners/mine/bss/i10001234/admins/updateLocation`,
      headers: ossWrite,
      body: '{"locationType":1,"adminLat":48.85,"adminLon":2.35,"occContext":{"version":1}}',
    },
  ],
  [
    baseStations.regenerateCertificate,
    { path: { bsUid: 'i10001234' } },
    { request: `POST ${oss}/partners/mine/bss/i10001234/regenerateCertificate`, headers: ossRead },
  ],
]);
