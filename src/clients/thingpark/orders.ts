/** DX Admin orders: subscriptions of a subscriber to an offer. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { noIdentifier, refField } from '../http/identifier-marks.ts';
import { Rows, Text } from './fields.ts';

/** Order bodies are not in the available documents, so every field is optional. */
export const Order = () =>
  z.looseObject({
    ref: Text(),
    offerId: Text(),
    subscriberId: Text(),
    state: Text(),
    processingStrategyId: Text(),
    creationTime: Text(),
  });

const bodyDoubt = 'the fields offerId and subscriberId are inferred from the documents, which show no body';

const list = endpoint({
  id: 'thingpark.orders.list',
  api: 'dx-admin',
  route: 'GET /orders',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Lists the orders visible to the caller.',
  reply: () => Rows(Order()),
  example: {},
});

const read = endpoint({
  id: 'thingpark.orders.read',
  api: 'dx-admin',
  route: 'GET /orders/{orderRef}',
  path: { orderRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Reads one order by its ref.',
  reply: () => Order(),
  bears: ({ ref }) => ref,
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
  query: () => z.strictObject({ withProcessingStrategyId: noIdentifier('the name of a strategy', z.string()).optional() }),
  body: () => z.strictObject({ offerId: refField('target'), subscriberId: refField('reference').optional() }),
  reply: () => Order(),
  example: { query: { withProcessingStrategyId: 'ROUTE' }, body: { offerId: 'acme-vendor/lorawan-100', subscriberId: '199900001' } },
});

const cancel = endpoint({
  id: 'thingpark.orders.cancel',
  api: 'dx-admin',
  route: 'DELETE /orders/{orderRef}',
  path: { orderRef: 'target' },
  effects: ['destructive', 'billing', 'disruptive'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Cancels an order and all subscriptions that it created.',
  example: { path: { orderRef: '7001' } },
});

export const orders = { list, read, create, cancel };
