import { z } from 'zod';

import { offers } from '../../clients/thingpark/offers.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { shortList } from '../short-list.ts';

export const listOffers = readTool({
  name: 'list_offers',
  toolset: 'thingpark',
  title: 'List offers',
  description: 'Lists the ThingPark offers that can be ordered. To order one use create_order.',
  provider: 'thingpark',
  deviceScope: 'none',
  input: z.strictObject({ limit: fields.limit(500, 50), connection: fields.connection }),
  output: z.looseObject({ offers: z.array(z.looseObject({ offer: z.string() })), total: z.number() }),
  example: {},
  async run({ limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingpark']);
    const all = await at.call(offers.list, { query: {} }, { signal });
    return shortList(
      'offers',
      all.map((one) => ({ offer: one.id, name: one.name, state: one.state })),
      limit,
      at,
    );
  },
});
