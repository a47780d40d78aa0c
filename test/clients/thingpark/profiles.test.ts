import { profiles } from '../../../src/clients/thingpark/profiles.ts';
import { admin, dxRead, testPinnedRequests } from './support.ts';

testPinnedRequests(profiles, [
  [profiles.list, {}, { request: `GET ${admin}/profiles`, headers: dxRead }],
  [profiles.read, { path: { profileId: 'tpe-api' } }, { request: `GET ${admin}/profiles/tpe-api`, headers: dxRead }],
]);
