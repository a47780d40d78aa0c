import { expect, it } from 'vitest';

import { iotx } from '../../../src/clients/iotx/index.ts';
import { sandboxIotx } from '../../../src/clients/iotx/sandbox-account.ts';
import { account, began, errorResponse } from './account.ts';

const stock = '89449900000020000109';
const path = { physicalId: stock };

it('provisioning.tariffs returns tariffs for a stock SIM and refuses an active one', async () => {
  const { request } = account();
  expect(await request(`GET /provisioning/${stock}/tariffs`)).toEqual({
    status: 200,
    body: {
      content: {
        'Demo Operator': [
          { productSetID: 4711, name: 'Demo 50MB' },
          { productSetID: 4712, name: 'Demo 500MB' },
        ],
      },
    },
  });
  expect(await request('GET /provisioning/8944990000001000010/tariffs')).toEqual(
    errorResponse(400, 'BAD_REQUEST', 'Subscriber 8944990000001000010 is not in stock.'),
  );
});

it('provisioning.activate makes a SIM pending, then active after settleMs', async () => {
  const { request, call, clock, world } = account();
  expect(await call(iotx.provisioning.activate, { path, body: { productSetId: 4712, subscriberNickname: 'pump-20' } })).toEqual({
    physicalId: stock,
    status: 'pending',
  });
  clock.advance(4999);
  expect((await request(`GET /subscribers/${stock}`)).status).toBe(404);
  expect(await request(`POST /provisioning/${stock}`, { productSetId: 4711 })).toEqual(
    errorResponse(400, 'BAD_REQUEST', `Subscriber ${stock} is not in stock.`),
  );
  clock.advance(1);
  expect(await call(iotx.subscribers.read, { path })).toMatchObject({
    nickname: 'pump-20',
    isActive: true,
    tariffName: 'Demo 500MB',
    connectionDate: '2026-11-22T08:00:05.000Z',
    dataUsage: 0,
  });
  const active = await call(iotx.products.active, { path });
  expect(active.map(({ product }) => product)).toEqual(['Data Access', 'SMS MO/MT']);
  const listed = await call(iotx.subscribers.list, { query: { filter: 'nickname eq "pump-20"' } });
  expect(listed).toHaveLength(1);
  expect(world.iotx.changes).toEqual([
    { at: began, operation: 'iotx.provisioning.activate', target: stock, what: 'activate on Demo 500MB', fee: true },
  ]);
});

it('provisioning.activate refuses an unknown SIM and a tariff that is not offered', async () => {
  const { request, world } = account();
  expect((await request('POST /provisioning/89449900000099999999', { productSetId: 4711 })).status).toBe(404);
  for (const body of [{ productSetId: 4720 }, { productSetId: '4711' }, {}]) {
    expect(await request(`POST /provisioning/${stock}`, body)).toEqual(
      errorResponse(400, 'BAD_REQUEST', 'productSetId must be a tariff offered for this subscriber.'),
    );
  }
  expect(world.iotx.changes).toEqual([]);
});

it('stockOrders.create delivers SIMs that can then be activated', async () => {
  const { request, clock } = account();
  const order = { recipientName: 'Jane Doe', address: '1 Example Street', operator: 'DEMO1', stockType: 'SIM', amount: 2 };
  expect(await request('POST /stock-orders', order)).toEqual(errorResponse(403, 'FORBIDDEN', 'Permission required: Order New Stock.'));
  expect(await request('POST /stock-orders', order, sandboxIotx.buyerKey)).toEqual({ status: 200, body: { content: { orderId: '9003' } } });
  clock.advance(5000);
  expect(await request('GET /stock-orders/9003/subscribers/download')).toEqual({
    status: 200,
    body: 'ICCID\r\n8944990002000000041\r\n8944990002000000058\r\n',
  });
  expect((await request('POST /provisioning/8944990002000000041', { productSetId: 4711 })).status).toBe(200);
  const lab = {
    recipientName: 'Robin Example',
    address: '1 Example Street, London',
    operator: 'DEMO1',
    stockType: 'SIM',
    status: 'delivered',
  };
  expect((await request('GET /stock-orders')).body).toEqual({
    content: [
      { ...lab, amount: 1, orderId: '9001', dateCreated: '2026-11-08T08:00:00.000Z' },
      { ...lab, amount: 3, orderId: '9002', dateCreated: '2026-11-15T08:00:00.000Z' },
      { ...order, status: 'delivered', orderId: '9003', dateCreated: '2026-11-22T08:00:00.000Z' },
    ],
  });
});
