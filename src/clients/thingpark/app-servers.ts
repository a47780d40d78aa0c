/** OSS application servers: where uplinks go. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';

const list = endpoint({
  id: 'thingpark.appServers.list',
  api: 'oss',
  route: 'GET /thingpark/wireless/rest/subscriptions/mine/appServers',
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3, tutorial 8.x',
  help: 'Lists application servers (connections) that devices can send to.',
  query: () =>
    z.strictObject({
      pageIndex: z.number().int().min(1).optional(),
      query: z.string().optional(),
      name: z.string().optional(),
      ID: z.string().optional(),
      type: z.array(z.enum(['HTTP', 'HTTP_CELLULAR', 'KAFKA'])).optional(),
      sort: z.string().optional(),
    }),
  reply: () =>
    z.looseObject({
      briefs: z.array(
        z.looseObject({
          ID: z.string(),
          name: z.string().nullish(),
          type: z.string().nullish(),
          state: z.string().nullish(),
          healthState: z.string().nullish(),
          deviceCount: z.number().nullish(),
          href: z.string().nullish(),
        }),
      ),
      more: z.boolean().nullish(),
    }),
  example: { query: { pageIndex: 1 } },
});

export const appServers = { list };
