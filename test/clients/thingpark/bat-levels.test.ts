import { batLevels } from '../../../src/clients/thingpark/bat-levels.ts';
import { mine, ossRead, testPinnedRequests } from './support.ts';

testPinnedRequests(batLevels, [
  [
    batLevels.list,
    { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { duration: 'P90D' } },
    { request: `GET ${mine}/devices/eA81758FFFE0A0001/batLevels?duration=P90D`, headers: ossRead },
  ],
]);
