/** Several servers on one file of changes: what one of them may do once, all of them together do once. */
import { describe, expect, it } from 'vitest';

import { type FixedClock, fixedClock } from '../../src/clock.ts';
import { stopSwitch } from '../../src/store/stop.ts';
import { began, type Called, ended, type Person, secondStep, sentOf, settleDown, yes } from '../support/product.ts';
import { sims, site } from '../support/site.ts';
import { fridge } from './six-jobs.ts';

const mute = { transport: 'stdio', era: 'auto' } as const;
const chat = { ...mute, person: yes } as const;
const older = { transport: 'stdio', era: 'legacy', person: yes } as const;
const suspend = 'thingspace.devices.suspend';
const create = 'thingpark.devices.create';
const sms = 'thingspace.sms.send';
const chatApproves = 'rules: [{ name: asked in the chat, when: { connection: [sandbox-thingspace, sandbox-thingpark] }, then: ask }]';
const oneMust = `rules: [{ name: one person, when: { operation: [${suspend}, ${create}] }, then: approve }]`;
const key = '00112233445566778899AABBCCDDEEFF';

/** People at several clients who all answer once the last of them was asked. */
function together(count: number): Person {
  const all = Promise.withResolvers<void>();
  let asked = 0;
  return async (question) => {
    if (++asked === count) all.resolve();
    await all.promise;
    return yes(question);
  };
}

