/** ThingPark beyond devices: application servers, groups, cellular devices, gateway commands, DX, subscribers and users. */
import { describe, expect, it } from 'vitest';

import { countRequests, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const offered = { flags: { toolsets: 'thingpark,changes,operations,fleet' } };
const fridge = 'A81758FFFE0A0001';

describe('application servers', () => {
  const broker = {
    name: 'Plant broker',
    connector: 'actility-mqtt-iot',
    configuration: {
      hostName: 'broker.example:8883',
      protocol: 'SSL',
      uplinkTopicPattern: 'up/{DevEUI}',
      downlinkTopicPattern: 'down/{DevEUI}',
      username: 'plant',
      password: { secret: 'plant-broker' },
    },
  };

  const brokerPassword = {
    value: 'the-real-broker-password',
    operations: ['thingpark.dxConnections.*'],
    field: 'body.configuration.password',
    hosts: ['broker.example'],
  };

  it('add_app_server adds an HTTPS server once and list_app_servers shows it', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('add_app_server', { name: 'Lake', url: 'https://lake.example/uplinks' })).structured;
    expect(asked[0]).toContain(
      'Lake (1 application server) on sandbox-thingpark: add HTTP destination https://lake.example/uplinks, json; devices send to it once it is assigned to them. Undo: deleting it while no device sends to it.',
    );
    expect(change).toMatchObject({ status: 'applied', effects: ['write'], targets: [{ after: { state: 'ACTIVE' } }] });
    const { servers } = (await call('list_app_servers')).structured;
    expect(servers.at(-1)).toMatchObject({ server: change.targets[0].after.ID, name: 'Lake', type: 'HTTP', devices: 0 });
    const again = (await call('add_app_server', { name: 'Lake', url: 'https://lake.example/other' })).structured.change;
    expect(again.explanation).toContain('an application server of this name is there already');
    expect(countRequests(world, 'thingpark.appServers.create')).toBe(1);
  });

  it('add_app_server takes the secret of an IoT Flow connection by name and is applied once the connection is open', async () => {
    const { connectClient, world } = await startTestServer({
      ...offered,
      adjust: (config) => void config.secrets.set('plant-broker', brokerPassword),
    });
    const { call, asked } = await connectClient({ ...client, person: yes });
    const added = await call('add_app_server', broker);
    expect(asked[0]).toContain(
      'add "actility-mqtt-iot" connection to broker.example:8883; devices send to it once it is assigned to them.',
    );
    expect(asked[0]).toContain(
      'Warning: uses the named secret "plant-broker" in "body.configuration.password", for "broker.example:8883".',
    );
    const { change } = added.structured;
    expect(change).toMatchObject({ status: 'accepted', targets: [{ after: { state: 'CLOSED' } }] });
    const ended = (await call('get_change', { change: change.id, waitSeconds: 30 })).structured.change;
    expect(ended).toMatchObject({ status: 'applied', targets: [{ after: { state: 'OPENED' } }] });
    expect(world.thingpark.connections[0]?.configuration).toMatchObject({ password: 'the-real-broker-password' });
    expect([...asked, added.text, JSON.stringify(ended)].join('\n')).not.toContain('the-real-broker-password');
  });

  it('add_app_server reports the members a connector needs and rejects masked secrets', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const { hostName: _, ...less } = broker.configuration;
    for (const [args, said] of [
      [{ ...broker, configuration: { ...less, password: 'x' } }, 'configuration: actility-mqtt-iot needs hostName'],
      [
        { ...broker, configuration: { ...broker.configuration, password: '*****' } },
        'configuration.password is a masked value; use the real one, otherwise the asterisks would be stored.',
      ],
      [{ name: 'Lake', url: 'http://lake.example/uplinks' }, 'url: must be an https URL. Example: https://historian.example/uplinks'],
      [{ name: 'Lake' }, 'give url for HTTPS, or connector with configuration for IoT Flow'],
      [{ ...broker, connector: 'actility-mqtt', configuration: {} }, 'connector: '],
    ] as const)
      expect((await call('add_app_server', args)).text).toContain(said);
    expect(world.requestLog).toEqual([]);
  });

  it('an IoT Flow configuration with masked secrets is rejected, and one without its secret warns that the secret is removed', async () => {
    const { connectClient, world } = await startTestServer({
      ...offered,
      adjust: (config) => void config.secrets.set('plant-broker', brokerPassword),
    });
    const { call } = await connectClient({ ...client, person: yes });
    await call('add_app_server', broker);
    const id = world.thingpark.connections[0]?.id ?? '';
    const read = (await call('read_operation', { operation: 'thingpark.dxConnections.read', input: { path: { connectionId: id } } }))
      .structured.reply;
    const put = (configuration: object) =>
      call('change_operation', {
        operation: 'thingpark.dxConnections.update',
        input: { path: { connectionId: id }, body: { connectorId: read.connectorId, name: read.name, configuration } },
      });
    expect((await put({ ...read.configuration, password: '*****' })).text).toContain('configuration.password is a masked value');
    const { password: _, ...bare } = broker.configuration;
    const without = (await put(bare)).structured.change;
    expect(without.warnings).toContain('settings left out are removed: "password" (including secrets)');
    expect(countRequests(world, 'thingpark.dxConnections.update')).toBe(1);
  });

  it('an application server with devices cannot be deleted, and switching it off says how many devices use it', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const act = async (verb: string, body?: object) =>
      (
        await call('change_operation', {
          operation: `thingpark.appServers.${verb}`,
          input: { path: { appServerUid: '1972' }, ...(body ? { body } : {}) },
        })
      ).structured.change;
    expect((await act('delete')).explanation).toMatch(/TWA_199982747\.1972\.AS: \d+ devices still send to it/);
    const off = await act('update', { state: 'DEACTIVATED' });
    expect(off.summary).toMatch(/: SWITCH OFF, uplinks of its devices are lost\. \d+ devices depend on it\./);
    expect(off).toMatchObject({ status: 'applied', targets: [{ after: { state: 'DEACTIVATED' } }] });
    expect(countRequests(world, 'thingpark.appServers.delete')).toBe(0);
  });
});

