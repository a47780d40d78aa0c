/** Attempts to bypass an approval: resume, repeat, undo, a clock set back, and limits that no approval lifts. */
import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { makeApprovalService } from '../../src/approvers/approval.ts';
import { type FixedClock, fixedClock } from '../../src/clock.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import { killSwitch } from '../../src/store/kill-switch.ts';
import { memoryStore } from '../../src/store/memory.ts';
import {
  countRequests,
  runPendingTasks,
  startTestServer,
  startTime,
  type TestClient,
  type TestServerOptions,
  waitUntilEnded,
  writePolicyFile,
  yes,
} from '../support/test-server.ts';

const withoutElicitation = { transport: 'stdio', era: 'auto' } as const;
const chat = { ...withoutElicitation, person: yes } as const;
const suspend = 'thingspace.devices.suspend';
const deactivate = 'thingspace.devices.deactivate';
const minute = 60_000;
const anna = 'token-of-anna-0123456789';
const bert = 'token-of-bert-0123456789';

function active(world: World, count: number): TsDevice[] {
  return world.thingspace.devices.filter((line) => line.state === 'active' && line.account === '0442000123-00001').slice(0, count);
}
const sims = (lines: readonly TsDevice[]) => ({ sims: lines.map(({ iccid }) => ({ iccid })) });

async function withApprovals(options: TestServerOptions = {}) {
  const store = memoryStore();
  const product = await startTestServer({ fleet: 120, store, ...options });
  return { ...product, store, desk: makeApprovalService({ store, clock: product.clock }) };
}

/** Makes the canary fail, so that the rest is held back. Returns the finished change. */
async function heldBack(call: TestClient['call'], id: string, first: readonly TsDevice[]) {
  for (const line of first) line.state = 'deactive';
  const { change } = (await waitUntilEnded(call, id)).structured;
  expect(change).toMatchObject({ status: 'failed', resumable: true });
  return change;
}

