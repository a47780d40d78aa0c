/** ThingPark changes without a tool of their own: summary, approval, sent request and sandbox state of each operation. */
import { describe, expect, it } from 'vitest';

import { allAlarms } from '../../src/sandbox/thingpark/alarm-data.ts';
import type { World } from '../../src/sandbox/world.ts';
import { countRequests, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const offered = { flags: { toolsets: 'thingpark,changes,operations,fleet' } };
const fridge = 'A81758FFFE0A0001';
const added = 'A81758FFFE0B0001';
const key = '00112233445566778899AABBCCDDEEFF';
const roof = '10001234';

const device = ({ thingpark }: World, eui = fridge) => thingpark.devices.get(eui);
const station = ({ thingpark }: World) => thingpark.baseStations.find(({ lrrID }) => lrrID === roof);
const valve = ({ thingpark }: World): string =>
  [...thingpark.devices.values()].find(({ model, suspended }) => model.includes('ValveC') && !suspended)?.EUI ?? '';
const openAlarm = (world: World) => {
  const alarm = allAlarms(world).find(({ state }) => state === 6);
  if (!alarm) throw new Error('no critical alarm');
  return alarm;
};

interface Case {
  operation: string;
  input: (world: World) => Record<string, unknown>;
  sentence: (world: World) => string;
  effects: string[];
  /** The change is accepted first and applied later. */
  waits?: true;
  seen: (world: World) => unknown;
  before: unknown;
  after: unknown;
}

const cases: readonly Case[] = [
  {
    operation: 'thingpark.devices.reset',
    input: () => ({ path: { deviceUid: `e${fridge}` } }),
    sentence: () =>
      `${fridge} (1 device) on sandbox-thingpark: clear session and counters on the network side; an OTAA device is cut off until it joins again. Cannot be undone.`,
    effects: ['disruptive'],
    seen: (world) => device(world)?.nwAddress !== undefined,
    before: true,
    after: false,
  },
  {
    operation: 'thingpark.dxDevices.downlink',
    input: (world) => ({ path: { device: valve(world) }, body: { payloadHex: '0102FF', targetPorts: '10' } }),
    sentence: (world) =>
      `${valve(world)} (1 device) on sandbox-thingpark: send 0102FF (3 bytes) on port 10, unconfirmed; class C, goes out at once (heard`,
    effects: ['disruptive'],
    seen: (world) => device(world, valve(world))?.downlinkSentAt !== undefined,
    before: false,
    after: true,
  },
  {
    operation: 'thingpark.dxDevices.create',
    input: () => ({
      body: {
        name: 'Crate',
        EUI: added,
        activationType: 'OTAA',
        deviceProfileId: 'SMTC/LoRaMoteA.1_EU',
        connectivityPlanId: 'acme-cs/standard',
        applicationEUI: 'A81758FFFE000000',
        applicationKey: key,
      },
    }),
    sentence: () =>
      `${added} (1 LoRaWAN device) on sandbox-thingpark: add OTAA device "Crate", model "SMTC/LoRaMoteA.1_EU", plan "acme-cs/standard", JoinEUI A81758FFFE000000, its AppKey. Takes a plan licence, cost unknown. Undo: deleting it, with its history.`,
    effects: ['billing'],
    seen: (world) => device(world, added)?.name,
    before: undefined,
    after: 'Crate',
  },
  {
    operation: 'thingpark.alarms.ackOne',
    input: (world) => ({ path: { deviceUid: `e${openAlarm(world).device.EUI}`, alarmUid: openAlarm(world).uid } }),
    sentence: (world) =>
      `${openAlarm(world).uid} (1 alarm) on sandbox-thingpark: acknowledge 1 critical; the faults remain but no longer show in alarm levels. Cannot be undone.`,
    effects: ['write'],
    seen: (world) => world.thingpark.acks.has(openAlarm(world).uid),
    before: false,
    after: true,
  },
  {
    operation: 'thingpark.baseStations.restart',
    input: () => ({ path: { bsUid: `i${roof}` }, body: {} }),
    sentence: () =>
      `${roof} (1 base station) on sandbox-thingpark: restart its packet forwarder; every device that only it hears is cut off meanwhile. Cannot be undone.`,
    effects: ['disruptive'],
    waits: true,
    seen: (world) => station(world)?.command,
    before: undefined,
    after: { type: 'RESTART', status: 'COMPLETED' },
  },
  {
    operation: 'thingpark.baseStations.updateRfRegion',
    input: () => ({ path: { bsUid: `i${roof}` }, body: { rfRegionID: 'EU868_16channels' } }),
    sentence: () =>
      `${roof} (1 base station) on sandbox-thingpark: set radio plan "EU868_16channels"; devices on other channels are no longer heard. Undo: setting the previous radio plan.`,
    effects: ['disruptive'],
    waits: true,
    seen: (world) => station(world)?.rfRegionID,
    before: 'EU868_8channels',
    after: 'EU868_16channels',
  },
  {
    operation: 'thingpark.baseStations.updateLocation',
    input: () => ({ path: { bsUid: `i${roof}` }, body: { locationType: 1, adminLat: 48.9, adminLon: 2.4 } }),
    sentence: () => `${roof} (1 base station) on sandbox-thingpark: place it at 48.9, 2.4. Undo: setting the previous location.`,
    effects: ['write'],
    waits: true,
    seen: (world) => station(world)?.locationType,
    before: 2,
    after: 1,
  },
];

describe('ThingPark operations through change_operation', () => {
  for (const { operation, input, sentence, effects, waits, seen, before, after } of cases) {
    it(`${operation} is planned, approved, sent once and visible in the sandbox`, async () => {
      const { connectClient, world } = await startTestServer({ ...offered, fleet: 400 });
      const { call, asked } = await connectClient({ ...client, person: yes });
      const words = sentence(world);
      expect(seen(world)).toEqual(before);
      const answer = await call('change_operation', { operation, input: input(world) });
      expect(asked[0]).toContain(words);
      let { change } = answer.structured;
      expect(change).toMatchObject({ status: waits ? 'accepted' : 'applied', effects });
      for (let i = 0; waits && change.status === 'accepted' && i < 4; i++)
        ({ change } = (await call('get_change', { change: change.id, waitSeconds: 50 })).structured);
      expect(change.status).toBe('applied');
      expect(seen(world)).toEqual(after);
      expect([...asked, answer.text, JSON.stringify(change)].join('\n')).not.toContain(key);
      expect(countRequests(world, operation)).toBe(1);
    });

    it(`${operation} is not sent when the person declines`, async () => {
      const { connectClient, world } = await startTestServer({ ...offered, fleet: 400 });
      const { call } = await connectClient({ ...client, person: () => ({ action: 'decline' }) });
      const { change } = (await call('change_operation', { operation, input: input(world) })).structured;
      expect(change).toMatchObject({ status: 'refused', reason: 'declined' });
      expect(countRequests(world, operation)).toBe(0);
    });
  }

  it('an operation on an unknown object names the missing object', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    for (const [operation, input, said] of [
      ['thingpark.devices.reset', { path: { deviceUid: 'eA81758FFFE0AFFFF' } }, 'A81758FFFE0AFFFF: there is no such device'],
      [
        'thingpark.dxDevices.create',
        { body: { EUI: fridge, activationType: 'OTAA', deviceProfileId: 'SMTC/LoRaMoteA.1_EU' } },
        `${fridge}: already there as "Water meter 1"`,
      ],
      ['thingpark.baseStations.restart', { path: { bsUid: 'i1000FFFF' }, body: {} }, 'i1000FFFF: there is no such base station'],
      [
        'thingpark.alarms.ackOne',
        { path: { deviceUid: `e${fridge}`, alarmUid: '000000000000000000000000' } },
        '000000000000000000000000: there is no such alarm',
      ],
    ] as const) {
      expect((await call('change_operation', { operation, input })).structured.change.explanation).toContain(said);
      expect(countRequests(world, operation)).toBe(0);
    }
  });
});

