import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '../../src/clients/connect.ts';
import type { IotxAccount } from '../../src/clients/iotx/client.ts';
import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import type { Config } from '../../src/config.ts';
import { setStateInPortal } from '../../src/sandbox/iotx/subscribers.ts';
import { countRequests, startTestServer } from '../support/test-server.ts';
import { mockNetwork, mockOrigin, wire } from '../support/wire.ts';

mockNetwork();

const client = { transport: 'stdio', era: 'auto' } as const;
const pump = '8944990000001000010';
const probe = '020000FFFE000001';

type IotxSettings = ConnectionSettings & { settings: IotxAccount };

function account(name: string, more: Partial<IotxAccount> = {}, live = false): IotxSettings {
  return {
    name,
    provider: 'iotx',
    sandbox: !live,
    embedded: more.url === undefined,
    writes: true,
    allowGuessed: !live,
    settings: { url: 'http://sandbox.invalid', accessKey: sandboxIotx.accessKey, productKey: 'both', ...more },
  };
}

const accounts =
  (...all: IotxSettings[]) =>
  (config: Config): void => {
    config.connections = all;
    config.secretValues.push(...all.map((one) => one.settings.accessKey));
  };

describe('get_subscriber_sessions', () => {
  it('get_subscriber_sessions lists bytes in both directions and the end reason, page by page', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const first = await call('get_subscriber_sessions', { subscriber: pump, limit: 3 });
    expect(first.structured).toMatchObject({ connection: 'sandbox-iotx', subscriber: pump });
    expect(first.structured.sessions).toHaveLength(3);
    expect(first.structured.sessions[0]).toEqual({
      begin: expect.stringMatching(/^2026-11-22T0\d:/),
      end: 'open',
      sentBytes: expect.any(Number),
      receivedBytes: expect.any(Number),
      reason: 'ongoing',
      ip: expect.stringMatching(/^10\.20\.\d+\.\d+$/),
    });
    expect(first.structured.sessions[1]).toMatchObject({ end: first.structured.sessions[0].begin, reason: 'authentication server failed' });
    expect(first.structured.sessions[2]).toMatchObject({ reason: 'closed normally' });
    expect(first.text.split('\n').slice(0, 3)).toEqual([
      `3 data sessions of ${pump} on sandbox-iotx, total not reported`,
      expect.stringMatching(/^all: ip=10\.20\./),
      'begin\tend\tsentBytes\treceivedBytes\treason',
    ]);
    const begins = first.structured.sessions.map((one: { begin: string }) => one.begin);
    let cursor = first.structured.nextCursor;
    while (cursor) {
      const next = (await call('get_subscriber_sessions', { subscriber: pump, limit: 30, cursor })).structured;
      begins.push(...next.sessions.map((one: { begin: string }) => one.begin));
      cursor = next.nextCursor;
    }
    expect(begins).toHaveLength(new Set(begins).size);
    expect(begins).toHaveLength(41);
    const foreign = await call('get_subscriber_sessions', { subscriber: probe, cursor: first.structured.nextCursor });
    expect(foreign.structured.error).toMatchObject({ field: 'cursor' });
  });

  it('get_subscriber_sessions fills its limit from shorter provider pages', async () => {
    const { connectClient, world } = await startTestServer();
    world.iotx.page.maxLimit = 4;
    const { call } = await connectClient(client);
    const { structured } = await call('get_subscriber_sessions', { subscriber: pump, limit: 10 });
    expect(structured.sessions).toHaveLength(10);
    expect(countRequests(world, 'iotx.apn.log')).toBe(3);
  });

  it('get_subscriber_sessions shows a session closed by the network, an empty list for LoRaWAN, and rejects an unknown subscriber', async () => {
    const { connectClient, world, clock } = await startTestServer();
    const { call } = await connectClient(client);
    setStateInPortal(world, pump, 'barred');
    clock.advance(60_000);
    const { sessions } = (await call('get_subscriber_sessions', { subscriber: pump, limit: 2 })).structured;
    expect(sessions[0]).toMatchObject({ end: '2026-11-22T08:00:00.000Z', reason: 'closed by the network' });
    expect((await call('get_subscriber_sessions', { subscriber: probe })).structured).toEqual({
      connection: 'sandbox-iotx',
      subscriber: probe,
      sessions: [],
    });
    const unknown = await call('get_subscriber_sessions', { subscriber: '8944990000009999999' });
    expect(unknown.text).toContain('Unable to find Subscriber with identifier 8944990000009999999.');
  });

  it('get_subscriber_sessions is refused on a live connection because its path is guessed', async () => {
    const { connectClient, world } = await startTestServer({ adjust: accounts(account('ix', {}, true)) });
    const { call } = await connectClient(client);
    const { text, isError } = await call('get_subscriber_sessions', { subscriber: pump });
    expect(isError).toBe(true);
    expect(text).toBe(
      'iotx.apn.log is only guessed: no document shows its path. Nothing was sent. An operator may set allowGuessed for connection ix to try it.',
    );
    expect(world.requestLog).toEqual([]);
  });
});

