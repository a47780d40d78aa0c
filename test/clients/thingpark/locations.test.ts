import { locations } from '../../../src/clients/thingpark/locations.ts';
import { mine, ossRead, pins } from './support.ts';

pins(locations, [
  [
    locations.list,
    { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { duration: 'P7D' } },
    { line: `GET ${mine}/devices/eA81758FFFE0A0001/locations?duration=P7D`, headers: ossRead },
  ],
]);
