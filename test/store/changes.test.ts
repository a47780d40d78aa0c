import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { collectRows, verifyAudit } from '../../src/store/audit.ts';
import type { Change } from '../../src/store/change.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { type PostgresStore, postgresStore } from '../../src/store/postgres/postgres-store.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { newDatabase } from '../support/postgres.ts';
import { appKey, change, iccid, largeChange, sendStep } from './sample-change.ts';

/** Claims a change without a budget. */
const claim = (store: ChangeStore, id: string) =>
  store.claim(id, ['planned'], () => ({}), { at: 1500, window: 1000, over: () => undefined });

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'changes-')), 'changes.db');

function opened(path: string): ReturnType<typeof sqliteStore> {
  const store = sqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

async function openedDatabase(url: string): Promise<PostgresStore> {
  const store = await postgresStore(url);
  onTestFinished(() => store.close());
  return store;
}

const stores: [string, () => Promise<ChangeStore>][] = [
  ['in memory', async () => memoryStore()],
  ['in a file', async () => opened(newFile())],
  ['in PostgreSQL', async () => openedDatabase(await newDatabase())],
];

describe.each(stores)('ChangeStore %s', (_, make) => {
  it('a change is read back exactly as it was added', async () => {
    const store = await make();
    await store.add(change('a'));
    expect(await store.get('a')).toEqual(change('a'));
    expect(await store.get('b')).toBeUndefined();
  });

  it('move updates a change only from an expected status, so that only one of two concurrent calls succeeds', async () => {
    const store = await make();
    await store.add(change('a'));
    const moved = await Promise.all([
      store.move('a', ['planned'], { status: 'applying' }),
      store.move('a', ['planned'], { status: 'applying' }),
    ]);
    expect(moved.filter((one) => one !== undefined).map(({ status }) => status)).toEqual(['applying']);
    expect((await store.get('a'))?.status).toBe('applying');
    expect(await store.move('nobody', ['planned'], {})).toBeUndefined();
  });

  it('a change for 450 targets is read back as it was added, claimed, moved and ended', async () => {
    const store = await make();
    await store.add(largeChange('a'));
    expect(await store.get('a')).toEqual(largeChange('a'));
    await claim(store, 'a');
    await store.move('a', ['applying'], sendStep(3));
    await store.move('a', ['applying'], { leaseUntil: 9000 });
    await store.move('a', ['applying'], sendStep(8));
    const claimed = largeChange('a', { status: 'applying', claimLine: 2, leaseUntil: 9000 });
    const once = { ...claimed, ...sendStep(3)(claimed) };
    const expected = { ...once, ...sendStep(8)(once) };
    expect(await store.get('a')).toEqual(expected);
    expect((await store.findByProviderRequest('eu', 'req-3'))?.id).toBe('a');
    expect((await store.list({ device: iccid(449) }, undefined, 9)).rows).toEqual([expected]);
    expect(await store.listAbandoned(9000)).toEqual([expected]);
    const ended: Partial<Change> = { status: 'failed', inputs: [], ended: 3000, steps: [], targets: expected.targets.slice(0, 300) };
    expect(await store.move('a', ['applying'], ended)).toEqual({ ...expected, ...ended });
    expect(await store.get('a')).toEqual({ ...expected, ...ended });
    await store.move('a', ['failed'], { targets: expected.targets.slice(0, 2) });
    expect((await store.get('a'))?.targets).toEqual(expected.targets.slice(0, 2));
  });

  it('an equal change for many targets is answered with the one that waits, and keys stay out of its record', async () => {
    const store = await make();
    const withKeys = largeChange('a', { inputs: [{ body: { appKey } }] });
    expect(await store.addUnlessEqual(withKeys, 1000)).toEqual(withKeys);
    expect((await store.addUnlessEqual({ ...withKeys, id: 'b' }, 1000)).id).toBe('a');
    expect(await store.get('a')).toEqual(withKeys);
    expect(JSON.stringify(await collectRows(store.audit()))).not.toContain(appKey);
  });

  it('findOpenByIntent finds open changes, but never previews', async () => {
    const store = await make();
    await store.add(change('a', { status: 'applied' }));
    await store.add(change('b', { status: 'accepted' }));
    await store.add(change('c', { preview: true }));
    await store.add(change('d', { intent: 'intent-2' }));
    expect((await store.findOpenByIntent('intent-1'))?.id).toBe('b');
    expect(await store.findOpenByIntent('intent-3')).toBeUndefined();
  });

  it('list returns changes newest first, filtered and page by page', async () => {
    const store = await make();
    for (const [i, id] of ['a', 'b', 'c', 'd'].entries())
      await store.add(change(id, { created: 1000 + i, connection: i % 2 ? 'us' : 'eu' }));
    await store.move('b', ['planned'], { status: 'failed' });
    const ids = async (...ask: Parameters<ChangeStore['list']>) => {
      const { rows, total, left } = await store.list(...ask);
      return [rows.map((row) => row.id).join(''), total, left];
    };
    expect(await ids({}, undefined, 3)).toEqual(['dcb', 4, 1]);
    expect(await ids({}, 'b', 3)).toEqual(['a', 4, 0]);
    await store.add(change('e', { created: 2000 }));
    expect(await ids({}, 'b', 3)).toEqual(['a', 5, 0]);
    expect(await ids({ connection: 'us' }, undefined, 9)).toEqual(['db', 2, 0]);
    expect(await ids({ status: 'failed' }, undefined, 9)).toEqual(['b', 1, 0]);
    expect(await ids({ since: 1002 }, undefined, 9)).toEqual(['edc', 3, 0]);
    expect(await ids({ device: 'a81758fffe0b0001', status: 'planned' }, undefined, 1)).toEqual(['e', 4, 3]);
    expect(await ids({ device: 'A81758FFFE0B0002' }, undefined, 9)).toEqual(['', 0, 0]);
    await store.add(change('f', { created: 2001, preview: true }));
    expect(await ids({ withoutPreviews: true, since: 1002 }, undefined, 9)).toEqual(['edc', 3, 0]);
    await store.move('f', ['planned'], { preview: false });
    expect(await ids({ withoutPreviews: true, since: 1002 }, undefined, 9)).toEqual(['fedc', 4, 0]);
    expect((await store.findOpenByIntent('intent-1'))?.id).toBe('f');
  });

  it('findByProviderRequest finds a change by its provider request id, from the response until it has settled', async () => {
    const store = await make();
    await store.add(change('a'));
    await store.add(change('b', { intent: 'intent-2' }));
    expect(await store.findByProviderRequest('eu', 'req-1')).toBeUndefined();
    await store.move('a', ['planned'], ({ steps }) => ({
      status: 'applying',
      steps: steps.map((step) => ({ ...step, state: 'sent', receipt: 'req-1' })),
    }));
    expect(await store.findByProviderRequest('eu', 'req-1')).toEqual({ id: 'a', status: 'applying' });
    await store.move('a', ['applying'], { status: 'accepted' });
    expect(await store.findByProviderRequest('eu', 'req-1')).toEqual({ id: 'a', status: 'accepted' });
    expect(await store.findByProviderRequest('us', 'req-1')).toBeUndefined();
    expect(await store.findByProviderRequest('eu', 'req-2')).toBeUndefined();
    await store.move('a', ['accepted'], { status: 'applied' });
    expect(await store.findByProviderRequest('eu', 'req-1')).toBeUndefined();
  });

  it('addUnlessEqual adds one of several equal changes, and returns it for all of them', async () => {
    const store = await make();
    const added = await Promise.all(['a', 'b', 'c'].map((id) => store.addUnlessEqual(change(id, { planLine: 0 }), 1000)));
    expect(new Set(added.map(({ id }) => id)).size).toBe(1);
    expect((await store.list({}, undefined, 9)).total).toBe(1);
    expect((await store.addUnlessEqual(change('d', { intent: 'intent-2' }), 1000)).id).toBe('d');
  });

  it('addUnlessEqual adds a change beside an equal one that is a preview, has expired, was refused or has failed', async () => {
    const store = await make();
    await store.add(change('a', { preview: true }));
    await store.add(change('b', { status: 'refused' }));
    await store.add(change('c', { status: 'failed', claimLine: 9 }));
    await store.add(change('d', { expires: 2000 }));
    expect((await store.addUnlessEqual(change('e', { planLine: 0 }), 2000)).id).toBe('e');
  });

  it('addUnlessEqual returns an equal change that is under way, unsettled, or was carried out since the planning began', async () => {
    for (const status of ['applying', 'accepted', 'unknown', 'applied', 'partial'] as const) {
      const store = await make();
      await store.add(change('a', { status, claimLine: 3, expires: 0 }));
      expect((await store.addUnlessEqual(change('b', { planLine: 2 }), 5000)).id).toBe('a');
    }
    const store = await make();
    await store.add(change('a', { status: 'applied', claimLine: 3 }));
    expect((await store.addUnlessEqual(change('b', { planLine: 3 }), 5000)).id).toBe('b');
  });

  it('newestLine counts the lines of the audit log', async () => {
    const store = await make();
    expect(await store.newestLine()).toBe(0);
    await store.add(change('a'));
    await store.move('a', ['planned'], { status: 'refused' });
    expect(await store.newestLine()).toBe(2);
  });

  it('claim refuses a change if an equal one was carried out since it was planned, and accepts one that was planned later', async () => {
    const store = await make();
    await store.add(change('a', { planLine: 0 }));
    await store.add(change('b', { planLine: 1 }));
    expect(await claim(store, 'a')).toMatchObject({ claimed: { status: 'applying', claimLine: 3 } });
    expect(await claim(store, 'b')).toEqual({ busy: 'a', why: 'same' });
    await store.move('a', ['applying'], { status: 'applied' });
    expect(await claim(store, 'b')).toEqual({ busy: 'a', why: 'done' });
    await store.add(change('c', { planLine: await store.newestLine() }));
    expect(await claim(store, 'c')).toMatchObject({ claimed: { id: 'c' } });
  });

  it('claim accepts a change whose equal one failed or was refused, because nothing was changed', async () => {
    for (const status of ['failed', 'refused'] as const) {
      const store = await make();
      await store.add(change('a', { planLine: 0 }));
      await store.add(change('b', { planLine: 1 }));
      await claim(store, 'a');
      await store.move('a', ['applying'], { status });
      expect(await claim(store, 'b')).toMatchObject({ claimed: { id: 'b' } });
    }
  });

  it('listAbandoned returns the changes that are being applied with an expired lease', async () => {
    const store = await make();
    await store.add(change('a', { status: 'applying', leaseUntil: 5000 }));
    await store.add(change('b', { status: 'accepted', leaseUntil: 5000, intent: 'b' }));
    await store.add(change('c', { status: 'applying', leaseUntil: 9000, intent: 'c' }));
    const ids = async (at: number) => (await store.listAbandoned(at)).map(({ id }) => id);
    expect(await ids(4999)).toEqual([]);
    expect(await ids(5000)).toEqual(['a']);
    expect(await ids(9000)).toEqual(['a', 'c']);
  });

  it('listWithApprovals returns the waiting changes that have an approval, oldest first', async () => {
    const store = await make();
    for (const id of ['a', 'b', 'c', 'd']) await store.add(change(id, { status: 'awaiting_approval', intent: id }));
    const approvals = [{ kind: 'console', by: 'alice', at: 1500 }] as const;
    for (const id of ['d', 'b', 'c']) await store.move(id, ['awaiting_approval'], { approvals });
    await store.move('c', ['awaiting_approval'], { status: 'applying' });
    expect((await store.listWithApprovals()).map(({ id }) => id)).toEqual(['b', 'd']);
  });

  it('claim refuses a change on a target that another change is being applied to, whatever the case of its identifier', async () => {
    const store = await make();
    const onTarget = (device: string) => [{ device, label: device, before: {}, outcome: 'planned' }] as const;
    await store.add(change('a', { targets: [...onTarget('A81758FFFE0B0001')] }));
    await store.add(change('b', { intent: 'b', targets: [...onTarget('a81758fffe0b0001')] }));
    await store.add(change('c', { intent: 'c', connection: 'us' }));
    await claim(store, 'a');
    expect(await claim(store, 'b')).toEqual({ busy: 'a', why: 'target' });
    expect(await claim(store, 'c')).toMatchObject({ claimed: { id: 'c' } });
    await store.move('a', ['applying'], { status: 'failed' });
    expect(await claim(store, 'b')).toMatchObject({ claimed: { id: 'b' } });
  });

  it('claim counts budget entries within the window, and one that is over the budget changes nothing', async () => {
    const store = await make();
    for (const id of ['a', 'b', 'c']) await store.add(change(id, { intent: id, targets: [] }));
    const at = (now: number, most: number) => ({
      at: now,
      window: 1000,
      over: (entries: readonly unknown[]) => (entries.length >= most ? `${entries.length} of ${most}` : undefined),
    });
    expect(await store.claim('a', ['planned'], () => ({}), at(1500, 1))).toMatchObject({ claimed: { id: 'a' } });
    expect(await store.claim('b', ['planned'], () => ({}), at(2400, 1))).toEqual({ over: '1 of 1' });
    expect((await store.get('b'))?.status).toBe('planned');
    expect((await store.spent(1400)).map(({ at: when, operation }) => [when, operation])).toEqual([[1500, 'thingpark.devices.create']]);
    expect(await store.claim('b', ['planned'], () => ({}), at(2500, 1))).toMatchObject({ claimed: { id: 'b' } });
    expect(await store.claim('b', ['planned'], () => ({}), at(2500, 9))).toEqual({ gone: true });
  });

  it('claim of a change that undoes or resumes the same change as one that was carried out is refused', async () => {
    for (const link of ['undoes', 'resumes'] as const) {
      const store = await make();
      await store.add(change('a', { [link]: 'x', targets: [] }));
      await store.add(change('b', { [link]: 'x', targets: [] }));
      await claim(store, 'a');
      await store.move('a', ['applying'], { status: 'partial' });
      expect(await claim(store, 'b')).toEqual({ busy: 'a', why: 'done' });
    }
  });

  it('update replaces a value in one transaction, value reads it, and undefined removes it', async () => {
    const store = await make();
    expect(await store.value('tries')).toBeUndefined();
    await Promise.all(Array.from({ length: 5 }, () => store.update<number>('tries', (old = 0) => old + 1)));
    expect(await store.value('tries')).toBe(5);
    expect(await store.update<number>('tries', () => undefined)).toBeUndefined();
    expect(await store.value('tries')).toBeUndefined();
  });

  it('the record has a chained line for each new status and approval, none for other updates, and its lines are read from any number', async () => {
    const store = await make();
    await store.add(change('a'));
    await store.move('a', ['planned'], { heldUntil: 5000 });
    await store.move('a', ['planned'], { approvals: [{ kind: 'console', by: 'ada', at: 1500 }] });
    await claim(store, 'a');
    await store.move('a', ['applying'], { status: 'applied', log: [{ at: 9000, what: 'applied' }] });
    const lines = await collectRows(store.audit());
    expect(lines.map(({ seq, body }) => [seq, JSON.parse(body).status])).toEqual([
      [1, 'planned'],
      [2, 'planned'],
      [3, 'applying'],
      [4, 'applied'],
    ]);
    expect(await verifyAudit(store.audit())).toEqual({ lines: 4, head: lines[3]?.hash });
    expect((await collectRows(store.audit(3))).map(({ seq }) => seq)).toEqual([3, 4]);
    expect([await store.time(1), await store.time(99_000)]).toEqual([9000, 99_000]);
    expect((await store.auditPage(Number.POSITIVE_INFINITY, 2)).map(({ seq }) => seq)).toEqual([4, 3]);
    expect((await store.auditPage(3, 9)).map(({ seq }) => seq)).toEqual([2, 1]);
    expect((await store.auditOfDay('1970-01-01')).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(await store.auditOfDay('1970-01-02')).toEqual([]);
  });

  it('a text with a NUL character, a lone surrogate and quotes is read back as it was', async () => {
    const store = await make();
    const summary = 'a \u0000 b \ud800 "c"';
    await store.add(change('a', { summary }));
    expect((await store.get('a'))?.summary).toBe(summary);
  });

  it('listExpired finds plans whose time is over, but none that waits for named people', async () => {
    const store = await make();
    await store.add(change('a', { expires: 5000 }));
    await store.add(change('b', { expires: 5000, status: 'awaiting_approval', intent: 'b' }));
    await store.add(change('c', { expires: 9000, intent: 'c', preview: true }));
    const ids = async (at: number, limit = 9) => (await store.listExpired(at, limit)).map(({ id }) => id);
    expect([await ids(4999), await ids(5000), await ids(9000), await ids(9000, 1)]).toEqual([[], ['a'], ['a', 'c'], ['a']]);
  });

  it('forget deletes changes that ended long ago, with their targets, and the record keeps their lines', async () => {
    const store = await make();
    for (const [id, ended] of [
      ['a', 2000],
      ['b', 8000],
      ['c', 3000],
    ] as const)
      await store.add(change(id, { status: 'applied', ended, intent: id }));
    await store.add(change('d', { intent: 'd' }));
    expect(await store.forget(5000, 1)).toBe(1);
    expect(await store.forget(5000, 9)).toBe(1);
    expect(await store.forget(5000, 9)).toBe(0);
    const { rows, total } = await store.list({ device: 'A81758FFFE0B0001' }, undefined, 9);
    expect([rows.map(({ id }) => id), total]).toEqual([['d', 'b'], 2]);
    expect(await verifyAudit(store.audit())).toMatchObject({ lines: 4 });
  });

  it('forget deletes only previews that nobody requested, where that is asked for', async () => {
    const store = await make();
    await store.add(change('a', { status: 'refused', ended: 2000, intent: 'a', preview: true }));
    await store.add(change('b', { status: 'refused', ended: 2000, intent: 'b' }));
    await store.add(change('c', { status: 'planned', intent: 'c', preview: true }));
    expect(await store.forget(5000, 9, 'previews')).toBe(1);
    expect((await store.list({}, undefined, 9)).rows.map(({ id }) => id)).toEqual(['c', 'b']);
  });

  it('the line of a claim holds a hash of the requests, which is the same whatever their keys are', async () => {
    const hashes = await Promise.all(
      ['00112233445566778899AABBCCDDEEFF', '7F3A91C04D5E62B88A1D0C9E4F6B2A73'].map(async (appKey) => {
        const store = await make();
        await store.add(change('a', { steps: [{ input: { body: { EUI: 'A81758FFFE0B0001', appKey } }, targets: [], state: 'planned' }] }));
        await claim(store, 'a');
        return (await collectRows(store.audit())).map(({ body }) => JSON.parse(body).requests);
      }),
    );
    expect(hashes[0]).toEqual([undefined, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(hashes[1]).toEqual(hashes[0]);
  });

  it('the requests of a claimed change are kept without their keys until the change is deleted, and the record holds their hash', async () => {
    const store = await make();
    await store.add(change('a', { targets: [] }));
    expect(await store.requestsOf('a')).toBeUndefined();
    await claim(store, 'a');
    await store.move('a', ['applying'], { status: 'applied', ended: 2000, inputs: [], steps: [] });
    const kept = await store.requestsOf('a');
    expect(JSON.parse(kept?.body ?? '')).toEqual([{ body: { EUI: 'A81758FFFE0B0001', appKey: '[redacted]' } }]);
    expect(JSON.parse((await store.auditPage(3, 1))[0]?.body ?? '').requests).toBe(kept?.hash);
    expect(await store.forget(5000, 9)).toBe(1);
    expect(await store.requestsOf('a')).toBeUndefined();
  });

  it('lists by caller and by several connections', async () => {
    const store = await make();
    await store.add(change('a', { caller: 'ada' }));
    await store.add(change('b', { caller: 'bot', connection: 'us' }));
    await store.add(change('c', { caller: 'bot', connection: 'asia' }));
    const ids = async (filter: Parameters<ChangeStore['list']>[0]) => (await store.list(filter, undefined, 9)).rows.map(({ id }) => id);
    expect(await ids({ caller: 'bot' })).toEqual(['c', 'b']);
    expect(await ids({ connections: ['eu', 'asia'] })).toEqual(['c', 'a']);
    expect(await ids({ connections: [] })).toEqual([]);
  });
});
