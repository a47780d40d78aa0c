/** Nobody approves a change that they asked for: two callers, two approvers, and every way around it. */
import { describe, expect, it } from 'vitest';

import { makeApprovalService } from '../../src/approvers/approval.ts';
import { peopleOf } from '../../src/approvers/people.ts';
import { type FixedClock, fixedClock } from '../../src/clock.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import { memoryStore } from '../../src/store/memory.ts';
import {
  countRequests,
  startTestServer,
  startTime,
  type TestServerOptions,
  waitUntilEnded,
  writePolicyFile,
} from '../support/test-server.ts';

const suspend = 'thingspace.devices.suspend';
const tokens = { anna: 'token-of-anna-0123456789', bot: 'token-of-bot-0123456789', ops: 'token-of-ops-0123456789' };
const ruleOf = (then: string, more = ''): string =>
  `rules: [{ name: a person, when: { effect: [disruptive, write, billing] }, then: ${then}${more} }]`;

function active(world: World, count: number): TsDevice[] {
  return world.thingspace.devices.filter((line) => line.state === 'active' && line.account === '0442000123-00001').slice(0, count);
}
const sims = (lines: readonly TsDevice[]) => ({ sims: lines.map(({ iccid }) => ({ iccid })) });

/** Jo uses the caller ops; bot is nobody's; anna is linked by her name alone. */
async function desk(options: TestServerOptions & { people?: Record<string, string[]> } = {}) {
  const store = options.store ?? memoryStore();
  const settings = new Map(Object.entries(options.people ?? { ops: ['jo'] }).map(([name, people]) => [name, { people }]));
  const approvers = options.approvers ?? ['jo', 'kim'];
  const server = await startTestServer({
    fleet: 60,
    rules: ruleOf('approve'),
    ...options,
    store,
    approvers,
    adjust(config) {
      for (const [name, token] of Object.entries(tokens)) config.callers.set(name, token);
      for (const [name, one] of settings) config.callerSettings.set(name, one);
    },
  });
  const people = peopleOf(
    approvers.map((name) => ({ name })),
    settings,
  );
  const connect = (name: keyof typeof tokens) => server.connectClient({ transport: 'http', era: 'auto', token: tokens[name] });
  return { ...server, store, connect, approvals: makeApprovalService({ store, clock: server.clock, people }) };
}

const sentBy = (world: World & Parameters<typeof countRequests>[0]): number => countRequests(world, suspend);

