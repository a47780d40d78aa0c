/** MCP resources over both transports and protocol revisions: contents, missing resources, completion cost, redaction. */
import { ProtocolErrorCode } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import { sandboxThingpark } from '../../src/clients/thingpark/sandbox-account.ts';
import { sandboxThingspace } from '../../src/clients/thingspace/sandbox-account.ts';
import { operations } from '../support/providers.ts';
import { applyInSecondStep, startTestServer, type TestClient, type TestServerOptions } from '../support/test-server.ts';

const appKey = '00112233445566778899AABBCCDDEEFF';
const fridge = {
  name: 'Fridge',
  devEui: 'A81758FFFE0B0001',
  model: 'SMTC/LoRaMoteA.1_EU',
  activation: 'OTAA',
  joinEui: 'A81758FFFE000000',
  appKey,
};

/** The JSON content of a resource. */
async function read({ client }: TestClient, uri: string) {
  const { contents } = await client.readResource({ uri });
  const [content, ...alternatives] = contents;
  expect(content).toEqual({ uri, mimeType: 'application/json', text: expect.any(String) });
  // A text for people at most, which says the same.
  expect(alternatives.slice(1)).toEqual([]);
  for (const one of alternatives) expect(one).toEqual({ uri, mimeType: 'text/plain', text: expect.any(String) });
  return JSON.parse(content && 'text' in content ? content.text : '');
}

async function complete({ client }: TestClient, uri: string, name: string, value: string, others?: Record<string, string>) {
  const { completion } = await client.complete({
    ref: { type: 'ref/resource', uri },
    argument: { name, value },
    ...(others ? { context: { arguments: others } } : {}),
  });
  return completion;
}

const device = 'iot://{connection}/devices/{device}';

