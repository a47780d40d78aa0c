/** Caller groups over HTTP: what a limited caller can neither read, find, count nor change, and whose changes a caller sees. */
import { describe, expect, it } from 'vitest';

import { memoryStore } from '../../src/store/memory.ts';
import { countRequests, startTestServer, type TestClient, type TestServerOptions, yes } from '../support/test-server.ts';

const tokens = {
  north: 'token-of-north-0123456',
  wide: 'token-of-wide-01234567',
  reader: 'token-of-reader-012345',
  auditor: 'token-of-auditor-01234',
};
type Caller = keyof typeof tokens;
const note = (group: string): string =>
  `This caller's rights (group ${group}) leave something out: connections and devices beyond them are not shown, found or counted.`;

/** north: one tag at ThingPark and one ThingSpace group; wide: no group; reader: fleet tools of one connection; auditor: all changes. */
async function office(options: TestServerOptions = {}) {
  const server = await startTestServer({
    ...options,
    adjust(config) {
      for (const [name, token] of Object.entries(tokens)) config.callers.set(name, token);
      for (const name of ['north', 'reader', 'auditor']) config.callerSettings.set(name, { people: [], group: name });
      config.callerGroups.set('north', { deviceGroups: ['North', 'pumps'], audit: false });
      config.callerGroups.set('reader', { connections: ['sandbox-thingpark'], tools: ['fleet', 'get_change'], audit: false });
      config.callerGroups.set('auditor', { audit: true });
    },
  });
  const { thingpark, thingspace } = server.world;
  const [meter, other] = [...thingpark.devices.values()].filter(({ connectivity }) => connectivity === 'LORAWAN');
  const [pump, tank] = thingspace.devices.filter(({ state, account }) => state === 'active' && account === '0442000123-00001');
  if (!meter || !other || !pump || !tank) throw new Error('the sandbox is too small');
  meter.tags = ['north'];
  pump.group = 'pumps';
  const connect = (name: Caller) => server.connectClient({ transport: 'http', era: 'auto', token: tokens[name], person: yes });
  return { ...server, connect, inside: { eui: meter.EUI, iccid: pump.iccid }, outside: { eui: other.EUI, iccid: tank.iccid } };
}

const sims = (iccid: string) => ({ sims: [{ iccid }] });