describe('the asker of a change', () => {
  it('cannot approve it at the console or in a terminal, and is told who can', async () => {
    const { connect, world, approvals, product } = await desk();
    const { call } = await connect('ops');
    const planned = await call('suspend_sim', sims(active(world, 1)));
    const { id, status, askedBy } = planned.structured.change;
    expect([status, askedBy]).toEqual(['awaiting_approval', ['jo']]);
    expect(planned.text).toContain(
      '1 named person must approve it outside this chat (rule "a person"), not jo, who asked for it: at the console',
    );
    for (const via of ['console', 'terminal'] as const)
      await expect(approvals.approve(id, 'jo', via)).rejects.toThrow(
        expect.objectContaining({
          message: `jo asked for ${id} (as caller ops), and nobody approves a change that they asked for`,
          next: 'kim can approve it.',
        }),
      );
    await product.runApproved(id);
    expect(sentBy(world)).toBe(0);
    await approvals.approve(id, 'kim', 'console');
    await product.runApproved(id);
    const ended = await waitUntilEnded(call, id);
    expect(ended.structured.change).toMatchObject({ status: 'applied', approvedBy: 'kim' });
  });

  it('is also the approver who bears the name of the caller, in any case', async () => {
    const { connect, world, approvals } = await desk({ approvers: ['Anna', 'kim'], people: {} });
    const { call } = await connect('anna');
    const { id } = (await call('suspend_sim', sims(active(world, 1)))).structured.change;
    await expect(approvals.approve(id, 'Anna', 'console')).rejects.toThrow('Anna asked for');
    await expect(approvals.approve(id, 'ANNA', 'terminal')).rejects.toThrow('ANNA asked for');
  });

  it('has no approval that counts, even if one is written into the change', async () => {
    const { connect, world, product, store } = await desk();
    const { call } = await connect('ops');
    const { id } = (await call('suspend_sim', sims(active(world, 1)))).structured.change;
    await store.move(id, ['awaiting_approval'], { approvals: [{ kind: 'console', by: 'Jo', at: startTime }] });
    await product.runApproved(id);
    expect((await call('get_change', { change: id })).structured.change.status).toBe('awaiting_approval');
    // Without the people who asked for it the seal no longer fits.
    await store.move(id, ['awaiting_approval'], { askedBy: [], approvals: [{ kind: 'console', by: 'jo', at: startTime }] });
    await product.runApproved(id);
    expect((await call('get_change', { change: id })).structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(sentBy(world)).toBe(0);
  });

  it('is not one of the two whom approve 2 needs', async () => {
    const { connect, world, approvals, product } = await desk({ rules: ruleOf('approve 2'), approvers: ['jo', 'kim', 'lea'] });
    const { call } = await connect('ops');
    const { id } = (await call('suspend_sim', sims(active(world, 1)))).structured.change;
    await approvals.approve(id, 'kim', 'console');
    await expect(approvals.approve(id, 'jo', 'console')).rejects.toThrow(expect.objectContaining({ next: 'kim or lea can approve it.' }));
    await product.runApproved(id);
    expect(sentBy(world)).toBe(0);
    await approvals.approve(id, 'lea', 'terminal');
    await product.runApproved(id);
    expect(sentBy(world)).toBe(1);
  });

  it('is everybody who uses a shared caller', async () => {
    const { connect, world, approvals } = await desk({ people: { ops: ['jo', 'kim'] }, approvers: ['jo', 'kim', 'lea'] });
    const { call } = await connect('ops');
    const { id } = (await call('suspend_sim', sims(active(world, 1)))).structured.change;
    await expect(approvals.approve(id, 'kim', 'console')).rejects.toThrow(expect.objectContaining({ next: 'lea can approve it.' }));
  });

  it('may still reject it', async () => {
    const { connect, world, approvals } = await desk();
    const { call } = await connect('ops');
    const { id } = (await call('suspend_sim', sims(active(world, 1)))).structured.change;
    expect((await approvals.reject(id, 'jo', 'console', 'a mistake')).status).toBe('refused');
  });
});

describe('too few other approvers', () => {
  it.each([
    [
      'approve',
      ['jo'],
      'Rule "a person" requires a named person outside the chat to approve it. jo asked for it, so cannot approve it, and no other approver is configured; nothing was sent.',
    ],
    [
      'approve 2',
      ['jo', 'kim'],
      'Rule "a person" requires 2 named people outside the chat to approve it. jo asked for it, so cannot approve it, and only kim is left of those configured; nothing was sent.',
    ],
  ])('is said when the change is planned: %s with %j', async (then, approvers, words) => {
    const { connect, world, store } = await desk({ rules: ruleOf(then), approvers });
    const { call } = await connect('ops');
    const refused = await call('suspend_sim', sims(active(world, 1)));
    expect(refused.structured.change).toMatchObject({ status: 'refused', reason: 'policy' });
    expect(refused.text).toContain(words);
    expect((await store.list({ status: 'awaiting_approval' }, undefined, 10)).total).toBe(0);
  });
});

describe('ways around it', () => {
  it('another caller asks for the same: its first asker cannot approve that either', async () => {
    const { connect, world, approvals, product } = await desk();
    const [ops, bot] = [await connect('ops'), await connect('bot')];
    const lines = active(world, 3);
    const first = (await ops.call('suspend_sim', sims(lines.slice(0, 1)))).structured.change;
    // The same SIM among others, so that the two requests are not equal.
    const second = (await bot.call('suspend_sim', sims(lines))).structured.change;
    expect(second.askedBy).toEqual(['jo']);
    await expect(approvals.approve(second.id, 'jo', 'console')).rejects.toThrow('jo asked for');
    await ops.call('cancel_change', { change: first.id });
    await bot.call('cancel_change', { change: second.id });
    const third = (await bot.call('suspend_sim', sims(lines.slice(0, 1)))).structured.change;
    await expect(approvals.approve(third.id, 'jo', 'console')).rejects.toThrow('jo asked for');
    await product.runApproved();
    expect(sentBy(world)).toBe(0);
  });

  it('another caller asks first: the approver who then asks for the same cannot approve the first', async () => {
    const { connect, world, approvals } = await desk();
    const [ops, bot] = [await connect('ops'), await connect('bot')];
    const first = (await bot.call('suspend_sim', sims(active(world, 1)))).structured.change;
    expect(first.askedBy).toBeUndefined();
    const own = (await ops.call('suspend_sim', sims(active(world, 1)))).structured.change;
    await expect(approvals.approve(first.id, 'jo', 'console')).rejects.toThrow(
      `jo asked for the same as ${first.id} with ${own.id} (as caller ops), and nobody approves a change that they asked for`,
    );
    await approvals.approve(first.id, 'kim', 'console');
  });

  it('a request of more than a day ago, one that was carried out, or one for other targets binds nobody', async () => {
    const { connect, world, approvals, product, clock } = await desk();
    const [ops, bot] = [await connect('ops'), await connect('bot')];
    const [one, two, three] = active(world, 3) as [TsDevice, TsDevice, TsDevice];
    const done = (await ops.call('suspend_sim', sims([one]))).structured.change;
    await approvals.approve(done.id, 'kim', 'console');
    await product.runApproved(done.id);
    await waitUntilEnded(ops.call, done.id);
    one.state = 'active';
    const old = (await ops.call('suspend_sim', sims([two]))).structured.change;
    await ops.call('cancel_change', { change: old.id });
    clock.advance(25 * 3_600_000);
    await ops.call('suspend_sim', sims([three]));
    for (const line of [one, two]) {
      const { id } = (await bot.call('suspend_sim', sims([line]))).structured.change;
      expect((await approvals.approve(id, 'jo', 'console')).approvals).toMatchObject([{ by: 'jo' }]);
    }
  });

  it('an undo of the change and an undo of that undo have the same asker', async () => {
    const { connect, world, approvals, product } = await desk();
    const { call } = await connect('ops');
    let { id } = (await call('suspend_sim', sims(active(world, 1)))).structured.change;
    for (let round = 0; round < 3; round++) {
      await expect(approvals.approve(id, 'jo', 'console')).rejects.toThrow('jo asked for');
      await approvals.approve(id, 'kim', 'console');
      await product.runApproved(id);
      await waitUntilEnded(call, id);
      ({ id } = (await call('undo_change', { change: id })).structured.change);
    }
  });

  it('a link that is configured while the change waits holds from then on', async () => {
    const { connect, world, clock, store } = await desk();
    const { call } = await connect('bot');
    const { id } = (await call('suspend_sim', sims(active(world, 1)))).structured.change;
    const people = peopleOf([{ name: 'jo' }, { name: 'kim' }], new Map([['bot', { people: ['jo'] }]]));
    await expect(makeApprovalService({ store, clock, people }).approve(id, 'jo', 'console')).rejects.toThrow('jo asked for');
  });

  it('two servers over stdio on one store: each knows its own person', async () => {
    const [store, clock, key] = [memoryStore(), fixedClock(startTime), Buffer.alloc(32, 7)];
    const serverOf = (person: string, seed: number, shared: FixedClock) =>
      startTestServer({
        store,
        key,
        seed,
        clock: shared,
        fleet: 60,
        rules: ruleOf('approve'),
        approvers: ['jo', 'kim'],
        adjust: (config) => void config.callerSettings.set('local', { people: [person] }),
      });
    const jo = await serverOf('jo', 1, clock);
    const { call } = await jo.connectClient({ transport: 'stdio', era: 'auto' });
    const { id } = (await call('suspend_sim', sims(active(jo.world, 1)))).structured.change;
    // The approval is given at the server of kim, for whom the caller over stdio is kim.
    const people = peopleOf([{ name: 'jo' }, { name: 'kim' }], new Map([['local', { people: ['kim'] }]]));
    const desk = makeApprovalService({ store, clock, people });
    await expect(desk.approve(id, 'jo', 'console')).rejects.toThrow('jo asked for');
    expect((await desk.approve(id, 'kim', 'console')).approvals).toMatchObject([{ by: 'kim' }]);
  });
});

describe('a rule with selfApproval', () => {
  const self = ', selfApproval: true';

  it('lets the asker approve, alone or as one of two', async () => {
    const one = await desk({ rules: ruleOf('approve', self), approvers: ['jo'] });
    const { call } = await one.connect('ops');
    const { id } = (await call('suspend_sim', sims(active(one.world, 1)))).structured.change;
    await one.approvals.approve(id, 'jo', 'console');
    await one.product.runApproved(id);
    expect(sentBy(one.world)).toBe(1);

    const two = await desk({ rules: ruleOf('approve 2', self) });
    const client = await two.connect('ops');
    const planned = (await client.call('suspend_sim', sims(active(two.world, 1)))).structured.change;
    await two.approvals.approve(planned.id, 'jo', 'console');
    await two.product.runApproved();
    expect(sentBy(two.world)).toBe(0);
    await two.approvals.approve(planned.id, 'kim', 'console');
    await two.product.runApproved();
    expect(sentBy(two.world)).toBe(1);
  });

  it('does not, as soon as an equally strict rule without it decides a target, whichever comes first', async () => {
    const probe = await desk();
    const [one, two] = active(probe.world, 2) as [TsDevice, TsDevice];
    for (const [own, other] of [
      [one, two],
      [two, one],
    ] as const) {
      const rules = `rules: [{ name: own, when: { targets: { ids: ["${own.iccid}"] } }, then: approve${self} }, { name: rest, then: approve }]`;
      const { connect, world, approvals } = await desk({ rules });
      const { call } = await connect('ops');
      const lines = active(world, 2);
      const both = (await call('suspend_sim', sims(lines))).structured.change;
      await expect(approvals.approve(both.id, 'jo', 'console')).rejects.toThrow('jo asked for');
      await call('cancel_change', { change: both.id });
      const alone = (await call('suspend_sim', sims(lines.filter(({ iccid }) => iccid === own.iccid)))).structured.change;
      expect((await approvals.approve(alone.id, 'jo', 'console')).approvals).toHaveLength(1);
      expect(lines.some(({ iccid }) => iccid === other.iccid)).toBe(true);
    }
  });

  it('does not any more once the rule is changed before the change is sent', async () => {
    const { connect, world, approvals, product, config } = await deskWithFile(ruleOf('approve', self));
    const { call } = await connect('ops');
    const { id } = (await call('suspend_sim', sims(active(world, 1)))).structured.change;
    await approvals.approve(id, 'jo', 'console');
    config(ruleOf('approve'));
    await product.runApproved(id);
    const waiting = await call('get_change', { change: id });
    expect(waiting.structured.change.status).toBe('awaiting_approval');
    expect(waiting.text).toContain('not jo, who asked for it');
    expect(sentBy(world)).toBe(0);
    await approvals.approve(id, 'kim', 'console');
    await product.runApproved(id);
    expect(sentBy(world)).toBe(1);
  });
});

async function deskWithFile(rules: string) {
  const { writeFileSync } = await import('node:fs');
  const path = writePolicyFile(rules);
  const server = await desk({ rules: undefined, flags: { policy: path } });
  return { ...server, config: (text: string) => writeFileSync(path, text) };
}