describe.each([
  ['http', 'auto'],
  ['http', 'legacy'],
  ['stdio', 'auto'],
  ['stdio', 'legacy'],
] as const)('%s, protocol %s', (transport, era) => {
  const start = async (options: TestServerOptions = {}) => {
    const running = await startTestServer(options);
    return { ...running, world: running.world, dialled: await running.connectClient({ transport, era }) };
  };

  test('resources/list has two resources, and resources/templates/list has the others as templates', async () => {
    const { dialled } = await start();
    const { resources } = await dialled.client.listResources();
    const { resourceTemplates } = await dialled.client.listResourceTemplates();
    expect(resources).toMatchObject([
      { uri: 'iot://connections', name: 'connections', mimeType: 'application/json' },
      { uri: 'iot://policy', name: 'policy', mimeType: 'application/json' },
    ]);
    expect(resourceTemplates.map((one) => one.uriTemplate)).toEqual([
      'iot://changes/{id}',
      'iot://audit/{day}',
      'iot://operations/{operation}',
      'iot://{connection}/devices/{device}/traffic',
      'iot://{connection}/devices/{device}',
    ]);
    for (const one of [...resources, ...resourceTemplates])
      expect({ title: one.title, description: one.description }).toEqual({ title: expect.any(String), description: expect.any(String) });
  });

  test('iot://connections lists the connections', async () => {
    const { dialled } = await start();
    expect(await read(dialled, 'iot://connections')).toEqual({
      connections: [
        { name: 'sandbox-thingpark', provider: 'thingpark', sandbox: true, writes: 'on', allowGuessed: true },
        { name: 'sandbox-thingspace', provider: 'thingspace', sandbox: true, writes: 'on', allowGuessed: true },
        { name: 'sandbox-iotx', provider: 'iotx', sandbox: true, writes: 'on', allowGuessed: true },
      ],
    });
  });

  test('connections, policy and a change also come as a text for people', async () => {
    const { dialled } = await start();
    const textOf = async (uri: string) => {
      const [, alternative] = (await dialled.client.readResource({ uri })).contents;
      return alternative && 'text' in alternative ? alternative.text : undefined;
    };
    expect(await textOf('iot://connections')).toBe(
      'sandbox-thingpark: thingpark, sandbox, changes on\nsandbox-thingspace: thingspace, sandbox, changes on\nsandbox-iotx: iotx, sandbox, changes on',
    );
    expect(await textOf('iot://policy')).toMatch(/^policy .*, zone UTC\n/);
    const planned = await dialled.call('suspend_sim', { sims: [{ iccid: '89148000000077000037' }] });
    const { id } = planned.structured.change;
    expect(await textOf(`iot://changes/${id}`)).toContain('89148000000077000037');
  });

  test('iot://audit/{day} lists requester, rule, approval and outcome of each update on that day', async () => {
    const { dialled, clock } = await start({ rules: 'rules: [{ name: all pass, then: allow }]' });
    const { call } = dialled;
    await call('toggle_product', { subscribers: ['8944990000001000010'], product: 'SMS MO/MT', action: 'disable' });
    const content = await read(dialled, 'iot://audit/2026-11-22');
    expect(content).toMatchObject({ day: '2026-11-22', total: content.lines.length });
    expect(content.lines.map(({ status }: { status: string }) => status)).toEqual(['planned', 'applying', 'accepted', 'applied']);
    expect(content.lines.at(-1)).toEqual({
      seq: 4,
      at: expect.stringMatching(/^2026-11-22T08:00:/),
      change: expect.stringMatching(/^chg_/),
      status: 'applied',
      operation: 'iotx.products.change',
      connection: 'sandbox-iotx',
      caller: expect.any(String),
      rule: 'all pass',
      approval: 'rule',
      by: 'all pass',
      counts: { applied: 1 },
    });
    clock.advance(86_400_000);
    await call('toggle_product', { subscribers: ['8944990000001000010'], product: 'SMS MO/MT', action: 'enable' });
    expect((await read(dialled, 'iot://audit/2026-11-22')).total).toBe(4);
    expect((await read(dialled, 'iot://audit/2026-11-23')).lines[0]).toMatchObject({ seq: 5, status: 'planned' });
    expect(await read(dialled, 'iot://audit/2026-11-21')).toEqual({ day: '2026-11-21', total: 0, lines: [] });
    for (const wrong of ['2026-02-30', 'today', '2026-11'])
      await expect(read(dialled, `iot://audit/${wrong}`)).rejects.toThrow(/not found/i);
    expect(await complete(dialled, 'iot://audit/{day}', 'day', '2026-11-2')).toEqual({
      values: ['2026-11-23', '2026-11-22', '2026-11-21', '2026-11-20'],
      total: 4,
      hasMore: false,
    });
  });

  test('iot://{connection}/devices/{device} returns a device of every provider with its identifiers', async () => {
    const { dialled } = await start();
    expect(await read(dialled, 'iot://sandbox-thingpark/devices/A81758FFFE0A0001')).toEqual({
      device: expect.objectContaining({
        device: 'A81758FFFE0A0001',
        connection: 'sandbox-thingpark',
        provider: 'thingpark',
        state: 'active',
        joinEui: 'A81758FFFE000000',
      }),
    });
    expect(await read(dialled, 'iot://sandbox-thingspace/devices/89148000000077000037')).toMatchObject({
      device: {
        device: '89148000000077000037',
        provider: 'thingspace',
        providerState: expect.any(String),
        imei: expect.stringMatching(/^\d{15}$/),
      },
    });
    expect(await read(dialled, 'iot://sandbox-iotx/devices/8944990000001000010')).toMatchObject({
      device: { device: '8944990000001000010', provider: 'iotx', connection: 'sandbox-iotx' },
    });
  });

  test('a device known to two connections is read from the connection in the URI', async () => {
    const { dialled } = await start();
    for (const connection of ['sandbox-thingpark', 'sandbox-iotx'])
      expect(await read(dialled, `iot://${connection}/devices/A81758FFFE0A0001`)).toMatchObject({ device: { connection } });
  });

  test('a URI may be percent-encoded and contain an identifier with separators', async () => {
    const { dialled } = await start();
    expect(await read(dialled, 'iot://sandbox-thingpark/devices/a8-17-58-ff-fe-0a-00-01')).toMatchObject({
      device: { device: 'A81758FFFE0A0001' },
    });
    expect(await read(dialled, 'iot://sandbox%2Dthingpark/devices/A8%3A17%3A58%3AFF%3AFE%3A0A%3A00%3A01')).toMatchObject({
      device: { device: 'A81758FFFE0A0001' },
    });
  });

  test('iot://{connection}/devices/{device}/traffic returns the last seven days by day', async () => {
    const { dialled } = await start();
    const content = await read(dialled, 'iot://sandbox-thingpark/devices/A81758FFFE0A0004/traffic');
    expect(content).toMatchObject({
      device: 'A81758FFFE0A0004',
      connection: 'sandbox-thingpark',
      from: '2026-11-16T00:00:00Z',
      step: 'P1D',
    });
    expect(content.slots.map((slot: { day: string }) => slot.day)).toEqual([16, 17, 18, 19, 20, 21, 22].map((day) => `2026-11-${day}`));
    expect(content.slots[1]).toMatchObject({ upCount: 24, upBytes: 288 });
    const sim = await read(dialled, 'iot://sandbox-thingspace/devices/89148000000077000037/traffic');
    expect(sim.slots).toHaveLength(7);
  });

  test('iot://changes/{id} follows a change from plan to end without exposing its key', async () => {
    const { dialled } = await start();
    const planned = await dialled.call('add_lorawan_device', fridge);
    const { id } = planned.structured.change;
    expect(await read(dialled, `iot://changes/${id}`)).toEqual({
      change: expect.objectContaining({ id, status: 'planned', summary: expect.stringContaining('A81758FFFE0B0001') }),
    });
    await applyInSecondStep(dialled.call, planned);
    const done = await read(dialled, `iot://changes/${id}`);
    expect(done).toMatchObject({ change: { id, status: 'applied', targets: [{ device: 'A81758FFFE0B0001', outcome: 'applied' }] } });
    const added = await read(dialled, 'iot://sandbox-thingpark/devices/A81758FFFE0B0001');
    expect(added).toMatchObject({ device: { name: 'Fridge', health: 'init' } });
    expect(JSON.stringify([done, added])).not.toContain(appKey);
    expect(await complete(dialled, 'iot://changes/{id}', 'id', 'chg_')).toEqual({ values: [id], total: 1, hasMore: false });
    expect(await complete(dialled, 'iot://changes/{id}', 'id', 'chg_no')).toEqual({ values: [], total: 0, hasMore: false });
  });

  test('iot://operations/{operation} returns route, effects, input schema and example', async () => {
    const { dialled } = await start();
    expect(await read(dialled, 'iot://operations/thingspace.devices.activate')).toMatchObject({
      operation: 'thingspace.devices.activate',
      route: expect.stringMatching(/^POST \//),
      effects: expect.stringContaining('billing'),
      inputSchema: { type: 'object', required: ['body'] },
      example: { body: expect.any(Object) },
    });
  });

  test.each([
    ['a device', 'iot://sandbox-thingpark/devices/A81758FFFE0AFFFF'],
    ['the traffic of a device', 'iot://sandbox-thingpark/devices/A81758FFFE0AFFFF/traffic'],
    ['a device of another provider', 'iot://sandbox-thingspace/devices/A81758FFFE0A0001'],
    ['a connection', 'iot://none/devices/A81758FFFE0A0001'],
    ['a change', 'iot://changes/chg_000000000000'],
    ['an operation', 'iot://operations/thingpark.devices.explode'],
    ['an unknown resource', 'iot://nothing'],
    ['another scheme', 'file:///etc/passwd'],
    ['an invalid percent-encoding', 'iot://sandbox-thingpark/devices/%E0%A4%A'],
    ['a path traversal', 'iot://sandbox-thingpark/devices/..%2F..%2Fadmin'],
  ])('a URI of %s that does not exist is answered with InvalidParams', async (_, uri) => {
    const { dialled } = await start();
    await expect(dialled.client.readResource({ uri })).rejects.toMatchObject({ code: ProtocolErrorCode.InvalidParams, data: { uri } });
  });

  test('a provider failure is an InternalError with a next step, not a missing device', async () => {
    const { dialled, world } = await start();
    world.faults.arm({ fault: '500', operation: 'thingpark.devices.read', skip: 0, times: 20 });
    await expect(dialled.client.readResource({ uri: 'iot://sandbox-thingpark/devices/A81758FFFE0A0001' })).rejects.toMatchObject({
      code: ProtocolErrorCode.InternalError,
      message: expect.stringMatching(/500.*\./),
    });
  });

  test('URI variables are completed: connections, devices, operations', async () => {
    const { dialled } = await start();
    expect((await complete(dialled, device, 'connection', '')).values).toEqual(['sandbox-thingpark', 'sandbox-thingspace', 'sandbox-iotx']);
    expect((await complete(dialled, device, 'connection', 'sandbox-i')).values).toEqual(['sandbox-iotx']);
    const park = { connection: 'sandbox-thingpark' };
    expect((await complete(dialled, device, 'device', 'A81758FFFE0A000', park)).values).toEqual(
      [...'123456789ABCDEF'].map((digit) => `A81758FFFE0A000${digit}`),
    );
    expect((await complete(dialled, `${device}/traffic`, 'device', 'a81758fffe0a0001', park)).values).toEqual(['A81758FFFE0A0001']);
    expect((await complete(dialled, device, 'device', '8914800000007800013', { connection: 'sandbox-thingspace' })).values).toEqual([
      '89148000000078000131',
    ]);
    expect((await complete(dialled, device, 'device', '', { connection: 'sandbox-iotx' })).values.length).toBeGreaterThan(5);
    expect((await complete(dialled, device, 'device', 'A81758', { connection: 'none' })).values).toEqual([]);
    expect((await complete(dialled, 'iot://operations/{operation}', 'operation', 'thingpark.orders.')).values).toEqual(
      operations.map((entry) => entry.id as string).filter((id) => id.startsWith('thingpark.orders.')),
    );
    expect(await complete(dialled, 'iot://operations/{operation}', 'operation', '')).toEqual({
      values: expect.objectContaining({ length: Math.min(100, operations.length) }),
      total: operations.length,
      hasMore: operations.length > 100,
    });
  });

  test('completion refuses an unknown template and returns no values for an unknown variable or a failing provider', async () => {
    const { dialled, world } = await start();
    await expect(complete(dialled, 'iot://nothing/{id}', 'id', '')).rejects.toMatchObject({ code: ProtocolErrorCode.InvalidParams });
    expect((await complete(dialled, device, 'colour', '')).values).toEqual([]);
    world.faults.arm({ fault: '500', operation: 'thingpark.devices.list', skip: 0, times: 50 });
    expect((await complete(dialled, device, 'device', 'A8', { connection: 'sandbox-thingpark' })).values).toEqual([]);
  });
});

describe('resource completion in a fleet of 60,000 devices', () => {
  test.each([
    ['thingpark', 'A81758FFFE0A00', 'B'],
    ['thingspace', '8914800000007800', '77'],
    ['iotx', '894499000000100', 'ZZ'],
  ] as const)('completing a device of %s takes one request for any prefix', async (provider, typed, none) => {
    const running = await startTestServer({ fleet: 60_000 });
    const dialled = await running.connectClient({ transport: 'http', era: 'auto' });
    const { world } = running;
    const asking = async (value: string) => {
      const from = world.requestLog.length;
      const { values } = await complete(dialled, device, 'device', value, { connection: `sandbox-${provider}` });
      expect(values.length).toBeLessThanOrEqual(100);
      return { values, sent: world.requestLog.slice(from).map((one) => one.operation) };
    };
    const first = await asking(typed);
    expect(first.values.length).toBeGreaterThan(1);
    expect(first.values.filter((value) => !value.startsWith(typed))).toEqual([]);
    // Only the first completion needs a login.
    expect(first.sent.length).toBeLessThanOrEqual(3);
    for (const value of [typed, '', none]) {
      const { values, sent } = await asking(value);
      expect(values.length > 0).toBe(value !== none);
      expect(sent).toHaveLength(1);
    }
  });
});

test('no resource contains a credential or session token', async () => {
  const running = await startTestServer();
  const dialled = await running.connectClient({ transport: 'http', era: 'auto' });
  const listed = await dialled.call('list_devices', { limit: 100 });
  const uris = [
    'iot://connections',
    ...listed.structured.devices.map((row: { device: string; connection?: string }) => `iot://${row.connection}/devices/${row.device}`),
    ...operations.map((entry) => `iot://operations/${entry.id}`),
  ];
  const texts = await Promise.all(uris.map(async (uri) => JSON.stringify(await read(dialled, uri))));
  const { world } = running;
  const secrets = [
    sandboxThingpark.oss.clientSecret,
    sandboxThingpark.dx.clientSecret,
    sandboxThingspace.appSecret,
    sandboxThingspace.password,
    sandboxIotx.accessKey,
    ...[...world.thingpark.tokens.values()].map((token) => token.value),
    ...world.thingspace.sessions.keys(),
  ];
  expect(texts.length).toBeGreaterThan(operations.length + 50);
  for (const text of texts) for (const secret of secrets) expect(text).not.toContain(secret);
  expect(texts.filter((text) => text.includes('[redacted]'))).toEqual([]);
});