describe('resume_change', () => {
  it('an approval expires after 15 minutes, however often the change is resumed', async () => {
    const { connectClient, world, clock } = await withApprovals();
    const { call, asked } = await connectClient(chat);
    const lines = active(world, 40);
    const first = (await call('suspend_sim', sims(lines))).structured.change;
    await heldBack(call, first.id, lines.slice(0, 2));
    clock.advance(10 * minute);
    const second = (await call('resume_change', { change: first.id })).structured.change;
    expect(second).toMatchObject({ approval: 'resumed', status: 'applying' });
    expect(asked).toHaveLength(1);
    await heldBack(call, second.id, lines.slice(2, 4));
    clock.advance(6 * minute);
    const third = (await call('resume_change', { change: second.id })).structured.change;
    expect(asked).toHaveLength(2);
    expect(third).toMatchObject({ approval: 'elicited' });
  });

  it('an approver whose approval is older than 15 minutes must approve the rest again', async () => {
    const rules = `rules: [{ name: two people, when: { operation: ${suspend} }, then: approve 2 }]`;
    const { connectClient, world, clock, desk, product } = await withApprovals({ rules, approvers: ['maria', 'jo', 'kim'] });
    const { call } = await connectClient(chat);
    const lines = active(world, 40);
    const { id } = (await call('suspend_sim', sims(lines))).structured.change;
    await desk.approve(id, 'maria', 'console');
    clock.advance(14 * minute);
    await desk.approve(id, 'jo', 'terminal');
    const running = product.runApproved();
    await runPendingTasks(200);
    await running;
    await heldBack(call, id, lines.slice(0, 2));
    const before = countRequests(world, suspend);
    clock.advance(2 * minute);
    const rest = (await call('resume_change', { change: id })).structured.change;
    expect(rest).toMatchObject({ status: 'awaiting_approval', policy: { verdict: 'approve 2' } });
    await product.runApproved();
    expect(countRequests(world, suspend)).toBe(before);
    await desk.approve(rest.id, 'maria', 'console');
    await product.runApproved();
    expect((await waitUntilEnded(call, rest.id)).structured.change).toMatchObject({ status: 'applied', approvedBy: 'jo, maria' });
  });

  it('resume_change applies the policy that is in force now', async () => {
    const path = writePolicyFile('rules: []');
    const { connectClient, world } = await withApprovals({
      approvers: ['maria'],
      adjust: (config) => void Object.assign(config, { policyFile: path }),
    });
    const { call, asked } = await connectClient(chat);
    const rule = (then: string, at: number): void => {
      writeFileSync(path, `rules: [{ name: now, when: { operation: ${suspend} }, then: ${then} }]`);
      utimesSync(path, at, at);
    };
    rule('ask', 1);
    const lines = active(world, 40);
    const { id } = (await call('suspend_sim', sims(lines))).structured.change;
    await heldBack(call, id, lines.slice(0, 2));
    const sent = countRequests(world, suspend);
    rule('deny', 2);
    expect((await call('resume_change', { change: id })).structured.change).toMatchObject({
      status: 'refused',
      policy: { verdict: 'deny' },
    });
    rule('approve', 3);
    expect((await call('resume_change', { change: id })).structured.change.status).toBe('awaiting_approval');
    expect(asked).toHaveLength(1);
    expect(countRequests(world, suspend)).toBe(sent);
  });

  it('resume_change asks again when another rule now requires the approval', async () => {
    const path = writePolicyFile('rules: [{ name: by day, when: { provider: thingspace }, then: ask }]');
    const { connectClient, world } = await withApprovals({ adjust: (config) => void Object.assign(config, { policyFile: path }) });
    const { call, asked } = await connectClient(chat);
    const lines = active(world, 40);
    const { id } = (await call('suspend_sim', sims(lines))).structured.change;
    await heldBack(call, id, lines.slice(0, 2));
    writeFileSync(path, 'rules: [{ name: by night, when: { provider: thingspace }, then: ask }]');
    expect((await call('resume_change', { change: id })).structured.change.approval).toBe('elicited');
    expect(asked).toHaveLength(2);
  });

  it('concurrent resume_change calls resume a change once', async () => {
    const { connectClient, world } = await withApprovals();
    const { call } = await connectClient(chat);
    const lines = active(world, 40);
    const { id } = (await call('suspend_sim', sims(lines))).structured.change;
    await heldBack(call, id, lines.slice(0, 2));
    const both = await Promise.all([1, 2, 3].map(() => call('resume_change', { change: id })));
    const ids = new Set(both.flatMap(({ structured }) => structured.change?.id ?? []));
    expect(ids.size).toBe(1);
    for (const one of ids) expect((await waitUntilEnded(call, one)).structured.change.counts).toEqual({ applied: 38 });
    expect(lines.slice(2).every((line) => line.state === 'suspend')).toBe(true);
    const made = [...world.thingspace.requests.values()].filter((request) => request.action === 'suspend' && request.created >= startTime);
    expect(made.reduce((sum, { outcomes }) => sum + outcomes.length, 0)).toBe(40);
  });
});

