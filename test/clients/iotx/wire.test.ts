/** Pins the exact request of every iot-x operation. */
import { expect, it } from 'vitest';
import { type Fetch, makeCall } from '../../../src/clients/http/client.ts';
import type { AnyEndpoint, AnyInput } from '../../../src/clients/http/endpoint.ts';
import { iotxAdapter } from '../../../src/clients/iotx/adapter.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';
import { productBody } from '../../../src/clients/iotx/products.ts';
import { fixedClock } from '../../../src/clock.ts';

interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

async function sent(entry: AnyEndpoint, input: AnyInput): Promise<Sent> {
  const requests: Sent[] = [];
  const fetch: Fetch = async (url, { method, headers, body }) => {
    requests.push({ method, url, headers, ...(body === undefined ? {} : { body }) });
    return new Response('<html>busy</html>', { status: 400 });
  };
  const call = makeCall({
    connection: 'iotx',
    adapter: iotxAdapter({ name: 'iotx', url: 'https://api.iot-x.com/', accessKey: 'demo-key' }),
    fetch,
    clock: fixedClock(0),
    random: () => 0.5,
    timeoutMs: 1000,
  });
  await call.any(entry, input).catch(() => undefined);
  expect(requests).toHaveLength(1);
  return requests[0] as Sent;
}

const read = { accept: 'application/json', authorization: 'Bearer demo-key' };
const write = { accept: 'application/json', 'content-type': 'application/json', authorization: 'Bearer demo-key' };
const sim = { physicalId: '8944990000001000010' };
const days = { startDate: '2025-11-03T00:00:00+00:00', endDate: '2025-11-04T00:00:00+00:00' };
const host = 'https://api.iot-x.com';

