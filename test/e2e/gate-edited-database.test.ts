/** Changes edited in the database file: a plan that differs from its sealed form is not applied, and the policy is evaluated again. */

import { describe, expect, it } from 'vitest';
import { confirmationOf } from '../../src/changes/document/confirmation.ts';

import type { Change } from '../../src/store/change.ts';
import { makeSharedServers, type SharedPlace, simsArgument } from '../support/shared-servers.ts';
import { countRequests, type Person, waitUntilEnded, yes } from '../support/test-server.ts';

const withoutElicitation = { transport: 'stdio', era: 'auto' } as const;
const suspend = 'thingspace.devices.suspend';
const deactivate = 'thingspace.devices.deactivate';
const askInChat = 'rules: [{ name: asked in the chat, when: { connection: sandbox-thingspace }, then: ask }]';

type Edit = (change: Change, other: string) => Partial<Change>;

/** Replaces a text everywhere in a value, as a search and replace in an editor would. */
const replaced = (value: unknown, from: string, to: string) => JSON.parse(JSON.stringify(value).replaceAll(from, to));
const first = ({ targets }: Change): string => targets[0]?.device ?? '';

const edits: [string, Edit][] = [
  ['request', (change, other) => ({ steps: replaced(change.steps, first(change), other) })],
  [
    'SIM everywhere but in the summary',
    (change, other) => ({
      steps: replaced(change.steps, first(change), other),
      inputs: replaced(change.inputs, first(change), other),
      targets: replaced(change.targets, first(change), other),
    }),
  ],
  [
    'target list (one more)',
    (change, other) => ({ targets: [...change.targets, ...replaced(change.targets.slice(0, 1), first(change), other)] }),
  ],
  ['target list (one less)', ({ targets }) => ({ targets: targets.slice(1) })],
  ['target order', ({ targets }) => ({ targets: targets.toReversed() })],
  ['request list (one repeated)', ({ steps }) => ({ steps: [...steps, ...steps] })],
  ['operation', () => ({ operation: deactivate })],
  ['summary', () => ({ summary: 'Nothing happens. Undo: none.' })],
  ['effects list', () => ({ effects: [] })],
  ['target name', ({ targets }) => ({ targets: targets.map((target) => ({ ...target, name: 'harmless' })) })],
  ['blast radius', () => ({ blast: { count: 1, total: 100_000 } })],
  ['before state', ({ targets }) => ({ targets: replaced(targets, '"active"', '"suspend"') })],
];