describe('base station alarms', () => {
  const operation = 'thingpark.baseStationAlarms.ack';

  it('thingpark.baseStationAlarms.ack acknowledges alarms by UID once', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { alarms } = (await call('get_gateway', { gateway: '10001236' })).structured;
    const input = { body: { alarmUids: [alarms[0].alarm] } };
    const { change } = (await call('change_operation', { operation, input })).structured;
    expect(asked[0]).toContain(
      `${alarms[0].alarm} (1 alarm) on sandbox-thingpark: acknowledge 1 major; the faults remain but no longer show in alarm levels. Cannot be undone.`,
    );
    expect(change).toMatchObject({ status: 'applied', targets: [{ before: { of: '10001236' }, after: { acked: 'yes' } }] });
    expect((await call('change_operation', { operation, input })).structured.change.status).toBe('unchanged');
    expect((await call('get_gateway', { gateway: '10001236' })).structured.alarms).toEqual([]);
    expect(countRequests(world, operation)).toBe(1);
  });

  it('an unknown alarm is searched on all pages and the search ends at a repeated page', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    world.thingpark.page = { defaultSize: 1, maxSize: 1 };
    for (const one of world.thingpark.baseStations) one.connected = false;
    world.faults.arm({ fault: 'same-page' });
    const input = { body: { alarmUids: ['000000000000000000000000'] } };
    expect((await call('change_operation', { operation, input })).structured.change.explanation).toContain('there is no such alarm');
    expect(countRequests(world, operation)).toBe(0);
  });
});

