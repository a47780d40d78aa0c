/** ThingSpace requests with many SIMs: partial failures, lost responses, an expiring session and the rate limit. */
import { describe, expect, it } from 'vitest';

import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import { countRequests, startTestServer, startTime, type ToolAnswer, waitUntilEnded, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto', person: yes } as const;
const suspend = 'thingspace.devices.suspend';
const activate = 'thingspace.devices.activate';
const list = 'thingspace.devices.list';
const login = 'thingspace.session.login';

const sims = (lines: readonly TsDevice[]) => ({ sims: lines.map(({ iccid }) => ({ iccid })) });

function active(world: World, count: number): TsDevice[] {
  return world.thingspace.devices.filter((device) => device.state === 'active' && device.account === '0442000123-00001').slice(0, count);
}

/** Resets SIMs to stock, each with an IMEI on record. */
function stocked(world: World, count: number): TsDevice[] {
  const lines = world.thingspace.devices.filter((device) => device.imei !== undefined).slice(0, count);
  for (const line of lines) {
    line.state = 'pre-active';
    delete line.mdnIndex;
  }
  return lines;
}

/** The largest number of requests of an operation within any 60 seconds. */
function mostInAMinute(world: World, operation: string): number {
  const times = world.requestLog.filter((one) => one.operation === operation).map((one) => one.at);
  return Math.max(0, ...times.map((at) => times.filter((other) => other >= at && other < at + 60_000).length));
}

const outcomes = ({ structured }: ToolAnswer) => structured.change.counts;

describe('ten SIMs of which two fail', () => {
  /** Deactivates two of the SIMs while the carrier processes the request. */
  const spoil = (lines: readonly TsDevice[]): void => {
    for (const line of lines.slice(3, 5)) line.state = 'deactive';
  };

  it('eight SIMs are applied and two failed when the carrier reports the failure', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 60 });
    const { call } = await connectClient(client);
    const lines = active(world, 10);
    const sent = await call('suspend_sim', sims(lines));
    expect(sent.structured.change).toMatchObject({ status: 'accepted', counts: { pending: 10 } });
    spoil(lines);
    const whole = await call('get_change', { change: sent.structured.change.id, waitSeconds: 30 });
    expect(whole.structured.change).toMatchObject({
      status: 'partial',
      counts: { applied: 8, failed: 2 },
      explanation: '8 done, 2 failed, 0 not sent.',
    });
    const failed = whole.structured.change.targets.filter((target: { outcome: string }) => target.outcome === 'failed');
    expect(failed).toEqual(
      lines.slice(3, 5).map(({ iccid }) => ({
        device: iccid,
        outcome: 'failed',
        before: expect.objectContaining({ state: 'active' }),
        after: expect.objectContaining({ state: 'deactive' }),
        why: 'the carrier reports that the request failed',
      })),
    );
    expect(countRequests(world, suspend)).toBe(1);
  });

  it('failed SIMs stay pending and are unknown after a day when the carrier does not report the failure', async () => {
    const { connectClient, world, clock } = await startTestServer({ fleet: 60 });
    const { call } = await connectClient(client);
    world.faults.arm({ fault: 'html', operation: 'thingspace.accounts.requestStatus', skip: 0, times: 100_000 });
    const lines = active(world, 10);
    const { change } = (await call('suspend_sim', sims(lines))).structured;
    spoil(lines);
    clock.advance(6000);
    const between = await call('get_change', { change: change.id });
    expect(between.structured.change).toMatchObject({ status: 'accepted', counts: { applied: 8, pending: 2 } });
    expect(between.structured.change.explanation).toBe('Accepted, not done: 2 pending, 8 done, 0 failed.');
    clock.advance(86_400_000);
    const whole = await call('get_change', { change: change.id });
    expect(whole.structured.change).toMatchObject({ status: 'unknown', counts: { applied: 8, unsure: 2 } });
    expect(countRequests(world, suspend)).toBe(1);
  });
});

