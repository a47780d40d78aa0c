/** Somebody writes in the file of changes: a plan that is not as it was sealed is not carried out, and rules are asked again. */
import { describe, expect, it } from 'vitest';

import type { Change } from '../../src/store/change.ts';
import { ended, type Person, sentOf, yes } from '../support/product.ts';
import { sims, site } from '../support/site.ts';

const mute = { transport: 'stdio', era: 'auto' } as const;
const suspend = 'thingspace.devices.suspend';
const deactivate = 'thingspace.devices.deactivate';
const chatApproves = 'rules: [{ name: asked in the chat, when: { connection: sandbox-thingspace }, then: ask }]';

type Edit = (change: Change, other: string) => Partial<Change>;

/** Every place where a text stands, as an editor's search and replace finds it. */
const replaced = (value: unknown, from: string, to: string) => JSON.parse(JSON.stringify(value).replaceAll(from, to));
const first = ({ targets }: Change): string => targets[0]?.device ?? '';

const edits: [string, Edit][] = [
  ['the SIM in the request', (change, other) => ({ steps: replaced(change.steps, first(change), other) })],
  [
    'the SIM everywhere but in the sentence',
    (change, other) => ({
      steps: replaced(change.steps, first(change), other),
      inputs: replaced(change.inputs, first(change), other),
      targets: replaced(change.targets, first(change), other),
    }),
  ],
  ['a target more', (change, other) => ({ targets: [...change.targets, ...replaced(change.targets.slice(0, 1), first(change), other)] })],
  ['a target less', ({ targets }) => ({ targets: targets.slice(1) })],
  ['the order of the targets', ({ targets }) => ({ targets: targets.toReversed() })],
  ['the same request twice', ({ steps }) => ({ steps: [...steps, ...steps] })],
  ['the operation', () => ({ operation: deactivate })],
  ['the sentence', () => ({ summary: 'Nothing happens. Undo: none.' })],
  ['what it does to the world', () => ({ effects: [] })],
  ['a name that rules go by', ({ targets }) => ({ targets: targets.map((target) => ({ ...target, name: 'harmless' })) })],
  ['how much of the connection it touches', () => ({ blast: { count: 1, total: 100_000 } })],
  ['the state before', ({ targets }) => ({ targets: replaced(targets, '"active"', '"suspend"') })],
];

