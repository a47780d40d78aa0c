import { describe, expect, it, onTestFinished } from 'vitest';

import { listen } from '../../src/web/listen.ts';
import { startTestServer } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;

describe('find_device', () => {
  for (const [kind, identifier, device] of [
    ['DevEUI with separators', 'a8:17:58:ff:fe:0a:00:02', 'A81758FFFE0A0002'],
    ['DevAddr', '04C98249', 'A81758FFFE0A0001'],
    ['ICCID', '89148000000077000037', '89148000000077000037'],
    ['IMEI', '359000001200091', '89148000000077000037'],
    ['MDN', '2085550101', '89148000000077000037'],
    ['MSISDN', '12085550101', '89148000000077000037'],
    ['MSISDN of iot-x', '447700900101', '8944990000001000010'],
    ['IMSI of iot-x', '001019000000101', '8944990000001000010'],
    ['EID', '89049032000000000000000000000009', '8944990001000000092'],
    ['satellite IMEI', '004999010640000', '004999010640000'],
    ['name at ThingPark', 'Soil probe 1', 'A81758FFFE0A0003'],
    ['name at ThingSpace', 'tank-0003', '89148000000077000111'],
    ['name at iot-x', 'buoy 3', '004999010640000'],
    ['trailing characters', '77000333', '89148000000077000333'],
  ] as const) {
    it(`find_device finds a device by ${kind}`, async () => {
      const { connectClient } = await startTestServer();
      const { call } = await connectClient(client);
      const { structured } = await call('find_device', { identifier });
      expect(structured.devices.map((row: { device: string }) => row.device)).toContain(device);
    });
  }

  it('find_device finds a SIM by its IMSI and by its IP address', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { device } = (await call('get_device', { device: '89148000000077000037' })).structured;
    for (const identifier of [device.imsi, device.ip]) {
      const { structured } = await call('find_device', { identifier });
      expect(structured, identifier).toMatchObject({ things: 1, devices: [{ device: '89148000000077000037' }] });
    }
  });

  it('find_device joins the same device at two providers into one result', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured, text } = await call('find_device', { identifier: 'A81758FFFE0A0001' });
    expect(structured).toMatchObject({
      things: 1,
      devices: [
        { thing: 1, connection: 'sandbox-thingpark', name: 'Water meter 1' },
        { thing: 1, connection: 'sandbox-iotx', name: 'cold chain probe' },
      ],
    });
    expect(text).toMatch(/^one device in 2 places/);
    expect(text).toContain(
      'thing 1, sandbox-thingpark and sandbox-iotx: same: devEui A81758FFFE0A0001, state active; differs: name: "Water meter 1" at sandbox-thingpark, "cold chain probe" at sandbox-iotx',
    );
  });

  it('find_device says of one IMEI at two providers that the ICCIDs and names differ', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    const cellular = [...world.thingpark.devices.values()].find(({ iccid }) => iccid !== undefined);
    if (cellular) Object.assign(cellular, { imei: '359000001200091', name: 'Dongle' });
    const { structured, text } = await call('find_device', { identifier: '359000001200091' });
    expect(structured).toMatchObject({ things: 1, shared: [{ thing: 1, conflicting: true }] });
    expect(structured.shared[0].same).toEqual(['imei 359000001200091', 'state active']);
    expect(structured.shared[0].differs).toEqual([
      `iccid: ${cellular?.iccid} at sandbox-thingpark, 89148000000077000037 at sandbox-thingspace`,
      'name: "Dongle" at sandbox-thingpark, "tank-0001" at sandbox-thingspace',
    ]);
    expect(text).toMatch(/^2 records that share imei 359000001200091, perhaps of different devices/);
    expect(text).toContain('These may be different devices or SIMs: identifiers of which a device has one differ.');
  });

  it('find_device returns several matching devices as candidates', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured, text } = await call('find_device', { identifier: 'water meter' });
    expect(structured.things).toBe(3);
    expect(text).toMatch(/^3 candidates, choose one/);
    expect((await call('find_device', { identifier: 'water meter', connection: 'sandbox-iotx' })).structured.things).toBe(0);
  });

  it('find_device reports when nothing matches and needs at least four characters', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const nothing = await call('find_device', { identifier: 'no such thing' });
    expect(nothing.structured).toMatchObject({ devices: [], things: 0, scanned: 72 });
    expect(nothing.text).toBe('no device matches "no such thing" (read 72 devices)');
    const short = await call('find_device', { identifier: '037' });
    expect(short.structured.error.message).toBe('find_device: identifier: give at least four characters. Example: A81758FFFE0A0001');
  });

  it('find_device names the connection that could not be searched', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    world.faults.arm({ fault: 'cut', provider: 'iotx', skip: 0, times: 50 });
    const { structured } = await call('find_device', { identifier: 'A81758FFFE0A0001' });
    expect(structured).toMatchObject({ things: 1, failures: [{ connection: 'sandbox-iotx' }] });
  });
});

