/** DX Core base stations, their alarms, routing profiles, frame statistics and downlink messages through a real client. */
import { describe, expect, it } from 'vitest';

import { countRequests, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const offered = { flags: { toolsets: 'thingpark,changes,operations,fleet' } };
const fridge = 'A81758FFFE0A0001';
const roof = { uuid: '7076FF-0A0B0C0D0E0F', baseStationProfileId: 'KERL/WIR2.1', name: 'Roof 9', rfRegionId: 'EU868_8channels' };
const plant = { sourcePorts: '*', strategy: 'SEQUENTIAL', contentType: 'JSON', addresses: ['https://plant.example/uplinks'] };

async function start(flags: Partial<Parameters<typeof startTestServer>[0]> = {}) {
  const { connectClient, world } = await startTestServer({ ...offered, ...flags });
  const { call, asked } = await connectClient({ ...client, person: yes });
  return {
    world,
    asked,
    call,
    change: async (operation: string, input: object) => (await call('change_operation', { operation, input })).structured.change,
    read: async (operation: string, input: object) => (await call('read_operation', { operation, input })).structured.reply,
    undo: async (change: string) => (await call('undo_change', { change })).structured.change,
  };
}

describe('DX base stations', () => {
  it('one is created, changed, changed back and deleted again by undo', async () => {
    const { change, read, undo, asked, world } = await start();
    const created = await change('thingpark.dxBaseStations.create', { body: roof });
    expect(asked[0]).toContain(
      '7076FF-0A0B0C0D0E0F (1 base station) on sandbox-thingpark: add base station, profile KERL/WIR2.1, name = "Roof 9", rfRegionId = "EU868_8channels". May use up a base station granted to the account, cost unknown. Undo: deleting it again, which also deletes its history.',
    );
    expect(created).toMatchObject({
      status: 'applied',
      effects: ['billing'],
      targets: [{ before: { present: 'no' }, after: { present: 'yes' } }],
    });
    const path = { baseStationRef: created.targets[0].after.ref };
    expect(await read('thingpark.dxBaseStations.read', { path })).toMatchObject({ name: 'Roof 9', uuid: '7076FF-0A0B0C0D0E0F' });

    const moved = await change('thingpark.dxBaseStations.update', { path, body: { name: 'Roof north', geoLatitude: '48,8566' } });
    expect(moved).toMatchObject({
      status: 'applied',
      targets: [{ before: { geoLatitude: 'none' }, after: { name: 'Roof north', geoLatitude: '48.8566' } }],
    });
    expect(moved.summary).toContain('set name = "Roof north", geoLatitude = 48.8566. Cannot be undone.');
    const again = await change('thingpark.dxBaseStations.update', { path, body: { name: 'Roof south', geoLatitude: 48.9 } });
    expect(again.summary).toContain('Undo: setting the previous values.');
    expect((await undo(again.id)).status).toBe('applied');
    expect(await read('thingpark.dxBaseStations.read', { path })).toMatchObject({ name: 'Roof north', geoLatitude: 48.8566 });

    const gone = await undo(created.id);
    expect(gone).toMatchObject({
      status: 'applied',
      irreversible: true,
      targets: [{ before: { name: 'Roof north' }, after: { present: 'no' } }],
    });
    expect(world.thingpark.baseStations.map(({ name }) => name)).toEqual(['Roof 1', 'Roof 2', 'Roof 3', 'Roof 4']);
    expect(countRequests(world, 'thingpark.dxBaseStations.create')).toBe(1);
  });

  it('a location that the GPS sets is reported as not changed, and another RF region as disruptive', async () => {
    const { change } = await start();
    const path = { baseStationRef: '1222' };
    const place = await change('thingpark.dxBaseStations.update', { path, body: { geoLatitude: 1 } });
    expect(place.status).toBe('failed');
    expect(place.explanation).toMatch(
      /^accepted, but geoLatitude is still [\d.]+ when read back: DX silently ignores what it cannot change, such as the location where the GPS sets it$/,
    );
    const region = await change('thingpark.dxBaseStations.update', { path, body: { rfRegionId: 'EU868_16channels' } });
    expect(region).toMatchObject({ status: 'applied', effects: ['write', 'disruptive'] });
    expect(region.summary).toContain('devices on other channels are no longer heard');
    expect((await change('thingpark.dxBaseStations.update', { path, body: { name: 'Roof 1' } })).status).toBe('unchanged');
  });

  it('deleting one shows what it was, needs its identifier typed, and is not sent for an unknown one', async () => {
    const { change, asked, world } = await start();
    const operation = 'thingpark.dxBaseStations.delete';
    const done = await change(operation, { path: { baseStationRef: '1225' } });
    expect(asked[0]).toContain(
      '10001237 (1 base station) on sandbox-thingpark: DELETE for good with its history and alarms; every device that only it hears is cut off. Cannot be undone.',
    );
    expect(asked[0]).toMatch(/To approve, type the identifier: 10001237$/);
    expect(done).toMatchObject({ status: 'applied', targets: [{ before: { name: 'Roof 4', health: 'ACTIVE', profile: 'KERL/WIR2.1' } }] });
    expect((await change(operation, { path: { baseStationRef: '9' } })).explanation).toContain('9: there is no such base station');
    expect(countRequests(world, operation)).toBe(1);
  });

  it('a lost answer is settled by reading, and the base station is created once', async () => {
    const { change, world } = await start();
    world.faults.arm({ fault: 'lost-answer', operation: 'thingpark.dxBaseStations.create', skip: 0, times: 1 });
    expect((await change('thingpark.dxBaseStations.create', { body: roof })).status).toBe('applied');
    expect(countRequests(world, 'thingpark.dxBaseStations.create')).toBe(1);
    expect((await change('thingpark.dxBaseStations.create', { body: roof })).explanation).toContain('already there as "Roof 9"');
  });

  it('an alarm is listed, acknowledged once and read back', async () => {
    const { change, read, world } = await start();
    const [alarm] = await read('thingpark.dxBaseStationAlarms.list', { query: { baseStationId: '10001236' } });
    expect(alarm).toMatchObject({ baseStationRef: '1224', baseStationAlarmTypeId: 102, alarmState: 'MAJOR', occurrence: 1 });
    const operation = 'thingpark.dxBaseStationAlarms.ack';
    const input = { path: { baseStationAlarmRef: alarm.ref } };
    const done = await change(operation, input);
    expect(done.summary).toContain('acknowledge 1 major; the faults remain but no longer show in alarm levels. Cannot be undone.');
    expect(done).toMatchObject({ status: 'applied', targets: [{ before: { of: 'base station 1224' }, after: { acked: 'yes' } }] });
    expect((await change(operation, input)).status).toBe('unchanged');
    expect((await change(operation, { path: { baseStationAlarmRef: '000000000000000000000000' } })).explanation).toContain(
      'there is no such alarm',
    );
    expect(countRequests(world, operation)).toBe(1);
  });
});

describe('DX routing profiles', () => {
  it('one is created, changed, changed back and deleted again by undo', async () => {
    const { change, read, undo, asked, world } = await start();
    const created = await change('thingpark.dxRoutingProfiles.create', { body: { name: 'Plant', routes: [plant] } });
    expect(asked[0]).toContain(
      'Plant (1 routing profile) on sandbox-thingpark: add routing profile, every port to https://plant.example/uplinks in order, JSON; devices send to it once it is assigned to them. Undo: deleting it while no device uses it.',
    );
    expect(created).toMatchObject({ status: 'applied', effects: ['write'], targets: [{ after: { ref: '2', id: 'TWA_199900001.2' } }] });

    const path = { routingProfileRef: '2' };
    const other = { ...plant, addresses: ['https://other.example/uplinks'] };
    const moved = await change('thingpark.dxRoutingProfiles.update', { path, body: { name: 'Other', routes: [other] } });
    expect(moved).toMatchObject({ status: 'applied', effects: ['write', 'disruptive'], targets: [{ device: 'TWA_199900001.2' }] });
    expect(moved.summary).toContain(
      'set name "Other", ALL its routes: every port to https://other.example/uplinks in order, JSON; its devices send there from now on.',
    );
    expect((await undo(moved.id)).status).toBe('applied');
    expect(await read('thingpark.dxRoutingProfiles.read', { path })).toMatchObject({ name: 'Plant', routes: [plant] });
    expect((await change('thingpark.dxRoutingProfiles.update', { path, body: { name: 'Plant', routes: [plant] } })).status).toBe(
      'unchanged',
    );

    expect(await undo(created.id)).toMatchObject({ status: 'applied', targets: [{ before: { name: 'Plant' }, after: { present: 'no' } }] });
    expect(world.thingpark.routingProfiles.map(({ name }) => name)).toEqual(['Default']);
  });

  it('another default profile is announced as disruptive, and undo makes the former one the default again', async () => {
    const { change, undo, world } = await start();
    await change('thingpark.dxRoutingProfiles.create', { body: { name: 'Plant', routes: [plant] } });
    const taken = await change('thingpark.dxRoutingProfiles.update', { path: { routingProfileRef: '2' }, body: { default: true } });
    expect(taken).toMatchObject({ status: 'applied', effects: ['write', 'disruptive'], targets: [{ before: { 'default profile': '1' } }] });
    expect((await undo(taken.id)).status).toBe('applied');
    expect(world.thingpark.routingProfiles.map((one) => one.default)).toEqual([true, false]);
  });

  it('other routes count the devices that are assigned to the profile, and name it by its id for a request by its ref', async () => {
    const { change, world } = await start();
    await change('thingpark.dxRoutingProfiles.create', { body: { name: 'Plant', routes: [plant] } });
    const device = world.thingpark.devices.get(fridge);
    if (!device) throw new Error('no device');
    device.routingProfile = 'TWA_199900001.2';
    const path = { routingProfileRef: '2' };
    const blast = { ...plant, sourcePorts: '1,2', strategy: 'BLAST' };
    const moved = await change('thingpark.dxRoutingProfiles.update', { path, body: { routes: [blast] } });
    expect(moved.summary).toContain(
      'TWA_199900001.2 (1 routing profile) on sandbox-thingpark: set ALL its routes: port "1,2" to https://plant.example/uplinks BLAST, JSON; its devices send there from now on. 1 device depends on it. Undo: setting the previous values.',
    );
    const renamed = await change('thingpark.dxRoutingProfiles.update', { path, body: { name: 'Renamed' } });
    expect(renamed.summary).not.toContain('depend');
  });

  it('the key of a route is given by name, is never shown, and takes the undo away', async () => {
    const key = '00112233445566778899AABBCCDDEEFF';
    const { change, asked, world, call } = await start({
      adjust: (config) =>
        void config.secrets.set('as-key', {
          value: key,
          operations: ['thingpark.dxRoutingProfiles.*'],
          field: 'body.routes.asKey',
          hosts: ['plant.example'],
        }),
    });
    const signed = { ...plant, asId: 'TWA_199900001.77.AS', asKey: { secret: 'as-key' } };
    const created = await change('thingpark.dxRoutingProfiles.create', { body: { name: 'Plant', routes: [signed] } });
    expect(created.status).toBe('applied');
    expect(world.thingpark.routingProfiles[1]?.routes[0]?.asKey).toBe(key);
    const path = { routingProfileRef: '2' };
    const same = await change('thingpark.dxRoutingProfiles.update', { path, body: { routes: [signed] } });
    expect(same.status).toBe('applied');
    expect(JSON.stringify(same.warnings)).toContain('the previous routes may hold keys or credentials, which are not kept');
    expect(same.summary).toContain('Cannot be undone.');
    const shown = await call('get_change', { change: same.id });
    expect([...asked, shown.text, JSON.stringify([created, same])].join('\n')).not.toContain(key);
  });

  it('the refusal of the provider to delete a profile in use is passed on', async () => {
    const { change, world } = await start();
    const done = await change('thingpark.dxRoutingProfiles.delete', { path: { routingProfileRef: '1' } });
    expect(done.status).toBe('failed');
    expect(JSON.stringify(done)).toContain('the default routing profile cannot be deleted');
    expect(world.thingpark.routingProfiles).toHaveLength(1);
  });
});

describe('DX reads', () => {
  it('frame statistics of a base station, their health and their profiles are read', async () => {
    const { read } = await start();
    const rows = await read('thingpark.dxStatistics.baseStationFrames', {
      query: { baseStationId: '10001234', duration: '1', aggregationStep: 24 },
    });
    expect(rows.map(({ type }: { type: string }) => type)).toEqual(['UPLINK', 'DOWNLINK']);
    expect(await read('thingpark.dxStatistics.baseStationHealth', {})).toMatchObject({ activeCount: 3, totalCount: 4 });
    expect((await read('thingpark.dxBaseStations.profiles', {}))[0]).toEqual({ id: 'KERL/WIR2.1', commercialName: 'Macro' });
  });

  it('the messages that wait for a device are read', async () => {
    const { read, world } = await start();
    const device = world.thingpark.devices.get(fridge);
    if (!device) throw new Error('no device');
    device.downlinkQueue = [{ queuedAt: world.clock.now(), fPort: 10, bytes: 2, payload: '0102' }];
    expect(await read('thingpark.dxDevices.downlinks', { path: { device: fridge } })).toMatchObject([
      { payloadHex: '0102', targetPorts: '10' },
    ]);
  });
});

describe('a location sent as text', () => {
  const operation = 'thingpark.dxDevices.update';
  const path = { deviceRef: '4101' };

  it.each(['48,8566', '48.8566'])('%s is read as a number, planned and set', async (geoLatitude) => {
    const { change, world } = await start();
    const done = await change(operation, { path, body: { geoLatitude, geoLongitude: '2,352' } });
    expect(done).toMatchObject({ status: 'applied', targets: [{ after: { geoLatitude: '48.8566', geoLongitude: '2.352' } }] });
    expect(world.thingpark.devices.get(fridge)?.notes).toMatchObject({ adminLat: 48.8566, adminLon: 2.352 });
  });

  it('what is not clear is refused with field, rule and example', async () => {
    const { call, world } = await start();
    const answer = await call('change_operation', { operation, input: { path, body: { geoLatitude: '48° 51′ 24″ N' } } });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('body.geoLatitude must be decimal degrees from -90 to 90. Example: 48.8566');
    expect(countRequests(world, operation)).toBe(0);
  });

  it('update_device reads a decimal comma too', async () => {
    const { call, world } = await start();
    const answer = await call('update_device', { device: fridge, latitude: '48,8566', longitude: '2,3522' });
    expect(answer.structured.change.status).toBe('applied');
    expect(world.thingpark.devices.get(fridge)?.notes).toMatchObject({ adminLat: 48.8566, adminLon: 2.3522 });
  });
});