describe('plan edited in the database', () => {
  for (const [what, edit] of edits) {
    it(`a plan with an edited ${what} is refused by every server and nothing is sent`, async () => {
      const { startServer, activeSims, world, editChange, store } = await makeSharedServers({ rules: askInChat });
      const planner = await (await startServer()).connectClient(withoutElicitation);
      const other = await (await startServer()).connectClient(withoutElicitation);
      for (const { call } of [other, planner]) {
        const { change } = (await planner.call('suspend_sim', simsArgument(activeSims.slice(0, 2)))).structured;
        expect(change.status).toBe('planned');
        await editChange(change.id, (kept) => edit(kept, activeSims[5]?.iccid ?? ''));
        const stored = await store.get(change.id);
        const answer = await call('apply_change', { change: change.id, confirm: stored && confirmationOf(stored) });
        expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
        expect(answer.text).toContain('the stored plan does not match its seal');
      }
      for (const operation of [suspend, deactivate]) expect(countRequests(world, operation)).toBe(0);
    });
  }

  it('an edited plan with a canary sends not even the canary', async () => {
    const { startServer, activeSims, world, editChange } = await makeSharedServers({
      fleet: 120,
      rules: askInChat,
      policy: { twoStepTargets: 100 },
    });
    const planner = await (await startServer()).connectClient(withoutElicitation);
    const other = await (await startServer()).connectClient(withoutElicitation);
    const { change } = (await planner.call('suspend_sim', simsArgument(activeSims.slice(0, 40)))).structured;
    await editChange(change.id, ({ steps }) => ({ steps: replaced(steps, activeSims[0]?.iccid ?? '', activeSims[41]?.iccid ?? '') }));
    const answer = await other.call('apply_change', { change: change.id, confirm: change.confirm ?? change.summary });
    expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('an irreversible plan edited to look reversible is not applied for a client without elicitation', async () => {
    const { startServer, activeSims, world, editChange } = await makeSharedServers({ rules: askInChat });
    const server = await startServer();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const person: Person = async () => {
      asked.resolve();
      await answer.promise;
      return { action: 'decline' };
    };
    const chat = await server.connectClient({ ...withoutElicitation, person });
    const running = chat.call('deactivate_sim', simsArgument(activeSims.slice(0, 1)));
    await asked.promise;
    const { call } = await server.connectClient(withoutElicitation);
    const { change } = (await call('list_changes')).structured.changes[0];
    await editChange(change, () => ({ irreversible: false }));
    const { summary, confirm = summary } = (await call('get_change', { change })).structured.change;
    const applied = await call('apply_change', { change, confirm });
    expect(applied.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    answer.resolve();
    await running;
    expect(countRequests(world, deactivate)).toBe(0);
  });

  it('a plan edited to belong to another caller cannot be applied by that caller', async () => {
    const [anna, bert] = ['token-of-anna-0123456789', 'token-of-bert-0123456789'];
    const { startServer, activeSims, world, editChange } = await makeSharedServers({
      rules: askInChat,
      adjust: (config) => void config.callers.set('anna', anna).set('bert', bert),
    });
    const server = await startServer();
    const a = await server.connectClient({ transport: 'http', era: 'auto', token: anna });
    const b = await server.connectClient({ transport: 'http', era: 'auto', token: bert });
    const { change } = (await a.call('suspend_sim', simsArgument(activeSims.slice(0, 1)))).structured;
    await editChange(change.id, () => ({ caller: 'bert' }));
    const answer = await b.call('apply_change', { change: change.id, confirm: change.confirm ?? change.summary });
    expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a plan with an edited policy decision is evaluated under the rules in force', async () => {
    const waits = 'rules: [{ name: one person, when: { operation: thingspace.* }, then: approve }]';
    for (const [rules, status] of [
      [waits, 'awaiting_approval'],
      [waits.replace('approve', 'deny'), 'refused'],
    ] as const) {
      const { startServer, activeSims, world, editChange } = await makeSharedServers({ rules: waits, approvers: ['maria'] });
      const planner = await (await startServer()).connectClient(withoutElicitation);
      const other = await (await startServer({ rules })).connectClient(withoutElicitation);
      const { change } = (await planner.call('suspend_sim', simsArgument(activeSims.slice(0, 1)))).structured;
      await editChange(change.id, ({ decision }) => ({ decision: { verdict: 'allow', rule: 'mine', version: decision?.version ?? '' } }));
      const answer = await other.call('apply_change', { change: change.id, confirm: change.confirm ?? change.summary });
      expect(answer.structured.change.status).toBe(status);
      const again = await other.call('suspend_sim', simsArgument(activeSims.slice(0, 1)));
      expect(again.structured.change.status).toBe(status);
      expect(countRequests(world, suspend)).toBe(0);
    }
  });

  it('forged approvals in the database do not apply a change that needs two approvers', async () => {
    const { startServer, activeSims, world, editChange, clock } = await makeSharedServers({
      rules: `rules: [{ name: two people, when: { operation: ${suspend} }, then: approve 2 }]`,
      approvers: ['maria', 'jo'],
    });
    const server = await startServer();
    const { call } = await server.connectClient({ ...withoutElicitation, person: yes });
    const { change } = (await call('suspend_sim', simsArgument(activeSims.slice(0, 1)))).structured;
    const said = { kind: 'console', by: 'maria', at: clock.now() } as const;
    const forged = [
      [said, said],
      [said, { ...said, kind: 'terminal' }],
      [said, { ...said, kind: 'elicited', by: 'jo' }],
      [said, { ...said, by: 'jo', at: said.at - 900_000 }],
    ] as const;
    for (const approvals of forged) {
      await editChange(change.id, () => ({ approvals }));
      await server.product.runApproved();
      expect((await call('get_change', { change: change.id })).structured.change.status).toBe('awaiting_approval');
    }
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a refused plan edited back to planned has no stored requests left to send', async () => {
    const { startServer, activeSims, world, editChange, store } = await makeSharedServers({ rules: askInChat });
    const { call } = await (await startServer()).connectClient(withoutElicitation);
    const { change } = (await call('suspend_sim', simsArgument(activeSims.slice(0, 1)))).structured;
    await call('cancel_change', { change: change.id });
    await editChange(change.id, () => ({ status: 'planned' }));
    const answer = await call('apply_change', { change: change.id, confirm: change.confirm ?? change.summary });
    expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'expired' });
    expect((await store.get(change.id))?.steps.every((step) => step.input === undefined)).toBe(true);
    expect(countRequests(world, suspend)).toBe(0);
  });
});

it('an unedited plan can be applied by any server on the same database', async () => {
  const { startServer, activeSims, world } = await makeSharedServers({ rules: askInChat });
  const planner = await (await startServer()).connectClient(withoutElicitation);
  const other = await (await startServer()).connectClient(withoutElicitation);
  const { change } = (await planner.call('suspend_sim', simsArgument(activeSims.slice(0, 2)))).structured;
  await other.call('apply_change', { change: change.id, confirm: change.confirm ?? change.summary });
  expect((await waitUntilEnded(planner.call, change.id)).structured.change.status).toBe('applied');
  expect(countRequests(world, suspend)).toBe(1);
});

/** Statements that edit the rows of a stored change for 210 SIMs; `of` and `by` are the identifiers of its last SIM and of another one. */
const rowEdits: [string, (of: string, by: string) => string][] = [
  ['request', (of, by) => `UPDATE parts SET body = replace(body, '${of}', '${by}') WHERE kind = 'steps'`],
  ['last target', (of, by) => `UPDATE parts SET body = replace(body, '${of}', '${by}') WHERE kind = 'targets'`],
  ['SIM in all rows', (of, by) => `UPDATE parts SET body = replace(body, '${of}', '${by}')`],
  [
    'state of the last ten targets',
    () => `UPDATE parts SET body = replace(body, '"active"', '"suspend"') WHERE kind = 'targets' AND n = 1`,
  ],
  ['order of the targets', () => "UPDATE parts SET n = 10 - n WHERE kind = 'targets'"],
];

describe.each<SharedPlace>(['file', 'postgres'])('plan of 210 SIMs with edited rows (%s)', { timeout: 60_000 }, (place) => {
  const manySims = { place, fleet: 700, rules: askInChat, policy: { twoStepTargets: 300 } };

  it.each(rowEdits)('is refused by the server that planned it and by another one, and nothing is sent: %s', async (_, edit) => {
    const { startServer, activeSims, world, runStatement, store } = await makeSharedServers(manySims);
    const planner = await (await startServer()).connectClient(withoutElicitation);
    const other = await (await startServer()).connectClient(withoutElicitation);
    for (const { call } of [other, planner]) {
      const { change } = (await planner.call('suspend_sim', simsArgument(activeSims.slice(0, 210)))).structured;
      expect(change.status).toBe('planned');
      const shown = await store.get(change.id);
      await runStatement(edit(activeSims[209]?.iccid ?? '', activeSims[215]?.iccid ?? ''));
      const answer = await call('apply_change', { change: change.id, confirm: shown && confirmationOf(shown) });
      expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
      expect(answer.text).toContain('the stored plan does not match its seal');
    }
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('is carried out when its rows are as they were planned', async () => {
    const { startServer, activeSims, world, store } = await makeSharedServers(manySims);
    const planner = await (await startServer()).connectClient(withoutElicitation);
    const other = await (await startServer()).connectClient(withoutElicitation);
    const { change } = (await planner.call('suspend_sim', simsArgument(activeSims.slice(0, 210)))).structured;
    const shown = await store.get(change.id);
    await other.call('apply_change', { change: change.id, confirm: shown && confirmationOf(shown) });
    await waitUntilEnded(other.call, change.id);
    expect((await store.get(change.id))?.status).toBe('applied');
    expect(activeSims.slice(0, 210).filter(({ state }) => state === 'suspend')).toHaveLength(210);
    expect(countRequests(world, suspend)).toBeGreaterThan(1);
  });
});
