import { describe, expect, it } from 'vitest';

import { allClients, applyInSecondStep, countRequests, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const create = 'thingpark.devices.create';

const otaa = {
  name: 'Fridge 1',
  devEui: 'a8-17-58-ff-fe-0b-00-01',
  model: 'SMTC/LoRaMoteA.1_EU',
  activation: 'OTAA',
  joinEui: 'A81758FFFE000000',
  appKey: '00112233445566778899AABBCCDDEEFF',
};
const abp = {
  name: 'Valve 1',
  devEui: 'A81758FFFE0B0002',
  model: 'ACME/ValveC.1.0.3_ETSI',
  activation: 'ABP',
  devAddr: '04ABCDEF',
  nwkSKey: '3C8F262739BFE3B7BC0826991AD0504D',
  appSKey: '9F0D4B6A2C8E17355DA1C3E7F0B2946A',
};

describe('add_lorawan_device', () => {
  for (const { title, elicits, ...how } of allClients) {
    it(`add_lorawan_device plans a device, sends it once after approval and get_device then shows it: ${title}`, async () => {
      const { connectClient, world } = await startTestServer();
      const { call, asked } = await connectClient({ ...how, person: elicits ? yes : undefined });
      let added = await call('add_lorawan_device', otaa);
      if (elicits) expect(asked).toHaveLength(1);
      else {
        expect(added.structured.change.status).toBe('planned');
        expect(world.thingpark.devices.has('A81758FFFE0B0001')).toBe(false);
        added = await applyInSecondStep(call, added);
      }
      expect(added.structured.change.status).toBe('applied');
      const seen = await call('get_device', { device: 'A81758FFFE0B0001' });
      expect(seen.structured.device).toMatchObject({ name: 'Fridge 1', state: 'active', health: 'init' });
      expect(countRequests(world, create)).toBe(1);
    });
  }

  it('add_lorawan_device asks for approval with a one-sentence summary of device, model, plan and cost', async () => {
    const { connectClient } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    await call('add_lorawan_device', { ...abp, connectivityPlan: 'acme-cs/standard', appServers: ['TWA_199982747.1972.AS'] });
    expect(asked).toEqual([
      [
        'A81758FFFE0B0002 (1 LoRaWAN device) on sandbox-thingpark: add ABP device "Valve 1", model "ACME/ValveC.1.0.3_ETSI", plan "acme-cs/standard", DevAddr 04ABCDEF, data to TWA_199982747.1972.AS, its NwkSKey, its AppSKey. Takes a plan licence, cost unknown. Undo: deleting it, with its history.',
        '- A81758FFFE0B0002 "Valve 1"',
        'This is the sandbox: nothing real changes.',
        'Approve?',
      ].join('\n'),
    ]);
  });

  it('add_lorawan_device adds an ABP device with session keys, a connectivity plan and application servers', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const added = await call('add_lorawan_device', {
      ...abp,
      connectivityPlan: 'acme-cs/standard',
      appServers: ['TWA_199982747.1972.AS', 'TWA_199900001.77.AS'],
    });
    expect(added.structured.change).toMatchObject({ status: 'applied', targets: [{ after: { plan: 'acme-cs/standard' } }] });
    expect(world.thingpark.devices.get('A81758FFFE0B0002')).toMatchObject({
      activation: 'ABP',
      nwAddress: '04ABCDEF',
      plan: 'acme-cs/standard',
      appServers: ['TWA_199982747.1972.AS', 'TWA_199900001.77.AS'],
    });
  });

  it('add_lorawan_device reads keys by name from the secrets file and lists the known names for an unknown one', async () => {
    const { connectClient, world } = await startTestServer({
      adjust: (config) => void config.secrets.set('fridges', '00112233445566778899AABBCCDDEEFF'),
    });
    const { call } = await connectClient({ ...client, person: yes });
    const missing = await call('add_lorawan_device', { ...otaa, appKey: { secret: 'fridge' } });
    expect(missing.structured.error).toMatchObject({
      field: 'appKey',
      message: 'appKey: the secrets file has no "fridge"',
      next: 'Available names: fridges.',
    });
    const added = await call('add_lorawan_device', { ...otaa, appKey: { secret: 'fridges' } });
    expect(added.structured.change.status).toBe('applied');
    expect(countRequests(world, create)).toBe(1);
  });

  it('add_lorawan_device warns that a device without AppKey uses an external join server permanently', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { appKey: _, ...external } = otaa;
    const { change } = (await call('add_lorawan_device', external)).structured;
    expect(change.warnings).toEqual([
      'A81758FFFE0B0001: no AppKey is given, so it always uses an external join server',
      'A81758FFFE0B0001: no application server is given, so its data go nowhere',
      'A81758FFFE0B0001: no connectivity plan is given, the platform chooses one with a free licence',
    ]);
  });

  it('add_lorawan_device rejects invalid input with field, rule and example, and sends nothing', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const without = (of: object, name: string) => Object.fromEntries(Object.entries(of).filter(([key]) => key !== name));
    for (const [args, field, message] of [
      [
        { ...otaa, devEui: 'A81758FFFE0B00' },
        'devEui',
        'devEui: DevEUI must be 16 hex digits, got "A81758FFFE0B00" (14 characters). Example: A81758FFFE0A0001',
      ],
      [{ ...otaa, devEui: 'A81758FFFE0B000G' }, 'devEui', 'devEui: DevEUI must be 16 hex digits, got "A81758FFFE0B000G"'],
      [{ ...otaa, joinEui: '1' }, 'joinEui', 'joinEui: JoinEUI must be 16 hex digits, got "1" (1 characters). Example: A81758FFFE000000'],
      [
        { ...otaa, appKey: '00112233' },
        'appKey',
        'appKey: AES-128 key must be 32 hex digits, got 8 characters. Example: secret:name-in-the-secrets-file',
      ],
      [without(without(otaa, 'appKey'), 'joinEui'), 'appKey', 'appKey: OTAA needs appKey (local join server) or joinEui (external one).'],
      [{ ...otaa, nwkSKey: abp.nwkSKey }, 'nwkSKey', 'nwkSKey: is an ABP field, but activation is OTAA'],
      [without(abp, 'devAddr'), 'devAddr', 'devAddr: ABP needs a DevAddr, 8 hex digits. Example: 04ABCDEF'],
      [without(abp, 'nwkSKey'), 'nwkSKey', 'nwkSKey: ABP needs the NwkSKey, 32 hex digits. Example: secret:name-in-the-secrets-file'],
      [{ ...abp, joinEui: otaa.joinEui }, 'joinEui', 'joinEui: is an OTAA field, but activation is ABP'],
      [{ ...abp, activation: 'abp' }, 'activation', 'activation: '],
      [{ ...otaa, appkey: 'x' }, 'appkey', 'appkey: is not a field of this tool, nearest is appKey'],
      [{ ...otaa, name: '' }, 'name', 'name: '],
    ] as const) {
      const { structured, isError } = await call('add_lorawan_device', args);
      expect(isError).toBe(true);
      expect(structured.error).toMatchObject({ kind: 'Refusal', field });
      expect(structured.error.message).toContain(`add_lorawan_device: ${message}`);
      expect(structured.error.next).toMatch(/^Nothing was changed\. A valid input: \{"name":"Fridge 1"/);
    }
    // Near devices of a mistyped identifier are read; nothing else is.
    expect(world.requestLog.filter(({ method, operation }) => method !== 'GET' && operation !== 'thingpark.tokens.oss')).toEqual([]);
  });

  it('add_lorawan_device rejects an unknown model, plan or application server and suggests the nearest name', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    for (const [args, message] of [
      [{ model: 'SMTC/LoRaMoteA.1_US' }, 'model: there is no "SMTC/LoRaMoteA.1_US", nearest is SMTC/LoRaMoteA.1_EU. Nothing was sent.'],
      [{ model: 'CUSTOM/LTE_Dongle' }, 'model: CUSTOM/LTE_Dongle is a CELLULAR model'],
      [{ connectivityPlan: 'acme-cs/standart' }, 'connectivityPlan: there is no "acme-cs/standart", nearest is acme-cs/standard.'],
      [{ connectivityPlan: 'acme-cs/cellular-cp' }, 'connectivityPlan: there is no "acme-cs/cellular-cp"'],
      [{ connectivityPlan: 'acme-cs/trial' }, 'connectivityPlan: acme-cs/trial has no licence left (5 of 5 used)'],
      [{ appServers: ['TWA_199982747.1973.AS'] }, 'appServers: there is no "TWA_199982747.1973.AS", nearest is TWA_199982747.1972.AS.'],
    ] as const) {
      const { text, isError } = await call('add_lorawan_device', { ...otaa, ...args });
      expect(isError).toBe(true);
      expect(text).toContain(message);
    }
    expect(asked).toEqual([]);
    expect(countRequests(world, create)).toBe(0);
  });

  it('add_lorawan_device refuses a DevEUI that already exists', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { structured } = await call('add_lorawan_device', { ...otaa, devEui: 'A81758FFFE0A0001' });
    expect(structured.change).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(structured.change.explanation).toContain('A81758FFFE0A0001: already there as "Water meter 1". Nothing was sent.');
    expect(countRequests(world, create)).toBe(0);
  });
});
