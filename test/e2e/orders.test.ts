import { describe, expect, it } from 'vitest';

import { countRequests, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const create = 'thingpark.orders.create';

describe('list_offers, create_order and list_orders', () => {
  it('list_offers lists offers with their state', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured, text } = await call('list_offers');
    expect(structured).toEqual({
      connection: 'sandbox-thingpark',
      total: 3,
      offers: [
        { offer: 'acme-vendor/lorawan-100', name: 'LoRaWAN 100 devices', state: 'ACTIVE' },
        { offer: 'acme-vendor/lorawan-1000', name: 'LoRaWAN 1000 devices', state: 'ACTIVE' },
        { offer: 'acme-vendor/legacy', name: 'Legacy offer', state: 'INACTIVE' },
      ],
    });
    expect(text).toBe(
      [
        '3 offers on sandbox-thingpark',
        'offer\tname\tstate',
        'acme-vendor/lorawan-100\tLoRaWAN 100 devices\tACTIVE',
        'acme-vendor/lorawan-1000\tLoRaWAN 1000 devices\tACTIVE',
        'acme-vendor/legacy\tLegacy offer\tINACTIVE',
      ].join('\n'),
    );
    expect((await call('list_offers', { limit: 1 })).structured).toMatchObject({ total: 3, leftOut: 2 });
  });

  it('create_order sends an order once and reads it back', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const order = { offer: 'acme-vendor/lorawan-100', subscriber: '199900002', processingStrategy: 'ROUTE' };
    const { change } = (await call('create_order', order)).structured;
    expect(change.summary).toBe(
      'acme-vendor/lorawan-100 (1 offer) on sandbox-thingpark: order it for subscriber 199900002, processing strategy "ROUTE". Cost unknown. Undo: cancelling the order, which ends its subscriptions.',
    );
    expect(change).toMatchObject({ status: 'applied', effects: ['billing'], targets: [{ after: { state: 'ACTIVE' } }] });
    expect(asked).toHaveLength(1);
    expect(countRequests(world, create)).toBe(1);
    const { orders, total } = (await call('list_orders')).structured;
    expect(total).toBe(2);
    expect(orders[0]).toMatchObject({ order: '7001', offer: 'acme-vendor/lorawan-100', subscriber: '199900001', strategy: 'ROUTE' });
    expect(orders[1]).toMatchObject({ order: change.targets[0].after.order, subscriber: '199900002' });
  });

  it('create_order warns of existing orders of the same offer', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { change } = (await call('create_order', { offer: 'acme-vendor/lorawan-100' })).structured;
    expect(change.warnings).toEqual(['"acme-vendor/lorawan-100": 1 order(s) of this offer exist already']);
  });

  it('create_order rejects an unknown offer with the nearest name and an inactive one by its state', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const unknown = await call('create_order', { offer: 'acme-vendor/lorawan-10' });
    expect(unknown.text).toContain('offer: there is no "acme-vendor/lorawan-10", nearest is acme-vendor/lorawan-100. Nothing was sent.');
    const inactive = await call('create_order', { offer: 'acme-vendor/legacy' });
    expect(inactive.structured.change).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(inactive.structured.change.explanation).toContain('acme-vendor/legacy: the offer is INACTIVE. Nothing was sent.');
    for (const offer of ['lorawan-100', 'a/b/c', '']) {
      const shaped = await call('create_order', { offer });
      expect(shaped.structured.error).toMatchObject({ field: 'offer' });
      expect(shaped.structured.error.message).toContain('must be <vendorId>/<offerId>. Example: acme-vendor/lorawan-100');
    }
    const strategy = await call('create_order', { offer: 'acme-vendor/lorawan-100', processingStrategy: 'FAST' });
    expect(strategy.structured.error.field).toBe('processingStrategy');
    expect(strategy.structured.error.message).toContain('DATAFLOW');
    expect(countRequests(world, create)).toBe(0);
  });
});