describe('caller isolation', () => {
  const callers: TestServerOptions = { adjust: (config) => void config.callers.set('anna', anna).set('bert', bert) };
  const at = (token: string) => ({ transport: 'http', era: 'auto', token, person: yes }) as const;

  it('a caller cannot cancel, resume or undo the change of another caller', async () => {
    const { connectClient, world } = await withApprovals(callers);
    const a = await connectClient(at(anna));
    const b = await connectClient(at(bert));
    const lines = active(world, 41);
    const many = (await a.call('suspend_sim', sims(lines.slice(0, 40)))).structured.change;
    const foreign = (id: string): string => `change: there is no change ${id} of yours. list_changes shows the changes there are.`;
    expect((await b.call('cancel_change', { change: many.id })).text).toBe(foreign(many.id));
    await heldBack(a.call, many.id, lines.slice(0, 2));
    expect((await b.call('resume_change', { change: many.id })).text).toBe(foreign(many.id));
    const one = (await a.call('suspend_sim', sims(lines.slice(40)))).structured.change;
    await waitUntilEnded(a.call, one.id);
    expect((await b.call('undo_change', { change: one.id })).text).toBe(foreign(one.id));
    expect((await b.call('undo_change', { change: one.id, preview: true })).text).toBe(foreign(one.id));
    expect(countRequests(world, 'thingspace.devices.restore')).toBe(0);
    const plan = await connectClient({ transport: 'http', era: 'legacy', token: anna });
    const waits = (await plan.call('suspend_sim', sims(lines.slice(2, 3)))).structured.change;
    expect(waits.status).toBe('planned');
    expect((await b.call('cancel_change', { change: waits.id })).text).toBe(foreign(waits.id));
    expect((await plan.call('get_change', { change: waits.id })).structured.change.status).toBe('planned');
  });

  it('a caller who requests the same change as another caller is asked for their own approval', async () => {
    const { connectClient, world } = await withApprovals(callers);
    const a = await connectClient({ transport: 'http', era: 'auto', token: anna });
    const b = await connectClient(at(bert));
    const lines = active(world, 1);
    const planned = (await a.call('suspend_sim', sims(lines))).structured.change;
    const other = (await b.call('suspend_sim', sims(lines))).structured.change;
    expect(b.asked).toHaveLength(1);
    expect(other.id).not.toBe(planned.id);
    expect(other).toMatchObject({ status: 'accepted', approvedBy: 'the person at bert' });
  });
});

it('concurrent undo_change calls undo a change once', async () => {
  const { connectClient, world } = await withApprovals();
  const { call } = await connectClient(chat);
  const { id } = (await call('suspend_sim', sims(active(world, 1)))).structured.change;
  await waitUntilEnded(call, id);
  const both = await Promise.all([1, 2].map(() => call('undo_change', { change: id })));
  expect(new Set(both.flatMap(({ structured }) => structured.change?.id ?? [])).size).toBe(1);
  expect(countRequests(world, 'thingspace.devices.restore')).toBe(1);
});

describe('preview', () => {
  it('a preview that nobody requested is not applied, even when approved or allowed by a rule', async () => {
    for (const then of ['approve', 'allow']) {
      const rules = `rules: [{ name: now, when: { operation: ${suspend} }, then: ${then} }]`;
      const { connectClient, world, desk, product } = await withApprovals({ rules, approvers: ['maria'] });
      const { call } = await connectClient(chat);
      const { change } = (await call('suspend_sim', { ...sims(active(world, 1)), preview: true })).structured;
      expect(change).toMatchObject({ status: 'planned', preview: true });
      await expect(desk.approve(change.id, 'maria', 'console')).rejects.toThrow('is a preview that nobody has requested yet');
      await product.runApproved(change.id);
      expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({ status: 'planned', preview: true });
      expect(countRequests(world, suspend)).toBe(0);
    }
  });
});

