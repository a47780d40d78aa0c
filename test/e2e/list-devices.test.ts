import { describe, expect, it } from 'vitest';

import { startTestServer, type TestClient } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;

/** Reads every row of a list, page by page. */
async function walk(call: TestClient['call'], args: Record<string, unknown>) {
  const rows: { device: string; connection: string }[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const { structured } = await call('list_devices', { ...args, ...(cursor ? { cursor } : {}) });
    for (const row of structured.devices) rows.push({ ...structured.all, ...row });
    sizes.push(structured.devices.length);
    cursor = structured.nextCursor;
  } while (cursor !== undefined);
  return { rows, sizes };
}

describe('list_devices', () => {
  it('list_devices pages through three connections without losing or repeating a device', async () => {
    const { connectClient } = await startTestServer({ fleet: 130 });
    const { call } = await connectClient(client);
    const { rows, sizes } = await walk(call, { limit: 37 });
    const count = (connection: string): number => rows.filter((row) => row.connection === connection).length;
    expect([count('sandbox-thingpark'), count('sandbox-thingspace'), count('sandbox-iotx')]).toEqual([130, 130, 130]);
    expect(new Set(rows.map((row) => `${row.connection}/${row.device}`)).size).toBe(390);
    expect(sizes).toEqual([37, 37, 37, 37, 37, 37, 37, 37, 37, 37, 20]);
  });

  it('list_devices with a filter or sort order continues after the last row of the previous page', async () => {
    const { connectClient } = await startTestServer({ fleet: 130 });
    const { call } = await connectClient(client);
    for (const args of [{ state: 'active' }, { state: 'active', sort: 'name' }, { sort: 'lastSeen' }]) {
      const all = await walk(call, { ...args, limit: 500 });
      const paged = await walk(call, { ...args, limit: 11 });
      expect(paged.rows).toEqual(all.rows);
    }
  });

  it('list_devices with count returns counts by state and health that match the rows', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured, text } = await call('list_devices', { count: true });
    expect(structured).toEqual({
      total: 72,
      connections: [
        { connection: 'sandbox-thingpark', total: 24, byState: { active: 24 }, byHealth: { active: 23, lost: 1 } },
        {
          connection: 'sandbox-thingspace',
          total: 24,
          byState: { active: 14, suspended: 5, inactive: 2, stock: 3 },
          byHealth: { active: 11, init: 3 },
        },
        {
          connection: 'sandbox-iotx',
          total: 24,
          byState: { active: 22, suspended: 1, terminated: 1 },
          byHealth: { active: 21 },
        },
      ],
    });
    expect(text).toContain('sandbox-thingpark: 24 (state: 24 active; health: 23 active, 1 lost)');
    for (const [state, total] of [
      ['active', 60],
      ['suspended', 6],
      ['stock', 3],
    ] as const) {
      expect((await call('list_devices', { count: true, state })).structured.total).toBe(total);
      expect((await walk(call, { state, limit: 500 })).rows).toHaveLength(total);
    }
  });

  it('list_devices filters by state, prefix of name or identifier, and silentFor, and says how many devices it scanned', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const suspended = await call('list_devices', { state: 'suspended', provider: 'iotx' });
    expect(suspended.structured.devices).toMatchObject([{ device: '8944990000001000036', name: 'pump-19' }]);
    expect(suspended.structured.scanned).toBe(24);
    expect(suspended.text).toContain('1 device of 1 (scanned 24)');

    const named = await call('list_devices', { query: 'Water' });
    expect(named.structured.devices.map((row: { name: string }) => row.name)).toEqual(['Water meter 1', 'Water meter 2', 'Water meter 3']);

    const silent = await call('list_devices', { silentFor: 'P2D', provider: 'thingpark' });
    expect(silent.structured.devices).toMatchObject([{ device: 'A81758FFFE0A0003', health: 'lost', lastSeen: '2026-11-06T16:06:12Z' }]);

    const none = await call('list_devices', { state: 'terminated', provider: 'thingpark' });
    expect(none.structured.devices).toEqual([]);
    expect(none.structured.nextCursor).toBeUndefined();
    expect(none.text).toContain('no match');
  });

  it('list_devices sorts names naturally and lastSeen with the longest silence first', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const byName = await call('list_devices', { provider: 'iotx', sort: 'name', limit: 6 });
    expect(byName.structured.devices.map((row: { name: string }) => row.name)).toEqual([
      'boiler-14',
      'boiler-22',
      'buoy 3',
      'charger-15',
      'charger-23',
      'cold chain probe',
    ]);
    const bySilence = await call('list_devices', { provider: 'thingspace', sort: 'lastSeen', limit: 3 });
    const seen = bySilence.structured.devices.map((row: { lastSeen: string }) => Date.parse(row.lastSeen));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(bySilence.structured.devices[0].device).toBe('89148000000078000180');
  });

  it('list_devices returns the total of one connection, and of all connections once all are read', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const one = await call('list_devices', { provider: 'thingpark', limit: 5 });
    expect(one.structured.total).toBe(24);
    expect(one.text).toMatch(/^5 devices of 24\n/);
    const some = await call('list_devices', { limit: 5 });
    expect(some.structured).toMatchObject({
      totals: { 'sandbox-thingpark': 24 },
      ahead: ['sandbox-thingpark', 'sandbox-thingspace', 'sandbox-iotx'],
    });
    const all = await call('list_devices', { limit: 500 });
    expect(all.structured.total).toBe(72);
    expect(all.structured.nextCursor).toBeUndefined();
  });

  it('list_devices adds columns on request and rejects an unknown field', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    const wide = await call('list_devices', { provider: 'thingspace', limit: 1, fields: ['imei', 'mdn', 'providerState'] });
    expect(wide.structured.devices).toMatchObject([
      { device: '89148000000077000037', imei: '359000001200091', mdn: '2085550101', providerState: 'active' },
    ]);
    const before = world.requestLog.length;
    const wrong = await call('list_devices', { fields: ['colour'] });
    expect(wrong.isError).toBe(true);
    expect(wrong.structured.error.field).toBe('fields.0');
    expect(wrong.structured.error.message).toContain('providerState');
    const unknown = await call('list_devices', { sate: 'active' });
    expect(unknown.structured.error.message).toBe(
      'list_devices: sate: is not a field of this tool, nearest is state (fields: connection, provider, state, query, account, technology, plan, model, group, silentFor, sort, count, limit, cursor, fields)',
    );
    expect(world.requestLog).toHaveLength(before);
  });

  it('list_devices rejects a damaged cursor and one of another list', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    const { nextCursor } = (await call('list_devices', { limit: 3 })).structured;
    const before = world.requestLog.length;
    const other = await call('list_devices', { limit: 3, state: 'active', cursor: nextCursor });
    expect(other.structured.error).toMatchObject({ field: 'cursor', message: 'cursor: it was issued for a list with other filters' });
    for (const cursor of ['x', `${nextCursor}x`, 'bnVsbA', Buffer.from('[1,2]').toString('base64url')]) {
      const damaged = await call('list_devices', { limit: 3, cursor });
      expect(damaged.structured.error, cursor).toMatchObject({ field: 'cursor', message: 'cursor: this is not a cursor of this tool' });
    }
    expect(world.requestLog).toHaveLength(before);
  });

  it('list_devices reports the failure of one provider next to the rows of the others', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    world.faults.arm({ fault: '500', provider: 'thingspace', skip: 0, times: 100 });
    const { structured, text, isError } = await call('list_devices', { limit: 500 });
    expect(isError).toBe(false);
    expect(structured.devices).toHaveLength(48);
    expect(structured.failures).toMatchObject([{ connection: 'sandbox-thingspace', next: expect.stringContaining('try again later') }]);
    expect(structured.total).toBeUndefined();
    expect(text).toMatch(/NOT READ sandbox-thingspace: .*HTTP 500/);
    world.faults.clear();
    const counted = await call('list_devices', { count: true });
    expect(counted.structured.total).toBe(72);
  });

  it('list_devices survives an expired token, 429, 5xx, a proxy page and a cut connection during paging', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 130 });
    const { call } = await connectClient(client);
    for (const [i, fault] of (['429', '503', 'cut', 'half', 'html'] as const).entries())
      for (const provider of ['thingpark', 'thingspace', 'iotx'] as const) world.faults.arm({ fault, provider, skip: 3 * i, times: 1 });
    for (const provider of ['thingpark', 'thingspace'] as const) world.faults.arm({ fault: 'expired-token', provider, skip: 16, times: 1 });
    const { rows } = await walk(call, { limit: 10 });
    expect(new Set(rows.map((row) => `${row.connection}/${row.device}`)).size).toBe(390);
    expect(rows).toHaveLength(390);
    expect(world.faults.list()).toEqual([]);
  });
});

