/** Several servers on one database: whatever one server may do once, all of them together do once. */
import { describe, expect, it } from 'vitest';

import { type FixedClock, fixedClock } from '../../src/clock.ts';
import { killSwitch } from '../../src/store/kill-switch.ts';
import { makeSharedServers, type SharedPlace, simsArgument } from '../support/shared-servers.ts';
import {
  applyInSecondStep,
  countRequests,
  type Person,
  runPendingTasks,
  startTime,
  type ToolAnswer,
  waitUntilEnded,
  yes,
} from '../support/test-server.ts';
import { fridge } from './six-jobs.ts';

const withoutElicitation = { transport: 'stdio', era: 'auto' } as const;
const chat = { ...withoutElicitation, person: yes } as const;
const older = { transport: 'stdio', era: 'legacy', person: yes } as const;
const suspend = 'thingspace.devices.suspend';
const create = 'thingpark.devices.create';
const sms = 'thingspace.sms.send';
const askInChat = 'rules: [{ name: asked in the chat, when: { connection: [sandbox-thingspace, sandbox-thingpark] }, then: ask }]';
const oneApprover = `rules: [{ name: one person, when: { operation: [${suspend}, ${create}] }, then: approve }]`;
const key = '00112233445566778899AABBCCDDEEFF';

/** A person at several clients who answers all of them once the last one was asked. */
function answersTogether(count: number): Person {
  const all = Promise.withResolvers<void>();
  let asked = 0;
  return async (question) => {
    if (++asked === count) all.resolve();
    await all.promise;
    return yes(question);
  };
}