describe('a caller limited to device groups', () => {
  let place: Awaited<ReturnType<typeof office>>;
  let call: TestClient['call'];
  let client: TestClient['client'];
  const hidden = (): string[] => [place.outside.eui, place.outside.iccid];

  const start = async (): Promise<void> => {
    place = await office();
    ({ call, client } = await place.connect('north'));
  };

  it('lists, counts, finds and reads the devices in them alone, and is told that something is left out', async () => {
    await start();
    const listed = await call('list_devices');
    expect(listed.structured.devices.map(({ device }: { device: string }) => device).sort()).toEqual(
      [place.inside.eui, place.inside.iccid].sort(),
    );
    expect(listed.structured.total).toBe(2);
    expect(listed.text).toContain(note('north'));
    const counted = await call('list_devices', { count: true });
    expect(counted.structured.total).toBe(2);
    expect(counted.text).toMatch(/^2 devices\n/);
    for (const text of hidden()) {
      const found = await call('find_device', { identifier: text });
      expect(found.structured).toMatchObject({ devices: [], things: 0 });
      expect(found.text).toContain(note('north'));
      const read = await call('get_device', { device: text });
      expect(read.isError).toBe(true);
      expect(read.text).toContain(`device: there is no device ${text}`);
      expect(read.text).toContain(note('north'));
      expect((await call('find_device', { identifier: text.slice(-6) })).text).not.toContain(text);
      expect((await call('get_traffic_history', { device: text })).isError).toBe(true);
    }
    expect((await call('get_device', { device: place.inside.eui, raw: true })).structured.device.device).toBe(place.inside.eui);
  });

  it('gets the same answer for a device outside as for one that does not exist', async () => {
    await start();
    const { eui } = place.outside;
    const none = 'A81758FFFE0A9999';
    for (const [tool, field] of [
      ['get_device', 'device'],
      ['find_device', 'identifier'],
      ['list_alarms', 'device'],
    ] as const) {
      const [one, two] = [await call(tool, { [field]: eui }), await call(tool, { [field]: none })];
      const said = one.text.replaceAll(eui, none).replace(/[ \n]Did you mean [^?]*\?/, '');
      expect(said).toBe(two.text);
      expect(one.text).not.toContain('Water meter 2');
    }
    const unknown = '89148000000077999994';
    for (const tool of ['diagnose_sim', 'get_connection_history'] as const) {
      const [one, two] = [await call(tool, { iccid: place.outside.iccid }), await call(tool, { iccid: unknown })];
      expect([one.isError, one.text.replaceAll(place.outside.iccid, unknown)]).toEqual([true, two.text]);
    }
    const [one, two] = [await call('suspend_sim', sims(place.outside.iccid)), await call('suspend_sim', sims(unknown))];
    expect([one.isError, one.text.replaceAll(place.outside.iccid, unknown)]).toEqual([true, two.text]);
  });

  it('reads named devices inside with tools of the provider, and no more with one outside among them', async () => {
    await start();
    const { iccid } = place.inside;
    expect((await call('get_usage', sims(iccid))).structured.sims).toHaveLength(1);
    expect((await call('diagnose_sim', { iccid })).isError).toBe(false);
    expect((await call('list_alarms', { device: place.inside.eui })).isError).toBe(false);
    const both = await call('get_usage', { sims: [{ iccid }, { iccid: place.outside.iccid }] });
    expect(both.text).toContain(
      `there is no device ${place.outside.iccid} among those that this caller may reach (device groups of north)`,
    );
  });

  it('cannot call a read that device groups cannot limit, and learns why', async () => {
    await start();
    const before = place.world.requestLog.length;
    for (const [tool, input] of [
      ['read_operation', { operation: 'thingpark.devices.list' }],
      ['list_alarms', {}],
      ['list_groups', {}],
      ['list_sms', {}],
      ['list_gateways', {}],
      ['list_plans', {}],
    ] as const) {
      const refused = await call(tool, input);
      expect([tool, refused.isError]).toEqual([tool, true]);
      expect(refused.text).toMatch(/cannot be limited to device groups, so this caller may not use it \(group north\)/);
    }
    expect(place.world.requestLog).toHaveLength(before);
  });

  it('changes devices inside only: by a curated tool, by the operation, in a list of many', async () => {
    await start();
    const { iccid } = place.inside;
    const suspend = (ids: string[]) => ({
      operation: 'thingspace.devices.suspend',
      input: { body: { devices: ids.map((id) => ({ deviceIds: [{ id, kind: 'iccid' }] })) } },
    });
    const many = place.world.thingspace.devices.map((line) => line.iccid);
    for (const [tool, input] of [
      ['suspend_sim', sims(place.outside.iccid)],
      ['suspend_sim', { sims: many.map((one) => ({ iccid: one })), preview: true }],
      ['change_operation', suspend([place.outside.iccid])],
      ['change_operation', suspend([iccid, place.outside.iccid])],
      ['change_operation', { ...suspend([place.outside.iccid]), preview: true }],
      ['send_downlink', { device: place.outside.eui, payload: '01', port: 2 }],
      [
        'change_operation',
        {
          operation: 'thingspace.groups.update',
          input: {
            path: { accountName: '0442000123-00001', groupName: 'pumps' },
            body: { devicesToAdd: [{ id: place.outside.iccid, kind: 'iccid' }] },
          },
        },
      ],
      [
        'change_operation',
        {
          operation: 'thingpark.appServers.create',
          input: {
            body: {
              name: 'mine',
              type: 'HTTP',
              contentType: 'json',
              destinations: [{ addresses: ['https://ingest.example.net/x'], ports: '*', strategy: 'SEQUENTIAL' }],
              downlinkSecurity: { status: 'NONE' },
            },
          },
        },
      ],
    ] as const) {
      const refused = await call(tool, input);
      expect([tool, refused.isError, refused.structured?.change]).toEqual([tool, true, undefined]);
    }
    expect((await call('list_changes')).structured.total).toBe(0);
    const byName = await call('change_operation', {
      operation: 'thingspace.groups.remove',
      input: { path: { accountName: '0442000123-00001', groupName: 'pumps' } },
    });
    expect(byName.isError).toBe(true);
    const done = await call('suspend_sim', sims(iccid));
    expect(done.structured.change).toMatchObject({ status: 'accepted', targets: [{ device: iccid }] });
    expect(done.structured.change.blast?.total).toBeUndefined();
    expect(countRequests(place.world, 'thingspace.devices.suspend')).toBe(1);
  });

  it('is told nothing of a device outside by the error of an operation', async () => {
    await start();
    const deviceUid = `e${place.outside.eui}`;
    // What is refused here would otherwise name the products of the subscriber.
    const product = await call('change_operation', {
      operation: 'iotx.products.change',
      input: {
        path: { physicalId: '8944990000001000010' },
        body: { product: 'Telex', service: 'Telex', action: 'enable' },
      },
    });
    expect(product.text).toContain('the change would touch something else than devices that this caller may reach');
    expect(product.text).not.toMatch(/Telex|SMS|Voice/);
    for (const asked of [
      { operation: 'thingpark.devices.delete', input: { path: { deviceUid } } },
      { operation: 'thingpark.devices.update', input: { path: { deviceUid }, body: { name: 'mine' } } },
      { operation: 'thingpark.devices.downlink', input: { path: { deviceUid }, query: { payload: '0102FF', fPort: 10 } } },
      { operation: 'thingpark.tags.add', input: { path: { deviceUid }, body: { name: 'north' } } },
    ]) {
      const unknown = { ...asked, input: { ...asked.input, path: { deviceUid: 'eA81758FFFE0A9999' } } };
      const [one, two] = [await call('change_operation', asked), await call('change_operation', unknown)];
      expect(one.text).toContain('the change would touch something else than devices that this caller may reach');
      expect(one.text).toBe(two.text);
    }
  });

  it('finds nothing outside in resources and completions', async () => {
    await start();
    const uri = (device: string) => `iot://sandbox-thingpark/devices/${device}`;
    expect(JSON.stringify(await client.readResource({ uri: uri(place.inside.eui) }))).toContain(place.inside.eui);
    await expect(client.readResource({ uri: uri(place.outside.eui) })).rejects.toThrow();
    await expect(client.readResource({ uri: `${uri(place.outside.eui)}/traffic` })).rejects.toThrow();
    const completed = await client.complete({
      ref: { type: 'ref/resource', uri: 'iot://{connection}/devices/{device}' },
      argument: { name: 'device', value: place.outside.eui.slice(0, 6) },
      context: { arguments: { connection: 'sandbox-thingpark' } },
    });
    expect(completed.completion.values).not.toContain(place.outside.eui);
  });

  it('pages through a large fleet in which few devices are its own', async () => {
    place = await office({ fleet: 600 });
    ({ call } = await place.connect('north'));
    const last = place.world.thingspace.devices.at(-1);
    if (!last) throw new Error('no SIMs');
    last.group = 'pumps';
    const first = await call('list_devices', { provider: 'thingspace', limit: 1 });
    const second = await call('list_devices', { provider: 'thingspace', limit: 1, cursor: first.structured.nextCursor });
    const found = [...first.structured.devices, ...second.structured.devices].map(({ device }: { device: string }) => device);
    expect(found.sort()).toEqual([place.inside.iccid, last.iccid].sort());
  });

  it('sees the same list of tools as everybody', async () => {
    await start();
    const wide = await place.connect('wide');
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual((await wide.client.listTools()).tools.map(({ name }) => name));
  });
});

