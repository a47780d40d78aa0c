/** Alarms and gateways: severity thresholds, complete paging, and irreversible acknowledgement. */
import { describe, expect, it } from 'vitest';

import { applyInSecondStep, countRequests, startTestServer, type TestClient, type ToolAnswer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const ack = 'thingpark.alarms.ack';

interface Alarm {
  alarm: string;
  device: string;
  severity: string;
  acked: boolean;
}

/** The rows of an answer, each with the members from `all`. */
const rowsOf = ({ structured }: ToolAnswer): Alarm[] => structured.alarms.map((row: object) => ({ ...structured.all, ...row }));

async function walk(call: TestClient['call'], args: Record<string, unknown>): Promise<Alarm[]> {
  const rows: Alarm[] = [];
  let cursor: string | undefined;
  do {
    const page = await call('list_alarms', { ...args, ...(cursor ? { cursor } : {}) });
    expect(page.isError, page.text).toBe(false);
    rows.push(...rowsOf(page));
    cursor = page.structured.nextCursor;
  } while (cursor);
  return rows;
}

describe('list_alarms', () => {
  it('list_alarms treats severity as a threshold and says so; exact matches only that severity', async () => {
    const { connectClient } = await startTestServer({ fleet: 400 });
    const { call } = await connectClient(client);
    const worse = await call('list_alarms', { severity: 'major', limit: 500 });
    expect(worse.text).toMatch(/^\d+ alarms on sandbox-thingpark of \d+, major or worse\n/);
    expect(new Set(rowsOf(worse).map(({ severity }) => severity))).toEqual(new Set(['major', 'critical']));
    const only = await call('list_alarms', { severity: 'major', exact: true, limit: 500 });
    expect(only.text).toContain(', major only\n');
    expect(new Set(rowsOf(only).map(({ severity }) => severity))).toEqual(new Set(['major']));
    expect(only.structured.total).toBeLessThan(worse.structured.total);
  });

  it('list_alarms pages through all alarms in both orders and any page size, each once', async () => {
    const { connectClient } = await startTestServer({ fleet: 1200 });
    const { call } = await connectClient(client);
    const { total } = (await call('list_alarms', { limit: 1 })).structured;
    for (const args of [{ order: 'oldest', limit: 130 }, { order: 'oldest', limit: 7, severity: 'critical' }, { limit: 130 }]) {
      const rows = await walk(call, args);
      expect(new Set(rows.map(({ alarm }) => alarm)).size).toBe(rows.length);
      if (!args.severity) expect(rows).toHaveLength(total);
    }
  });

  it('list_alarms continues after an expired token and 429 responses', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 1200 });
    const { call } = await connectClient(client);
    world.faults.arm({ fault: 'expired-token', operation: 'thingpark.alarms.list', skip: 1, times: 1 });
    world.faults.arm({ fault: '429', operation: 'thingpark.alarms.list', skip: 3, times: 1 });
    const rows = await walk(call, { order: 'oldest', limit: 100 });
    expect(rows.length).toBe((await call('list_alarms', { limit: 1 })).structured.total);
  });

  it('list_alarms lists the alarms of one device and rejects the cursor of another query', async () => {
    const { connectClient } = await startTestServer({ fleet: 400 });
    const { call } = await connectClient(client);
    const first = await call('list_alarms', { limit: 1 });
    const { device } = rowsOf(first)[0] as Alarm;
    const own = await call('list_alarms', { device });
    expect(new Set(rowsOf(own).map((row) => row.device))).toEqual(new Set([device]));
    const mixed = await call('list_alarms', { severity: 'major', cursor: first.structured.nextCursor });
    expect(mixed.structured.error).toMatchObject({ field: 'cursor', message: 'cursor: it was issued for a list with other filters' });
  });
});

