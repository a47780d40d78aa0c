import { z } from 'zod';

import { products } from '../../clients/iotx/products.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { shortList } from '../short-list.ts';

export const listSubscriberProducts = readTool({
  name: 'list_subscriber_products',
  toolset: 'iotx',
  title: "List a subscriber's products",
  description:
    'Lists the products of one iot-x subscriber, enabled and available, under their exact names. To switch one use toggle_product.',
  provider: 'iotx',
  deviceScope: 'named',
  input: z.strictObject({
    subscriber: fields.subscriber,
    connection: fields.connection,
  }),
  output: z.looseObject({ products: z.array(z.looseObject({ product: z.string() })), total: z.number() }),
  example: { subscriber: '8944990000001000010' },
  async run({ subscriber, connection: name }, { connection, signal }) {
    const at = connection(name, ['iotx']);
    const path = { physicalId: subscriber };
    const [active, available] = await Promise.all([
      at.call(products.active, { path }, { signal }),
      at.call(products.available, { path }, { signal }),
    ]);
    const listed = [...active, ...available.filter((one) => !active.some((other) => other.product === one.product))].map((one) => ({
      product: one.product,
      state: !active.includes(one) || one.enabled === false ? 'available' : one.enabled ? 'enabled' : 'unknown',
      description: one.description,
    }));
    // A product that is listed twice in different states is in none that is known.
    const rows = [...Map.groupBy(listed, ({ product }) => product).values()].flatMap(([first, ...others]) =>
      first ? [others.every(({ state }) => state === first.state) ? first : { ...first, state: 'unknown' }] : [],
    );
    return shortList('products', rows, rows.length, at);
  },
});