describe('get_device', () => {
  it('get_device shows all identifiers, and with raw the object of the provider', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured } = await call('get_device', { device: '89148000000077000444', raw: true });
    expect(structured.device).toEqual({
      device: '89148000000077000444',
      connection: 'sandbox-thingspace',
      account: '0442000123-00002',
      name: 'tank-0012',
      state: 'stock',
      health: 'init',
      provider: 'thingspace',
      providerState: 'pre-active',
      imei: '359000001201092',
      imsi: structured.device.imsi,
    });
    expect(structured.raw.accountName).toBe('0442000123-00002');
  });

  it('get_device with raw redacts secrets by member name and strips control characters from other values', async () => {
    const reply = {
      physicalId: '8944990000001000010',
      active: true,
      nickname: 'pump\u202e\n17',
      ki: '00112233445566778899AABBCCDDEEFF',
      apn: { username: 'demo', password: 'hunter22', tokens: [{ accessToken: 'abc.def.ghi' }] },
    };
    const provider = await listen(() => Response.json(reply), '127.0.0.1', 0);
    onTestFinished(provider.close);
    const { connectClient } = await startTestServer({
      adjust: (config) => {
        const common = { sandbox: true, writes: false, allowGuessed: false };
        config.connections = [
          { ...common, name: 'ix', provider: 'iotx', settings: { url: provider.url, accessKey: 'an-access-key', productKey: 'both' } },
        ];
      },
    });
    const { call } = await connectClient(client);
    const { structured } = await call('get_device', { device: '8944990000001000010', raw: true });
    const shown = {
      ...reply,
      nickname: 'pump 17',
      ki: '[redacted]',
      apn: { username: 'demo', password: '[redacted]', tokens: [{ accessToken: '[redacted]' }] },
    };
    expect(structured.raw).toMatchObject(shown);
    const operation = await call('read_operation', {
      operation: 'iotx.subscribers.read',
      input: { path: { physicalId: '8944990000001000010' } },
    });
    expect(operation.structured.reply).toMatchObject(shown);
  });

  it('get_device shows a device of two providers side by side, and one of them for connection/handle', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const both = await call('get_device', { device: 'A81758FFFE0A0001' });
    expect(both.isError).toBe(false);
    expect(both.structured.devices).toMatchObject([
      { device: 'A81758FFFE0A0001', connection: 'sandbox-thingpark', name: 'Water meter 1' },
      { device: 'A81758FFFE0A0001', connection: 'sandbox-iotx', name: 'cold chain probe' },
    ]);
    expect(both.structured.comparison).toEqual({
      same: ['devEui A81758FFFE0A0001', 'state active'],
      differs: ['name: "Water meter 1" at sandbox-thingpark, "cold chain probe" at sandbox-iotx'],
      conflicting: false,
    });
    expect(both.text.split('\n').slice(0, 3)).toEqual([
      '2 connections have it; a change must say which',
      'same: devEui A81758FFFE0A0001, state active',
      'differs: name: "Water meter 1" at sandbox-thingpark, "cold chain probe" at sandbox-iotx',
    ]);
    const one = await call('get_device', { device: 'sandbox-iotx/A81758FFFE0A0001' });
    expect(one.structured.device).toMatchObject({ connection: 'sandbox-iotx', name: 'cold chain probe' });
    const other = await call('get_device', { device: 'A81758FFFE0A0001', connection: 'sandbox-thingpark' });
    expect(other.structured.device).toMatchObject({ connection: 'sandbox-thingpark', name: 'Water meter 1' });
  });

  it('get_device points to find_device when the device is unknown', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const refused = await call('get_device', { device: '89148000000077999999' });
    expect(refused.text).toBe(
      'device: there is no device 89148000000077999999. find_device takes any other identifier, a name, or four and more trailing characters.',
    );
  });
});
