import { describe, expect, it } from 'vitest';
import { providerOf } from '../../src/clients/http/endpoint.ts';
import { operations, planners } from '../support/providers.ts';
import { applyInSecondStep, countRequests, no, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;

describe('search_operations', () => {
  it('search_operations filters by words, provider and effects', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const first = async (args: Record<string, unknown>) => (await call('search_operations', args)).structured.operations[0].operation;
    expect(await first({ query: 'aggregated frames' })).toBe('thingpark.devices.aggregatedFrames');
    expect(await first({ query: 'suspend devices', provider: 'thingspace' })).toBe('thingspace.devices.suspend');
    const destructive = await call('search_operations', { effects: ['destructive'], limit: 100 });
    expect(destructive.structured.total).toBe(operations.filter((one) => one.effects.includes('destructive')).length);
    for (const one of destructive.structured.operations) expect(one.effects).toContain('destructive');
    const reads = await call('search_operations', { effects: ['read'], limit: 100 });
    for (const one of reads.structured.operations) expect(one.effects).toBe('read');
    const all = await call('search_operations', { limit: 3 });
    expect(all.structured).toMatchObject({ total: operations.length, leftOut: operations.length - 3 });
    expect((await call('search_operations', { query: 'xyzzy' })).text).toBe('0 operations\nTry other words, or omit query.');
  });

  it('search_operations shows one operation with input schema, example and certainty', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { operations: found } = (await call('search_operations', { operation: 'thingspace.devices.suspend' })).structured;
    expect(found).toMatchObject([
      {
        operation: 'thingspace.devices.suspend',
        route: expect.stringMatching(/^POST \/api\/m2m\/v1\/devices\/actions\/suspend$/),
        effects: expect.stringContaining('disruptive'),
        inputSchema: { type: 'object', required: ['body'], additionalProperties: false },
      },
    ]);
    const near = await call('search_operations', { operation: 'thingspace.devices.suspnd' });
    expect(near.text).toBe(
      'operation: there is no "thingspace.devices.suspnd", nearest is thingspace.devices.suspend. Find the id with search_operations.',
    );
  });

  it('the example of every read operation is valid input', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    for (const entry of operations.filter((one) => one.effects.length === 0)) {
      const { structured } = await call('read_operation', { operation: entry.id, input: entry.example });
      // The sandbox may not know the object of the example, but it must accept its form.
      if (structured.error) expect(structured.error.kind, `${entry.id}: ${structured.error.message}`).toBe('ProviderRefused');
    }
  });
});

describe('read_operation', () => {
  it('read_operation returns the response of the provider', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured } = await call('read_operation', {
      operation: 'thingpark.devices.read',
      input: { path: { deviceUid: 'eA81758FFFE0A0001' } },
    });
    expect(structured).toMatchObject({
      operation: 'thingpark.devices.read',
      connection: 'sandbox-thingpark',
      reply: { EUI: 'A81758FFFE0A0001', name: 'Water meter 1' },
    });
  });

  it('read_operation rejects a change, a session operation, an unknown operation and malformed input', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    for (const [args, text] of [
      [
        { operation: 'thingspace.devices.suspend', input: {} },
        'operation: thingspace.devices.suspend is not read-only (billing, disruptive). Use change_operation, which plans it and asks for approval.',
      ],
      [
        { operation: 'thingspace.session.login', input: { body: { username: 'a', password: 'b' } } },
        'operation: thingspace.session.login is not read-only (session). It is never run through a tool.',
      ],
      [{ operation: 'thingpark.devices.reed' }, 'operation: there is no "thingpark.devices.reed", nearest is thingpark.devices.read.'],
      [
        { operation: 'thingpark.devices.read', input: {} },
        'thingpark.devices.read: path.deviceUid is required. Nothing was sent. A valid input: {"path":',
      ],
      [
        { operation: 'thingpark.devices.read', input: { path: { deviceUid: 'e1', more: 'x' } } },
        'thingpark.devices.read: path.more is not a path parameter.',
      ],
      [
        { operation: 'thingpark.devices.read', input: { path: { deviceUid: 'e1' }, body: {} } },
        'thingpark.devices.read: body is not accepted by this operation.',
      ],
      [
        { operation: 'thingpark.devices.list', input: {}, connection: 'sandbox-iotx' },
        'connection: sandbox-iotx is a iotx connection, this needs thingpark.',
      ],
    ] as const) {
      const answer = await call('read_operation', args);
      expect(answer.isError).toBe(true);
      expect(answer.text).toContain(text);
    }
    expect(world.requestLog).toEqual([]);
  });

  it('read_operation cannot leave the path of its operation', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    for (const deviceUid of ['../../orders', '..', 'e1?x=1', 'e1/frames', 'e1#', '%2e%2e/x', '']) {
      const { structured, isError } = await call('read_operation', { operation: 'thingpark.devices.read', input: { path: { deviceUid } } });
      expect(isError, deviceUid).toBe(true);
      expect(['ProviderRefused', 'Refusal']).toContain(structured.error.kind);
    }
    expect(
      world.requestLog.every((one) => one.operation === 'thingpark.devices.read' || one.operation.startsWith('thingpark.tokens')),
    ).toBe(true);
  });
});

