import { dxRoutingProfiles } from '../../../src/clients/thingpark/dx-routing-profiles.ts';
import { core, dxRead, testPinnedRequests } from './support.ts';

testPinnedRequests(dxRoutingProfiles, [
  [
    dxRoutingProfiles.list,
    { query: { routingProfileId: 'TWA_199900001.1' } },
    { request: `GET ${core}/routingProfiles?routingProfileId=TWA_199900001.1`, headers: dxRead },
  ],
  [dxRoutingProfiles.read, { path: { routingProfileRef: '1' } }, { request: `GET ${core}/routingProfiles/1`, headers: dxRead }],
]);
