/** Leads: sales records that an activation may refer to. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { SafeText } from './safe-text.ts';

const list = endpoint({
  id: 'thingspace.leads.list',
  api: 'm2m',
  route: 'GET /api/m2m/v1/leads/{accountName}',
  path: { accountName: 'target' },
  effects: [],
  sure: 'documented',
  source: 'SDK, API index',
  doubts: ['contains personal addresses', 'the next page token is in the Location header, returned here as next'],
  help: 'Lists the leads of an account; activations accept only those that are Qualified or Closed - Won.',
  query: () => z.strictObject({ next: SafeText().optional() }),
  reply: () =>
    z.looseObject({
      hasMoreData: z.boolean().nullish(),
      leads: z.array(
        z.looseObject({
          leadId: z.union([z.string(), z.number()]).nullish(),
          leadState: z.string().nullish(),
          address: z.record(z.string(), z.unknown()).nullish(),
        }),
      ),
      /** The token of the next page. */
      next: z.string().nullish(),
    }),
  example: { path: { accountName: '0442000123-00001' } },
});

export const leads = { list };
