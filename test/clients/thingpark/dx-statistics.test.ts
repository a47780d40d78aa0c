import { dxStatistics } from '../../../src/clients/thingpark/dx-statistics.ts';
import { core, dxRead, pins } from './support.ts';

pins(dxStatistics, [
  [
    dxStatistics.frames,
    { query: { deviceEUIList: 'A81758FFFE0A0001', duration: 1, aggregationStep: 24 } },
    { line: `GET ${core}/deviceFrameStatistics?deviceEUIList=A81758FFFE0A0001&duration=1&aggregationStep=24`, headers: dxRead },
  ],
  [dxStatistics.health, {}, { line: `GET ${core}/deviceHealthStatistics`, headers: dxRead }],
]);