describe('list_stock_orders', () => {
  const chosen = { flags: { toolsets: 'iotx' } };

  it('list_stock_orders leaves out recipient and address and says so', async () => {
    const { connectClient } = await startTestServer(chosen);
    const { call } = await connectClient(client);
    const { structured, text } = await call('list_stock_orders');
    expect(structured).toEqual({
      connection: 'sandbox-iotx',
      total: 2,
      orders: [
        { order: '9001', created: '2026-11-08T08:00:00.000Z', operator: 'DEMO1', stockType: 'SIM', amount: 1, status: 'delivered' },
        { order: '9002', created: '2026-11-15T08:00:00.000Z', operator: 'DEMO1', stockType: 'SIM', amount: 3, status: 'delivered' },
      ],
      redacted: ['address', 'recipientName'],
    });
    expect(text).toBe(
      [
        '2 orders on sandbox-iotx',
        'all: operator=DEMO1 stockType=SIM status=delivered',
        'order\tcreated\tamount',
        '9001\t2026-11-08T08:00:00.000Z\t1',
        '9002\t2026-11-15T08:00:00.000Z\t3',
        'Left out as personal: address, recipientName (personal: true shows them).',
      ].join('\n'),
    );
    expect(JSON.stringify(structured)).not.toContain('Robin');
  });

  it('list_stock_orders shows recipient and address with personal: true', async () => {
    const { connectClient } = await startTestServer(chosen);
    const { call } = await connectClient(client);
    const { structured } = await call('list_stock_orders', { personal: true });
    expect(structured.orders[0]).toMatchObject({ recipientName: 'Robin Example', address: '1 Example Street, London' });
    expect(structured.redacted).toBeUndefined();
  });

  it('list_stock_orders treats every undocumented order member as personal', async () => {
    const { connectClient } = await startTestServer({
      flags: { toolsets: 'iotx' },
      adjust: accounts(account('ix', { url: 'https://api.iot-x.com' }, true)),
    });
    const orders = [
      { orderId: 12, dateCreated: '2026-11-01', shipping: { name: 'Robin Example', city: 'London' }, trackingNumber: 'X1', state: 'sent' },
    ];
    wire.use(http.get('https://api.iot-x.com/stock-orders', () => HttpResponse.json(orders)));
    const { call } = await connectClient(client);
    expect((await call('list_stock_orders')).structured).toEqual({
      connection: 'ix',
      total: 1,
      orders: [{ order: '12', created: '2026-11-01', state: 'sent' }],
      redacted: ['shipping.city', 'shipping.name', 'trackingNumber'],
    });
    expect((await call('list_stock_orders', { personal: true })).structured.orders[0]).toMatchObject({
      'shipping.name': 'Robin Example',
      trackingNumber: 'X1',
    });
  });

  it('list_stock_orders needs its own permission and is listed only with its toolset', async () => {
    const { connectClient } = await startTestServer({ ...chosen, adjust: accounts(account('ix', { accessKey: sandboxIotx.readKey })) });
    const { call } = await connectClient(client);
    const { text } = await call('list_stock_orders');
    expect(text).toBe(
      'ix refused with HTTP 403: FORBIDDEN: Permission required: View Stock Order History. Grant the access key the permission; scopes cannot be edited later, so a new key may be needed.',
    );
    const usual = await (await startTestServer()).connectClient(client);
    expect((await usual.client.listTools()).tools.map(({ name }) => name)).not.toContain('list_stock_orders');
  });
});

