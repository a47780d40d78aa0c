/** A preview is a plan of ten minutes: it asks and rings nobody, and apply_change treats it as any plan. */
import { describe, expect, it } from 'vitest';

import { makeApprovalService } from '../../src/approvers/approval.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { countRequests, startTestServer, type TestClient, type TestServerOptions, yes } from '../support/test-server.ts';

const stdio = { transport: 'stdio', era: 'auto' } as const;
const suspend = 'thingspace.devices.suspend';
const pump = { sims: [{ iccid: '89148000000077000037' }] };
const minute = 60_000;

async function previewed(options: TestServerOptions = {}, person?: typeof yes) {
  const store = memoryStore();
  const server = await startTestServer({ store, ...options });
  const one = await server.connectClient({ ...stdio, person });
  const shown = await one.call('suspend_sim', { ...pump, preview: true });
  const { change } = shown.structured;
  const apply = () => one.call('apply_change', { change: change.id, confirm: change.confirm ?? change.summary });
  return { ...server, ...one, shown, change, apply, desk: makeApprovalService({ store, clock: server.clock }) };
}

const ids = async (call: TestClient['call'], args = {}) =>
  (await call('list_changes', args)).structured.changes.map((one: { change: string }) => one.change);

describe('preview', () => {
  it('a preview asks nobody, sends nothing, and says how it is carried out and until when', async () => {
    const { shown, change, asked, world } = await previewed({}, yes);
    expect(change).toMatchObject({ status: 'planned', preview: true, expires: '2026-11-22T08:10:00Z' });
    expect(shown.text).toContain(
      `A preview: nobody was asked. To carry it out, show a person the sentence and call apply_change with change "${change.id}"`,
    );
    expect(asked).toEqual([]);
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('apply_change carries a preview out, once', async () => {
    const { call, change, apply, world } = await previewed();
    expect((await apply()).structured.change).toMatchObject({ id: change.id, status: 'accepted', approval: 'host, not proven' });
    expect((await apply()).structured.change).toMatchObject({ id: change.id });
    expect(countRequests(world, suspend)).toBe(1);
    expect((await call('get_change', { change: change.id })).structured.change.preview).toBeUndefined();
  });

  it('apply_change asks the person of a client that can ask', async () => {
    const { apply, asked, world } = await previewed({}, yes);
    expect((await apply()).structured.change).toMatchObject({ status: 'accepted', approval: 'elicited' });
    expect(asked).toHaveLength(1);
    expect(countRequests(world, suspend)).toBe(1);
  });

  it('a person who says no ends the preview', async () => {
    const { apply, world } = await previewed({}, () => ({ action: 'decline' }));
    expect((await apply()).structured.change).toMatchObject({ status: 'refused', reason: 'declined' });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('apply_change needs the exact sentence of the preview', async () => {
    const { call, change, world } = await previewed();
    const wrong = await call('apply_change', { change: change.id, confirm: 'yes' });
    expect(wrong.text).toContain('confirm: is not the sentence of this plan');
    expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({ status: 'planned', preview: true });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a preview expires after ten minutes', async () => {
    const { call, change, clock, apply, world } = await previewed();
    clock.advance(10 * minute);
    expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({ status: 'refused', reason: 'expired' });
    expect((await apply()).structured.change).toMatchObject({ status: 'refused', reason: 'expired' });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('an expired preview is listed as refused, and an hour later only the record tells of it', async () => {
    const store = memoryStore();
    const { call, clock } = await (async () => {
      const server = await startTestServer({ store });
      return { ...(await server.connectClient(stdio)), clock: server.clock };
    })();
    const { change } = (await call('suspend_sim', { ...pump, preview: true })).structured;
    clock.advance(10 * minute);
    expect((await call('list_changes', { previews: true })).structured.changes).toMatchObject([
      { change: change.id, status: 'refused', reason: 'expired', preview: true },
    ]);
    clock.advance(61 * minute);
    expect((await call('list_changes', { previews: true })).structured.changes).toEqual([]);
    expect(await store.get(change.id)).toBeUndefined();
    expect((await store.auditPage(1000, 10)).some(({ body }) => body.includes(change.id))).toBe(true);
  });

  it('a caller has at most 20 open previews: the newest stay, the oldest end', async () => {
    const { call } = await (await startTestServer({ fleet: 60 })).connectClient(stdio);
    const made: string[] = [];
    for (let i = 0; i < 22; i++) made.push((await call('send_sms', { ...pump, message: `PING ${i}`, preview: true })).structured.change.id);
    const { changes } = (await call('list_changes', { previews: true, limit: 50 })).structured;
    const open = changes.filter((one: { status: string }) => one.status === 'planned').map((one: { change: string }) => one.change);
    expect(open).toEqual(made.slice(2).reverse());
    expect((await call('get_change', { change: made[0] })).text).toContain(
      'Newer previews of the same caller took its place; nothing was sent. Call the tool again.',
    );
  });

  it('a preview whose state has changed since is refused', async () => {
    const { apply, world } = await previewed();
    for (const line of world.thingspace.devices) if (line.iccid === '89148000000077000037') line.state = 'suspend';
    expect((await apply()).structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('the rules are asked as for any plan: what they deny meanwhile is refused', async () => {
    const { apply, world, change } = await previewed({ rules: `rules: [{ name: never, when: { operation: ${suspend} }, then: deny }]` });
    expect(change).toMatchObject({ policy: { verdict: 'deny', rule: 'never' } });
    expect((await apply()).structured.change).toMatchObject({ status: 'refused', reason: 'policy', policy: { rule: 'never' } });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a preview that needs a named approver waits for one only after apply_change', async () => {
    const rules = `rules: [{ name: named, when: { operation: ${suspend} }, then: approve }]`;
    const { apply, change, desk, product, world } = await previewed({ rules, approvers: ['maria'] });
    expect(await desk.pending()).toEqual([]);
    const waits = await apply();
    expect(waits.structured.change).toMatchObject({ id: change.id, status: 'awaiting_approval' });
    expect(waits.text).toContain('1 named person must approve it');
    expect((await desk.pending()).map(({ id }) => id)).toEqual([change.id]);
    expect(countRequests(world, suspend)).toBe(0);
    await desk.approve(change.id, 'maria', 'console');
    await product.runApproved(change.id);
    expect(countRequests(world, suspend)).toBe(1);
  });

  it('a client that may not confirm in two steps cannot do so with a preview', async () => {
    const { apply, world } = await previewed({ policy: { twoStep: false } });
    expect((await apply()).structured.change).toMatchObject({ status: 'refused', reason: 'policy' });
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a change that was requested without its preview is not done again by the preview', async () => {
    const { call, apply, world } = await previewed({}, yes);
    const real = await call('suspend_sim', pump);
    expect(real.structured.change.status).toBe('accepted');
    const again = await apply();
    expect(again.structured.error).toMatchObject({
      field: 'change',
      message: `change: the same change was requested without this preview: ${real.structured.change.id} is accepted`,
    });
    expect(countRequests(world, suspend)).toBe(1);
  });

  it('of two previews of one change only one is carried out', async () => {
    const { call, apply, world } = await previewed({}, yes);
    const other = (await call('suspend_sim', { ...pump, preview: true })).structured.change;
    await apply();
    const second = await call('apply_change', { change: other.id, confirm: other.confirm ?? other.summary });
    expect(second.text).toContain('the same change was requested without this preview');
    expect(countRequests(world, suspend)).toBe(1);
  });
});

describe('list_changes', () => {
  it('leaves previews out unless they are asked for, and shows one that was requested', async () => {
    const { call, change, apply } = await previewed();
    expect((await call('list_changes')).structured.total).toBe(0);
    expect(await ids(call)).toEqual([]);
    expect(await ids(call, { previews: true })).toEqual([change.id]);
    await apply();
    expect(await ids(call)).toEqual([change.id]);
  });
});