describe('change_operation', () => {
  it('change_operation passes through the same gate as a tool', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const devices = [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }];
    const { change } = (await call('change_operation', { operation: 'thingspace.devices.suspend', input: { body: { devices } } }))
      .structured;
    expect(change).toMatchObject({ status: 'accepted', approval: 'elicited' });
    expect(asked).toHaveLength(1);
    expect(countRequests(world, 'thingspace.devices.suspend')).toBe(1);
  });

  it('change_operation rejects an empty selection, a whole account, and a filter that matches nothing', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    for (const body of [
      {},
      { devices: [] },
      { accountName: '0442000123-00001' },
      { accountName: '0442000123-00001', servicePlan: 'NO SUCH PLAN' },
    ]) {
      const answer = await call('change_operation', { operation: 'thingspace.devices.suspend', input: { body } });
      expect(answer.isError, JSON.stringify(body)).toBe(true);
      expect(answer.structured.error.kind).toBe('Refusal');
    }
    expect(countRequests(world, 'thingspace.devices.suspend')).toBe(0);
  });

  const letIn = ['users', 'subscribers', 'suppliers', 'vendors'].map((noun) => `thingpark.${noun}.create`);

  it('change_operation never runs a session operation', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const sessions = operations.filter((one) => one.effects.includes('session') && !letIn.includes(one.id));
    expect(sessions.map((one) => one.id)).toContain('thingspace.session.login');
    for (const entry of sessions) {
      const answer = await call('change_operation', { operation: entry.id, input: entry.example });
      expect(answer.text, entry.id).toMatch(/never run through a tool|no .* connection is configured/);
    }
    expect(asked).toEqual([]);
    expect(world.requestLog).toEqual([]);
  });

  it('an operation without a planner counts as touching the whole connection, whose name must be typed', async () => {
    const own = new Set(planners.map((one) => one.operation.id));
    const planned = operations.find((one) => one.effects.length === 1 && one.effects[0] === 'write' && !own.has(one.id));
    if (!planned) throw new Error('the catalogue has no such operation');
    const at = `sandbox-${providerOf(planned)}`;
    const { connectClient } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: no });
    const { change } = (await call('change_operation', { operation: planned.id, input: planned.example })).structured;
    expect(asked[0]).toContain(`${at} (1 connection) on ${at}: run "${planned.id}", which may touch every device there.`);
    expect(asked[0]?.endsWith(`To approve, type the identifier: ${at}`)).toBe(true);
    expect(change).toMatchObject({ status: 'refused', reason: 'declined', irreversible: true });
    const without = await connectClient(client);
    const refused = await without.call('change_operation', { operation: planned.id, input: planned.example });
    expect(refused.structured.change).toMatchObject({ status: 'refused', reason: 'policy' });
  });

  it('a guessed operation is refused on a live connection without allowGuessed before anything is sent', async () => {
    const guessed = operations.filter((one) => one.sure === 'guessed' && !one.effects.includes('session'));
    expect(guessed.length).toBeGreaterThan(0);
    const url = 'https://127.0.0.1:1';
    const { connectClient } = await startTestServer({
      adjust: (config) => {
        const common = { sandbox: false, writes: true, allowGuessed: false };
        const oss = { url, realm: 'users-auth', clientId: 'a/b', clientSecret: 'c' } as const;
        const dx = { adminUrl: url, coreUrl: url, clientId: 'a/b', clientSecret: 'c' };
        const keys = { appKey: 'a', appSecret: 'b', username: 'c', password: 'd', account: 'x' };
        config.connections = [
          { ...common, name: 'tp', provider: 'thingpark', settings: { oss, dx } },
          { ...common, name: 'ts', provider: 'thingspace', settings: { url, ...keys } },
          { ...common, name: 'ix', provider: 'iotx', settings: { url, accessKey: 'a', productKey: 'both' } },
        ];
      },
    });
    const { call } = await connectClient({ ...client, person: yes });
    for (const entry of guessed) {
      const tool = entry.effects.length === 0 ? 'read_operation' : 'change_operation';
      const answer = await call(tool, { operation: entry.id, input: entry.example });
      expect(answer.isError, entry.id).toBe(true);
      expect(answer.text, entry.id).toContain(`${entry.id} is only guessed: no document shows its path`);
    }
  });

  it('thingpark.orders.cancel needs typed approval and ends the subscriptions of the order', async () => {
    const { connectClient, world } = await startTestServer({ policy: { irreversibleTwoStep: true } });
    const { call } = await connectClient(client);
    const planned = await call('change_operation', { operation: 'thingpark.orders.cancel', input: { path: { orderRef: '7001' } } });
    expect(planned.structured.change.summary).toBe(
      '7001 (1 order) on sandbox-thingpark: cancel the order of "acme-vendor/lorawan-100" and all subscriptions it made. Cost unknown. Cannot be undone.',
    );
    expect((await applyInSecondStep(call, planned)).structured.change).toMatchObject({
      status: 'applied',
      targets: [{ after: { state: 'gone' } }],
    });
    expect(world.thingpark.orders.has('7001')).toBe(false);
  });
});
