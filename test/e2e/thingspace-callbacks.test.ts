/** ThingSpace callbacks: sent by the sandbox and posted to the callback route of the server. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseCallback } from '../../src/changes/thingspace/parse-callback.ts';
import { fixedClock } from '../../src/clock.ts';
import { deliverToLoopback } from '../../src/sandbox/deliver-here.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { listen } from '../../src/web/listen.ts';
import { providers, sandboxProviders } from '../support/providers.ts';
import {
  countRequests,
  no,
  runPendingTasks,
  startTestServer,
  startTime,
  type TestClient,
  type TestServer,
  yes,
} from '../support/test-server.ts';

const account = '0442000123-00001';
const callbackUrl = 'http://127.0.0.1:9001/callbacks/sandbox-thingspace';
const username = 'cb-user';
const password = 'cb-pass-of-the-listener';
const listener = { connection: 'sandbox-thingspace', username, password, from: [], parseCallback };
const suspend = 'thingspace.devices.suspend';

const active = (world: World, count: number): TsDevice[] =>
  world.thingspace.devices.filter((one) => one.state === 'active' && one.account === account).slice(0, count);
const sims = (lines: readonly TsDevice[]) => ({ sims: lines.map(({ iccid }) => ({ iccid })) });

/** Registers the callback listener with approval. */
const register = (call: TestClient['call'], name: string, more: object = {}) =>
  call('change_operation', {
    operation: 'thingspace.callbacks.register',
    input: { path: { accountName: account }, body: { name, url: callbackUrl, username, password, ...more } },
  });

/** A server that receives the callbacks of its own sandbox about SIM changes. */
async function withCallbacks(...faults: Fault['fault'][]) {
  const running = await startTestServer({
    fleet: 60,
    flags: { toolsets: 'fleet,thingspace,changes,operations' },
    callbacks: [listener],
    deliverCallbacks: true,
  });
  const dialled = await running.connectClient({ transport: 'stdio', era: 'auto', person: yes });
  await register(dialled.call, 'CarrierService');
  for (const fault of faults) running.world.faults.arm({ fault } as Fault);
  // Blocks the request status call, so that only callbacks report the failure of a single SIM.
  running.world.faults.arm({ fault: 'xml-403', operation: 'thingspace.accounts.requestStatus', skip: 0, times: 100_000 });
  /** Advances the clock and waits for everything this triggers. */
  const advance = async (ms: number): Promise<void> => {
    running.clock.advance(ms);
    await runPendingTasks(200);
  };
  /** The status of a change without polling it. */
  const changeRow = async (change: string) =>
    (await dialled.call('list_changes')).structured.changes.find((one: { change: string }) => one.change === change);
  return { ...running, ...dialled, advance, changeRow };
}

describe('ten SIMs of which two fail', () => {
  it('callbacks alone settle each SIM as applied or failed in the words of the carrier', async () => {
    const { call, world, advance, changeRow } = await withCallbacks('line-quotas');
    const lines = active(world, 10);
    for (const line of lines.slice(3, 5))
      line.provisioningEvents = [9, 8, 7, 6, 5].map((hours) => ({ at: startTime - hours * 3_600_000, type: 'Suspend', status: 'Success' }));
    const { change } = (await call('suspend_sim', sims(lines))).structured;
    expect(change).toMatchObject({ status: 'accepted', counts: { pending: 10 } });
    await advance(5000);
    expect(await changeRow(change.id)).toMatchObject({ status: 'partial' });
    const settled = (await call('get_change', { change: change.id })).structured.change;
    expect(settled).toMatchObject({ counts: { applied: 8, failed: 2 }, explanation: '8 done, 2 failed, 0 not sent.' });
    const failed = settled.targets.filter((target: { outcome: string }) => target.outcome === 'failed');
    expect(failed).toEqual(
      lines.slice(3, 5).map(({ iccid }) => ({
        device: iccid,
        outcome: 'failed',
        before: expect.objectContaining({ state: 'active' }),
        after: expect.objectContaining({ state: 'active' }),
        why: 'the carrier reports: REQUEST_FAILED. The device has reached its provisioning actions of a day.',
      })),
    );
    expect(world.thingspace.outbox.map(({ body }) => body['status'])).toEqual(
      lines.map((_, i) => (i === 3 || i === 4 ? 'Failed' : 'Success')),
    );
    expect(countRequests(world, suspend)).toBe(1);
  });
});

describe('duplicate callbacks', () => {
  it('duplicate callbacks out of order settle a suspension once', async () => {
    const { call, world, advance, changeRow } = await withCallbacks('duplicate-callbacks', 'unordered-callbacks');
    const { change } = (await call('suspend_sim', sims(active(world, 10)))).structured;
    await advance(5000);
    // Half of the callbacks are late. Reading has settled the change by then, and the late callbacks have no effect.
    expect(await changeRow(change.id)).toMatchObject({ status: 'applied' });
    const asked = world.requestLog.length;
    await advance(8000);
    await advance(300_000);
    expect(world.thingspace.outbox).toHaveLength(20);
    expect(world.thingspace.outbox.every(({ attempts, delivered }) => attempts === 1 && delivered)).toBe(true);
    expect(world.requestLog).toHaveLength(asked);
    expect(countRequests(world, suspend)).toBe(1);
  });
});

