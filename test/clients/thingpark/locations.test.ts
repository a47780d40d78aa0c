import { locations } from '../../../src/clients/thingpark/locations.ts';
import { mine, ossRead, testPinnedRequests } from './support.ts';

testPinnedRequests(locations, [
  [
    locations.list,
    { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { duration: 'P7D' } },
    { request: `GET ${mine}/devices/eA81758FFFE0A0001/locations?duration=P7D`, headers: ossRead },
  ],
]);
