import { dxStatistics } from '../../../src/clients/thingpark/dx-statistics.ts';
import { core, dxRead, testPinnedRequests } from './support.ts';

testPinnedRequests(dxStatistics, [
  [
    dxStatistics.frames,
    { query: { deviceEUIList: 'A81758FFFE0A0001', duration: 1, aggregationStep: 24 } },
    { request: `GET ${core}/deviceFrameStatistics?deviceEUIList=A81758FFFE0A0001&duration=1&aggregationStep=24`, headers: dxRead },
  ],
  [dxStatistics.health, {}, { request: `GET ${core}/deviceHealthStatistics`, headers: dxRead }],
  [
    dxStatistics.baseStationFrames,
    { query: { baseStationId: '10001234', duration: 1, aggregationStep: 24 } },
    { request: `GET ${core}/baseStationFrameStatistics?baseStationId=10001234&duration=1&aggregationStep=24`, headers: dxRead },
  ],
  [dxStatistics.baseStationHealth, {}, { request: `GET ${core}/baseStationHealthStatistics`, headers: dxRead }],
]);
