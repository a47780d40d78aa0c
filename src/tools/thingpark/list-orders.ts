import { z } from 'zod';

import { orders } from '../../clients/thingpark/orders.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { shortList } from '../short-list.ts';

export const listOrders = readTool({
  name: 'list_orders',
  toolset: 'thingpark',
  title: 'List orders',
  description: 'Lists ThingPark orders with offer, subscriber and state. Available offers: list_offers.',
  provider: 'thingpark',
  input: z.strictObject({ limit: fields.limit(500, 50), connection: fields.connection }),
  output: z.looseObject({ orders: z.array(z.looseObject({ order: z.string() })), total: z.number() }),
  example: {},
  async run({ limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingpark']);
    const all = await at.call(orders.list, {}, { signal });
    const rows = all.map((one) => ({
      order: one.ref,
      offer: one.offerId,
      subscriber: one.subscriberId,
      state: one.state,
      strategy: one.processingStrategyId,
      created: one.creationTime,
    }));
    return shortList('orders', rows, limit, at);
  },
});
