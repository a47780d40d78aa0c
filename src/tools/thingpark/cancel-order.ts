import { z } from 'zod';

import { orders } from '../../clients/thingpark/orders.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const cancelOrder = changeTool({
  name: 'cancel_order',
  toolset: 'thingpark',
  title: 'Cancel an order',
  description: 'Cancels a ThingPark order and ends every subscription it made; it cannot be undone. Orders and their numbers: list_orders.',
  provider: 'thingpark',
  extra: true,
  operations: [orders.cancel],
  idempotent: true,
  input: z.strictObject({
    order: z.string().regex(/^\d{1,20}$/, 'must be an order number (digits). Example: 7001'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { order: '7001' },
  toRequest: ({ order, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: [{ path: { orderRef: order } }],
  }),
});