describe('a caller limited to connections and tools', () => {
  it('neither reads nor names another connection', async () => {
    const { connect } = await office();
    const { call, client } = await connect('reader');
    expect(client.getInstructions()).not.toMatch(/sandbox-thingspace|sandbox-iotx/);
    const listed = await call('list_devices', { limit: 500 });
    const text = JSON.stringify(listed.structured);
    expect(text).toContain('sandbox-thingpark');
    expect(text).not.toMatch(/sandbox-thingspace|sandbox-iotx/);
    expect(listed.text).toContain(note('reader'));
    const other = await call('list_devices', { connection: 'sandbox-thingspace' });
    expect([other.isError, other.text]).toEqual([
      true,
      `connection: no connection with devices fits. There are: sandbox-thingpark (thingpark). ${note('reader')}`,
    ]);
    const connections = await client.readResource({ uri: 'iot://connections' });
    expect(JSON.stringify(connections)).not.toMatch(/sandbox-thingspace|sandbox-iotx/);
    await expect(client.readResource({ uri: 'iot://sandbox-thingspace/devices/89148000000077000037' })).rejects.toThrow();
  });

  it('is refused other tools with the reason, and the resources that read the same', async () => {
    const { connect, world } = await office();
    const { call, client } = await connect('reader');
    const refused = await call('update_device', { device: 'A81758FFFE0A0001', name: 'mine' });
    expect([refused.isError, refused.text]).toEqual([
      true,
      `update_device is not among the tools of this caller (group reader). It may use: fleet, get_change. An operator can add update_device or thingpark to callerGroups.reader.tools. ${note('reader')}`,
    ]);
    expect((await call('list_changes')).isError).toBe(true);
    expect((await call('get_change', { change: 'chg_000000000000' })).text).toContain('there is no change chg_000000000000 of yours');
    await expect(client.readResource({ uri: 'iot://policy' })).rejects.toThrow('get_policy is not among the tools of this caller');
    await expect(client.readResource({ uri: 'iot://audit/2026-11-22' })).rejects.toThrow('list_changes is not among the tools');
    expect(world.requestLog.filter(({ operation }) => operation !== 'thingpark.tokens.create')).toEqual([]);
  });
});