describe('add_cellular_device', () => {
  const gate = {
    name: 'Gate 7',
    sim: '8988247000000000999',
    imei: '359000001200091',
    model: 'CUSTOM/LTE_Dongle',
    connectivityPlan: 'acme-cs/cellular-cp',
    networkContext: 'acme-context',
  };

  it('add_cellular_device adds a device by its SIM and IMEI, and it is then found by its EUI', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('add_cellular_device', gate)).structured;
    expect(asked[0]).toContain(
      '8988247000000000999 (1 SIM) on sandbox-thingpark: add cellular device "Gate 7", model "CUSTOM/LTE_Dongle", only in equipment 359000001200091, plan "acme-cs/cellular-cp", context "acme-context". Takes a plan licence, cost unknown.',
    );
    expect(change.status).toBe('applied');
    const seen = (await call('get_device', { device: change.targets[0].after.device })).structured.device;
    expect(seen).toMatchObject({ name: 'Gate 7', iccid: gate.sim, imei: gate.imei, plan: 'acme-cs/cellular-cp' });
    const again = (await call('add_cellular_device', gate)).structured.change;
    expect(again.explanation).toContain(`8988247000000000999: already there as ${seen.device}`);
    expect(countRequests(world, 'thingpark.devices.create')).toBe(1);
  });

  it('add_cellular_device warns of missing members, accepts an EID and is read back after a lost response', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lost-answer', operation: 'thingpark.devices.create', skip: 0, times: 1 });
    const eid = '89049032000000000000000000007711';
    const { change } = (await call('add_cellular_device', { name: 'Bare', sim: eid, model: gate.model })).structured;
    expect(change.warnings).toEqual([
      `${eid} starts suspended: no connectivity plan is given`,
      `${eid} reaches no application server: no network context is given`,
    ]);
    expect(change).toMatchObject({ status: 'applied', targets: [{ after: { health: 'SUSPENDED', plan: 'none' } }] });
  });

  it('add_cellular_device rejects an invalid SIM, IMEI, model or network context', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    for (const [args, said] of [
      [{ sim: '123' }, 'sim: must be an ICCID of 18 to 20 digits or an EID of 32 digits'],
      [{ imei: '3590000012000' }, 'imei: IMEI must be 14 to 16 digits'],
      [{ model: 'ACME/TempA.1.0.3_ETSI' }, 'model: ACME/TempA.1.0.3_ETSI is a LORAWAN model. Take a CELLULAR model.'],
      [{ networkContext: 'acme' }, 'networkContext: there is no "acme"'],
      [{ connectivityPlan: 'acme-cs/standard' }, 'connectivityPlan: there is no "acme-cs/standard"'],
    ] as const)
      expect((await call('add_cellular_device', { ...gate, ...args })).text).toContain(said);
    expect(countRequests(world, 'thingpark.devices.create')).toBe(0);
  });
});

