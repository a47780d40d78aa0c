/** Lists are searched by an identifier in any spelling: no list says "none" of something that is there under another spelling. */
import { describe, expect, it } from 'vitest';

import { countRequests, startTestServer } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const meter = 'A81758FFFE0A0003';
const sim = '89148000000077000037';
const subscriber = '8944990000001000010';

async function start() {
  const server = await startTestServer({ flags: { toolsets: 'fleet,thingpark' } });
  const { call } = await server.connectClient(client);
  const found = async (query: string, more: object = {}): Promise<string[]> =>
    (await call('list_devices', { query, ...more })).structured.devices.map((row: { device: string }) => row.device);
  return { ...server, call, found };
}

describe('list_devices with an identifier as query', () => {
  it.each([
    ['a DevEUI after 0x', '0xA81758FFFE0A0003', meter],
    ['a DevEUI after eui-', 'eui-a81758fffe0a0003', meter],
    ['a DevEUI with its label', 'DevEUI: a8-17-58-ff-fe-0a-00-03', meter],
    ['an onboarding tag', 'LW:D0:A81758FFFE000000:A81758FFFE0A0003:AABB1122', meter],
    ['an ICCID with a filling F', '8914800000007700003F', sim],
    ['an ICCID with its label', 'ICCID 8914 8000 0000 7700 0037', sim],
    ['an ICCID with a check digit that the provider does not keep', '89449900000010000109', subscriber],
    ['an IMEI with a slash', '35-900000-120009/1', sim],
    ['an IMEISV', '3590000012000912', sim],
    ['an IMEI without its check digit', '35900000120009', sim],
    ['an MDN with +1', '+1 208 555 0101', sim],
    ['an MDN with 001', '0012085550101', sim],
    ['an MDN with brackets', '(208) 555.0101', sim],
  ])('%s finds the device, and count counts it', async (_, query, device) => {
    const { call, found } = await start();
    expect(await found(query)).toEqual([device]);
    expect((await call('list_devices', { query, count: true })).structured.total).toBe(1);
    expect(await found(query, { sort: 'name', provider: device === meter ? 'thingpark' : device === sim ? 'thingspace' : 'iotx' })).toEqual(
      [device],
    );
  });

  it.each(['0xA81758FFFE0A00', 'a8-17-58-ff-fe-0a-00', 'A817 58FF FE0A 00', 'a8:17'])(
    'the beginning of a DevEUI in the spelling %s finds the devices of all providers that begin so',
    async (query) => {
      const { call } = await start();
      const plain = (await call('list_devices', { query: 'A81758FFFE0A00', count: true })).structured;
      expect((await call('list_devices', { query, count: true })).structured.total).toBe(plain.total);
      expect(plain.total).toBe(24);
    },
  );

  it('a name that looks like the beginning of a DevEUI is found as a name', async () => {
    const { found, world } = await start();
    const device = world.thingpark.devices.get(meter);
    if (device) device.name = '10-12 Main Street';
    expect(await found('10-12')).toEqual([meter]);
  });

  it('ThingPark compares names and DevEUIs only: DevAddr, ICCID and IMEI are found all the same, and the list says no wrong total', async () => {
    const { call, world } = await start();
    const all = [...world.thingpark.devices.values()];
    const lorawan = all.find((one) => one.EUI === meter);
    const cellular = all.find((one) => one.iccid !== undefined);
    if (!lorawan?.nwAddress || !cellular?.iccid || !cellular.imei) throw new Error('the seed has no such devices');
    for (const [query, device] of [
      [`0x${lorawan.nwAddress.toLowerCase()}`, meter],
      [cellular.iccid, cellular.EUI],
      [`${cellular.iccid.slice(0, 4)} ${cellular.iccid.slice(4)}`, cellular.EUI],
      [`IMEI ${cellular.imei}`, cellular.EUI],
    ] as const) {
      const answer = await call('list_devices', { query, provider: 'thingpark' });
      expect(answer.structured).toMatchObject({ devices: [{ device }], total: 1 });
    }
  });

  it('a whole DevEUI costs one request of a provider that can look it up', async () => {
    const { call, world } = await start();
    await call('list_devices', { query: '0xA81758FFFE0A0003', provider: 'thingpark' });
    expect(countRequests(world, 'thingpark.devices.list')).toBe(1);
  });

  it.each([
    ['bytes reversed', '03000AFEFF5817A8'],
    ['letter typed for a digit', 'A81758FFFEOAOOO3'],
  ])('an identifier that is only near is offered: %s', async (why, query) => {
    const { call } = await start();
    const answer = await call('list_devices', { query });
    expect(answer.text).toContain('0 devices of 0');
    expect(answer.text).toContain(`Did you mean ${meter} (Soil probe 1, sandbox-thingpark; ${why})?`);
    expect(answer.structured).toMatchObject({ didYouMean: [{ device: meter, connection: 'sandbox-thingpark', why }] });
  });
});

describe('gateways by their LRR ID or UUID', () => {
  it.each(['10001234', 'i10001234', '0x10001234', '1000-1234', '10:00:12:34', '10 00 12 34', 'LRR ID: 10001234', '7076ff-e749e6f8aaca'])(
    'list_gateways finds the gateway %s',
    async (text) => {
      const { call } = await start();
      expect((await call('list_gateways', { query: text })).structured).toMatchObject({ gateways: [{ gateway: '10001234' }], total: 1 });
    },
  );

  it.each(['i10001234', '0x10001234', '1000-1234', 'u7076FF-E749E6F8AACA', '7076FFE749E6F8AACA', '70:76:FF:E7:49:E6:F8:AA:CA'])(
    'get_gateway reads the gateway %s',
    async (gateway) => {
      const server = await startTestServer({ flags: { toolsets: 'thingpark' } });
      const { call } = await server.connectClient(client);
      expect((await call('get_gateway', { gateway })).structured).toMatchObject({ gateway: { gateway: '10001234' } });
    },
  );

  it('list_gateways finds names in another case and with invisible characters, and pages through a beginning in another spelling', async () => {
    const { call } = await start();
    expect((await call('list_gateways', { query: 'roof\u200b 2' })).structured.gateways).toMatchObject([{ gateway: '10001235' }]);
    const first = await call('list_gateways', { query: '0x1000', limit: 3 });
    expect(first.structured.gateways).toHaveLength(3);
    const next = await call('list_gateways', { query: '0x1000', limit: 3, cursor: first.structured.nextCursor });
    expect(next.structured.gateways).toMatchObject([{ gateway: '10001237' }]);
  });
});

describe('list_alarms of a device', () => {
  it('a device without alarms has none', async () => {
    const { call } = await start();
    expect((await call('list_alarms', { device: '0xA81758FFFE0A0001' })).text).toBe('0 alarms on sandbox-thingpark of 0');
  });

  it('of a device that is not there nothing is said of alarms', async () => {
    const { call } = await start();
    const refused = await call('list_alarms', { device: 'A81758FFFE0AFFFF' });
    expect(refused.isError).toBe(true);
    expect(refused.structured.error).toMatchObject({
      field: 'device',
      message: 'device: there is no device A81758FFFE0AFFFF on sandbox-thingpark, so nothing is known of its alarms',
    });
  });

  it('a device with its bytes reversed is offered', async () => {
    const { call } = await start();
    const refused = await call('list_alarms', { device: '01000AFEFF5817A8', severity: 'major' });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain('Did you mean A81758FFFE0A0001 (Water meter 1, sandbox-thingpark; bytes reversed)?');
  });
});