describe('two servers', () => {
  it('spend one budget, however many calls come at once', async () => {
    const { start, lines, world, store } = await site({
      rules: 'budgets: [{ name: four an hour, per: hour, each: caller, changes: 4, then: deny }]',
    });
    const a = await (await start()).dial(chat);
    const b = await (await start()).dial(older);
    const all = await Promise.all(lines.slice(0, 12).map((line, i) => (i % 2 ? a : b).call('suspend_sim', sims([line]))));
    const statuses = all.map(({ structured }) => structured.change.status);
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(4);
    expect(statuses.filter((status) => status === 'refused')).toHaveLength(8);
    expect(sentOf(world, suspend)).toBe(4);
    expect(await store.spent(began - 1)).toHaveLength(4);
  });

  it('that hold the same approved change carry it out once', async () => {
    const { start, lines, world, desk } = await site({ rules: oneMust, approvers: ['maria'] });
    const [one, other] = [await start(), await start()];
    const { call } = await one.dial(chat);
    const { change } = (await call('suspend_sim', sims(lines.slice(0, 1)))).structured;
    await desk.approve(change.id, 'maria', 'terminal');
    await Promise.all([one.product.takeUp(), other.product.takeUp(), one.product.takeUp(change.id), other.product.takeUp(change.id)]);
    expect((await ended(call, change.id)).structured.change).toMatchObject({ status: 'applied', approvedBy: 'maria' });
    expect(sentOf(world, suspend)).toBe(1);
  });

  it('that are given the sentence of one plan at the same time carry it out once', async () => {
    const { start, world } = await site({ rules: chatApproves });
    const a = await (await start()).dial(mute);
    const b = await (await start()).dial({ ...mute, era: 'legacy' });
    const { change } = (await a.call('create_order', { offer: 'acme-vendor/lorawan-1000' })).structured;
    const confirm = { change: change.id, confirm: change.summary };
    const both = await Promise.all([a.call('apply_change', confirm), b.call('apply_change', confirm)]);
    expect(both.map(({ structured }) => structured.change.id)).toEqual([change.id, change.id]);
    expect(sentOf(world, 'thingpark.orders.create')).toBe(1);
  });

  it('asked for the same at the same time, each with a yes of its own, send it once', async () => {
    const { start, lines, world, store } = await site({ rules: chatApproves });
    const person = together(2);
    const a = await (await start()).dial({ ...chat, person });
    const b = await (await start()).dial({ ...chat, person });
    const both = await Promise.all([a, b].map(({ call }) => call('suspend_sim', sims(lines.slice(0, 1)))));
    const changes = both.map(({ structured }) => structured.change);
    expect(new Set(changes.map(({ id }) => id)).size).toBe(2);
    expect(changes.map(({ status }) => status).sort()).toEqual(['accepted', 'refused']);
    expect(changes.find(({ status }) => status === 'refused').reason).toBe('drift');
    expect(sentOf(world, suspend)).toBe(1);
    expect((await store.list({}, undefined, 9)).total).toBe(2);
  });

  it('asked for the same at the same time, and of the first nobody knows what became of it: the second is not sent', async () => {
    const { start, lines, world } = await site({ rules: chatApproves });
    const person = together(2);
    const a = await (await start()).dial({ ...chat, person });
    const b = await (await start()).dial({ ...older, person });
    world.faults.arm({ fault: 'lost-answer', operation: sms, skip: 0, times: 1 });
    const wish = { ...sims(lines.slice(0, 1)), message: 'PING' };
    const both = await Promise.all([a, b].map(({ call }) => call('send_sms', wish)));
    const lost = both.find(({ structured }) => structured.change.status === 'unknown')?.structured.change;
    const other = both.find(({ structured }) => structured.change.status === 'refused');
    expect(other?.text).toContain(`The same change is under way: ${lost.id}. Nothing was sent.`);
    expect(sentOf(world, sms)).toBe(1);
  });

  it('asked for the same with a key inside, which no file holds, and both approved, send it once', async () => {
    const { start, world, desk, store } = await site({ rules: oneMust, approvers: ['maria'] });
    const [one, other] = [await start(), await start()];
    const wish = { ...fridge, appKey: key };
    const first = (await (await one.dial(chat)).call('add_lorawan_device', wish)).structured.change;
    const second = (await (await other.dial(chat)).call('add_lorawan_device', wish)).structured.change;
    expect(second.id).not.toBe(first.id);
    for (const { id } of [first, second]) await desk.approve(id, 'maria', 'console');
    await Promise.all([one.product.takeUp(), other.product.takeUp()]);
    await settleDown();
    expect(sentOf(world, create)).toBe(1);
    const kept = await Promise.all([store.get(first.id), store.get(second.id)]);
    expect(kept.map((change) => change?.status).sort()).toEqual(['applied', 'refused']);
  });

  it('do not touch a target that the other one is at', async () => {
    const { start, lines, world } = await site({ fleet: 120, rules: chatApproves });
    const a = await (await start()).dial(chat);
    const b = await (await start()).dial(chat);
    const many = (await a.call('suspend_sim', sims(lines.slice(0, 40)))).structured.change;
    expect(many.status).toBe('applying');
    const other = await b.call('send_sms', { ...sims(lines.slice(30, 31)), message: 'PING' });
    expect(other.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(other.text).toContain(`Another change is being carried out on one of its targets: ${many.id}`);
    expect(sentOf(world, sms)).toBe(0);
  });

  it('are stopped by one switch: what one has queued is not sent, what the other is asked for is refused', async () => {
    const { start, lines, world, state } = await site({ fleet: 120, rules: chatApproves });
    const a = await (await start()).dial(chat);
    const b = await (await start()).dial(chat);
    const many = (await a.call('suspend_sim', sims(lines.slice(0, 40)))).structured.change;
    stopSwitch(state).stop('wrong account');
    expect((await b.call('suspend_sim', sims(lines.slice(41, 42)))).structured.change).toMatchObject({
      status: 'refused',
      reason: 'stopped',
    });
    expect((await ended(a.call, many.id)).structured.change.counts).toEqual({ applied: 2, 'not sent': 38 });
    expect(sentOf(world, suspend)).toBe(1);
    stopSwitch(state).go();
    // Whoever stopped it wants to be asked before it goes on, at whichever server.
    const rest = await b.call('resume_change', { change: many.id });
    expect(b.asked.at(-1)).toContain('(38 SIMs)');
    expect(rest.structured.change).toMatchObject({ resumes: many.id, approval: 'elicited' });
  });

  it('asked to go on with the same rest at the same time do so once, even where nothing shows that it was sent', async () => {
    const { start, lines, world, state } = await site({ fleet: 120, rules: chatApproves, policy: { twoStepTargets: 100 } });
    const first = await (await start()).dial(chat);
    const onprogress = ({ message }: { message?: string | undefined }): void => {
      if (message?.startsWith('1 of 2')) stopSwitch(state).stop('wait');
    };
    const wish = { ...sims(lines.slice(0, 40)), message: 'PING' };
    const many = (await first.call('send_sms', wish, { onprogress })).structured.change;
    expect(many.resumable).toBe(true);
    stopSwitch(state).go();
    const a = await (await start()).dial(mute);
    const b = await (await start()).dial(mute);
    const both = await Promise.all([a, b].map(({ call }) => call('resume_change', { change: many.id })));
    const [one, other] = both.map(({ structured }) => structured.change);
    expect(one.id).not.toBe(other.id);
    expect((await secondStep(a.call, both[0] as Called)).structured.change.status).toBe('applied');
    const again = await secondStep(b.call, both[1] as Called);
    expect(again.text).toContain(`It has been carried out already: ${one.id}. Nothing was sent.`);
    // What went first, and of the rest again what goes first, then all others.
    expect(sentOf(world, sms)).toBe(3);
  });

  it('of which one may change nothing: it leaves what is approved to the other', async () => {
    const { start, lines, world, desk, store } = await site({ rules: oneMust, approvers: ['maria'] });
    const one = await start();
    const reader = await start({ flags: { readOnly: true } });
    const { call } = await one.dial(chat);
    const { change } = (await call('suspend_sim', sims(lines.slice(0, 1)))).structured;
    await desk.approve(change.id, 'maria', 'console');
    await reader.product.takeUp();
    await reader.product.takeUp(change.id);
    expect((await store.get(change.id))?.status).toBe('awaiting_approval');
    expect(sentOf(world, suspend)).toBe(0);
    await one.product.takeUp();
    expect(sentOf(world, suspend)).toBe(1);
  });

  it('of which one has other settings: it does not carry out what was planned under the first one’s', async () => {
    const { start, lines, world } = await site({ rules: chatApproves });
    const a = await (await start()).dial(mute);
    const b = await (await start({ policy: { maxTargets: 9 } })).dial(mute);
    const { change } = (await a.call('suspend_sim', sims(lines.slice(0, 2)))).structured;
    const answer = await b.call('apply_change', { change: change.id, confirm: change.summary });
    expect(answer.structured.change).toMatchObject({ id: change.id, status: 'refused', reason: 'drift' });
    expect(answer.text).toContain('the stored plan does not match its seal');
    expect(sentOf(world, suspend)).toBe(0);
  });
});

describe('a server that slept', () => {
  /** Forty SIMs of which two went first at a server whose time then stands still, until another one takes it for ended. */
  async function asleep() {
    const own: FixedClock = fixedClock(began);
    const place = await site({ fleet: 120, rules: chatApproves });
    const sleeper = await (await place.start({ clock: own })).dial(chat);
    const other = await (await place.start()).dial(chat);
    const { change } = (await sleeper.call('suspend_sim', sims(place.lines.slice(0, 40)))).structured;
    expect(change).toMatchObject({ status: 'applying', counts: { planned: 38 } });
    return { ...place, own, sleeper, other, id: change.id as string };
  }

  it('and was taken for ended sends nothing more when it wakes: the rest is another change by now', async () => {
    const { clock, own, sleeper, other, id, sent, lines, quiet } = await asleep();
    const times = (iccid: string): number => sent.filter(({ devices }) => devices.includes(iccid)).length;
    clock.advance(130_000);
    const left = (await ended(other.call, id)).structured.change;
    expect(left).toMatchObject({ status: 'partial', counts: { applied: 2, 'not sent': 38 }, resumable: true });
    own.advance(130_000);
    await quiet();
    expect(sent.flatMap(({ devices }) => devices)).toHaveLength(2);
    const rest = await other.call('resume_change', { change: id });
    await ended(other.call, rest.structured.change.id);
    own.advance(600_000);
    await quiet();
    expect(lines.slice(0, 40).map(({ iccid }) => times(iccid))).toEqual(Array.from({ length: 40 }, () => 1));
    expect((await sleeper.call('get_change', { change: id })).structured.change.counts).toEqual({ applied: 2, 'not sent': 38 });
  });

  it('and was told to cancel meanwhile: going on is asked about again', async () => {
    const { clock, other, id } = await asleep();
    await other.call('cancel_change', { change: id });
    clock.advance(130_000);
    await ended(other.call, id);
    const rest = await other.call('resume_change', { change: id });
    expect(other.asked).toHaveLength(1);
    expect(rest.structured.change).toMatchObject({ resumes: id, approval: 'elicited' });
  });
});
