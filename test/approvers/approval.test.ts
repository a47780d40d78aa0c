import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';

import { approvalsNeeded, isApproved, makeApprovalService, validApprovals } from '../../src/approvers/approval.ts';
import { type FixedClock, fixedClock } from '../../src/clock.ts';
import type { Change } from '../../src/store/change.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { began, minute, two, waitingChange } from './waiting.ts';

function fileStore(path = join(folder(), 'changes.db')): ReturnType<typeof sqliteStore> {
  const store = sqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'approval-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function desk(changes: readonly Change[], store: ChangeStore = memoryStore()) {
  const clock: FixedClock = fixedClock(began);
  for (const change of changes) await store.add(change);
  return { ...makeApprovalService({ store, clock }), store, clock };
}

/** The message of a refusal and its next step; `done` if nothing was refused. */
const refused = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { message: string; next: string }) => `${error.message}. ${error.next}`,
  );

test('approvalsNeeded is 1 for the verdict approve, 2 for approve 2 and 0 for all others', () => {
  const of = (verdict: 'allow' | 'ask' | 'approve' | 'approve 2' | 'deny') =>
    approvalsNeeded({ decision: { verdict, rule: 'r', version: 'v' } });
  expect([approvalsNeeded({}), of('allow'), of('ask'), of('approve'), of('approve 2'), of('deny')]).toEqual([0, 0, 0, 1, 2, 0]);
});

test('validApprovals returns approvals of named people for 15 minutes, one per person', () => {
  const yes = (by: string, at: number, kind: 'console' | 'terminal' | 'elicited' = 'console') => ({ kind, by, at });
  const approvals = [
    yes('maria', 0),
    yes('jo', 5 * minute, 'terminal'),
    yes('maria', 6 * minute),
    yes('the person at ops', 6 * minute, 'elicited'),
  ];
  const names = (now: number) => validApprovals({ approvals }, now).map(({ by, at }) => `${by} ${at / minute}`);
  expect(names(10 * minute)).toEqual(['maria 0', 'jo 5']);
  expect(names(15 * minute)).toEqual(['jo 5', 'maria 6']);
  expect(names(20 * minute)).toEqual(['maria 6']);
  const change = { decision: two, approvals };
  expect([isApproved(change, 15 * minute), isApproved(change, 20 * minute)]).toEqual([true, false]);
  expect(isApproved({ approvals }, 10 * minute)).toBe(false);
});

test('pending lists waiting changes oldest first, without previews, expired changes and changes approved in the chat', async () => {
  const { decision: _, ...inChat } = waitingChange('chg_chat');
  const { pending } = await desk([
    waitingChange('chg_new', { created: began - minute }),
    waitingChange('chg_old', { created: began - 2 * minute, status: 'planned', decision: two }),
    waitingChange('chg_preview', { preview: true }),
    waitingChange('chg_late', { expires: began }),
    waitingChange('chg_done', { status: 'applied' }),
    waitingChange('chg_denied', { decision: { verdict: 'deny', rule: 'r', version: 'v' } }),
    inChat,
  ]);
  expect((await pending()).map((one) => one.id)).toEqual(['chg_old', 'chg_new']);
});

test('pending lists all waiting changes even if they take several pages of the store', async () => {
  const { pending } = await desk(Array.from({ length: 450 }, (_, i) => waitingChange(`chg_${i}`, { created: began + i })));
  const ids = (await pending()).map((one) => one.id);
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([450, 'chg_0', 'chg_449']);
});

