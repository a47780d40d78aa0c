/** How the policy file decides changes: denied, allowed, asked, or waiting for named people outside of the chat. */
import { utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeApprovalService } from '../../src/approvers/approval.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import { collectRows } from '../../src/store/audit.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { countRequests, startTestServer, type TestServerOptions, waitUntilEnded, writePolicyFile, yes } from '../support/test-server.ts';

const stdio = { transport: 'stdio', era: 'auto' } as const;
const asked = { ...stdio, person: yes } as const;
const suspend = 'thingspace.devices.suspend';
const pump = '89148000000077000037';
const tank = '89148000000077000074';
const one = { sims: [{ iccid: pump }] };

function active(world: World, count: number): TsDevice[] {
  return world.thingspace.devices.filter((device) => device.state === 'active' && device.account === '0442000123-00001').slice(0, count);
}
const sims = (lines: readonly TsDevice[]) => ({ sims: lines.map(({ iccid }) => ({ iccid })) });

/** A product with two approvers, and the service through which they approve. */
async function withApprovals(options: TestServerOptions = {}) {
  const store = memoryStore();
  const product = await startTestServer({ approvers: ['maria', 'jo'], store, ...options });
  return { ...product, store, desk: makeApprovalService({ store, clock: product.clock }) };
}

describe('policy rules', () => {
  const rules = `
rules:
  - { name: the pump is never touched, when: { targets: { ids: ["${pump}"] } }, then: deny }
  - { name: pings pass, when: { operation: thingspace.sms.send }, then: allow }
  - { name: suspending takes somebody, when: { operation: ${suspend} }, then: approve }
`;

  it('a denied change names its rule, and repeating it is counted instead of recorded again', async () => {
    const { connectClient, world } = await startTestServer({ rules });
    const { call, asked: questions } = await connectClient(asked);
    const denied = await call('suspend_sim', one);
    expect(denied.isError).toBe(true);
    expect(denied.structured.change).toMatchObject({
      status: 'refused',
      reason: 'policy',
      explanation: 'Rule "the pump is never touched" denies it; nothing was sent. get_policy shows the rules.',
      policy: { verdict: 'deny', rule: 'the pump is never touched', version: expect.stringMatching(/^[0-9a-f]{12}$/) },
    });
    const again = await call('suspend_sim', one);
    expect(again.structured.change).toMatchObject({ id: denied.structured.change.id, deniedAgain: 1 });
    await call('suspend_sim', one);
    expect((await call('suspend_sim', one)).text).toContain('Requested and denied 3 more times.');
    expect((await call('list_changes')).structured.total).toBe(1);
    expect(questions).toEqual([]);
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a rule with allow applies a change without asking and is recorded as the approver', async () => {
    const { connectClient } = await startTestServer({ rules });
    const { call, asked: questions } = await connectClient(stdio);
    const done = await call('send_sms', { sims: [{ iccid: tank }], message: 'PING' });
    expect(done.structured.change).toMatchObject({ status: 'applied', approval: 'rule', approvedBy: 'pings pass' });
    expect(questions).toEqual([]);
  });

  it('a rule that needs a named approver refuses the change when no approver is configured', async () => {
    const { connectClient, world } = await startTestServer({ rules });
    const { call } = await connectClient(asked);
    const refused = await call('suspend_sim', { sims: [{ iccid: tank }] });
    expect(refused.structured.change).toMatchObject({ status: 'refused', reason: 'policy' });
    expect(refused.text).toContain(
      'Rule "suspending takes somebody" requires a named person outside the chat to approve it, and none is configured',
    );
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a preview shows the policy decision without asking anyone', async () => {
    const { connectClient } = await withApprovals({ rules });
    const { call, asked: questions } = await connectClient(asked);
    const shown = await call('suspend_sim', { ...one, preview: true });
    expect(shown.structured.change).toMatchObject({ status: 'planned', preview: true, policy: { verdict: 'deny' } });
    expect(shown.text).toContain('Policy: deny, by rule "the pump is never touched".');
    const waits = await call('suspend_sim', { sims: [{ iccid: tank }], preview: true });
    expect(waits.text).toContain('Policy: approve, by rule "suspending takes somebody".');
    expect(questions).toEqual([]);
  });

  it('one denied target denies the whole change', async () => {
    const { connectClient, world } = await withApprovals({ rules });
    const { call } = await connectClient(asked);
    const both = await call('suspend_sim', { sims: [{ iccid: tank }, { iccid: pump }] });
    expect(both.structured.change).toMatchObject({ status: 'refused', policy: { verdict: 'deny', rule: 'the pump is never touched' } });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a rule that changes while a person is asked makes their approval insufficient', async () => {
    const path = writePolicyFile('rules: []');
    const { connectClient, world } = await startTestServer({ adjust: (config) => void Object.assign(config, { policyFile: path }) });
    const { call } = await connectClient({
      ...stdio,
      person: (question) => {
        writeFileSync(path, 'freeze: [{ name: audit, from: 2026-11-01T00:00, to: 2026-12-01T00:00 }]');
        utimesSync(path, 1, 1);
        return yes(question);
      },
    });
    const refused = await call('suspend_sim', one);
    expect(refused.structured.change).toMatchObject({
      status: 'refused',
      reason: 'policy',
      policy: { verdict: 'deny', rule: 'freeze: audit' },
    });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a rule that starts to apply while the canary settles holds back the rest', async () => {
    const path = writePolicyFile('rules: []');
    const { connectClient, world } = await startTestServer({
      fleet: 120,
      adjust: (config) => void Object.assign(config, { policyFile: path }),
    });
    const { call } = await connectClient(asked);
    const { change } = (await call('suspend_sim', sims(active(world, 40)))).structured;
    writeFileSync(path, 'rules: [{ name: not now, when: { operation: thingspace.* }, then: approve }]');
    utimesSync(path, 1, 1);
    const { structured } = await waitUntilEnded(call, change.id);
    expect(structured.change).toMatchObject({
      status: 'partial',
      counts: { applied: 2, 'not sent': 38 },
      explanation: '2 done, 0 failed, 38 not sent. The rest was not sent: the policy decision is now approve (rule "not now").',
    });
    expect(countRequests(world, suspend)).toBe(1);
  });

  it('an invalid policy file denies every change but no read', async () => {
    const { connectClient, world } = await startTestServer({ rules: 'rules: [{ name: x, then: perhaps }]' });
    const { call } = await connectClient(asked);
    expect((await call('suspend_sim', one)).structured.change).toMatchObject({ status: 'refused', policy: { rule: 'policy unreadable' } });
    expect((await call('list_devices', { limit: 1 })).isError).toBe(false);
    expect(countRequests(world, suspend)).toBe(0);
  });
});