describe.each<SharedPlace>(['file', 'postgres'])('two servers on one database (%s)', (place) => {
  it('two servers share one budget under concurrent calls', async () => {
    const { startServer, activeSims, world, store } = await makeSharedServers({
      place,
      rules: 'budgets: [{ name: four an hour, per: hour, each: caller, changes: 4, then: deny }]',
    });
    const a = await (await startServer()).connectClient(chat);
    const b = await (await startServer()).connectClient(older);
    const all = await Promise.all(activeSims.slice(0, 12).map((line, i) => (i % 2 ? a : b).call('suspend_sim', simsArgument([line]))));
    const statuses = all.map(({ structured }) => structured.change.status);
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(4);
    expect(statuses.filter((status) => status === 'refused')).toHaveLength(8);
    expect(countRequests(world, suspend)).toBe(4);
    expect(await store.spent(startTime - 1)).toHaveLength(4);
  });

  it('two servers with the same approved change apply it once', async () => {
    const { startServer, activeSims, world, approvals } = await makeSharedServers({ place, rules: oneApprover, approvers: ['maria'] });
    const [one, other] = [await startServer(), await startServer()];
    const { call } = await one.connectClient(chat);
    const { change } = (await call('suspend_sim', simsArgument(activeSims.slice(0, 1)))).structured;
    await approvals.approve(change.id, 'maria', 'terminal');
    await Promise.all([
      one.product.runApproved(),
      other.product.runApproved(),
      one.product.runApproved(change.id),
      other.product.runApproved(change.id),
    ]);
    expect((await waitUntilEnded(call, change.id)).structured.change).toMatchObject({ status: 'applied', approvedBy: 'maria' });
    expect(countRequests(world, suspend)).toBe(1);
  });

  it('a server that reads more before it plans than another one does not send the same SMS again', async () => {
    const { startServer, activeSims, world } = await makeSharedServers({ place, rules: 'rules: [{ name: all, then: allow }]' });
    const [warm, cold] = [await (await startServer()).connectClient(chat), await (await startServer()).connectClient(older)];
    await warm.call('send_sms', { ...simsArgument(activeSims.slice(1, 2)), message: 'WARM' });
    const ping = { ...simsArgument(activeSims.slice(0, 1)), message: 'PING' };
    const both = await Promise.all([warm.call('send_sms', ping), cold.call('send_sms', ping)]);
    expect(both[1].structured.change.id).toBe(both[0].structured.change.id);
    expect(countRequests(world, sms)).toBe(2);
  });

  it('a preview that one server carries out while another one gets the same call is sent once', async () => {
    const { startServer, activeSims, world } = await makeSharedServers({ place, rules: 'rules: [{ name: all, then: allow }]' });
    const [a, b] = [await (await startServer()).connectClient(chat), await (await startServer()).connectClient(older)];
    const ping = { ...simsArgument(activeSims.slice(0, 1)), message: 'PING' };
    const { change } = (await a.call('send_sms', { ...ping, preview: true })).structured;
    await Promise.all([a.call('apply_change', { change: change.id, confirm: change.confirm }), b.call('send_sms', ping)]);
    expect(countRequests(world, sms)).toBe(1);
  });

  it('two servers that get the confirmation sentence of one plan at the same time apply it once', async () => {
    const { startServer, world } = await makeSharedServers({ place, rules: askInChat });
    const a = await (await startServer()).connectClient(withoutElicitation);
    const b = await (await startServer()).connectClient({ ...withoutElicitation, era: 'legacy' });
    const { change } = (await a.call('create_order', { offer: 'acme-vendor/lorawan-1000' })).structured;
    const confirm = { change: change.id, confirm: change.confirm };
    const both = await Promise.all([a.call('apply_change', confirm), b.call('apply_change', confirm)]);
    expect(both.map(({ structured }) => structured.change.id)).toEqual([change.id, change.id]);
    expect(countRequests(world, 'thingpark.orders.create')).toBe(1);
  });

  it('identical concurrent requests at two servers are one change, which is sent once although both people approve', async () => {
    const { startServer, activeSims, world, store } = await makeSharedServers({ place, rules: askInChat });
    const person = answersTogether(2);
    const a = await (await startServer()).connectClient({ ...chat, person });
    const b = await (await startServer()).connectClient({ ...older, person });
    const both = await Promise.all([a, b].map(({ call }) => call('suspend_sim', simsArgument(activeSims.slice(0, 1)))));
    const changes = both.map(({ structured }) => structured.change);
    const id = String(changes[0]?.id);
    expect(changes[1]?.id).toBe(id);
    expect(changes.filter(({ status }) => !['applying', 'accepted'].includes(status))).toEqual([]);
    expect((await waitUntilEnded(b.call, id)).structured.change.status).toBe('applied');
    expect(countRequests(world, suspend)).toBe(1);
    expect((await store.list({}, undefined, 9)).total).toBe(1);
  });

  it('three servers that an allow rule lets act at once send ten equal messages once and answer all calls with that change', async () => {
    const { startServer, activeSims, world, store } = await makeSharedServers({
      place,
      rules: 'rules: [{ name: free, when: { provider: thingspace }, then: allow }]',
    });
    const clients = await Promise.all([chat, older, chat].map(async (how) => (await startServer()).connectClient(how)));
    const args = { ...simsArgument(activeSims.slice(0, 1)), message: 'PING' };
    const calls = Array.from({ length: 10 }, (_, i) => clients[i % 3]?.call('send_sms', args));
    const ids = (await Promise.all(calls)).map((answer) => answer?.structured.change.id);
    expect(new Set(ids).size).toBe(1);
    expect(countRequests(world, sms)).toBe(1);
    expect((await store.list({}, undefined, 9)).total).toBe(1);
    // A call that begins after the change was carried out is a new intent.
    const again = await clients[0]?.call('send_sms', args);
    expect(again?.structured.change.id).not.toBe(ids[0]);
    expect(countRequests(world, sms)).toBe(2);
  });

  it('an identical request at a second server is not sent while the outcome of the first is unknown', async () => {
    const { startServer, activeSims, world } = await makeSharedServers({ place, rules: askInChat });
    const person = answersTogether(2);
    const a = await (await startServer()).connectClient({ ...chat, person });
    const b = await (await startServer()).connectClient({ ...older, person });
    world.faults.arm({ fault: 'lost-answer', operation: sms, skip: 0, times: 1 });
    const args = { ...simsArgument(activeSims.slice(0, 1)), message: 'PING' };
    const both = await Promise.all([a, b].map(({ call }) => call('send_sms', args)));
    expect(both.some(({ structured }) => structured.change.status === 'unknown')).toBe(true);
    expect(both[1]?.structured.change.id).toBe(both[0]?.structured.change.id);
    expect((await b.call('send_sms', args)).structured.change).toMatchObject({ id: both[0]?.structured.change.id, status: 'unknown' });
    expect(countRequests(world, sms)).toBe(1);
  });

  it('identical plans with a key at two servers are one change, which either server can carry out once it is approved', async () => {
    const { startServer, world, approvals, store } = await makeSharedServers({ place, rules: oneApprover, approvers: ['maria'] });
    const [one, other] = [await startServer(), await startServer()];
    const args = { ...fridge, appKey: key };
    const first = (await (await one.connectClient(chat)).call('add_lorawan_device', args)).structured.change;
    const second = (await (await other.connectClient(chat)).call('add_lorawan_device', args)).structured.change;
    expect(second.id).toBe(first.id);
    await approvals.approve(first.id, 'maria', 'console');
    // The server that planned it has ended; the other one has got the key from its own caller.
    await other.product.runApproved();
    await runPendingTasks();
    await one.product.runApproved();
    expect(countRequests(world, create)).toBe(1);
    expect((await store.get(first.id))?.status).toBe('applied');
  });

  it('a plan with a key of one server is not carried out with another key that a second server was given', async () => {
    const { startServer, world, approvals } = await makeSharedServers({ place, rules: oneApprover, approvers: ['maria'] });
    const [one, other] = [await startServer(), await startServer()];
    const first = (await (await one.connectClient(chat)).call('add_lorawan_device', { ...fridge, appKey: key })).structured.change;
    const changed = { ...fridge, appKey: 'FFEEDDCCBBAA99887766554433221100' };
    const second = (await (await other.connectClient(chat)).call('add_lorawan_device', changed)).structured.change;
    expect(second.id).not.toBe(first.id);
    await approvals.approve(first.id, 'maria', 'console');
    await other.product.runApproved();
    expect(countRequests(world, create)).toBe(0);
    await one.product.runApproved();
    expect(countRequests(world, create)).toBe(1);
  });

  it('a server refuses a target that another server is changing', async () => {
    const { startServer, activeSims, world } = await makeSharedServers({ place, fleet: 120, rules: askInChat });
    const a = await (await startServer()).connectClient(chat);
    const b = await (await startServer()).connectClient(chat);
    const many = (await a.call('suspend_sim', simsArgument(activeSims.slice(0, 40)))).structured.change;
    expect(many.status).toBe('applying');
    const other = await b.call('send_sms', { ...simsArgument(activeSims.slice(30, 31)), message: 'PING' });
    expect(other.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(other.text).toContain(`Another change is being carried out on one of its targets: ${many.id}`);
    expect(countRequests(world, sms)).toBe(0);
  });

  it('one kill switch stops both servers: queued targets are not sent and new changes are refused', async () => {
    const { startServer, activeSims, world, state } = await makeSharedServers({ place, fleet: 120, rules: askInChat });
    const a = await (await startServer()).connectClient(chat);
    const b = await (await startServer()).connectClient(chat);
    const many = (await a.call('suspend_sim', simsArgument(activeSims.slice(0, 40)))).structured.change;
    killSwitch(state).pause('wrong account');
    expect((await b.call('suspend_sim', simsArgument(activeSims.slice(41, 42)))).structured.change).toMatchObject({
      status: 'refused',
      reason: 'stopped',
    });
    expect((await waitUntilEnded(a.call, many.id)).structured.change.counts).toEqual({ applied: 2, 'not sent': 38 });
    expect(countRequests(world, suspend)).toBe(1);
    killSwitch(state).resume();
    // After a stop, any server asks for a new approval before it resumes the rest.
    const rest = await b.call('resume_change', { change: many.id });
    expect(b.asked.at(-1)).toContain('(38 SIMs)');
    expect(rest.structured.change).toMatchObject({ resumes: many.id, approval: 'elicited' });
  });

  it('concurrent resume_change calls at two servers send the rest once, even when the effect cannot be observed', async () => {
    const { startServer, activeSims, world, state } = await makeSharedServers({
      place,
      fleet: 120,
      rules: askInChat,
      policy: { twoStepTargets: 100 },
    });
    const first = await (await startServer()).connectClient(chat);
    const onprogress = ({ message }: { message?: string | undefined }): void => {
      if (message?.startsWith('1 of 2')) killSwitch(state).pause('wait');
    };
    const args = { ...simsArgument(activeSims.slice(0, 40)), message: 'PING' };
    const many = (await first.call('send_sms', args, { onprogress })).structured.change;
    expect(many.resumable).toBe(true);
    killSwitch(state).resume();
    const a = await (await startServer()).connectClient(withoutElicitation);
    const b = await (await startServer()).connectClient(withoutElicitation);
    const both = await Promise.all([a, b].map(({ call }) => call('resume_change', { change: many.id })));
    const [one, other] = both.map(({ structured }) => structured.change.id);
    expect(other).toBe(one);
    const answers = await Promise.all([a, b].map(({ call }, i) => applyInSecondStep(call, both[i] as ToolAnswer)));
    expect(answers.map(({ structured }) => structured.change.id)).toEqual([one, one]);
    expect((await waitUntilEnded(b.call, String(one))).structured.change.status).toBe('applied');
    // The first canary, then the canary of the rest, then all others.
    expect(countRequests(world, sms)).toBe(3);
  });

  it('a read-only server leaves approved changes to the other server', async () => {
    const { startServer, activeSims, world, approvals, store } = await makeSharedServers({
      place,
      rules: oneApprover,
      approvers: ['maria'],
    });
    const one = await startServer();
    const reader = await startServer({ flags: { readOnly: true } });
    const { call } = await one.connectClient(chat);
    const { change } = (await call('suspend_sim', simsArgument(activeSims.slice(0, 1)))).structured;
    await approvals.approve(change.id, 'maria', 'console');
    await reader.product.runApproved();
    await reader.product.runApproved(change.id);
    expect((await store.get(change.id))?.status).toBe('awaiting_approval');
    expect(countRequests(world, suspend)).toBe(0);
    await one.product.runApproved();
    expect(countRequests(world, suspend)).toBe(1);
  });

  it('a server with other settings does not apply a plan of the first server', async () => {
    const { startServer, activeSims, world } = await makeSharedServers({ place, rules: askInChat });
    const a = await (await startServer()).connectClient(withoutElicitation);
    const b = await (await startServer({ policy: { maxTargets: 9 } })).connectClient(withoutElicitation);
    const { change } = (await a.call('suspend_sim', simsArgument(activeSims.slice(0, 2)))).structured;
    const answer = await b.call('apply_change', { change: change.id, confirm: change.confirm });
    expect(answer.structured.change).toMatchObject({ id: change.id, status: 'refused', reason: 'drift' });
    expect(answer.text).toContain('the stored plan does not match its seal');
    expect(countRequests(world, suspend)).toBe(0);
  });
});

describe.each<SharedPlace>(['file', 'postgres'])('paused server (%s)', (place) => {
  /** Starts a suspension of forty SIMs on a server whose clock stops after the canary, so that its lease expires for another server. */
  async function pausedServer() {
    const own: FixedClock = fixedClock(startTime);
    const site = await makeSharedServers({ place, fleet: 120, rules: askInChat });
    const paused = await (await site.startServer({ clock: own })).connectClient(chat);
    const other = await (await site.startServer()).connectClient(chat);
    const { change } = (await paused.call('suspend_sim', simsArgument(site.activeSims.slice(0, 40)))).structured;
    expect(change).toMatchObject({ status: 'applying', counts: { planned: 38 } });
    return { ...site, own, paused, other, id: change.id as string };
  }

  it('a paused server that lost its lease sends nothing more when it continues', async () => {
    const { clock, own, paused, other, id, sent, activeSims, waitForIdle } = await pausedServer();
    const times = (iccid: string): number => sent.filter(({ devices }) => devices.includes(iccid)).length;
    clock.advance(130_000);
    const left = (await waitUntilEnded(other.call, id)).structured.change;
    expect(left).toMatchObject({ status: 'partial', counts: { applied: 2, 'not sent': 38 }, resumable: true });
    own.advance(130_000);
    await waitForIdle();
    expect(sent.flatMap(({ devices }) => devices)).toHaveLength(2);
    const rest = await other.call('resume_change', { change: id });
    await waitUntilEnded(other.call, rest.structured.change.id);
    own.advance(600_000);
    await waitForIdle();
    expect(activeSims.slice(0, 40).map(({ iccid }) => times(iccid))).toEqual(Array.from({ length: 40 }, () => 1));
    expect((await paused.call('get_change', { change: id })).structured.change.counts).toEqual({ applied: 2, 'not sent': 38 });
  });

  it('resume_change asks again when the change was cancelled while its server was paused', async () => {
    const { clock, other, id } = await pausedServer();
    await other.call('cancel_change', { change: id });
    clock.advance(130_000);
    await waitUntilEnded(other.call, id);
    const rest = await other.call('resume_change', { change: id });
    expect(other.asked).toHaveLength(1);
    expect(rest.structured.change).toMatchObject({ resumes: id, approval: 'elicited' });
  });
});
