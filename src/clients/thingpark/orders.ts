/** DX Admin orders: a subscriber taking an offer. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';

/** Bodies of orders are not in the documents that could be read; every member is optional. */
export const Order = () =>
  z.looseObject({
    ref: z.string().nullish(),
    offerId: z.string().nullish(),
    subscriberId: z.string().nullish(),
    state: z.string().nullish(),
    processingStrategyId: z.string().nullish(),
    creationTime: z.string().nullish(),
  });

const bodyDoubt = 'the members offerId and subscriberId of an order are a reading of the documents, not a printed body';

const list = endpoint({
  id: 'thingpark.orders.list',
  api: 'dx-admin',
  route: 'GET /orders',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Lists the orders that the caller may see.',
  reply: () => z.array(Order()),
  example: {},
});

const read = endpoint({
  id: 'thingpark.orders.read',
  api: 'dx-admin',
  route: 'GET /orders/{orderRef}',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Reads one order by its ref.',
  reply: () => Order(),
  example: { path: { orderRef: '7001' } },
});

const create = endpoint({
  id: 'thingpark.orders.create',
  api: 'dx-admin',
  route: 'POST /orders',
  effects: ['billing'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Subscribes an existing subscriber to an offer.',
  query: () => z.strictObject({ withProcessingStrategyId: z.string().optional() }),
  body: () => z.strictObject({ offerId: z.string(), subscriberId: z.string().optional() }),
  reply: () => Order(),
  example: { query: { withProcessingStrategyId: 'ROUTE' }, body: { offerId: 'acme-vendor/lorawan-100', subscriberId: '199900001' } },
});

const cancel = endpoint({
  id: 'thingpark.orders.cancel',
  api: 'dx-admin',
  route: 'DELETE /orders/{orderRef}',
  effects: ['destructive', 'billing', 'disruptive'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Cancels an order and with it all subscriptions that it made.',
  example: { path: { orderRef: '7001' } },
});

export const orders = { list, read, create, cancel };