const pins: [AnyEndpoint, AnyInput, Sent][] = [
  [
    iotx.session.login,
    { query: { username: 'jane@example.com', password: 'p&ss' } },
    { method: 'POST', url: `${host}/authorization?username=jane%40example.com&password=p%26ss`, headers: read },
  ],
  [
    iotx.subscribers.list,
    { query: { limit: 50, offset: 0, filter: 'subscriberId eq "447700900101"', orderBy: 'nickname ASC' } },
    {
      method: 'GET',
      url: `${host}/subscribers?limit=50&offset=0&filter=subscriberId%20eq%20%22447700900101%22&orderBy=nickname%20ASC`,
      headers: read,
    },
  ],
  [iotx.subscribers.read, { path: sim }, { method: 'GET', url: `${host}/subscribers/8944990000001000010`, headers: read }],
  [iotx.products.active, { path: sim }, { method: 'GET', url: `${host}/subscribers/8944990000001000010/products/active`, headers: read }],
  [
    iotx.products.available,
    { path: sim },
    { method: 'GET', url: `${host}/subscribers/8944990000001000010/products/available`, headers: read },
  ],
  [
    iotx.products.change,
    { path: sim, body: productBody('both', 'SMS MO/MT', 'disable') },
    {
      method: 'PATCH',
      url: `${host}/subscribers/8944990000001000010/products`,
      headers: write,
      body: '{"product":"SMS MO/MT","service":"SMS MO/MT","action":"disable"}',
    },
  ],
  [
    iotx.products.change,
    { path: sim, body: productBody('product', 'Voice', 'enable') },
    {
      method: 'PATCH',
      url: `${host}/subscribers/8944990000001000010/products`,
      headers: write,
      body: '{"product":"Voice","action":"enable"}',
    },
  ],
  [
    iotx.products.change,
    { path: sim, body: productBody('service', 'Voice', 'enable') },
    {
      method: 'PATCH',
      url: `${host}/subscribers/8944990000001000010/products`,
      headers: write,
      body: '{"service":"Voice","action":"enable"}',
    },
  ],
  [
    iotx.provisioning.activate,
    { path: { physicalId: '89449900000020000109' }, body: { productSetId: 4711, subscriberNickname: 'pump-20' } },
    {
      method: 'POST',
      url: `${host}/provisioning/89449900000020000109`,
      headers: write,
      body: '{"productSetId":4711,"subscriberNickname":"pump-20"}',
    },
  ],
  [
    iotx.provisioning.tariffs,
    { path: { physicalId: '89449900000020000109' } },
    { method: 'GET', url: `${host}/provisioning/89449900000020000109/tariffs`, headers: read },
  ],
  [
    iotx.analytics.dataUsage,
    { path: sim, query: days },
    {
      method: 'GET',
      url: `${host}/analytics/data-usage/8944990000001000010?startDate=2025-11-03T00%3A00%3A00%2B00%3A00&endDate=2025-11-04T00%3A00%3A00%2B00%3A00`,
      headers: read,
    },
  ],
  [
    iotx.analytics.dataUsageByIp,
    { path: sim, query: days },
    {
      method: 'GET',
      url: `${host}/analytics/data-usage-ip-address/8944990000001000010?startDate=2025-11-03T00%3A00%3A00%2B00%3A00&endDate=2025-11-04T00%3A00%3A00%2B00%3A00`,
      headers: read,
    },
  ],
  [
    iotx.analytics.companyUsage,
    { query: days },
    {
      method: 'GET',
      url: `${host}/analytics/data-usage?startDate=2025-11-03T00%3A00%3A00%2B00%3A00&endDate=2025-11-04T00%3A00%3A00%2B00%3A00`,
      headers: read,
    },
  ],
  [
    iotx.apn.log,
    { path: sim, query: { limit: 20 } },
    { method: 'GET', url: `${host}/subscribers/8944990000001000010/apn-log?limit=20`, headers: read },
  ],
  [iotx.apn.details, { path: sim }, { method: 'GET', url: `${host}/subscribers/8944990000001000010/apn-details`, headers: read }],
  [
    iotx.actions.list,
    { path: sim },
    { method: 'GET', url: `${host}/subscriber-actions-api/subscribers/8944990000001000010/actions`, headers: read },
  ],
  [
    iotx.actions.run,
    { path: sim, body: { action: 'reconnect' } },
    {
      method: 'POST',
      url: `${host}/subscriber-actions-api/subscribers/8944990000001000010/actions`,
      headers: write,
      body: '{"action":"reconnect"}',
    },
  ],
  [iotx.stockOrders.list, {}, { method: 'GET', url: `${host}/stock-orders`, headers: read }],
  [
    iotx.stockOrders.create,
    { body: { recipientName: 'Jane Doe', address: '1 Example Street', operator: 'DEMO1', stockType: 'SIM', amount: 10 } },
    {
      method: 'POST',
      url: `${host}/stock-orders`,
      headers: write,
      body: '{"recipientName":"Jane Doe","address":"1 Example Street","operator":"DEMO1","stockType":"SIM","amount":10}',
    },
  ],
  [
    iotx.stockOrders.download,
    { path: { orderId: '9001' } },
    { method: 'GET', url: `${host}/stock-orders/9001/subscribers/download`, headers: read },
  ],
  [iotx.alerts.list, { query: { limit: 50, offset: 50 } }, { method: 'GET', url: `${host}/alerts?limit=50&offset=50`, headers: read }],
  [
    iotx.alerts.create,
    { body: { ruleType: 'sim', target: '447700900101', lowerThreshold: 5242880, upperThreshold: 10485760 } },
    {
      method: 'POST',
      url: `${host}/alerts`,
      headers: write,
      body: '{"ruleType":"sim","target":"447700900101","lowerThreshold":5242880,"upperThreshold":10485760}',
    },
  ],
  [
    iotx.alerts.update,
    { path: { id: '24' }, body: { upperThreshold: 12582912 } },
    { method: 'PATCH', url: `${host}/alerts/24`, headers: write, body: '{"upperThreshold":12582912}' },
  ],
  [iotx.tags.list, {}, { method: 'GET', url: `${host}/tags`, headers: read }],
  [
    iotx.tags.subscribers,
    { path: { tagName: 'north/east 1' } },
    { method: 'GET', url: `${host}/tags/north%2Feast%201/subscribers`, headers: read },
  ],
  [iotx.tags.ofSubscriber, { path: sim }, { method: 'GET', url: `${host}/subscribers/8944990000001000010/tags`, headers: read }],
  [
    iotx.tags.add,
    { path: sim, body: { tagName: 'north' } },
    { method: 'POST', url: `${host}/subscribers/8944990000001000010/tags`, headers: write, body: '{"tagName":"north"}' },
  ],
  [
    iotx.tags.remove,
    { path: { ...sim, tagName: 'north' } },
    { method: 'DELETE', url: `${host}/subscribers/8944990000001000010/tags/north`, headers: read },
  ],
];

it.each(pins.map(([entry, input, wire]) => ({ id: entry.id, entry, input, wire })))(
  '$id sends exactly the pinned request',
  async ({ entry, input, wire }) => {
    expect(await sent(entry, input)).toEqual(wire);
  },
);

it('every iot-x operation has a pinned request', () => {
  const all = Object.values(iotx).flatMap((noun): AnyEndpoint[] => Object.values(noun));
  expect(all).toHaveLength(26);
  expect(all.filter((entry) => !pins.some(([pinned]) => pinned.id === entry.id)).map(({ id }) => id)).toEqual([]);
});