describe('add_multicast_group', () => {
  it('add_multicast_group takes its key by name, and a downlink to the group is announced for every device of it', async () => {
    const key = '00112233445566778899AABBCCDDEEFF';
    const { connectClient, world } = await startTestServer({ ...offered, adjust: (config) => void config.secrets.set('lights', key) });
    const { call, asked } = await connectClient({ ...client, person: yes });
    const group = { name: 'Street lights', eui: 'A81758FFFE0B0001', devAddr: '04AB0001', class: 'C', nwkSKey: { secret: 'lights' } };
    const added = await call('add_multicast_group', group);
    expect(asked[0]).toContain('add class C group "Street lights", address 04AB0001, over all base stations, its NwkSKey.');
    expect(added.structured.change.status).toBe('applied');
    expect([...asked, added.text, JSON.stringify(added.structured)].join('\n')).not.toContain(key);
    expect((await call('add_multicast_group', group)).structured.change.explanation).toContain(
      'A81758FFFE0B0001: already there as a group',
    );
    expect((await call('add_multicast_group', { ...group, class: 'B' })).text).toContain(
      'pingSlotPeriod: is required for class B. Example: "16"',
    );
    const input = { path: { multicastGroupUid: 'eA81758FFFE0B0001' }, query: { payload: '01', fPort: 10 } };
    const sent = (await call('change_operation', { operation: 'thingpark.multicastGroups.downlink', input })).structured.change;
    expect(sent.summary).toContain('send 01 (1 bytes) on port 10 to EVERY device of the group; class C, none confirms it.');
    expect(sent).toMatchObject({ status: 'applied', effects: ['disruptive'], targets: [{ after: { 'last frame counter': '1' } }] });
    expect(countRequests(world, 'thingpark.multicastGroups.create')).toBe(1);
  });
});

describe('base station commands', () => {
  it('a base station command names the devices it cuts off, sends the version and is followed to its end', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const act = async (bsUid: string, query?: object) =>
      call('change_operation', {
        operation: 'thingpark.baseStations.reboot',
        input: { path: { bsUid }, ...(query ? { query } : {}), body: {} },
      });
    const { change } = (await act('i10001234')).structured;
    expect(change.summary).toContain(
      '10001234 (1 base station) on sandbox-thingpark: REBOOT; every device that only it hears is cut off meanwhile, for minutes.',
    );
    expect(change).toMatchObject({ status: 'accepted', effects: ['disruptive'] });
    const ended = (await call('get_change', { change: change.id, waitSeconds: 50 })).structured.change;
    const done = ended.status === 'applied' ? ended : (await call('get_change', { change: change.id, waitSeconds: 50 })).structured.change;
    expect(done).toMatchObject({ status: 'applied', targets: [{ after: { command: 'COMPLETED' } }] });
    expect((await act('i10001236')).structured.change.explanation).toContain('10001236: it is not connected and receives no commands');
    expect((await act('i10001234', { force: true })).text).toContain('force: is not accepted');
    expect(countRequests(world, 'thingpark.baseStations.reboot')).toBe(1);
  });
});

