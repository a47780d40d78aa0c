/** What a device used, day by day. Data is kept 12 months and is up to 6 hours late while the device stays connected. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Attribute, DeviceId } from './ids.ts';
import { Plain } from './plain.ts';

const Amount = () => z.union([z.number(), z.string()]).nullish();

const list = endpoint({
  id: 'thingspace.usage.list',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/usage/actions/list',
  effects: [],
  sure: 'documented',
  source: 'retrieve-device-usage-history page, SDK',
  doubts: ['the Global-IoT variant writes numbers as texts and takes EIDs only', 'long spans can time out'],
  cost: 'high',
  help: 'Lists the daily data and SMS usage of one device (or one label), 500 records at most; go on with earliest = the last timestamp.',
  body: () =>
    z
      .strictObject({
        earliest: Plain(),
        latest: Plain(),
        deviceId: DeviceId().optional(),
        label: z.strictObject({ name: Plain().max(20), value: Plain().max(50) }).optional(),
      })
      .refine((body) => (body.deviceId === undefined) !== (body.label === undefined), {
        path: ['deviceId'],
        error: 'give deviceId or label, not both',
      }),
  reply: () =>
    z.looseObject({
      hasMoreData: z.boolean().nullish(),
      usageHistory: z
        .array(
          z.looseObject({
            /** Bytes; may exceed 2^31. */
            bytesUsed: Amount(),
            smsUsed: Amount(),
            servicePlan: z.string().nullish(),
            source: z.string().nullish(),
            timestamp: z.string().nullish(),
            extendedAttributes: z.array(Attribute()).nullish(),
          }),
        )
        .nullish(),
    }),
  example: {
    body: { deviceId: { id: '89148000000077000037', kind: 'iccid' }, earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
  },
});

export const usage = { list };
