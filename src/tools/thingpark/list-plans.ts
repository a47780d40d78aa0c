import { z } from 'zod';

import { allPages } from '../../clients/thingpark/all-pages.ts';
import { networkSubscriptions } from '../../clients/thingpark/network-subscriptions.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { shortList } from '../short-list.ts';

export const listPlans = readTool({
  name: 'list_plans',
  toolset: 'thingpark',
  title: 'List connectivity plans',
  description: 'Lists ThingPark connectivity plans with licences used and granted. For ThingSpace use list_service_plans.',
  provider: 'thingpark',
  input: z.strictObject({ limit: fields.limit(500, 50), connection: fields.connection }),
  output: z.looseObject({ plans: z.array(z.looseObject({ plan: z.string() })), total: z.number() }),
  example: {},
  async run({ limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingpark']);
    const all = await allPages((pageIndex) => at.call(networkSubscriptions.list, { query: { pageIndex } }, { signal }));
    const rows = all.map((one) => ({
      plan: one.ID,
      name: one.commercialName,
      connectivity: one.connectivity,
      used: one.used,
      granted: one.granted,
      free: freeOf(one),
    }));
    return shortList('plans', rows, limit, at);
  },
});

/** Free licences; undefined where they cannot be told because one of the counts is missing, not understood or negative. */
function freeOf({ used, granted }: { used?: number | null | undefined; granted?: number | null | undefined }): number | undefined {
  if (typeof used !== 'number' || typeof granted !== 'number' || used < 0 || granted < 0) return undefined;
  return Math.max(0, granted - used);
}