describe('named approvers', () => {
  const rules = `rules: [{ name: two for suspending, when: { operation: ${suspend} }, then: approve 2 }]`;

  it('no answer from the chat applies a change that needs named approvers', async () => {
    const { connectClient, world } = await withApprovals({ rules });
    const { call, asked: questions } = await connectClient(asked);
    const { change } = (await call('suspend_sim', one)).structured;
    expect(change).toMatchObject({ status: 'awaiting_approval', policy: { verdict: 'approve 2', rule: 'two for suspending' } });
    expect(questions).toEqual([]);
    const confirmed = await call('apply_change', { change: change.id, confirm: change.confirm });
    expect(confirmed.structured.change).toMatchObject({ id: change.id, status: 'awaiting_approval' });
    const again = await call('suspend_sim', one);
    expect(again.structured.change).toMatchObject({ id: change.id, status: 'awaiting_approval', expires: change.expires });
    const withoutElicitation = await connectClient(stdio);
    const muted = await withoutElicitation.call('apply_change', { change: change.id, confirm: change.confirm });
    expect(muted.structured.change.status).toBe('awaiting_approval');
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('two different approvers apply a change, and the audit log names both', async () => {
    const { connectClient, world, product, desk, store } = await withApprovals({ rules });
    const { call } = await connectClient(asked);
    const { change } = (await call('suspend_sim', one)).structured;
    await desk.approve(change.id, 'maria', 'console');
    await product.runApproved();
    await expect(desk.approve(change.id, 'maria', 'terminal')).rejects.toThrow('maria has approved');
    const half = await call('get_change', { change: change.id });
    expect(half.text).toContain('1 of 2 named people approved it outside this chat');
    expect(countRequests(world, suspend)).toBe(0);
    await desk.approve(change.id, 'jo', 'terminal');
    await product.runApproved();
    const done = await waitUntilEnded(call, change.id);
    expect(done.structured.change).toMatchObject({
      status: 'applied',
      approval: 'terminal',
      approvedBy: 'maria, jo',
      approvals: [
        { by: 'maria', kind: 'console' },
        { by: 'jo', kind: 'terminal' },
      ],
    });
    expect(countRequests(world, suspend)).toBe(1);
    const turns = (await collectRows(store.audit()))
      .map(({ body }) => JSON.parse(body))
      .map(({ status, approvals = [] }) => [status, approvals.length]);
    expect(turns).toEqual([
      ['awaiting_approval', 0],
      ['awaiting_approval', 1],
      ['awaiting_approval', 2],
      ['applying', 2],
      ['accepted', 2],
      ['applied', 2],
    ]);
  });

  it('an approval by a named person expires after 15 minutes', async () => {
    const { connectClient, world, product, desk, clock } = await withApprovals({ rules });
    const { call } = await connectClient(asked);
    const { change } = (await call('suspend_sim', one)).structured;
    await desk.approve(change.id, 'maria', 'console');
    clock.advance(15 * 60_000);
    await desk.approve(change.id, 'jo', 'console');
    await product.runApproved();
    expect(countRequests(world, suspend)).toBe(0);
    await desk.approve(change.id, 'maria', 'console');
    await product.runApproved();
    expect(countRequests(world, suspend)).toBe(1);
  });

  it('a rejected change is refused with the reason of the approver', async () => {
    const { connectClient, world, product, desk } = await withApprovals({ rules });
    const { call } = await connectClient(asked);
    const { change } = (await call('suspend_sim', one)).structured;
    await desk.reject(change.id, 'jo', 'console', 'the pump runs tonight');
    await product.runApproved();
    const over = await call('get_change', { change: change.id });
    expect(over.structured.change).toMatchObject({
      status: 'refused',
      reason: 'declined',
      explanation: 'Rejected by jo: the pump runs tonight. Nothing was sent.',
    });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('an approved change is refused when its target changed before sending', async () => {
    const { connectClient, world, product, desk } = await withApprovals({ rules });
    const { call } = await connectClient(asked);
    const { change } = (await call('suspend_sim', one)).structured;
    await desk.approve(change.id, 'maria', 'console');
    await desk.approve(change.id, 'jo', 'console');
    const line = world.thingspace.devices.find(({ iccid }) => iccid === pump) as TsDevice;
    line.plan = 'IOTBIG500MB';
    await product.runApproved();
    expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a change that nobody approves within an hour expires, and a late approval is rejected', async () => {
    const { connectClient, world, product, desk, clock } = await withApprovals({ rules });
    const { call } = await connectClient(asked);
    const { change } = (await call('suspend_sim', one)).structured;
    clock.advance(60 * 60_000);
    await expect(desk.approve(change.id, 'maria', 'console')).rejects.toThrow('has expired');
    await product.runApproved();
    expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({ status: 'refused', reason: 'expired' });
    expect(countRequests(world, suspend)).toBe(0);
  });
});

describe('built-in default policy with approvers', () => {
  it('a change that cannot be undone needs a named approver by default', async () => {
    const { connectClient } = await withApprovals();
    const { call } = await connectClient(asked);
    const waits = await call('deactivate_sim', { ...one, reasonCode: 'FF', etfWaiver: false });
    const policy = { verdict: 'approve', rule: 'default: destructive', version: 'built-in' };
    expect(waits.structured.change).toMatchObject({ status: 'awaiting_approval', policy });
  });

  it('more than ten targets need a named approver by default, and ten of a large fleet are asked in the chat', async () => {
    const { connectClient, world } = await withApprovals({ fleet: 2000 });
    const { call, asked: questions } = await connectClient(asked);
    const lines = active(world, 21);
    const eleven = await call('suspend_sim', sims(lines.slice(0, 11)));
    expect(eleven.structured.change).toMatchObject({ status: 'awaiting_approval', policy: { rule: 'default: more than 10 targets' } });
    expect(questions).toEqual([]);
    await call('suspend_sim', sims(lines.slice(11)));
    expect(questions).toHaveLength(1);
  });
});

describe('budgets', () => {
  const rules = `
budgets:
  - { name: four an hour, per: hour, each: caller, changes: 4, then: deny }
`;

  it('a used-up budget refuses further changes under concurrent calls', async () => {
    const { connectClient, world, clock } = await startTestServer({ fleet: 200, rules });
    const { call } = await connectClient(asked);
    const lines = active(world, 12);
    const all = await Promise.all(lines.map((line) => call('suspend_sim', sims([line]))));
    const statuses = all.map(({ structured }) => structured.change.status);
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(4);
    expect(statuses.filter((status) => status === 'refused')).toHaveLength(8);
    expect(countRequests(world, suspend)).toBe(4);
    expect(all.find(({ structured }) => structured.change.status === 'refused')?.text).toContain(
      'budget "four an hour": 4 of 4 changes an hour',
    );
    clock.advance(3_600_001);
    expect((await call('suspend_sim', sims(lines.slice(11)))).structured.change.status).toBe('accepted');
  });

  it('a used-up budget with approve lets an approver continue', async () => {
    const { connectClient, world, product, desk } = await withApprovals({ fleet: 200, rules: rules.replace('deny', 'approve') });
    const { call } = await connectClient(asked);
    const lines = active(world, 5);
    for (const line of lines.slice(0, 4)) await call('suspend_sim', sims([line]));
    const fifth = await call('suspend_sim', sims(lines.slice(4)));
    expect(fifth.structured.change).toMatchObject({ status: 'awaiting_approval' });
    await desk.approve(fifth.structured.change.id, 'maria', 'console');
    await product.runApproved();
    expect(countRequests(world, suspend)).toBe(5);
  });
});

it('the approval question shows the share of the connection for more than three targets', async () => {
  const { connectClient, world } = await startTestServer();
  const { call, asked: questions } = await connectClient(asked);
  await call('suspend_sim', sims(active(world, 3)));
  expect(questions[0]).not.toContain('Touches');
  await call('suspend_sim', sims(active(world, 10).slice(3, 9)));
  expect(questions[1]).toContain(
    '\nTouches 6 targets, 25 % of the 24 devices of sandbox-thingspace; in "Default 0442000123-00001", "West tanks".\n',
  );
});