describe('thingpark.appServers.updateSecurity', () => {
  it('the downlink signing key is given by name, is never shown, and its loss is announced as permanent', async () => {
    const operation = 'thingpark.appServers.updateSecurity';
    const { connectClient, world } = await startTestServer({ ...offered, adjust: (config) => void config.secrets.set('as-key', key) });
    const { call, asked } = await connectClient({ ...client, person: yes });
    const put = (version: number, downlinkSecurity: object) =>
      call('change_operation', { operation, input: { path: { appServerUid: '77' }, body: { occContext: { version }, downlinkSecurity } } });
    const signed = { status: 'DOWNLINK_AS_KEY', downlinkAsKey: { secret: 'as-key' }, maxTimestampDeviation: 60 };
    const set = await put(1, signed);
    expect(asked[0]).toContain(
      '77 (1 application server) on sandbox-thingpark: set the key that its downlinks are signed with; downlinks signed with another key are refused from now on, the previous key cannot be read back. Cannot be undone.',
    );
    expect(set.structured.change).toMatchObject({
      status: 'applied',
      irreversible: true,
      targets: [{ before: { signing: 'NONE', version: '1' }, after: { signing: 'DOWNLINK_AS_KEY' } }],
    });
    expect(world.thingpark.appServers.find(({ uid }) => uid === '77')?.security).toMatchObject({ key });
    expect([...asked, set.text, JSON.stringify(set.structured)].join('\n')).not.toContain(key);
    expect((await put(1, signed)).structured.change.explanation).toContain('it is at version 2, the change was made for version 1');
    const gone = (await put(2, { status: 'NONE' })).structured.change;
    expect(gone.summary).toContain('REMOVE THE SIGNING KEY, anyone who knows its address can send downlinks');
    expect((await put(3, { status: 'NONE' })).structured.change.status).toBe('unchanged');
    expect(countRequests(world, operation)).toBe(2);
  });
});

describe('thingpark.dxConnections.delete', () => {
  it('thingpark.dxConnections.delete deletes an IoT Flow connection by id', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    await call('add_app_server', {
      name: 'Plant broker',
      connector: 'actility-mqtt-iot',
      configuration: {
        hostName: 'broker.example:8883',
        protocol: 'SSL',
        uplinkTopicPattern: 'up/{DevEUI}',
        downlinkTopicPattern: 'down/{DevEUI}',
        username: 'plant',
        password: 'the-real-broker-password',
      },
    });
    const connectionId = world.thingpark.connections[0]?.id ?? '';
    const operation = 'thingpark.dxConnections.delete';
    const { change } = (await call('change_operation', { operation, input: { path: { connectionId } } })).structured;
    expect(asked[1]).toContain(
      `${connectionId} (1 IoT Flow connection) on sandbox-thingpark: DELETE; uplinks of its devices no longer arrive, its secrets cannot be read back. Cannot be undone.`,
    );
    expect(change).toMatchObject({
      status: 'applied',
      irreversible: true,
      targets: [{ before: { name: 'Plant broker' }, after: { present: 'no' } }],
    });
    expect(JSON.stringify(change)).not.toContain('the-real-broker-password');
    expect(world.thingpark.connections).toEqual([]);
  });
});
