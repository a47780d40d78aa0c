import { z } from 'zod';

import { orders } from '../../clients/thingpark/orders.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const createOrder = changeTool({
  name: 'create_order',
  toolset: 'thingpark',
  title: 'Create an order',
  description:
    'Orders a ThingPark offer (<vendorId>/<offerId>) for a subscriber, or for the account itself when subscriber is omitted. list_offers shows what can be ordered.',
  provider: 'thingpark',
  operations: [orders.create],
  idempotent: false,
  input: z.strictObject({
    offer: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'must be <vendorId>/<offerId>. Example: acme-vendor/lorawan-100'),
    subscriber: z.string().min(1).optional().describe('subscriber ID'),
    processingStrategy: z.enum(['DATAFLOW', 'IOT_FLOW', 'NOAS', 'DEFAULTRP', 'ROUTE']).optional(),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { offer: 'acme-vendor/lorawan-100', processingStrategy: 'ROUTE' },
  toRequest: ({ offer, subscriber, processingStrategy, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: [
      {
        ...(processingStrategy ? { query: { withProcessingStrategyId: processingStrategy } } : {}),
        body: { offerId: offer, ...(subscriber ? { subscriberId: subscriber } : {}) },
      },
    ],
  }),
});
