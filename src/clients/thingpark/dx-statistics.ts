/** DX Core statistics of the fleet: frames and health. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { listOf } from './dx-devices.ts';
import { Amount, Text } from './fields.ts';

const frames = endpoint({
  id: 'thingpark.dxStatistics.frames',
  api: 'dx-core',
  route: 'GET /deviceFrameStatistics',
  effects: [],
  sure: 'documented',
  source: 'DX API v141; body from an operator',
  doubts: ['the separator in deviceEUIList (a comma is assumed)'],
  help: 'Counts uplinks and downlinks of devices: `duration` days (default 7) from startDate, in steps of 1 to 24 hours.',
  query: () =>
    z.strictObject({
      deviceEUIList: refField('target').optional(),
      baseStationId: refField('target').optional(),
      /** ISO 8601. */
      startDate: z.string().optional(),
      duration: z.number().int().min(1).optional(),
      aggregationStep: z.number().int().min(1).max(24).optional(),
    }),
  reply: () =>
    listOf(
      z.looseObject({
        type: Text(),
        date: Text(),
        frameCount: Amount(),
        payloadSize: Amount(),
        baseStationRSSI: Amount(),
        baseStationSNR: Amount(),
        payloadReceivedOnTime: Amount(),
        payloadReceivedLate: Amount(),
        payloadSentWithSuccess: Amount(),
        payloadSentWithFailure: Amount(),
        averagePER: Amount(),
      }),
    ),
  example: { query: { deviceEUIList: 'A81758FFFE0A0001', duration: 1, aggregationStep: 24 } },
});

const health = endpoint({
  id: 'thingpark.dxStatistics.health',
  api: 'dx-core',
  route: 'GET /deviceHealthStatistics',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['where suspended devices are counted'],
  help: 'Counts devices by health.',
  reply: () => z.looseObject({ initCount: Amount(), activeCount: Amount(), rfConnectionErrorCount: Amount(), totalCount: Amount() }),
  example: {},
});

export const dxStatistics = { frames, health };
