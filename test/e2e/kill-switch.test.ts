import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { killSwitch } from '../../src/store/kill-switch.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { runCommand, temporaryFolder } from '../bin/processes.ts';
import { startTestServer, yes } from '../support/test-server.ts';

const iccid = '89148000000077000037';

describe('kill switch', () => {
  it('the kill switch refuses a change even after approval, sends nothing and allows reads', async () => {
    const state = mkdtempSync(join(tmpdir(), 'stop-'));
    const { connectClient, world } = await startTestServer({ flags: { state } });
    const { call } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
    killSwitch(state).pause('somebody is changing the wrong account');
    const refused = (await call('suspend_sim', { sims: [{ iccid }] })).structured.change;
    expect(refused).toMatchObject({ status: 'refused', reason: 'stopped' });
    expect(refused.explanation).toBe('An operator has stopped all changes (somebody is changing the wrong account); nothing was sent.');
    expect(world.requestLog.filter((one) => one.operation === 'thingspace.devices.suspend')).toEqual([]);
    expect((await call('get_device', { device: iccid })).isError).toBe(false);
    expect(killSwitch(state).resume()).toBe(true);
    expect((await call('suspend_sim', { sims: [{ iccid }] })).structured.change.status).toBe('accepted');
  });

  it('the kill switch stops queued requests, and requests already sent are followed to their end', async () => {
    const state = mkdtempSync(join(tmpdir(), 'stop-'));
    const { connectClient, world } = await startTestServer({ flags: { state }, fleet: 60 });
    const { call } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
    const subscribers = [...world.iotx.subscribers.values()]
      .filter((one) => one.state === 'active' && one.enabled.includes('SMS MO/MT'))
      .slice(0, 5)
      .map((one) => one.physicalId);
    const toggles = () => world.requestLog.filter((one) => one.operation === 'iotx.products.change').length;
    const onprogress = ({ message }: { message?: string | undefined }): void => {
      if (message?.startsWith('2 of 5')) killSwitch(state).pause('enough');
    };
    const { change } = (await call('toggle_product', { subscribers, product: 'SMS MO/MT', action: 'disable' }, { onprogress })).structured;
    expect(change.status).toBe('partial');
    expect(toggles()).toBe(change.counts.applied);
    expect(change.counts.applied + change.counts['not sent']).toBe(5);
    expect(change.counts['not sent']).toBeGreaterThan(0);
    expect(change.targets.find((one) => one.outcome === 'not sent')?.why).toBe('stopped by an operator before it was sent');
  });

  it('the kill switch is a file that resume removes', () => {
    const state = mkdtempSync(join(tmpdir(), 'stop-'));
    const off = killSwitch(state);
    expect(off.reason()).toBeUndefined();
    expect(off.resume()).toBe(false);
    off.pause('x');
    expect(existsSync(join(state, 'stop'))).toBe(true);
    expect(off.reason()).toBe('x');
    expect(off.resume()).toBe(true);
    expect(existsSync(join(state, 'stop'))).toBe(false);
  });

  it('the stop command lists running changes, which are still followed', async () => {
    const state = temporaryFolder();
    const nothing = await runCommand(['stop', 'drill', '--state', state]);
    expect(nothing).toMatchObject({ code: 0, out: '' });
    expect(nothing.err).toMatch(/^All changes are stopped for every server on .*\n$/);
    await runCommand(['go', '--state', state]);
    const store = sqliteStore(join(state, 'changes.db'));
    onTestFinished(() => store.close());
    const { connectClient } = await startTestServer({ store });
    const { call } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
    const { change } = (await call('suspend_sim', { sims: [{ iccid: '89148000000077000037' }] })).structured;
    const { err } = await runCommand(['stop', 'drill', '--state', state]);
    expect(err).toContain(`1 under way:\n  ${change.id} accepted: 89148000000077000037 (1 SIM) on sandbox-thingspace: suspend`);
  });
});
