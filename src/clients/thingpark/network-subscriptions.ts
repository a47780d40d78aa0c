/** OSS connectivity plans with their licences. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Amount, Flag, Id, Rows, Text } from './fields.ts';

const list = endpoint({
  id: 'thingpark.networkSubscriptions.list',
  api: 'oss',
  route: 'GET /thingpark/wireless/rest/subscriptions/mine/networkSubscriptions',
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3, tutorial 8.x',
  help: 'Lists connectivity plans with used and granted licences.',
  query: () =>
    z.strictObject({
      pageIndex: z.number().int().min(1).optional(),
      connectivity: z.enum(['LORAWAN', 'CELLULAR']).optional(),
      networkSubscriptionID: refField('target').optional(),
      communicationType: z.enum(['UNICAST', 'MULTICAST']).optional(),
    }),
  reply: () =>
    z.looseObject({
      briefs: Rows(
        z.looseObject({
          ID: Id(),
          commercialName: Text(),
          connectivity: Text(),
          used: Amount(),
          granted: Amount(),
          href: Text(),
        }),
      ),
      more: Flag(),
    }),
  example: { query: { connectivity: 'LORAWAN' } },
});

export const networkSubscriptions = { list };
