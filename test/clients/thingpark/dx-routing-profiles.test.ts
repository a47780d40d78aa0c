import { dxRoutingProfiles } from '../../../src/clients/thingpark/dx-routing-profiles.ts';
import { core, dxRead, pins } from './support.ts';

pins(dxRoutingProfiles, [
  [
    dxRoutingProfiles.list,
    { query: { routingProfileId: 'TWA_199900001.1' } },
    { line: `GET ${core}/routingProfiles?routingProfileId=TWA_199900001.1`, headers: dxRead },
  ],
  [dxRoutingProfiles.read, { path: { routingProfileRef: '1' } }, { line: `GET ${core}/routingProfiles/1`, headers: dxRead }],
]);
