import { z } from 'zod';

import { productBody, productKeyOf, products } from '../../clients/iotx/products.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const toggleProduct = changeTool({
  name: 'toggle_product',
  toolset: 'iotx',
  title: 'Enable or disable a product',
  description:
    'Enables or disables one product (network access, SMS, voice...) of active iot-x subscribers. The name must be exactly one from list_subscriber_products; fees may apply.',
  provider: 'iotx',
  operations: [products.change],
  idempotent: true,
  input: z.strictObject({
    subscribers: z
      .array(fields.subscriber)
      .min(1, 'an empty list is an error, never "all". Example: ["8944990000001000010"]')
      .max(10_000)
      .refine((list) => new Set(list).size === list.length, 'a subscriber is named twice'),
    product: z.string().min(1).max(200),
    action: z.enum(['enable', 'disable']),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { subscribers: ['8944990000001000010'], product: 'SMS MO/MT', action: 'disable' },
  toRequest({ subscribers, product, action, connection }, context) {
    const at = context.connection(connection, ['iotx']);
    const body = productBody(productKeyOf(at), product, action);
    return { connection: at, inputs: subscribers.map((physicalId) => ({ path: { physicalId }, body })) };
  },
});