describe('acknowledge_alarms', () => {
  it('acknowledge_alarms counts alarms by severity, cannot be undone and is read back', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 400 });
    const { call, asked } = await connectClient({ ...client, person: yes });
    const rows = rowsOf(await call('list_alarms', { severity: 'critical', limit: 2 }));
    const alarms = rows.map(({ alarm }) => alarm);
    const { change } = (await call('acknowledge_alarms', { alarms })).structured;
    expect(asked[0]).toContain(
      `${alarms.join(', ')} (2 alarms) on sandbox-thingpark: acknowledge 2 critical; the faults remain but no longer show in alarm levels. Cannot be undone.`,
    );
    expect(change).toMatchObject({ status: 'applied', effects: ['write'], irreversible: false, counts: { applied: 2 } });
    expect(change.targets[0]).toMatchObject({
      before: { severity: 'critical', acked: 'no', of: rows[0]?.device },
      after: { acked: 'yes' },
    });
    const again = (await call('acknowledge_alarms', { alarms })).structured.change;
    expect(again.status).toBe('unchanged');
    expect(countRequests(world, ack)).toBe(1);
    expect(rowsOf(await call('list_alarms', { severity: 'critical', acknowledged: true })).map(({ alarm }) => alarm)).toEqual(
      expect.arrayContaining(alarms),
    );
  });

  it('acknowledge_alarms leaves out acknowledged alarms and rejects an unknown one and an empty list', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 400 });
    const { call } = await connectClient({ ...client, person: yes });
    const [first, second] = rowsOf(await call('list_alarms', { severity: 'critical', limit: 2 })).map(({ alarm }) => alarm);
    await call('acknowledge_alarms', { alarms: [first] });
    const both = (await call('acknowledge_alarms', { alarms: [first, second] })).structured.change;
    expect(both).toMatchObject({ status: 'applied', counts: { unchanged: 1, applied: 1 } });
    expect(both.summary).toContain(`${second} (1 alarm) on sandbox-thingpark: acknowledge 1 critical`);
    const unknown = (await call('acknowledge_alarms', { alarms: ['000000000000000000000000'] })).structured.change;
    expect(unknown.explanation).toContain('000000000000000000000000: there is no such alarm. Nothing was sent.');
    for (const alarms of [[], [first, first], ['65a1'], 'all']) expect((await call('acknowledge_alarms', { alarms })).isError).toBe(true);
    expect(countRequests(world, ack)).toBe(2);
  });

  it('acknowledge_alarms sends requests of 100 alarms, and a lost response is read back', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 1200, policy: { twoStepTargets: 500 } });
    const { call } = await connectClient(client);
    const alarms = rowsOf(await call('list_alarms', { limit: 150 })).map(({ alarm }) => alarm);
    world.faults.arm({ fault: 'lost-answer', operation: ack, skip: 0, times: 1 });
    const { change } = (await applyInSecondStep(call, await call('acknowledge_alarms', { alarms }))).structured;
    expect(change).toMatchObject({ status: 'applied', counts: { applied: 150 } });
    expect(countRequests(world, ack)).toBe(2);
  });

  it('acknowledge_alarms for a whole device names each alarm', async () => {
    const { connectClient } = await startTestServer({ fleet: 400 });
    const { call } = await connectClient({ ...client, person: yes });
    const { device } = rowsOf(await call('list_alarms', { acknowledged: false, limit: 1 }))[0] as Alarm;
    const open = rowsOf(await call('list_alarms', { device, acknowledged: false }));
    const { change } = (
      await call('change_operation', { operation: 'thingpark.alarms.ackDevice', input: { path: { deviceUid: `e${device}` } } })
    ).structured;
    expect(change.status).toBe('applied');
    expect(change.targets.map((one: { device: string }) => one.device).sort()).toEqual(open.map(({ alarm }) => alarm).sort());
  });

  it('acknowledging an alarm through DX counts as the same request', async () => {
    const { connectClient } = await startTestServer({ fleet: 400 });
    const { call } = await connectClient({ ...client, person: yes });
    const { alarm } = rowsOf(await call('list_alarms', { severity: 'critical', limit: 1 }))[0] as Alarm;
    const input = { path: { deviceAlarmRef: alarm } };
    const { change } = (await call('change_operation', { operation: 'thingpark.dxDeviceAlarms.ack', input })).structured;
    expect(change).toMatchObject({ status: 'applied', targets: [{ before: { severity: 'critical', acked: 'no' } }] });
    expect((await call('acknowledge_alarms', { alarms: [alarm] })).structured.change.status).toBe('unchanged');
  });
});

describe('list_gateways and get_gateway', () => {
  it('list_gateways shows health, backhaul and open alarms', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const all = (await call('list_gateways')).structured;
    expect(all.total).toBe(4);
    const cut = (await call('list_gateways', { health: 'BACKHAUL_CNX_ERROR' })).structured;
    expect(cut.gateways).toEqual([
      {
        gateway: '10001236',
        name: 'Roof 3',
        health: 'BACKHAUL_CNX_ERROR',
        backhaul: 'DISC',
        since: expect.stringMatching(/^2026-11-/),
        region: 'EU868_8channels',
        alarms: 1,
        worst: 'major',
      },
    ]);
    expect((await call('list_gateways', { query: 'Roof 3' })).structured.total).toBe(1);
  });

  it('list_gateways stops at a repeated page and reports an incomplete list', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 6000 });
    const { call } = await connectClient(client);
    world.thingpark.page = { defaultSize: 2, maxSize: 2 };
    world.faults.arm({ fault: 'same-page' });
    const whole = await call('list_gateways', { limit: 500 });
    expect(whole.structured).toMatchObject({ total: 4, incomplete: expect.stringContaining('the platform returned the same page twice') });
    expect(whole.structured.gateways.map(({ gateway }: { gateway: string }) => gateway)).toEqual(['10001234', '10001235']);
    expect(whole.structured.nextCursor).toBeUndefined();
    expect(whole.text).toContain('incomplete: the platform returned the same page twice; narrow with query or health to see the rest');
    const page = await call('list_gateways', { limit: 2 });
    const next = await call('list_gateways', { limit: 2, cursor: page.structured.nextCursor });
    expect(next.structured).toMatchObject({ gateways: [], incomplete: expect.any(String) });
    world.faults.clear();
    expect((await call('list_gateways', { limit: 500 })).structured.gateways).toHaveLength(4);
    expect(countRequests(world, 'thingpark.baseStations.list')).toBe(6);
  });

  it('get_gateway shows location, last command and alarms', async () => {
    const { connectClient } = await startTestServer({ flags: { toolsets: 'thingpark' } });
    const { call } = await connectClient(client);
    const { structured, text } = await call('get_gateway', { gateway: '10001236' });
    expect(structured).toMatchObject({
      gateway: { gateway: '10001236', model: 'KERL/WIR2.1', state: 'ACTIVE', backhaul: 'DISC', software: '2.8.40' },
      alarms: [{ severity: 'major', type: 'backhaul connection' }],
    });
    expect(text).toContain('1 open alarm');
    expect((await call('get_gateway', { gateway: 'Roof 3' })).structured.error.field).toBe('gateway');
    expect((await call('get_gateway', { gateway: '1000FFFF' })).structured.error).toMatchObject({ kind: 'ProviderRefused' });
  });
});
