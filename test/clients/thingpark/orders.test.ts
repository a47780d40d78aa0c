import { orders } from '../../../src/clients/thingpark/orders.ts';
import { admin, dxRead, dxWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(orders, [
  [orders.list, {}, { request: `GET ${admin}/orders`, headers: dxRead }],
  [orders.read, { path: { orderRef: '7001' } }, { request: `GET ${admin}/orders/7001`, headers: dxRead }],
  [
    orders.create,
    { query: { withProcessingStrategyId: 'ROUTE' }, body: { offerId: 'acme-vendor/lorawan-100' } },
    {
      request: `POST ${admin}/orders?withProcessingStrategyId=ROUTE`,
      headers: dxWrite,
      body: '{"offerId":"acme-vendor/lorawan-100"}',
    },
  ],
  [orders.cancel, { path: { orderRef: '7001' } }, { request: `DELETE ${admin}/orders/7001`, headers: dxRead }],
]);
