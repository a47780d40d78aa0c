/** Identifiers and names in every spelling, through the front door. */
import { describe, expect, it } from 'vitest';

import { countRequests, startTestServer, type TestClient, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const meter = 'A81758FFFE0A0003';
const sim = '89148000000077000037';

async function start() {
  const server = await startTestServer();
  const { call, asked } = await server.connectClient({ ...client, person: yes });
  return { ...server, call, asked };
}

const devicesOf = async (call: TestClient['call'], identifier: string): Promise<string[]> =>
  (await call('find_device', { identifier })).structured.devices.map((row: { device: string }) => row.device);

describe('one identifier in any spelling', () => {
  const spellings: [string, string][] = [
    ['colons', 'a8:17:58:ff:fe:0a:00:03'],
    ['dashes', 'A8-17-58-FF-FE-0A-00-03'],
    ['en dashes and zero-width spaces', 'A817\u2013\u200b58FF\u2013FE0A\u20130003'],
    ['no-break spaces', 'A817\u00a058FF\u00a0FE0A\u00a00003'],
    ['0x', '0xA81758FFFE0A0003'],
    ['eui-', 'eui-a81758fffe0a0003'],
    ['a QR tag', 'LW:D0:A81758FFFE000000:A81758FFFE0A0003:AABB1122:OAABBCC:S1'],
  ];
  it.each(spellings)('find_device, get_device, get_traffic_history and suspend_device take a DevEUI with %s', async (_, text) => {
    const { call } = await start();
    expect(await devicesOf(call, text)).toEqual([meter]);
    expect((await call('get_device', { device: text })).structured.device.device).toBe(meter);
    expect((await call('get_traffic_history', { device: text, period: 'P1D' })).structured.device).toBe(meter);
    const planned = await call('suspend_device', { devices: [text], preview: true });
    expect(planned.structured.change.targets[0].device).toBe(meter);
  });

  it('a separated DevEUI known to two providers gives the same answer as the plain one', async () => {
    const { call } = await start();
    const plain = await call('get_device', { device: 'A81758FFFE0A0001' });
    const separated = await call('get_device', { device: 'a8:17:58:ff:fe:0a:00:01' });
    expect(plain.text).toContain('sandbox-thingpark');
    expect(plain.text).toContain('sandbox-iotx');
    expect(separated.structured).toEqual(plain.structured);
  });

  it.each([
    ['an ICCID without its check digit', '8914800000007700003'],
    ['an ICCID with a filling F', '8914800000007700003F'],
    ['an ICCID in groups', '8914 8000 0000 7700 0037'],
    ['an IMEI without its check digit', '35900000120009'],
    ['an IMEISV', '3590000012000912'],
    ['an IMEI with dashes and a slash', '35-900000-120009/1'],
    ['an MSISDN with +', '+1 208 555 0101'],
    ['an MSISDN with 00', '0012085550101'],
    ['an MDN with brackets and dots', '(208) 555.0101'],
  ])('find_device and get_device find a SIM by %s', async (_, text) => {
    const { call } = await start();
    expect(await devicesOf(call, text)).toEqual([sim]);
    expect((await call('get_device', { device: text })).structured.device).toMatchObject({ device: sim, connection: 'sandbox-thingspace' });
  });

  it('reads and changes of ThingSpace take an ICCID without its check digit for the SIM that has it', async () => {
    const { call } = await start();
    expect((await call('diagnose_sim', { iccid: '8914800000007700003' })).text).toContain(`${sim} on sandbox-thingspace`);
    const planned = await call('suspend_sim', { sims: [{ iccid: '8914800000007700003F' }], preview: true });
    expect(planned.structured.change.targets.map((one: { device: string }) => one.device)).toEqual([sim]);
  });

  it('tools of iot-x take a subscriber in any spelling', async () => {
    const { call } = await start();
    const plain = await call('list_subscriber_products', { subscriber: '8944990000001000010' });
    const grouped = await call('list_subscriber_products', { subscriber: '8944 9900 0000 1000 010F' });
    expect(grouped.structured).toEqual(plain.structured);
    const planned = await call('toggle_product', {
      subscribers: ['8944-9900-0000-1000-010'],
      product: plain.structured.products[0].product,
      action: 'disable',
      preview: true,
    });
    expect(planned.structured.change.targets[0].device).toBe('8944990000001000010');
  });
});

describe('an identifier that is only near', () => {
  it.each([
    ['bytes reversed', '03000AFEFF5817A8'],
    ['letter typed for a digit', 'A81758FFFEOAOOO3'],
  ])('every tool offers the device, and never chooses it: %s', async (why, text) => {
    const { call, world } = await start();
    const offer = `Did you mean ${meter} (Soil probe 1, sandbox-thingpark; ${why})?`;
    const found = await call('find_device', { identifier: text });
    expect(found.structured).toMatchObject({ things: 0, didYouMean: [{ device: meter, connection: 'sandbox-thingpark', why }] });
    expect(found.text).toContain(offer);
    expect((await call('get_device', { device: text })).text).toContain(offer);
    const refused = await call('suspend_device', { devices: [text] });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(offer);
    expect(countRequests(world, 'thingpark.devices.suspend')).toBe(0);
  });

  it('diagnose_sim offers the SIM whose ICCID differs in one digit', async () => {
    const { call } = await start();
    const refused = await call('diagnose_sim', { iccid: '89148000000077000937' });
    expect(refused.text).toContain(`Did you mean ${sim} (`);
    expect(refused.text).toContain('sandbox-thingspace; one character differs)?');
  });

  it('a number made by a spreadsheet is refused with the reason, and the device that it may be', async () => {
    const { call } = await start();
    const refused = await call('diagnose_sim', { iccid: '8.91480000000770E+19' });
    expect(refused.structured.error.field).toBe('iccid');
    expect(refused.structured.error.message).toContain(
      'iccid: ICCID was mangled by a spreadsheet ("8.91480000000770E+19"), its last digits are lost.',
    );
    expect(refused.structured.error.next).toContain('digits lost in a spreadsheet');
    const found = await call('find_device', { identifier: '7.012345678901E15' });
    expect(found.structured.things).toBe(0);
    expect(found.text).toContain('A spreadsheet turned this identifier into a number');
  });
});

describe('names', () => {
  it('a ThingPark device is found by its name in another case, and with invisible characters', async () => {
    const { call } = await start();
    expect(await devicesOf(call, 'SOIL probe\u200c 1 ')).toContain(meter);
  });

  it('service plans, connectivity plans and products are taken in another case and with blanks, and sent as they are stored', async () => {
    const { call } = await start();
    const activated = await call('activate_sim', {
      sims: [{ iccid: '89148000000077000444' }],
      servicePlan: ' iotlow5mb ',
      zipCode: '98801',
      preview: true,
    });
    expect(activated.structured.change).toMatchObject({ status: 'planned' });
    expect(activated.structured.change.summary).toContain('IOTLOW5MB');
    const moved = await call('update_device', { device: meter, connectivityPlan: 'ACME-CS/Standard', preview: true });
    expect(moved.text).toContain('acme-cs/standard');
    const product = await call('toggle_product', {
      subscribers: ['8944990000001000010'],
      product: 'sms mo/mt',
      action: 'disable',
      preview: true,
    });
    expect(product.structured.change.summary).toContain('SMS MO');
  });
});

describe('implausible values of a new LoRaWAN device', () => {
  it('the plan warns of an empty DevEUI, equal EUIs, a zero DevAddr and weak or equal keys, and never shows a key', async () => {
    const { call } = await start();
    const device = { name: 'Fridge 1', model: 'SMTC/LoRaMoteA.1_EU', connectivityPlan: 'acme-cs/standard', preview: true };
    const key = '2B7E151628AED2A6ABF7158809CF4F3C';
    const otaa = await call('add_lorawan_device', {
      ...device,
      activation: 'OTAA',
      devEui: '0000000000000000',
      joinEui: '0000000000000000',
      appKey: key,
    });
    expect(otaa.structured.change.warnings).toEqual(
      expect.arrayContaining([
        '0000000000000000: a DevEUI of zeros is no device',
        '0000000000000000: DevEUI and JoinEUI are equal, one of them may be mistyped',
        '0000000000000000: appKey is a test key of public documents',
      ]),
    );
    expect(otaa.text).not.toContain(key);
    const same = '5A1B2C3D4E5F60718293A4B5C6D7E8F9';
    const abp = await call('add_lorawan_device', {
      ...device,
      activation: 'ABP',
      devEui: 'A81758FFFE0B0009',
      devAddr: '00000000',
      nwkSKey: same,
      appSKey: same,
    });
    expect(abp.structured.change.warnings).toEqual(
      expect.arrayContaining(['A81758FFFE0B0009: the DevAddr is 0', 'A81758FFFE0B0009: nwkSKey and appSKey are equal']),
    );
  });
});

describe('the DevEUI of a new device with the bytes of another device in reverse', () => {
  const reversed = '01000AFEFF5817A8';
  const key = '5D1A0C77E2B94F63A8105B3E9C42D706';
  const operation = (id: string, body: object) => ['change_operation', { operation: id, input: { body } }] as const;

  it.each([
    ['add_lorawan_device', { name: 'F', devEui: reversed, model: 'SMTC/LoRaMoteA.1_EU', activation: 'OTAA', appKey: key }],
    operation('thingpark.dxDevices.create', {
      EUI: reversed,
      activationType: 'OTAA',
      deviceProfileId: 'SMTC/LoRaMoteA.1_EU',
      applicationKey: key,
    }),
    operation('thingpark.devices.import', {
      csv: `CREATE_OTAA,${reversed},,SMTC/LoRaMoteA.1_EU,A81758FFFE000000,${key},,acme-cs/standard`,
    }),
  ] as const)('%s warns in its plan: %j', async (tool, args) => {
    const { call } = await start();
    const planned = await call(tool, { ...args, preview: true });
    expect(planned.structured.change.warnings).toContain(
      `${reversed}: with its bytes reversed it is A81758FFFE0A0001 "Water meter 1", which the account has already`,
    );
  });

  it('another new DevEUI gives no such warning', async () => {
    const { call } = await start();
    const device = { name: 'F', devEui: 'A81758FFFE0B0001', model: 'SMTC/LoRaMoteA.1_EU', activation: 'OTAA', appKey: key };
    expect((await call('add_lorawan_device', { ...device, preview: true })).text).not.toContain('bytes reversed');
  });
});

describe('the operations tools take identifiers in any spelling', () => {
  it('change_operation plans, shows and sends the normal form of an ICCID in a body', async () => {
    const { call, asked, world } = await start();
    const { change } = (
      await call('change_operation', {
        operation: 'thingspace.devices.suspend',
        input: { body: { devices: [{ deviceIds: [{ id: '8914 8000-0000 7700 0037\u200b', kind: 'ICCID' }] }] } },
      })
    ).structured;
    expect(change.targets.map((one: { device: string }) => one.device)).toEqual([sim]);
    expect(asked[0]).toContain(sim);
    // The sandbox knows no other spelling.
    expect(countRequests(world, 'thingspace.devices.suspend')).toBe(1);
    expect(change.status).not.toBe('failed');
  });

  it('change_operation plans, shows and sends the normal form of a DevEUI in a path', async () => {
    const { call, asked, world } = await start();
    const { change } = (
      await call('change_operation', {
        operation: 'thingpark.devices.update',
        input: { path: { deviceUid: 'a8:17:58:ff:fe:0a:00:03' }, body: { name: 'Cellar 3' } },
      })
    ).structured;
    expect(change).toMatchObject({ status: 'applied', targets: [{ device: meter }] });
    expect(asked[0]).toContain(meter);
    expect(world.requestLog.filter(({ operation }) => operation === 'thingpark.devices.update').map(({ path }) => path)).toEqual([
      '/thingpark/wireless/rest/subscriptions/mine/devices/eA81758FFFE0A0003',
    ]);
  });

  it('two spellings of one change are the same intent', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const plan = async (deviceUid: string) =>
      (
        await call('change_operation', {
          operation: 'thingpark.devices.update',
          input: { path: { deviceUid }, body: { name: 'Cellar 3' } },
        })
      ).structured.change.id;
    expect(await plan('eA81758FFFE0A0003')).toBe(await plan('a8:17:58:ff:fe:0a:00:03'));
  });

  it('read_operation reads by a DevEUI and an ICCID in groups', async () => {
    const { call } = await start();
    const read = async (operation: string, path: object) => (await call('read_operation', { operation, input: { path } })).structured.reply;
    expect(await read('thingpark.devices.read', { deviceUid: 'eui-a8-17-58-ff-fe-0a-00-03' })).toMatchObject({ EUI: meter });
    expect(await read('iotx.subscribers.read', { physicalId: '8944 9900 0000 1000 010F' })).toMatchObject({
      physicalId: '8944990000001000010',
    });
  });

  it('a mangled identifier is refused before anything is read', async () => {
    const { call, world } = await start();
    const before = world.requestLog.length;
    const refused = await call('change_operation', {
      operation: 'thingspace.devices.suspend',
      input: { body: { devices: [{ deviceIds: [{ id: '8.9148E+19', kind: 'iccid' }] }] } },
    });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain('body.devices.0.deviceIds.0.id is not usable: ICCID was mangled by a spreadsheet');
    const number = await call('read_operation', {
      operation: 'thingspace.devices.list',
      input: { body: { deviceId: { id: 2085550101, kind: 'mdn' } } },
    });
    expect(number.text).toContain('body.deviceId.id must be text in quotes: digits of a JSON number may be lost. Example: "2085550101"');
    expect(world.requestLog.length).toBe(before);
  });
});
