import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { sqliteStore } from '../../src/store/sqlite.ts';
import { stopSwitch } from '../../src/store/stop.ts';
import { end, folder } from '../bin/bin.ts';
import { run, yes } from '../support/product.ts';

const iccid = '89148000000077000037';

describe('kill switch', () => {
  it('the kill switch refuses a change even after approval, sends nothing and allows reads', async () => {
    const state = mkdtempSync(join(tmpdir(), 'stop-'));
    const { dial, world } = await run({ flags: { state } });
    const { call } = await dial({ transport: 'stdio', era: 'auto', person: yes });
    stopSwitch(state).stop('somebody is changing the wrong account');
    const refused = (await call('suspend_sim', { sims: [{ iccid }] })).structured.change;
    expect(refused).toMatchObject({ status: 'refused', reason: 'stopped' });
    expect(refused.explanation).toBe('An operator has stopped all changes (somebody is changing the wrong account); nothing was sent.');
    expect(world.seen.filter((one) => one.operation === 'thingspace.devices.suspend')).toEqual([]);
    expect((await call('get_device', { device: iccid })).isError).toBe(false);
    expect(stopSwitch(state).go()).toBe(true);
    expect((await call('suspend_sim', { sims: [{ iccid }] })).structured.change.status).toBe('accepted');
  });

  it('the kill switch stops queued requests, and requests already sent are followed to their end', async () => {
    const state = mkdtempSync(join(tmpdir(), 'stop-'));
    const { dial, world } = await run({ flags: { state }, fleet: 60 });
    const { call } = await dial({ transport: 'stdio', era: 'auto', person: yes });
    const subscribers = [...world.iotx.subscribers.values()]
      .filter((one) => one.state === 'active' && one.on.includes('SMS MO/MT'))
      .slice(0, 5)
      .map((one) => one.physicalId);
    const toggles = () => world.seen.filter((one) => one.operation === 'iotx.products.change').length;
    const onprogress = ({ message }: { message?: string | undefined }): void => {
      if (message?.startsWith('2 of 5')) stopSwitch(state).stop('enough');
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
    const off = stopSwitch(state);
    expect(off.why()).toBeUndefined();
    expect(off.go()).toBe(false);
    off.stop('x');
    expect(existsSync(join(state, 'stop'))).toBe(true);
    expect(off.why()).toBe('x');
    expect(off.go()).toBe(true);
    expect(existsSync(join(state, 'stop'))).toBe(false);
  });

  it('the stop command lists running changes, which are still followed', async () => {
    const state = folder();
    const nothing = await end(['stop', 'drill', '--state', state]);
    expect(nothing).toMatchObject({ code: 0, out: '' });
    expect(nothing.err).toMatch(/^All changes are stopped for every server on .*\n$/);
    await end(['go', '--state', state]);
    const store = sqliteStore(join(state, 'changes.db'));
    onTestFinished(() => store.close());
    const { dial } = await run({ store });
    const { call } = await dial({ transport: 'stdio', era: 'auto', person: yes });
    const { change } = (await call('suspend_sim', { sims: [{ iccid: '89148000000077000037' }] })).structured;
    const { err } = await end(['stop', 'drill', '--state', state]);
    expect(err).toContain(`1 under way:\n  ${change.id} accepted: 89148000000077000037 (1 SIM) on sandbox-thingspace: suspend`);
  });
});
