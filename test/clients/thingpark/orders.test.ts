import { orders } from '../../../src/clients/thingpark/orders.ts';
import { admin, dxRead, dxWrite, pins } from './support.ts';

pins(orders, [
  [orders.list, {}, { line: `GET ${admin}/orders`, headers: dxRead }],
  [orders.read, { path: { orderRef: '7001' } }, { line: `GET ${admin}/orders/7001`, headers: dxRead }],
  [
    orders.create,
    { query: { withProcessingStrategyId: 'ROUTE' }, body: { offerId: 'acme-vendor/lorawan-100' } },
    {
      line: `POST ${admin}/orders?withProcessingStrategyId=ROUTE`,
      headers: dxWrite,
      body: '{"offerId":"acme-vendor/lorawan-100"}',
    },
  ],
  [orders.cancel, { path: { orderRef: '7001' } }, { line: `DELETE ${admin}/orders/7001`, headers: dxRead }],
]);