describe('clock set back', () => {
  /** A clock that can be set back, as the owner of the machine could do. */
  function adjustableClock(): { clock: FixedClock; back(ms: number): void } {
    const own = fixedClock(startTime);
    let behind = 0;
    const back = (ms: number): void => {
      behind += ms;
    };
    return { clock: { ...own, now: () => own.now() - behind }, back };
  }

  it('a plan stays expired when the clock is set back', async () => {
    const { clock, back } = adjustableClock();
    const { connectClient, world } = await withApprovals({ clock });
    const { call } = await connectClient(withoutElicitation);
    const [one, other] = active(world, 2);
    const { change } = (await call('suspend_sim', sims([one as TsDevice]))).structured;
    clock.advance(11 * minute);
    await call('suspend_sim', sims([other as TsDevice]));
    back(11 * minute);
    const late = await call('apply_change', { change: change.id, confirm: change.confirm ?? change.summary });
    expect(late.structured.change).toMatchObject({ status: 'refused', reason: 'expired' });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('an approval stays expired for the rest of a change when the clock is set back', async () => {
    const { clock, back } = adjustableClock();
    const { connectClient, world } = await withApprovals({ clock });
    const { call, asked } = await connectClient(chat);
    const lines = active(world, 41);
    const { id } = (await call('suspend_sim', sims(lines.slice(0, 40)))).structured.change;
    await heldBack(call, id, lines.slice(0, 2));
    clock.advance(16 * minute);
    await call('suspend_sim', { ...sims(lines.slice(40)), preview: true });
    back(16 * minute);
    await call('resume_change', { change: id });
    expect(asked).toHaveLength(2);
  });

  it('a budget stays used when the clock is set back', async () => {
    const { clock, back } = adjustableClock();
    const { connectClient, world } = await withApprovals({
      clock,
      rules: 'budgets: [{ name: two an hour, per: hour, changes: 2, then: deny }]',
    });
    const { call } = await connectClient(chat);
    for (const line of active(world, 2)) await call('suspend_sim', sims([line]));
    back(2 * 60 * minute);
    expect((await call('suspend_sim', sims(active(world, 3).slice(2)))).structured.change).toMatchObject({ status: 'refused' });
    expect(countRequests(world, suspend)).toBe(2);
  });
});

describe('limits that no approval lifts', () => {
  const allow = `rules: [{ name: passes, when: { operation: [${suspend}, ${deactivate}] }, then: allow }]`;
  const approve = allow.replace('allow }', 'approve }');

  for (const [how, rules] of [
    ['a rule with allow', allow],
    ['a named approver', approve],
  ] as const) {
    it(`policy.maxTargets is not lifted by ${how}`, async () => {
      const { connectClient, world, store } = await withApprovals({ rules, approvers: ['maria'], policy: { maxTargets: 3 } });
      const { call } = await connectClient(chat);
      const refused = await call('suspend_sim', sims(active(world, 4)));
      expect(refused.structured.change).toMatchObject({
        status: 'refused',
        reason: 'policy',
        explanation:
          'Nothing was sent: 4 targets are more than the 3 allowed at once. Name fewer targets, or have an operator raise policy.maxTargets.',
      });
      expect((await store.list({ status: 'awaiting_approval' }, undefined, 9)).total).toBe(0);
      expect(countRequests(world, suspend)).toBe(0);
    });

    it(`policy.irreversible "refuse" is not lifted by ${how}`, async () => {
      const { connectClient, world } = await withApprovals({ rules, approvers: ['maria'], policy: { irreversible: 'refuse' } });
      const { call } = await connectClient(chat);
      const refused = await call('deactivate_sim', { ...sims(active(world, 1)), reasonCode: 'FF', etfWaiver: false });
      expect(refused.structured.change).toMatchObject({
        status: 'refused',
        reason: 'policy',
        explanation: 'Nothing was sent: irreversible changes are switched off. An operator can set policy.irreversible to "typed".',
      });
      expect(countRequests(world, deactivate)).toBe(0);
    });
  }

  it('the kill switch stops changes even when its file cannot be read', async () => {
    const state = mkdtempSync(join(tmpdir(), 'stop-'));
    const { connectClient, world } = await withApprovals({ flags: { state }, rules: allow });
    const { call } = await connectClient(chat);
    mkdirSync(join(state, 'stop'));
    const refused = await call('suspend_sim', sims(active(world, 1)));
    expect(refused.structured.change).toMatchObject({ status: 'refused', reason: 'stopped' });
    expect(killSwitch(state).reason()).toBe('the reason cannot be read');
    expect(countRequests(world, suspend)).toBe(0);
  });
});