describe('a plan in which somebody has written', () => {
  for (const [what, edit] of edits) {
    it(`${what}, is refused and nothing is sent, by whichever server`, async () => {
      const { start, lines, world, rewrite, store } = await site({ rules: chatApproves });
      const planner = await (await start()).dial(mute);
      const other = await (await start()).dial(mute);
      for (const { call } of [other, planner]) {
        const { change } = (await planner.call('suspend_sim', sims(lines.slice(0, 2)))).structured;
        expect(change.status).toBe('planned');
        rewrite(change.id, (kept) => edit(kept, lines[5]?.iccid ?? ''));
        const summary = (await store.get(change.id))?.summary;
        const answer = await call('apply_change', { change: change.id, confirm: summary });
        expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
        expect(answer.text).toContain('the stored plan does not match its seal');
      }
      for (const operation of [suspend, deactivate]) expect(sentOf(world, operation)).toBe(0);
    });
  }

  it('for many, of which a canary would go first: not even that is sent', async () => {
    const { start, lines, world, rewrite } = await site({ fleet: 120, rules: chatApproves, policy: { twoStepTargets: 100 } });
    const planner = await (await start()).dial(mute);
    const other = await (await start()).dial(mute);
    const { change } = (await planner.call('suspend_sim', sims(lines.slice(0, 40)))).structured;
    rewrite(change.id, ({ steps }) => ({ steps: replaced(steps, lines[0]?.iccid ?? '', lines[41]?.iccid ?? '') }));
    const answer = await other.call('apply_change', { change: change.id, confirm: change.summary });
    expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(sentOf(world, suspend)).toBe(0);
  });

  it('that it could be undone after all: whoever cannot ask a person does not carry it out', async () => {
    const { start, lines, world, rewrite } = await site({ rules: chatApproves });
    const server = await start();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const person: Person = async () => {
      asked.resolve();
      await answer.promise;
      return { action: 'decline' };
    };
    const chat = await server.dial({ ...mute, person });
    const running = chat.call('deactivate_sim', sims(lines.slice(0, 1)));
    await asked.promise;
    const { call } = await server.dial(mute);
    const { change } = (await call('list_changes')).structured.changes[0];
    rewrite(change, () => ({ irreversible: false }));
    const { summary } = (await call('get_change', { change })).structured.change;
    const applied = await call('apply_change', { change, confirm: summary });
    expect(applied.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    answer.resolve();
    await running;
    expect(sentOf(world, deactivate)).toBe(0);
  });

  it('another caller’s name: whose it now is cannot carry it out either', async () => {
    const [anna, bert] = ['token-of-anna-0123456789', 'token-of-bert-0123456789'];
    const { start, lines, world, rewrite } = await site({
      rules: chatApproves,
      adjust: (config) => void config.callers.set('anna', anna).set('bert', bert),
    });
    const server = await start();
    const a = await server.dial({ transport: 'http', era: 'auto', token: anna });
    const b = await server.dial({ transport: 'http', era: 'auto', token: bert });
    const { change } = (await a.call('suspend_sim', sims(lines.slice(0, 1)))).structured;
    rewrite(change.id, () => ({ caller: 'bert' }));
    const answer = await b.call('apply_change', { change: change.id, confirm: change.summary });
    expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(sentOf(world, suspend)).toBe(0);
  });

  it('its word from the policy: the rules in force are asked again', async () => {
    const waits = 'rules: [{ name: one person, when: { operation: thingspace.* }, then: approve }]';
    for (const [rules, status] of [
      [waits, 'awaiting_approval'],
      [waits.replace('approve', 'deny'), 'refused'],
    ] as const) {
      const { start, lines, world, rewrite } = await site({ rules: waits, approvers: ['maria'] });
      const planner = await (await start()).dial(mute);
      const other = await (await start({ rules })).dial(mute);
      const { change } = (await planner.call('suspend_sim', sims(lines.slice(0, 1)))).structured;
      rewrite(change.id, ({ decision }) => ({ decision: { verdict: 'allow', rule: 'mine', version: decision?.version ?? '' } }));
      const answer = await other.call('apply_change', { change: change.id, confirm: change.summary });
      expect(answer.structured.change.status).toBe(status);
      const again = await other.call('suspend_sim', sims(lines.slice(0, 1)));
      expect(again.structured.change.status).toBe(status);
      expect(sentOf(world, suspend)).toBe(0);
    }
  });

  it('an approval by as many as were enough before: not by as many as the rules want now', async () => {
    const { start, lines, world, rewrite, clock } = await site({
      rules: `rules: [{ name: two people, when: { operation: ${suspend} }, then: approve 2 }]`,
      approvers: ['maria', 'jo'],
    });
    const server = await start();
    const { call } = await server.dial({ ...mute, person: yes });
    const { change } = (await call('suspend_sim', sims(lines.slice(0, 1)))).structured;
    const said = { kind: 'console', by: 'maria', at: clock.now() } as const;
    const forged = [
      [said, said],
      [said, { ...said, kind: 'terminal' }],
      [said, { ...said, kind: 'elicited', by: 'jo' }],
      [said, { ...said, by: 'jo', at: said.at - 900_000 }],
    ] as const;
    for (const approvals of forged) {
      rewrite(change.id, () => ({ approvals }));
      await server.product.takeUp();
      expect((await call('get_change', { change: change.id })).structured.change.status).toBe('awaiting_approval');
    }
    expect(sentOf(world, suspend)).toBe(0);
  });

  it('its status, after it was refused: its requests are forgotten, so that nothing is left to send', async () => {
    const { start, lines, world, rewrite, store } = await site({ rules: chatApproves });
    const { call } = await (await start()).dial(mute);
    const { change } = (await call('suspend_sim', sims(lines.slice(0, 1)))).structured;
    await call('cancel_change', { change: change.id });
    rewrite(change.id, () => ({ status: 'planned' }));
    const answer = await call('apply_change', { change: change.id, confirm: change.summary });
    expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'expired' });
    expect((await store.get(change.id))?.steps.every((step) => step.input === undefined)).toBe(true);
    expect(sentOf(world, suspend)).toBe(0);
  });
});

it('a change of which nothing was touched in the file is carried out by whichever server', async () => {
  const { start, lines, world } = await site({ rules: chatApproves });
  const planner = await (await start()).dial(mute);
  const other = await (await start()).dial(mute);
  const { change } = (await planner.call('suspend_sim', sims(lines.slice(0, 2)))).structured;
  await other.call('apply_change', { change: change.id, confirm: change.summary });
  expect((await ended(planner.call, change.id)).structured.change.status).toBe('applied');
  expect(sentOf(world, suspend)).toBe(1);
});