describe('DX devices', () => {
  const update = 'thingpark.dxDevices.update';

  it('a DX update that the API silently ignores is read back and reported', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const put = async (body: object) =>
      (await call('change_operation', { operation: update, input: { path: { deviceRef: '4101' }, body } })).structured.change;
    expect(await put({ name: 'Fridge 1', geoLatitude: 48.9 })).toMatchObject({ status: 'applied', targets: [{ device: fridge }] });
    world.thingpark.dxIgnoredFields = ['geoLatitude'];
    const half = await put({ name: 'Fridge 2', geoLatitude: 50 });
    expect(half).toMatchObject({ status: 'failed', targets: [{ after: { name: 'Fridge 2', geoLatitude: '48.9' } }] });
    expect(half.explanation).toBe('accepted, but geoLatitude is still 48.9 when read back: DX silently ignores what it cannot change');
    expect((await put({ name: 'Fridge 2' })).status).toBe('unchanged');
  });

  it('removing the connectivity plan through DX says that traffic stops', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const input = { path: { deviceRef: '4101' }, body: { connectivityPlanId: 'reset' } };
    const { change } = (await call('change_operation', { operation: update, input })).structured;
    expect(change.summary).toContain('take away its connectivityPlanId');
    expect(change.warnings).toEqual(['without a plan the device is suspended and its traffic stops']);
    expect(change).toMatchObject({ status: 'applied', targets: [{ after: { connectivityPlanId: 'none' } }] });
    expect(world.thingpark.devices.get(fridge)?.suspended).toBe(true);
  });

  it('deleting a device through DX keeps a copy of it', async () => {
    const { connectClient } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await call('change_operation', { operation: 'thingpark.dxDevices.delete', input: { path: { deviceRef: '4101' } } }))
      .structured;
    expect(change).toMatchObject({
      status: 'applied',
      irreversible: true,
      targets: [{ device: fridge, before: { name: 'Water meter 1', deviceProfileId: 'SMTC/LoRaMoteA.1_EU' }, after: { present: 'no' } }],
    });
  });
});

describe('tags and domains', () => {
  it('tags are added only to named devices and skip devices that have them', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const bulk = async (devEUIs: string[], action = 'TAG') =>
      (await call('change_operation', { operation: 'thingpark.tags.bulk', input: { query: { action }, body: { name: 'north', devEUIs } } }))
        .structured.change;
    expect(await bulk([fridge])).toMatchObject({ status: 'applied', targets: [{ before: { tags: 'none' }, after: { tags: 'north' } }] });
    expect((await bulk([fridge, 'A81758FFFE0A0002'])).counts).toEqual({ unchanged: 1, applied: 1 });
    expect((await bulk([fridge], 'UNTAG')).status).toBe('applied');
    expect((await bulk([fridge, 'A81758FFFE0AFFFF'])).explanation).toContain('A81758FFFE0AFFFF: there is no such device');
    const site = { name: 'Paris/Dock 1', group: { name: 'Site' } };
    const input = { body: { devEUIs: [fridge], addedDomains: [site] } };
    const { change } = (await call('change_operation', { operation: 'thingpark.domains.bulk', input })).structured;
    expect(change).toMatchObject({ status: 'applied', targets: [{ after: { domains: 'Site:Paris/Dock 1' } }] });
    expect(countRequests(world, 'thingpark.tags.bulk')).toBe(3);
  });
});