describe('changes of other callers', () => {
  let store = memoryStore();
  let one: Awaited<ReturnType<typeof office>>;
  const clients = new Map<Caller, TestClient>();
  let foreign: string;

  const start = async (): Promise<void> => {
    store = memoryStore();
    one = await office({ store });
    for (const name of ['wide', 'north', 'auditor'] as const) clients.set(name, await one.connect(name));
    const made = await as('north').call('suspend_sim', { ...sims(one.inside.iccid) });
    foreign = made.structured.change.id;
  };
  const as = (name: Caller): TestClient => {
    const client = clients.get(name);
    if (!client) throw new Error(`${name} is not connected`);
    return client;
  };

  it('are not listed, read, audited, completed, undone, cancelled or applied by a caller without the audit right', async () => {
    await start();
    const { call, client } = as('wide');
    const listed = await call('list_changes');
    expect([listed.structured.total, listed.text]).toEqual([0, '0 changes of this caller']);
    const missing = await call('get_change', { change: foreign });
    expect(missing.text.replaceAll(foreign, 'x')).toBe(
      (await call('get_change', { change: 'chg_000000000000' })).text.replaceAll('chg_000000000000', 'x'),
    );
    for (const tool of ['cancel_change', 'undo_change', 'resume_change'])
      expect((await call(tool, { change: foreign })).text).toContain(`there is no change ${foreign} of yours`);
    expect((await call('apply_change', { change: foreign, confirm: 'x' })).text).toContain(`there is no change ${foreign} of yours`);
    await expect(client.readResource({ uri: `iot://changes/${foreign}` })).rejects.toThrow();
    const audit = await client.readResource({ uri: 'iot://audit/2026-11-22' });
    expect(JSON.parse(String(audit.contents[0] && 'text' in audit.contents[0] ? audit.contents[0].text : ''))).toMatchObject({
      total: 0,
      lines: [],
    });
    const ref = { type: 'ref/resource', uri: 'iot://changes/{id}' } as const;
    expect((await client.complete({ ref, argument: { name: 'id', value: '' } })).completion.values).toEqual([]);
    expect((await as('north').client.complete({ ref, argument: { name: 'id', value: '' } })).completion.values).toEqual([foreign]);
  });

  it('are read, not undone or cancelled, by a caller with the audit right', async () => {
    await start();
    const { call, client } = as('auditor');
    expect((await call('list_changes')).structured.changes).toContainEqual(expect.objectContaining({ change: foreign, caller: 'north' }));
    expect((await call('get_change', { change: foreign })).structured.change.id).toBe(foreign);
    const audit = JSON.stringify(await client.readResource({ uri: 'iot://audit/2026-11-22' }));
    expect(audit).toContain(foreign);
    expect((await call('undo_change', { change: foreign })).text).toContain(`there is no change ${foreign} of yours`);
  });

  it('are read by the caller over stdio, and by everybody where no caller is configured', async () => {
    await start();
    const stdio = await one.connectClient({ transport: 'stdio', era: 'auto' });
    expect((await stdio.call('get_change', { change: foreign })).structured.change.id).toBe(foreign);
    const open = await startTestServer({ store, seed: 2 });
    const anybody = await open.connectClient({ transport: 'http', era: 'auto' });
    expect((await anybody.call('get_change', { change: foreign })).structured.change.id).toBe(foreign);
  });
});

describe('the configuration of caller groups', () => {
  it.each([
    [{ connections: ['verizn'] }, 'callerGroups.g.connections: there is no connection verizn'],
    [{ tools: ['suspend_sims'] }, 'callerGroups.g.tools: there is no tool or toolset suspend_sims, nearest is suspend_sim'],
  ])('a name that there is not is rejected at the start: %j', async (limits, words) => {
    const started = startTestServer({ adjust: (config) => void config.callerGroups.set('g', { ...limits, audit: false }) });
    await expect(started).rejects.toThrow(words);
  });
});
