import { describe, expect, it } from 'vitest';

import { no, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const sim = (iccid: string) => ({ sims: [{ iccid }] });
const pump = '89148000000077000037';
const tank = '89148000000077000074';

describe('list_changes and get_change', () => {
  it('list_changes returns newest first, filters by status, device, connection and time, and pages', async () => {
    const { connectClient, clock } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const refusing = await connectClient({ ...client, person: no });
    await call('suspend_sim', sim(pump));
    clock.advance(60_000);
    await refusing.call('suspend_sim', sim(tank));
    clock.advance(60_000);
    await call('toggle_product', { subscribers: ['8944990000001000010'], product: 'Voice', action: 'enable' });
    const ids = async (args: Record<string, unknown>) =>
      (await call('list_changes', args)).structured.changes.map((one: { summary: string }) => one.summary.slice(0, 20));
    expect(await ids({})).toEqual(['8944990000001000010 ', tank, pump]);
    expect(await ids({ status: 'refused' })).toEqual([tank]);
    expect(await ids({ device: pump })).toEqual([pump]);
    expect(await ids({ connection: 'sandbox-iotx' })).toEqual(['8944990000001000010 ']);
    expect(await ids({ since: '2026-11-22T08:01:00Z' })).toEqual(['8944990000001000010 ', tank]);
    expect(await ids({ since: '2026-11-22T09:00:00Z' })).toEqual([]);

    const first = await call('list_changes', { limit: 2 });
    expect(first.structured.total).toBe(3);
    expect(first.text).toMatch(/^3 changes, 1 more\n/);
    const second = await call('list_changes', { limit: 2, cursor: first.structured.nextCursor });
    expect(second.structured.changes.map((one: { summary: string }) => one.summary.slice(0, 20))).toEqual([pump]);
    expect(second.structured.nextCursor).toBeUndefined();
    const other = await call('list_changes', { limit: 2, status: 'refused', cursor: first.structured.nextCursor });
    expect(other.structured.error.message).toBe('cursor: it was issued for a list with other filters');
  });

  it('list_changes and get_change show who approved a change and how', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    await call('suspend_sim', sim(pump));
    const { changes } = (await call('list_changes')).structured;
    expect(changes).toMatchObject([
      { status: 'accepted', caller: 'local', approval: 'elicited', connection: 'sandbox-thingspace', created: '2026-11-22T08:00:00Z' },
    ]);
    const { change } = (await call('get_change', { change: changes[0].change })).structured;
    expect(change).toMatchObject({ approval: 'elicited', approvedBy: 'the person at local', sandbox: true, undo: 'restore_sim' });
  });

  it('get_change polls for waitSeconds, within the 50 s that a call may take', async () => {
    const { connectClient, clock, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    world.thingspace.settleMs = 600_000;
    const { change } = (await call('suspend_sim', sim(pump))).structured;
    const start = clock.now();
    const still = await call('get_change', { change: change.id, waitSeconds: 50 });
    expect(still.structured.change.status).toBe('accepted');
    expect(clock.now() - start).toBeGreaterThanOrEqual(47_000);
    expect(clock.now() - start).toBeLessThanOrEqual(50_000);
    clock.advance(600_000);
    const ended = await call('get_change', { change: change.id });
    expect(ended.structured.change.status).toBe('applied');
  });

  it('get_change reports progress to a waiting client', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await call('suspend_sim', sim(pump))).structured;
    const said: (string | undefined)[] = [];
    await call('get_change', { change: change.id, waitSeconds: 30 }, { onprogress: ({ message }) => void said.push(message) });
    expect(said[0]).toBe('accepted: 0 of 1 ended');
  });

  it('get_change reports a failure in the words of the carrier', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await call('suspend_sim', sim(pump))).structured;
    // The SIM is deactivated elsewhere before the carrier processes the request.
    const line = world.thingspace.devices.find(({ iccid }) => iccid === pump);
    if (line) line.state = 'deactive';
    const { structured } = await call('get_change', { change: change.id, waitSeconds: 30 });
    expect(structured.change).toMatchObject({
      status: 'failed',
      targets: [{ outcome: 'failed', after: { state: 'deactive' }, why: 'the carrier reports that the request failed' }],
    });
  });

  it('get_change rejects an unknown change id and a waitSeconds above 50', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const unknown = await call('get_change', { change: 'chg_000000000000' });
    expect(unknown.text).toBe(
      'change: there is no change chg_000000000000. List the known changes with list_changes. Changes on the embedded sandbox are lost when the server ends.',
    );
    const long = await call('get_change', { change: 'x', waitSeconds: 51 });
    expect(long.structured.error.field).toBe('waitSeconds');
  });

  it('get_change shows an expired plan as refused', async () => {
    const { connectClient, clock } = await startTestServer();
    const { call } = await connectClient(client);
    const { change } = (await call('suspend_sim', sim(pump))).structured;
    clock.advance(600_000);
    const { structured } = await call('get_change', { change: change.id });
    expect(structured.change).toMatchObject({ status: 'refused', reason: 'expired' });
  });
});
