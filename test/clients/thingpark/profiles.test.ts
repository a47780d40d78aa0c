import { profiles } from '../../../src/clients/thingpark/profiles.ts';
import { admin, dxRead, pins } from './support.ts';

pins(profiles, [
  [profiles.list, {}, { line: `GET ${admin}/profiles`, headers: dxRead }],
  [profiles.read, { path: { profileId: 'tpe-api' } }, { line: `GET ${admin}/profiles/tpe-api`, headers: dxRead }],
]);
