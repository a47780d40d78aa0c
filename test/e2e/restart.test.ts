import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { fixedClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { makeProduct } from '../../src/server.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { startTestServer, startTime, yes } from '../support/test-server.ts';

const how = { transport: 'stdio', era: 'auto' } as const;
const iccid = '89148000000077000037';

/** Starts servers one after another on one database. Each has its own sandbox, whose state depends only on the clock. */
async function sharedStore() {
  const path = join(mkdtempSync(join(tmpdir(), 'restart-')), 'changes.db');
  const key = Buffer.alloc(32, 7);
  const store = () => {
    const opened = sqliteStore(path);
    onTestFinished(() => opened.close());
    return opened;
  };
  return { start: () => startTestServer({ store: store(), key }), store };
}

describe('server restart', () => {
  it('get_change still shows an applied change after a restart', async () => {
    const { start } = await sharedStore();
    const first = await (await start()).connectClient({ ...how, person: yes });
    const done = await first.call('toggle_product', { subscribers: ['8944990000001000010'], product: 'SMS MO/MT', action: 'disable' });
    const { id } = done.structured.change;
    const second = await (await start()).connectClient({ ...how, person: yes });
    const found = await second.call('get_change', { change: id });
    expect(found.structured.change).toMatchObject({ id, status: 'applied', approval: 'elicited', connection: 'sandbox-iotx' });
    expect((await second.call('list_changes', { device: '8944990000001000010' })).structured.changes).toHaveLength(1);
  });

  it('a waiting plan can be approved after a restart: the next server reads the state again and applies it', async () => {
    const { start } = await sharedStore();
    const first = await (await start()).connectClient(how);
    const { id, confirm } = (await first.call('suspend_sim', { sims: [{ iccid }] })).structured.change;
    const running = await start();
    const second = await running.connectClient(how);
    expect((await second.call('apply_change', { change: id, confirm })).structured.change).toMatchObject({
      id,
      status: 'accepted',
    });
    expect(running.world.requestLog.filter((one) => one.operation === 'thingspace.devices.suspend')).toHaveLength(1);
  });

  it('a plan with a key expires with its server and must be planned again, because keys are never stored', async () => {
    const { start } = await sharedStore();
    const first = await (await start()).connectClient(how);
    const device = { name: 'Fridge 17', devEui: 'A81758FFFE0B0001', model: 'SMTC/LoRaMoteA.1_EU', activation: 'OTAA' };
    const args = { ...device, joinEui: 'A81758FFFE000000', appKey: '00112233445566778899AABBCCDDEEFF' };
    const planned = await first.call('add_lorawan_device', args);
    const { id, summary, confirm = summary } = planned.structured.change;
    const running = await start();
    const second = await running.connectClient(how);
    const refused = await second.call('apply_change', { change: id, confirm });
    expect(refused.structured.change).toMatchObject({ status: 'refused', reason: 'expired' });
    expect(refused.text).toContain('Call the tool again');
    expect(running.world.requestLog.filter((one) => one.operation === 'thingpark.devices.create')).toEqual([]);
    expect((await second.call('add_lorawan_device', args)).structured.change).toMatchObject({ status: 'planned' });
  });

  it('an accepted change is followed to its end by the next server', async () => {
    const { start } = await sharedStore();
    const before = await start();
    const accepted = await (await before.connectClient({ ...how, person: yes })).call('suspend_sim', { sims: [{ iccid }] });
    expect(accepted.structured.change.status).toBe('accepted');
    const after = await start();
    const line = after.world.thingspace.devices.find((one) => one.iccid === iccid);
    if (line) line.state = 'suspend';
    await after.product.resumeInterrupted();
    const { call } = await after.connectClient(how);
    const { id } = accepted.structured.change;
    expect((await call('get_change', { change: id })).structured.change).toMatchObject({ status: 'applied', counts: { applied: 1 } });
    expect(after.world.requestLog.filter((one) => one.operation === 'thingspace.devices.suspend')).toEqual([]);
  });
});

describe('server killed while applying a change', () => {
  /** Stores a change as a killed server leaves it: claimed and maybe marked as sending, never finished. */
  async function killed(at: 'before' | 'sending') {
    const { start, store } = await sharedStore();
    const first = await (await start()).connectClient(how);
    const { change } = (await first.call('suspend_sim', { sims: [{ iccid }] })).structured;
    const file = store();
    const steps = (await file.get(change.id))?.steps ?? [];
    await file.move(change.id, ['planned'], {
      status: 'applying',
      leaseUntil: startTime + 120_000,
      ...(at === 'sending' ? { sentAt: startTime, steps: steps.map((step) => ({ ...step, state: 'sending' as const })) } : {}),
    });
    return { start, id: change.id as string };
  }

  it('a change of a killed server that sent nothing is refused as stopped after its lease expires', async () => {
    const { start, id } = await killed('before');
    const next = await start();
    const { call } = await next.connectClient(how);
    expect((await call('get_change', { change: id })).structured.change.status).toBe('applying');
    next.clock.advance(121_000);
    expect((await call('get_change', { change: id })).structured.change).toMatchObject({
      status: 'refused',
      reason: 'stopped',
      counts: { 'not sent': 1 },
    });
  });

  it('a change of a killed server whose request arrived is read back as applied and never sent again', async () => {
    const { start, id } = await killed('sending');
    const next = await start();
    const line = next.world.thingspace.devices.find((one) => one.iccid === iccid);
    if (line) line.state = 'suspend';
    next.clock.advance(121_000);
    const { call } = await next.connectClient({ ...how, person: yes });
    expect((await call('get_change', { change: id })).structured.change).toMatchObject({ status: 'applied' });
    expect(next.world.requestLog.filter((one) => one.operation === 'thingspace.devices.suspend')).toEqual([]);
  });

  it('a change of a killed server whose request did not arrive is unknown, and the same request returns that change', async () => {
    const { start, id } = await killed('sending');
    const next = await start();
    next.clock.advance(121_000);
    const { call, asked } = await next.connectClient({ ...how, person: yes });
    expect((await call('get_change', { change: id })).structured.change.status).toBe('unknown');
    const again = await call('suspend_sim', { sims: [{ iccid }] });
    expect(again.structured.change).toMatchObject({ id, status: 'unknown' });
    expect(asked).toEqual([]);
    expect(next.world.requestLog.filter((one) => one.operation === 'thingspace.devices.suspend')).toEqual([]);
  });
});

it('changes of configured connections are stored in the state directory, those of the embedded sandbox in memory', async () => {
  expect(readConfig({}, {}).state).toBe('file');
  expect(readConfig({ state: 'memory' }, {}).state).toBe('memory');
  expect(readConfig({ state: '/var/lib/iot' }, {})).toMatchObject({ state: 'file', stateDir: '/var/lib/iot' });
  const product = await makeProduct({
    config: readConfig({}, {}),
    clock: fixedClock(startTime),
    connectionNames: [],
    fleetSize: 12,
    seed: 1,
    deterministic: true,
  });
  expect(product.connections.every((one) => one.sandbox)).toBe(true);
});
