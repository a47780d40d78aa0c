/** iot-x answers in another form than documented: what is not understood is unknown, and hides nothing else. */
import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';

import type { ConnectionSettings } from '../../src/clients/connect.ts';
import type { IotxAccount } from '../../src/clients/iotx/client.ts';
import type { Config } from '../../src/config.ts';
import { startTestServer } from '../support/test-server.ts';
import { mockNetwork, mockOrigin } from '../support/wire.ts';

mockNetwork();

const url = 'https://iotx.example';
const pump = '8944990000001000010';
const products = [
  { product: 'Data', description: null, enabled: '1' },
  { product: 'SMS', enabled: 'perhaps' },
  null,
  { description: 'no name' },
];

const settings: ConnectionSettings & { settings: IotxAccount } = {
  name: 'ix',
  provider: 'iotx',
  sandbox: false,
  writes: true,
  allowGuessed: false,
  settings: { url, accessKey: 'iotx-odd-key', productKey: 'both' },
};
const adjust = (config: Config): void => {
  config.connections = [settings];
};

/** A server whose only connection answers with these subscribers. */
async function connected(subscribers: readonly unknown[]) {
  const { connectClient } = await startTestServer({ adjust });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const sent = mockOrigin(url, ({ url: asked, method }) => {
    const { pathname, searchParams } = new URL(asked);
    if (method === 'PATCH') return new HttpResponse<null>(null, { status: 204 });
    if (pathname.endsWith('/data-usage/8944990000001000010'))
      return HttpResponse.json({
        content: { mobileOriginated: { '2026-11-21T10:00:00+00:00': '1,024', '2026-11-21T11:00:00+00:00': 'much' }, mobileTerminated: [] },
      }) as Response;
    if (pathname.endsWith('/active')) return HttpResponse.json({ content: products }) as Response;
    if (pathname.endsWith('/available')) return HttpResponse.json({ content: [{ product: 'Voice', enabled: 0 }] }) as Response;
    if (pathname === '/subscribers')
      return HttpResponse.json({ content: searchParams.get('offset') === '0' ? subscribers : [] }) as Response;
    return HttpResponse.json({ content: subscribers[0] }) as Response;
  });
  return { call, sent };
}

describe('iot-x answers in other forms than documented', () => {
  it.each([
    [{ isActive: '1', isBarred: '0' }, 'active'],
    [{ isActive: 'yes', isBarred: 0 }, 'active'],
    [{ isActive: 1, isBarred: 'no' }, 'active'],
    [{ isActive: '0', isBarred: '0' }, 'inactive'],
    [{ isActive: '1', isBarred: '1' }, 'suspended'],
    [{ isActive: 'perhaps', isBarred: false }, 'unknown'],
    [{ isActive: true, isBarred: 'x' }, 'unknown'],
  ])('a subscriber with %j is listed as %s', async (flags, state) => {
    const { call } = await connected([{ physicalId: pump, ...flags }]);
    const listed = await call('list_devices');
    expect(listed.structured.devices[0]).toMatchObject({ device: pump, state });
    expect((await call('list_devices', { count: true })).structured.connections[0].byState).toEqual({ [state]: 1 });
    expect((await call('list_devices', { state })).structured.total).toBe(1);
  });

  it('one odd subscriber hides neither itself nor the others', async () => {
    const { call } = await connected([
      { physicalId: pump, isActive: true, isBarred: false, nickname: 12345, networkState: 'online', groupId: { id: 1 }, dataUsage: [] },
      null,
      { physicalId: '8944990000001000028', isActive: true, isBarred: false, nickname: 'pump-18' },
      { nickname: 'no identity' },
    ]);
    const { structured } = await call('list_devices');
    expect(structured.devices).toEqual([
      { device: pump, name: '12345' },
      { device: '8944990000001000028', name: 'pump-18' },
    ]);
    expect((await call('get_device', { device: pump })).structured.device).toMatchObject({
      device: pump,
      state: 'active',
      online: 'unknown',
    });
  });

  it('get_device of a subscriber with an unknown state says which fields decide it', async () => {
    const { call } = await connected([{ physicalId: pump, isActive: 'perhaps', isBarred: false, dataUsage: '1,048,576' }]);
    const { text } = await call('get_device', { device: pump });
    expect(text).toContain('state: unknown');
    expect(text).toContain('stateNote: isActive, isBarred or terminateDate is missing or not understood');
    expect(text).toContain('usageBytes: 1048576\nusagePeriod: the current billing period, whose start and end iot-x does not state');
  });

  it('toggle_product plans a change for a subscriber of unknown state and says that it is unknown', async () => {
    const { call } = await connected([{ physicalId: pump, isActive: 'perhaps', isBarred: false }]);
    const { change } = (await call('toggle_product', { subscribers: [pump], product: 'Data', action: 'disable', preview: true }))
      .structured;
    expect(change.targets[0]).toMatchObject({ before: { state: 'unknown', Data: 'enabled' } });
    expect(change.warnings).toEqual([`${pump}: its state is unknown, isActive, isBarred or terminateDate is missing or not understood`]);
  });

  it.each(['enable', 'disable'])('toggle_product to %s a product of unknown state neither refuses nor claims it is so', async (action) => {
    const { call } = await connected([{ physicalId: pump, isActive: true, isBarred: false }]);
    const { change } = (await call('toggle_product', { subscribers: [pump], product: 'SMS', action, preview: true })).structured;
    expect(change.targets[0]).toMatchObject({ before: { SMS: 'listed with an enabled that is not understood' } });
    expect(change.targets[0].outcome).not.toBe('unchanged');
    expect(change.warnings).toEqual([
      `${pump}: whether the product is enabled now is unknown, "listed with an enabled that is not understood"`,
    ]);
  });

  it('list_subscriber_products keeps the readable rows of a list with odd ones', async () => {
    const { call } = await connected([{ physicalId: pump }]);
    expect((await call('list_subscriber_products', { subscriber: pump })).structured.products).toEqual([
      { product: 'Data', state: 'enabled' },
      { product: 'SMS', state: 'unknown' },
      { product: 'Voice', state: 'available' },
    ]);
  });

  it('get_traffic_history says that a sum is a lower bound where an amount was not understood', async () => {
    const { call } = await connected([{ physicalId: pump, isActive: true, isBarred: false }]);
    const { structured } = await call('get_traffic_history', { device: pump, from: '2026-11-21T00:00:00Z', period: 'P1D', step: 'P1D' });
    expect(structured.totals).toEqual({ upBytes: 1024, downBytes: 0 });
    expect(structured.notes).toContain('1 amounts or times of the answer were not understood, so the bytes are at least these');
  });
});