describe('subscribers and users', () => {
  it('a cascading deletion counts and shows what it deletes, and is refused without force', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: () => ({ action: 'decline' }) });
    const remove = async (subscriberRef: string, force?: boolean) =>
      (
        await call('change_operation', {
          operation: 'thingpark.subscribers.delete',
          input: { path: { subscriberRef }, ...(force === undefined ? {} : { query: { force } }) },
        })
      ).structured.change;
    expect((await remove('983')).explanation).toContain(
      'subscriber 983: it still has 1 order, 24 devices, 4 base stations; only force deletes them too. Nothing was sent.',
    );
    expect(asked).toEqual([]);
    const declined = await remove('983', true);
    expect(asked[0]).toContain(
      '983 (1 subscriber) on sandbox-thingpark: DELETE WITH ALL IT HAS: 1 order, 24 devices, 4 base stations. Cost unknown. Cannot be undone.',
    );
    expect(asked[0]).toMatch(/To approve, type the identifier: 983$/);
    expect(declined).toMatchObject({ status: 'refused', reason: 'declined' });
    expect(world.thingpark.devices.size).toBe(24);
    expect(countRequests(world, 'thingpark.subscribers.delete')).toBe(0);
  });

  it('deleting an empty subscriber is refused when an order was created after the plan', async () => {
    const { connectClient, world } = await startTestServer({ ...offered, policy: { irreversibleTwoStep: true } });
    const { call } = await connectClient(client);
    const input = { path: { subscriberRef: '984' }, query: { force: true } };
    const planned = (await call('change_operation', { operation: 'thingpark.subscribers.delete', input })).structured.change;
    expect(planned.summary).toContain(
      'DELETE WITH ALL IT HAS: 0 orders, devices not countable from here, base stations not countable from here',
    );
    world.thingpark.orders.set('7009', { ref: '7009', offerId: 'x/y', subscriberId: '199900002', state: 'ACTIVE', creationTime: 0 });
    const late = (await call('apply_change', { change: planned.id, confirm: planned.confirm ?? planned.summary })).structured.change;
    expect(late).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(late.explanation).toContain('orders was 0, is 1');
  });

  it('invite_user needs typed approval and never works in two steps', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    const invitation = { email: 'new@example.com', firstName: 'New', lastName: 'Person' };
    const withoutElicitation = await connectClient(client);
    expect((await withoutElicitation.call('invite_user', invitation)).structured.change).toMatchObject({
      status: 'refused',
      reason: 'policy',
    });
    const { change } = (await call('invite_user', invitation)).structured;
    expect(asked[0]).toContain(
      'new@example.com (1 person) on sandbox-thingpark: GIVE ACCESS as a user "New" "Person" with the scope of this connection. Cannot be undone.',
    );
    expect(asked[0]).toMatch(/To approve, type the identifier: new@example\.com$/);
    expect(change).toMatchObject({ status: 'applied', targets: [{ after: { scopes: 'SUBSCRIBER:983' } }] });
    const named = await call('list_users', { personal: true });
    expect(named.structured.users.at(-1)).toMatchObject({ user: 'new@example.com', name: 'New Person', email: 'new@example.com' });
    const listed = await call('list_users');
    expect(listed.structured.users.at(-1)).toMatchObject({ user: 'new@example.com', name: '[personal data]', email: '[personal data]' });
    expect(listed.text).toMatch(/personal values left out \(personal: true shows them\)\.$/);
    expect((await call('invite_user', { email: 'jane@example.com' })).structured.change.explanation).toContain(
      'jane@example.com: is user 601 already',
    );
    expect(countRequests(world, 'thingpark.users.create')).toBe(1);
  });

  it('add_subscriber adds a subscriber with its first user and reads it back', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lost-answer', operation: 'thingpark.subscribers.create', skip: 0, times: 1 });
    const { change } = (await call('add_subscriber', { name: 'ACME Cold Chain', userEmail: 'cold@example.com' })).structured;
    expect(change.summary).toContain(
      '"ACME Cold Chain" (1 subscriber) on sandbox-thingpark: add it and GIVE ACCESS to its first user "cold@example.com".',
    );
    expect(change.status).toBe('applied');
    expect((await call('list_subscribers')).structured).toMatchObject({ total: 3 });
    expect((await call('add_subscriber', { name: 'ACME Cold Chain', userEmail: 'x@example.com' })).structured.change.explanation).toContain(
      'a subscriber of this id or name is there already',
    );
    expect(countRequests(world, 'thingpark.subscribers.create')).toBe(1);
  });

  it('cancel_order needs typed approval', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    expect((await call('cancel_order', { order: '7001' })).structured.change.status).toBe('applied');
    expect(asked[0]).toMatch(/To approve, type the identifier: 7001$/);
    expect(world.thingpark.orders.has('7001')).toBe(false);
    expect((await call('cancel_order', { order: 'all' })).isError).toBe(true);
  });
});

describe('list_models', () => {
  it('list_models finds models by part of their name on any page', async () => {
    const { connectClient, world } = await startTestServer(offered);
    world.thingpark.page = { defaultSize: 2, maxSize: 2 };
    const { call } = await connectClient(client);
    const { models, total } = (await call('list_models', { query: '1.1' })).structured;
    expect(total).toBe(1);
    expect(models).toEqual([
      { model: 'ACME/MeterA.1.1_ETSI', name: 'ACME Meter LoRaWAN 1.1', vendor: 'ACME', connectivity: 'LORAWAN', lorawan: '1.1' },
    ]);
    const { change } = (await call('update_device', { device: fridge, model: 'ACME/ValveC.1.0.3_ETSI', preview: true })).structured;
    expect(change.status).toBe('planned');
    expect((await call('update_device', { device: fridge, model: 'ACME/MeterA.1.1_ETS' })).text).toContain(
      'nearest is ACME/MeterA.1.1_ETSI',
    );
  });
});