describe('untrusted callbacks', () => {
  it.each([
    ['forged, with a wrong password, is refused', { password: 'a-guess' }, {}, 401],
    ['of a request that is not ours is taken', {}, { requestId: '00000000-0000-4000-8000-000000000000' }, 202],
  ])('%s and changes nothing', async (_, secret, other, status) => {
    const { call, fetch, world, changeRow } = await withCallbacks('no-callbacks');
    const lines = active(world, 2);
    const { change } = (await call('suspend_sim', sims(lines))).structured;
    const before = world.requestLog.length;
    for (const ending of [{ status: 'Success' }, { status: 'Failed', faultResponse: { faultstring: 'planted' } }]) {
      const message = {
        username,
        password,
        ...secret,
        requestId: change.requests[0],
        ...other,
        deviceIds: [{ id: lines[0]?.iccid, kind: 'iccid' }],
        ...ending,
      };
      const answer = await fetch(
        new Request(callbackUrl, { method: 'POST', headers: { host: '127.0.0.1' }, body: JSON.stringify(message) }),
      );
      expect(answer.status).toBe(status);
    }
    await runPendingTasks();
    expect(world.requestLog).toHaveLength(before);
    expect(await changeRow(change.id)).toMatchObject({ status: 'accepted' });
    expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({ counts: { pending: 2 } });
  });

  it('a valid success callback is not trusted until the SIMs themselves show the new state', async () => {
    const { call, fetch, world, changeRow } = await withCallbacks('no-callbacks');
    const lines = active(world, 2);
    const { change } = (await call('suspend_sim', sims(lines))).structured;
    for (const { iccid } of lines) {
      const message = { username, password, requestId: change.requests[0], deviceIds: [{ id: iccid, kind: 'iccid' }], status: 'Success' };
      await fetch(new Request(callbackUrl, { method: 'POST', headers: { host: '127.0.0.1' }, body: JSON.stringify(message) }));
    }
    await runPendingTasks();
    expect(await changeRow(change.id)).toMatchObject({ status: 'accepted' });
  });
});

describe('registering a callback listener', () => {
  it('registering a listener names the listener it replaces and is approved before anything is sent', async () => {
    const { call, asked, world } = await withCallbacks();
    expect(asked.at(-1)).toContain(
      `send all results of CarrierService in account ${account} to ${callbackUrl} as user "${username}" with a password, where nobody listens now.`,
    );
    const other = 'https://ops.example.com/callbacks/other';
    await register(call, 'CarrierService', { url: other });
    expect(asked.at(-1)).toContain(
      `send all results of CarrierService in account ${account} to ${other} as user "${username}" with a password, taking them AWAY FROM "${callbackUrl}".`,
    );
    expect(asked.join(' ')).not.toContain(password);
    expect([...world.thingspace.listeners.values()].map(({ url }) => url)).toEqual([other]);
  });

  it('registering a listener sends nothing when the person declines', async () => {
    const running = await startTestServer({ flags: { toolsets: 'thingspace,changes,operations' } });
    const { call, asked } = await running.connectClient({ transport: 'stdio', era: 'auto', person: no });
    const refused = (await register(call, 'CarrierService')).structured.change;
    expect(refused).toMatchObject({ status: 'refused', reason: 'declined' });
    expect(asked).toHaveLength(1);
    expect(countRequests(running.world, 'thingspace.callbacks.register')).toBe(0);
  });

  it('registering a listener on a port that ThingSpace does not post to is rejected before anyone is asked', async () => {
    const { call, asked } = await withCallbacks();
    const before = asked.length;
    const wrong = await register(call, 'DeviceService', { url: 'http://127.0.0.1:8383/callbacks/sandbox-thingspace' });
    expect(wrong.text).toContain('port 80, 443, 9001-9006, 50551-50569 or 28200-28220');
    expect(asked).toHaveLength(before);
  });
});

