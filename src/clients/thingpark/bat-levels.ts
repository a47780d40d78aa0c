/** OSS battery history of a device. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, Instant, Rows } from './fields.ts';

const list = endpoint({
  id: 'thingpark.batLevels.list',
  api: 'oss',
  route: 'GET /thingpark/wireless/rest/subscriptions/mine/devices/{deviceUid}/batLevels',
  path: { deviceUid: ['target', 'uid'] },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  cost: 'medium',
  help: 'Lists battery levels of one device: 1 to 254 on a scale, 0 external power, 255 not measurable; default one year.',
  query: () => z.strictObject({ begin: z.string().optional(), duration: z.string().optional() }),
  reply: () => z.looseObject({ briefs: Rows(z.looseObject({ timestamp: Instant(), level: Amount() })) }),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { duration: 'P90D' } },
});

export const batLevels = { list };