describe('lost response', () => {
  it('a lost response to a suspension of thirty SIMs is settled by reading back, without a second request', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 100 });
    const { call } = await connectClient(client);
    world.faults.arm({ fault: 'lost-answer', operation: suspend, skip: 0, times: 1 });
    const lines = active(world, 30);
    const lost = await call('suspend_sim', sims(lines));
    // The response to the canary of two was lost. The rest waits until reading shows that the canary arrived.
    expect(lost.structured.change).toMatchObject({ status: 'applying', counts: { unsure: 2, planned: 28 } });
    const settled = await waitUntilEnded(call, lost.structured.change.id);
    expect(settled.structured.change).toMatchObject({ status: 'applied', counts: { applied: 30 } });
    expect(countRequests(world, suspend)).toBe(2);
  });

  it('a lost response to an SMS cannot be settled: it stays unknown and is not sent again', async () => {
    const { connectClient, world, clock } = await startTestServer();
    const { call } = await connectClient(client);
    world.faults.arm({ fault: 'lost-answer', operation: 'thingspace.sms.send', skip: 0, times: 1 });
    const text = { sims: [{ iccid: '89148000000077000037' }], message: 'PING' };
    const { change } = (await call('send_sms', text)).structured;
    expect(change.status).toBe('unknown');
    clock.advance(700_000);
    expect((await call('send_sms', text)).structured.change).toMatchObject({ id: change.id, status: 'unknown' });
    expect(countRequests(world, 'thingspace.sms.send')).toBe(1);
  });
});

describe('hundreds of SIMs', () => {
  it('a large suspension sends batches of 200, reads by paging, and renews a session that expires', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 1000 });
    const { call, asked } = await connectClient(client);
    const lines = active(world, 450);
    world.faults.arm({ fault: 'expired-token', operation: suspend, skip: 1, times: 1 });
    const { change } = (await call('suspend_sim', sims(lines))).structured;
    expect(asked[0]).toMatch(/To approve, type the number of targets: 450$/);
    expect(asked[0]).toContain(
      'Warning: a SIM takes 5 provisioning actions a day (older text: 2); of more than 20 SIMs they are not counted',
    );
    expect(countRequests(world, 'thingspace.events.provisioning')).toBe(0);
    expect(change).toMatchObject({ status: 'applying', counts: { pending: 23, planned: 427 } });
    const whole = await waitUntilEnded(call, change.id);
    expect(outcomes(whole)).toEqual({ applied: 450 });
    // The canary of 5 percent and three batches, the first of them repeated with a new session.
    expect(whole.structured.change.requests).toHaveLength(4);
    expect(countRequests(world, suspend)).toBe(5);
    expect(countRequests(world, login)).toBe(2);
    expect(countRequests(world, list)).toBeLessThan(60);
  });

  it('a session that cannot be renewed fails the remaining batches with a reason', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 1000 });
    const { call } = await connectClient(client);
    const lines = active(world, 450);
    world.faults.arm({ fault: 'expired-token', operation: suspend, skip: 1, times: 2 });
    const { change } = (await call('suspend_sim', sims(lines))).structured;
    const whole = await waitUntilEnded(call, change.id);
    expect(whole.structured.change).toMatchObject({
      status: 'partial',
      counts: { applied: 23, failed: 200, 'not sent': 227 },
      explanation:
        '23 done, 200 failed, 227 not sent. The rest was not sent: held back: 200 of 450 failed or had changed, more than the 22 allowed.',
      resumable: true,
    });
  });

  it('activate_sim activates a thousand SIMs in batches of 200 and follows each to its end', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 1200 });
    const { call, asked } = await connectClient(client);
    const lines = stocked(world, 1000);
    const { change } = (await call('activate_sim', { ...sims(lines), servicePlan: 'IOTLOW5MB', zipCode: '98801' })).structured;
    expect(asked[0]).toMatch(/To approve, type the number of targets: 1000$/);
    const whole = await waitUntilEnded(call, change.id);
    expect(whole.structured.change).toMatchObject({ status: 'applied', counts: { applied: 1000 } });
    // The canary of 50 first, then at most 200 SIMs of one account per request.
    expect(countRequests(world, activate)).toBe(7);
    expect(mostInAMinute(world, activate)).toBeLessThanOrEqual(100);
  });

  it('single activations are sent at no more than 100 a minute', { timeout: 60_000 }, async () => {
    const { connectClient, world } = await startTestServer({ fleet: 300 });
    const { call } = await connectClient(client);
    const lines = stocked(world, 220);
    for (const line of lines) {
      const { structured } = await call('activate_sim', { ...sims([line]), servicePlan: 'IOTLOW5MB', zipCode: '98801' });
      expect(structured.change.status).toBe('accepted');
    }
    expect(countRequests(world, activate)).toBe(220);
    expect(mostInAMinute(world, activate)).toBeLessThanOrEqual(100);
    expect(world.clock.now() - startTime).toBeGreaterThan(120_000);
  });
});
