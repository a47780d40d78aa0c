import { expect, it } from 'vitest';

import { offers } from '../../../src/clients/thingpark/offers.ts';
import { orders } from '../../../src/clients/thingpark/orders.ts';
import { errorOf, subscription } from './subscription.ts';

it('an active offer is ordered and the order cancelled', async () => {
  const { call, admin } = subscription();
  expect(await call(offers.read, { path: { offerRef: '501' } })).toMatchObject({ id: 'acme-vendor/lorawan-100', state: 'ACTIVE' });
  const made = await call(orders.create, { query: { withProcessingStrategyId: 'ROUTE' }, body: { offerId: 'acme-vendor/lorawan-1000' } });
  expect(made).toEqual({
    ref: '7002',
    offerId: 'acme-vendor/lorawan-1000',
    subscriberId: '199900001',
    state: 'ACTIVE',
    processingStrategyId: 'ROUTE',
    creationTime: '2026-11-22T08:00:00.000+00:00',
  });
  expect((await call(orders.list, {})).map(({ ref }) => ref)).toEqual(['7001', '7002']);
  await call(orders.cancel, { path: { orderRef: '7002' } });
  expect(errorOf(await admin('GET /orders/7002'))).toEqual([404, 404, 'Order 7002 not found']);
});

it.each([
  [{ offerId: 'nobody/nothing' }, '', 'unknown offer nobody/nothing'],
  [{ offerId: 'acme-vendor/legacy' }, '', 'offer acme-vendor/legacy is not active'],
  [{ offerId: 'acme-vendor/lorawan-100', subscriberId: '1' }, '', 'unknown subscriber 1'],
  [{ offerId: 'acme-vendor/lorawan-100' }, '?withProcessingStrategyId=MAGIC', 'unknown processing strategy MAGIC'],
])('orders.create refuses %j %s', async (body, query, message) => {
  const { admin } = subscription();
  expect(errorOf(await admin(`POST /orders${query}`, body))).toEqual([400, 400, message]);
});
