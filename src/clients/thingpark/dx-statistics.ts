/** DX Core statistics of devices and base stations: frames and health. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { listOf } from './dx-devices.ts';
import { Amount, Text } from './fields.ts';

/** Counts of one time slot: `type` UPLINK or DOWNLINK, sizes in bytes, RSSI in dBm, SNR in dB, PER from 0 to 1. */
const FrameStatistics = () =>
  z.looseObject({
    type: Text(),
    date: Text(),
    frameCount: Amount(),
    payloadSize: Amount(),
    baseStationRSSI: Amount(),
    baseStationSNR: Amount(),
    payloadReceivedOnTime: Amount(),
    payloadReceivedLate: Amount(),
    payloadReceivedOnTimeSize: Amount(),
    payloadReceivedLateSize: Amount(),
    payloadSentWithSuccess: Amount(),
    payloadSentWithFailure: Amount(),
    payloadSentWithSuccessSize: Amount(),
    payloadSentWithFailureSize: Amount(),
    averagePER: Amount(),
  });

/** The time window: `duration` days (default 7) from startDate (ISO 8601), in steps of `aggregationStep` hours. */
const Window = () => ({
  /** ISO 8601. */
  startDate: z.string().optional(),
  duration: z.number().int().min(1).optional(),
  aggregationStep: z.number().int().min(1).max(24).optional(),
});

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
      ...Window(),
    }),
  reply: () => listOf(FrameStatistics()),
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

const baseStationFrames = endpoint({
  id: 'thingpark.dxStatistics.baseStationFrames',
  api: 'dx-core',
  route: 'GET /baseStationFrameStatistics',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the body: that of the frame statistics of devices is assumed', 'whether baseStationId is the LRR ID'],
  help: 'Counts uplinks and downlinks of base stations: `duration` days (default 7) from startDate, in steps of 1 to 24 hours.',
  query: () => z.strictObject({ baseStationId: refField('target').optional(), ...Window() }),
  reply: () => listOf(FrameStatistics()),
  example: { query: { baseStationId: '10001234', duration: 1, aggregationStep: 24 } },
});

const baseStationHealth = endpoint({
  id: 'thingpark.dxStatistics.baseStationHealth',
  api: 'dx-core',
  route: 'GET /baseStationHealthStatistics',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the body: the names of the counts are not known, those of devices are assumed'],
  help: 'Counts base stations by health.',
  reply: () => z.looseObject({ initCount: Amount(), activeCount: Amount(), totalCount: Amount() }),
  example: {},
});

export const dxStatistics = { frames, health, baseStationFrames, baseStationHealth };
