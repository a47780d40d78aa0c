/** OSS frames: individual frames of one device, and counts of the fleet per time slot. They never contain payloads. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Amount, Flag, Instant, Rows } from './fields.ts';

const base = '/thingpark/wireless/rest/subscriptions/mine/devices';

const Now = Instant;

/** Frame types: 0 uplink, 1 downlink, 4 microflow (cellular). */
const Types = () => z.array(z.union([z.literal(0), z.literal(1), z.literal(4)])).optional();

const list = endpoint({
  id: 'thingpark.frames.list',
  api: 'oss',
  route: `GET ${base}/{deviceUid}/frames`,
  path: { deviceUid: ['target', 'uid'] },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  cost: 'medium',
  help: 'Lists the frames of one device in a window of `duration` (default P7D) from `begin`; unpaged, so keep the window small.',
  query: () =>
    z.strictObject({
      begin: z.string().optional(),
      duration: z.string().optional(),
      type: Types(),
      lrrID: refField('reference').optional(),
      overflow: z.boolean().optional(),
    }),
  reply: () =>
    z.looseObject({
      briefs: Rows(
        z.looseObject({
          type: Amount(),
          timestamp: Instant(),
          rssi: Amount(),
          snr: Amount(),
          esp: Amount(),
          sf: Amount(),
          size: Amount(),
          instantPER: Amount(),
          meanPER: Amount(),
          late: Flag(),
          overflow: Flag(),
          /** Downlinks: 1 sent, 0 failed. */
          deliveryStatus: Amount(),
          duration: Amount(),
          sizeUp: Amount(),
          sizeDown: Amount(),
        }),
      ),
      lrrs: Rows(z.looseObject({})).nullish(),
      now: Now(),
    }),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { duration: 'P1D', type: [0] } },
});

const Sum = () => z.looseObject({ count: Amount(), size: Amount(), countLost: Amount(), countFailed: Amount() }).nullish();

const fleet = endpoint({
  id: 'thingpark.frames.fleet',
  api: 'oss',
  route: `GET ${base}/frames`,
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  cost: 'medium',
  help: 'Counts uplinks and downlinks of the whole fleet, or of one application server, per time slot.',
  query: () =>
    z.strictObject({
      begin: z.string().optional(),
      duration: z.string().optional(),
      step: z.string().optional(),
      timezone: z.string().optional(),
      type: Types(),
      appServerID: refField('reference').optional(),
    }),
  reply: () => z.looseObject({ briefs: Rows(z.looseObject({ timestamp: Instant(), up: Sum(), dw: Sum(), mf: Sum() })), now: Now() }),
  example: { query: { duration: 'P1D', step: 'PT1H', timezone: 'Europe/Paris' } },
});

export const frames = { list, fleet };