describe('iot-x subscriber reads', () => {
  it('get_device shows tariff, usage of the period, line rental and contract of a subscriber', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    expect((await call('get_device', { device: pump })).structured.device).toEqual({
      device: pump,
      connection: 'sandbox-iotx',
      name: 'pump-17',
      state: 'active',
      health: 'active',
      plan: 'Demo 50MB',
      provider: 'iotx',
      providerState: 'active',
      msisdn: '447700900101',
      imsi: '001019000000101',
      online: 'yes',
      usageBytes: 7340032,
      lineRental: '150 minor units, currency unknown',
      contractMonths: 12,
      contractFrom: '2026-03-20',
      contractTo: '2027-03-20',
      operator: 'Demo Operator',
    });
    const probed = (await call('get_device', { device: probe })).structured.device;
    expect(probed).toMatchObject({ device: probe, plan: 'Demo LoRa', operator: 'Demo LPWA' });
    const ended = await call('get_device', { device: '8944990000001000044' });
    expect(ended.structured.device).toMatchObject({ state: 'terminated', online: 'no', terminated: '2026-07-19' });
    expect(ended.text).toContain('terminated: 2026-07-19');
  });

  it('get_device shows the line rental in the configured currency', async () => {
    for (const [currency, shown] of [
      ['GBP', '1.50 GBP'],
      ['JPY', '150 JPY'],
      ['KWD', '0.150 KWD'],
    ] as const) {
      const { connectClient } = await startTestServer({ adjust: accounts(account('ix', { currency } as Partial<IotxAccount>)) });
      const { call } = await connectClient(client);
      expect((await call('get_device', { device: pump })).structured.device.lineRental).toBe(shown);
    }
  });

  it('quoted booleans, quoted byte counts and bare lists read the same as the documented form', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    const read = async () => [
      (await call('get_device', { device: pump })).structured,
      (await call('list_devices', { provider: 'iotx', limit: 100 })).structured,
      (await call('get_traffic_history', { device: pump })).structured,
    ];
    const plain = await read();
    for (const fault of ['quoted', 'bare-lists']) world.faults.arm({ fault });
    expect(await read()).toEqual(plain);
  });

  it('find_device finds a subscriber by each of its identifiers and by its name', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 130 });
    const { call } = await connectClient(client);
    const withEid = [...world.iotx.subscribers.values()].find((one) => one.eid !== null);
    for (const [identifier, device] of [
      [pump, pump],
      ['447700900101', pump],
      ['001019000000101', pump],
      ['pump-17', pump],
      ['soil probe 1', probe],
      ['SAT-000042', '004999010640000'],
      ['004999010640000', '004999010640000'],
      [withEid?.eid ?? '', withEid?.physicalId],
    ]) {
      const { structured } = await call('find_device', { identifier, connection: 'sandbox-iotx' });
      expect(
        structured.devices.map((one: { device: string }) => one.device),
        identifier,
      ).toEqual([device]);
    }
  });

  it('get_traffic_history of a subscriber has one row for each day of the period', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured } = await call('get_traffic_history', { device: pump, period: 'P15D', from: '2026-11-07T08:00:00Z' });
    expect(structured.slots).toHaveLength(16);
    expect(structured.totals.upBytes + structured.totals.downBytes).toBe(7340032);
    expect(structured.notes).toEqual([
      'iot-x counts bytes only',
      'a row marked partial is not whole: the window or the present time cuts it',
    ]);
  });
});

describe('several iot-x accounts', () => {
  const eu = { url: 'https://connectivity-eu-api.pelion.com', accessKey: 'eu-access-key-71c2' };
  const us = { url: 'https://api.connectivity-us.pelion.com', accessKey: 'us-access-key-9f40' };
  const both = accounts(account('iotx-eu', eu, true), account('iotx-us', us, true));

  it('EU and US accounts are separate connections with their own URL and key, and one must be named', async () => {
    const { connectClient } = await startTestServer({ adjust: both });
    const { call } = await connectClient(client);
    const answer = (name: string) => () => HttpResponse.json({ content: [{ product: name, description: '', enabled: true }] }) as Response;
    const arrived = { eu: mockOrigin(eu.url, answer('Data EU')), us: mockOrigin(us.url, answer('Data US')) };
    const unnamed = await call('list_subscriber_products', { subscriber: pump });
    expect(unnamed.text).toBe('connection: several fit, say which. Candidates: iotx-eu, iotx-us.');
    const { structured } = await call('list_subscriber_products', { subscriber: pump, connection: 'iotx-us' });
    expect(structured).toMatchObject({ connection: 'iotx-us', products: [{ product: 'Data US' }] });
    expect(arrived.eu).toEqual([]);
    expect(arrived.us.map(({ url, headers }) => [url, headers['authorization']])).toEqual([
      [`${us.url}/subscribers/${pump}/products/active`, 'Bearer us-access-key-9f40'],
      [`${us.url}/subscribers/${pump}/products/available`, 'Bearer us-access-key-9f40'],
    ]);
  });

  it('an access key is redacted even when the provider returns it', async () => {
    const { connectClient } = await startTestServer({ adjust: both });
    const { call } = await connectClient(client);
    mockOrigin(
      eu.url,
      () => HttpResponse.json({ error: { message: `key ${eu.accessKey} is disabled`, code: 'UNAUTHORIZED' } }, { status: 401 }) as Response,
    );
    mockOrigin(
      us.url,
      () => HttpResponse.json({ content: { physicalId: pump, nickname: us.accessKey, isActive: true, accessKey: 'other' } }) as Response,
    );
    const refused = await call('list_subscriber_products', { subscriber: pump, connection: 'iotx-eu' });
    expect(refused.text).toBe(
      'iotx-eu refused with HTTP 401: UNAUTHORIZED: key [redacted] is disabled. Check the access key: it may be disabled, deleted, or for another instance.',
    );
    const read = await call('get_device', { device: pump, connection: 'iotx-us', raw: true });
    expect(read.structured.device.name).toBe('[redacted]');
    expect(read.structured.raw).toMatchObject({ nickname: '[redacted]', accessKey: '[redacted]' });
    expect(`${read.text}${JSON.stringify(read.structured)}`).not.toContain(us.accessKey);
  });
});
