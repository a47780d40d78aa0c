/** OSS device locations computed by the network. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, Degrees, Flag, Instant, PageIndex, Rows } from './fields.ts';

const list = endpoint({
  id: 'thingpark.locations.list',
  api: 'oss',
  route: 'GET /thingpark/wireless/rest/subscriptions/mine/devices/{deviceUid}/locations',
  path: { deviceUid: ['target', 'uid'] },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  cost: 'medium',
  help: 'Lists the network-computed locations of a device, by default of the last seven days; radii in metres.',
  query: () =>
    z.strictObject({
      pageIndex: PageIndex(),
      pageSize: z.number().int().min(1).optional(),
      begin: z.string().optional(),
      duration: z.string().optional(),
    }),
  reply: () =>
    z.looseObject({
      briefs: Rows(
        z.looseObject({
          timestamp: Instant(),
          lat: Degrees(90),
          lon: Degrees(180),
          alt: Amount(),
          hRadius: Amount(),
          vRadius: Amount(),
          FCntUp: Amount(),
        }),
      ),
      more: Flag(),
    }),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { duration: 'P7D' } },
});

export const locations = { list };