describe('list_devices silentFor and get_device by number', () => {
  it('list_devices with silentFor covers only devices in service and providers that report lastSeen', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
    const { structured, text } = await call('list_devices', { silentFor: 'P2D', limit: 100 });
    expect(structured.failures).toEqual([
      {
        connection: 'sandbox-iotx',
        error: 'does not report when a device was last heard',
        next: 'The connection is left out. Call again without silentFor and without sort lastSeen.',
      },
    ]);
    expect(text).toContain('NOT READ sandbox-iotx: does not report when a device was last heard');
    const rows: { state?: string }[] = structured.devices;
    expect(rows.some((row) => row.state === 'stock' || row.state === 'inactive' || row.state === 'terminated')).toBe(false);
    const stock = await call('list_devices', { silentFor: 'P2D', state: 'stock', provider: 'thingspace' });
    expect(stock.structured.devices.length).toBeGreaterThan(0);
    const counted = await call('list_devices', { silentFor: 'P2D', count: true });
    expect(counted.structured.connections.map((one: { connection: string }) => one.connection)).toEqual([
      'sandbox-thingpark',
      'sandbox-thingspace',
    ]);
  });

  it('get_device accepts an MDN, IMEI or ICCID as handle', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
    for (const device of ['2085550101', '359000001200091', '89148000000077000037'])
      expect((await call('get_device', { device })).structured.device.device).toBe('89148000000077000037');
  });
});