describe('ApprovalService.approve', () => {
  it('an approval is stored with name, kind and time, and the status stays the same', async () => {
    const { approve, store, clock } = await desk([waitingChange('chg_1')]);
    clock.advance(minute);
    const change = await approve('chg_1', 'maria', 'console');
    expect(change).toEqual(await store.get('chg_1'));
    expect(change.status).toBe('awaiting_approval');
    expect(change.approvals).toEqual([{ kind: 'console', by: 'maria', at: began + minute }]);
    expect(change.log.at(-1)).toEqual({ at: began + minute, what: 'approved (console) by maria' });
    expect(isApproved(change, clock.now())).toBe(true);
  });

  it('a second approval of the same person is refused, also from another place', async () => {
    const { approve, store, clock } = await desk([waitingChange('chg_2', { decision: two })]);
    await approve('chg_2', 'maria', 'console');
    expect(await refused(approve('chg_2', 'maria', 'terminal'))).toBe('maria has approved chg_2 already. It needs another person.');
    const half = await store.get('chg_2');
    expect([half?.approvals?.length, half && isApproved(half, clock.now())]).toEqual([1, false]);
    const whole = await approve('chg_2', 'jo', 'terminal');
    expect(whole.approvals?.map(({ by, kind }) => `${by} ${kind}`)).toEqual(['maria console', 'jo terminal']);
    expect(isApproved(whole, clock.now())).toBe(true);
    expect(await refused(approve('chg_2', 'ann', 'console'))).toBe(
      'chg_2 has all its approvals. A server with its connection will apply it.',
    );
  });

  it('an expired approval must be given again and is then stored once', async () => {
    const { approve, clock } = await desk([waitingChange('chg_2', { decision: two })]);
    await approve('chg_2', 'maria', 'console');
    clock.advance(15 * minute);
    const half = await approve('chg_2', 'jo', 'console');
    expect(isApproved(half, clock.now())).toBe(false);
    const whole = await approve('chg_2', 'maria', 'console');
    expect(whole.approvals?.map(({ by, at }) => [by, at - began])).toEqual([
      ['jo', 15 * minute],
      ['maria', 15 * minute],
    ]);
    expect(isApproved(whole, clock.now())).toBe(true);
  });

  it.each<[string, Partial<Change> | undefined, string]>([
    [
      'an unknown change',
      undefined,
      'there is no change chg_1. Run "iot-ops-mcp approvals" or open the console to see the waiting changes.',
    ],
    [
      'a change that has ended',
      { status: 'refused', explanation: 'Declined.' },
      'chg_1 does not wait for approval: it is refused (Declined.). See its history.',
    ],
    ['a preview', { preview: true }, 'chg_1 is a preview that nobody has requested yet. Its caller requests it with apply_change.'],
    [
      'a change that is approved in the chat',
      { decision: { verdict: 'ask', rule: 'r', version: 'v' } },
      'chg_1 needs no named approver. The person who requested it approves it in the chat.',
    ],
    ['an expired change', { expires: began }, 'chg_1 has expired; nothing was sent. Request the change again.'],
  ])('approving or rejecting %s is refused', async (_, more, message) => {
    const { approve, reject } = await desk(more ? [waitingChange('chg_1', more)] : []);
    expect(await refused(approve('chg_1', 'maria', 'console'))).toBe(message);
    expect(await refused(reject('chg_1', 'maria', 'console', 'no'))).toBe(message);
  });

  it('setting the clock back does not make an expired change approvable', async () => {
    const { approve, clock } = await desk([waitingChange('chg_1', { expires: began + 5 * minute }), waitingChange('chg_2')]);
    clock.advance(6 * minute);
    await approve('chg_2', 'maria', 'console');
    clock.advance(-6 * minute);
    expect(await refused(approve('chg_1', 'maria', 'console'))).toContain('chg_1 has expired');
  });

  it.each([
    ['in memory', () => memoryStore()],
    ['in a file', () => fileStore()],
  ])('concurrent approvals of two people are both stored, %s', async (_, make) => {
    const { approve, store, clock } = await desk([waitingChange('chg_2', { decision: two })], make());
    await Promise.all([approve('chg_2', 'maria', 'console'), approve('chg_2', 'jo', 'terminal')]);
    const change = await store.get('chg_2');
    expect(change?.approvals?.map(({ by }) => by).sort()).toEqual(['jo', 'maria']);
    expect(change?.log.map(({ what }) => what).sort()).toEqual(['approved (console) by maria', 'approved (terminal) by jo', 'planned']);
    expect(change && isApproved(change, clock.now())).toBe(true);
  });

  it('a slow approval does not overwrite one that was stored meanwhile', async () => {
    const store = memoryStore();
    const { approve } = await desk([waitingChange('chg_2', { decision: two })], store);
    let held = false;
    const slow: ChangeStore = {
      ...store,
      async move(...args) {
        if (!held) {
          held = true;
          await approve('chg_2', 'jo', 'terminal');
        }
        return store.move(...args);
      },
    };
    const change = await makeApprovalService({ store: slow, clock: fixedClock(began) }).approve('chg_2', 'maria', 'console');
    expect(change.approvals?.map(({ by }) => by).sort()).toEqual(['jo', 'maria']);
    expect(await store.get('chg_2')).toEqual(change);
  });

  it('concurrent approvals of two people in two processes are both stored', async () => {
    const path = join(folder(), 'changes.db');
    const one = await desk([waitingChange('chg_2', { decision: two })], fileStore(path));
    const other = await desk([], fileStore(path));
    await Promise.all([one.approve('chg_2', 'maria', 'console'), other.approve('chg_2', 'jo', 'terminal')]);
    expect((await one.store.get('chg_2'))?.approvals?.map(({ by }) => by).sort()).toEqual(['jo', 'maria']);
  });
});

describe('ApprovalService.reject', () => {
  it('a rejection ends the change with name and reason, sends nothing and deletes its inputs', async () => {
    const { reject, approve, pending } = await desk([waitingChange('chg_1', { decision: two })]);
    await approve('chg_1', 'maria', 'console');
    const change = await reject('chg_1', 'jo', 'terminal', ' not before\nMonday. ');
    expect(change).toMatchObject({
      status: 'refused',
      reason: 'declined',
      explanation: 'Rejected by jo: not before Monday. Nothing was sent.',
      inputs: [],
      ended: began,
    });
    expect(change.steps).toEqual([{ input: undefined, targets: ['89148000000077000037'], state: 'planned' }]);
    expect(change.log.at(-1)?.what).toBe('rejected (terminal) by jo: not before Monday');
    expect(await pending()).toEqual([]);
    expect(await refused(approve('chg_1', 'ann', 'console'))).toContain('chg_1 does not wait for approval: it is refused');
  });

  it('a rejection needs no reason, and a given reason is sanitized and truncated', async () => {
    const { reject } = await desk([waitingChange('chg_1'), waitingChange('chg_2')]);
    expect((await reject('chg_1', 'jo', 'console', ' ')).explanation).toBe('Rejected by jo: no reason given. Nothing was sent.');
    const long = (await reject('chg_2', 'jo', 'console', `\u202eevil ${'x'.repeat(500)}`)).explanation ?? '';
    expect(long).toMatch(/^Rejected by jo: evil x+…\. Nothing was sent\.$/);
    expect(long.length).toBeLessThan(240);
  });
});
