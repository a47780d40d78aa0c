import { frames } from '../../../src/clients/thingpark/frames.ts';
import { mine, ossRead, testPinnedRequests } from './support.ts';

testPinnedRequests(frames, [
  [
    frames.list,
    { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { duration: 'P1D', type: [0] } },
    { request: `GET ${mine}/devices/eA81758FFFE0A0001/frames?duration=P1D&type=0`, headers: ossRead },
  ],
  [
    frames.fleet,
    { query: { duration: 'P1D', step: 'PT1H', timezone: 'Europe/Paris' } },
    { request: `GET ${mine}/devices/frames?duration=P1D&step=PT1H&timezone=Europe%2FParis`, headers: ossRead },
  ],
]);