describe('usage trigger alerts', () => {
  const trigger = { name: 'heavy west', group: 'West tanks', megabytes: 2, cycle: 'Daily', account };

  it('an alert reaches the listener once a day for each device over the threshold and changes no change', async () => {
    const { call, asked, world, advance } = await withCallbacks();
    await register(call, 'AlertService');
    const { change } = (await call('set_usage_trigger', trigger)).structured;
    expect(change).toMatchObject({ status: 'applied' });
    expect(asked.at(-1)).toContain(
      `notify AlertService of DeviceDataUsage over 2 MB Daily in group "West tanks" of account ${account}. 23 SIMs depend on it.`,
    );
    expect(asked.at(-1)).not.toContain('no listener');
    await advance(12 * 3_600_000);
    const alerts = world.thingspace.outbox.filter((one) => one.service === 'AlertService');
    expect(alerts.length).toBeGreaterThan(1);
    const whom = alerts.map(({ body }) => (body['deviceIds'] as { id: string }[])[0]?.id);
    expect(new Set(whom).size).toBe(alerts.length);
    for (const { url, delivered, body } of alerts) {
      expect([url, delivered]).toEqual([callbackUrl, true]);
      expect(body).toMatchObject({ deviceResponse: { triggerName: 'heavy west', threshold: '2', thresholdUnit: 'MB' } });
    }
    for (const iccid of whom.slice(0, 2)) {
      const { structured } = await call('get_traffic_history', { device: iccid, from: '2026-11-22T00:00:00Z', period: 'P1D' });
      expect(structured.totals.bytes).toBeGreaterThan(2 * 1024 ** 2);
    }
    expect((await call('list_changes')).structured.changes.map((one: { status: string }) => one.status)).toEqual([
      'applied',
      'applied',
      'applied',
    ]);
  });

  it('set_usage_trigger warns when no listener would receive the alert', async () => {
    const { call, asked, world, advance } = await withCallbacks();
    await call('set_usage_trigger', trigger);
    expect(asked.at(-1)).toContain(`Warning: account ${account} has no listener for AlertService: the result will not be delivered`);
    await advance(12 * 3_600_000);
    expect(world.thingspace.outbox).toEqual([]);
  });
});

describe('restart between request and callback', () => {
  /** A sandbox carrier on a port, and servers started one after another on one database. */
  async function carrier() {
    let server: TestServer | undefined;
    const clock = fixedClock(startTime);
    const deliver = deliverToLoopback(async (url, { body }) => {
      if (!server) throw new Error('nobody there');
      return server.fetch(new Request(url, { method: 'POST', headers: { host: '127.0.0.1' }, body: String(body) }));
    });
    const { world } = makeSandbox({ providers: sandboxProviders, clock, fleet: 60, seed: 1, deliver });
    const { url, close } = await listen(portHandler(world), '127.0.0.1', 0);
    onTestFinished(close);
    const dir = mkdtempSync(join(tmpdir(), 'callbacks-'));
    const start = async () => {
      const store = sqliteStore(join(dir, 'changes.db'));
      onTestFinished(() => store.close());
      const running = await startTestServer({
        flags: { toolsets: 'thingspace,changes,operations', state: dir },
        adjust: (config) => {
          config.connections = sandboxConnections(providers, url).filter((one) => one.provider === 'thingspace');
        },
        callbacks: [listener],
        store,
        key: Buffer.alloc(32, 7),
      });
      server = running;
      return running.connectClient({ transport: 'stdio', era: 'auto', person: yes });
    };
    const stop = (): void => {
      server = undefined;
    };
    return { world, clock, start, stop };
  }

  it('a callback that failed during a restart is retried by the carrier and settles the change at the next server', async () => {
    const { world, clock, start, stop } = await carrier();
    const first = await start();
    await register(first.call, 'CarrierService');
    world.faults.arm({ fault: 'line-quotas' });
    world.faults.arm({ fault: 'xml-403', operation: 'thingspace.accounts.requestStatus', skip: 0, times: 100_000 });
    const lines = active(world, 10);
    for (const line of lines.slice(7, 9))
      line.provisioningEvents = [9, 8, 7, 6, 5].map((hours) => ({ at: startTime - hours * 3_600_000, type: 'Restore', status: 'Success' }));
    const { change } = (await first.call('suspend_sim', sims(lines))).structured;
    expect(change.status).toBe('accepted');
    stop();
    clock.advance(5000);
    await runPendingTasks();
    expect(world.thingspace.outbox.map(({ attempts, delivered }) => [attempts, delivered])).toEqual(lines.map(() => [1, undefined]));
    const { call } = await start();
    const changeRow = async () =>
      (await call('list_changes')).structured.changes.find((one: { change: string }) => one.change === change.id);
    expect(await changeRow()).toMatchObject({ status: 'accepted' });
    clock.advance(300_000);
    await expect.poll(changeRow, { timeout: 5000 }).toMatchObject({ status: 'partial' });
    const settled = (await call('get_change', { change: change.id })).structured.change;
    expect(settled).toMatchObject({ counts: { applied: 8, failed: 2 } });
    expect(settled.targets.filter((one: { outcome: string }) => one.outcome === 'failed')).toMatchObject(
      lines.slice(7, 9).map(({ iccid }) => ({
        device: iccid,
        why: 'the carrier reports: REQUEST_FAILED. The device has reached its provisioning actions of a day.',
      })),
    );
    expect(world.thingspace.outbox.every(({ attempts, delivered }) => attempts === 2 && delivered)).toBe(true);
    expect(countRequests(world, suspend)).toBe(1);
  });
});
