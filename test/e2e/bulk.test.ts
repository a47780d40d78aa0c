/** Changes with many targets: the canary, the batches that follow, and the limit that holds the rest back. */
import { describe, expect, it } from 'vitest';

import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import { countRequests, runPendingTasks, startTestServer, startTime, waitUntilEnded, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto', person: yes } as const;
const suspend = 'thingspace.devices.suspend';
const account = '0442000123-00001';

const sims = (lines: readonly TsDevice[]) => ({ sims: lines.map(({ iccid }) => ({ iccid })) });

function active(world: World, count: number): TsDevice[] {
  return world.thingspace.devices.filter((device) => device.state === 'active' && device.account === account).slice(0, count);
}

/** The number of SIMs in each suspend request that reached the carrier, in order. */
function sizes(world: World): number[] {
  return [...world.thingspace.requests.values()]
    .filter(({ action, created }) => action === 'suspend' && created >= startTime)
    .map(({ outcomes }) => outcomes.length);
}

/** The largest number of suspend requests sent within any 60 seconds. */
function mostInAMinute(world: World): number {
  const times = world.requestLog.filter((one) => one.operation === suspend).map((one) => one.at);
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[to] as number) - (times[from] as number) >= 60_000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

describe('bulk change of ten thousand SIMs', () => {
  it('suspend_sim sends 10,000 SIMs in batches of 200, canary first, at no more than 100 requests a minute', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 20_000 });
    const { call, asked } = await connectClient(client);
    const lines = active(world, 10_000);
    expect(lines).toHaveLength(10_000);
    const first = await call('suspend_sim', sims(lines));
    expect(asked[0]).toMatch(/ and 9998 more \(10000 SIMs\) on sandbox-thingspace: suspend/);
    expect(first.structured.change).toMatchObject({
      status: 'applying',
      counts: { pending: 500, planned: 9500 },
      explanation: '500 went first as the canary; the other 9500 follow once it has settled.',
    });
    // The canary is 5 percent: three requests of at most 200, all settled before the rest is sent.
    expect(sizes(world)).toEqual([200, 200, 100]);
    const whole = await waitUntilEnded(call, first.structured.change.id);
    expect(whole.structured.change).toMatchObject({ status: 'applied', counts: { applied: 10_000 } });
    expect(Math.max(...sizes(world))).toBe(200);
    expect(sizes(world).reduce((sum, size) => sum + size, 0)).toBe(10_000);
    expect(mostInAMinute(world)).toBeLessThanOrEqual(100);
    expect(lines.every((line) => line.state === 'suspend')).toBe(true);
    // 29 pages to plan, two before each request, and each status poll reads the SIMs of all open requests together.
    expect(countRequests(world, 'thingspace.devices.list')).toBe(285);
  }, 120_000);
});

/** Starts a suspension of forty SIMs: the canary of two is sent and has not settled. */
async function forty() {
  const product = await startTestServer({ fleet: 120 });
  const { call, asked } = await product.connectClient(client);
  const lines = active(product.world, 40);
  const { change } = (await call('suspend_sim', sims(lines))).structured;
  expect(change).toMatchObject({ status: 'applying', counts: { pending: 2, planned: 38 } });
  return { ...product, call, asked, lines, id: change.id as string };
}

describe('canary', () => {
  it('a failed canary holds back the rest, and resume_change reads and sends only the rest', async () => {
    const { call, asked, lines, id, world } = await forty();
    for (const line of lines.slice(0, 2)) line.state = 'deactive';
    const { structured, text } = await waitUntilEnded(call, id);
    expect(structured.change).toMatchObject({
      status: 'failed',
      counts: { failed: 2, 'not sent': 38 },
      resumable: true,
      explanation:
        'the carrier reports that the request failed. The rest was not sent: held back: the canary failed for all of its targets.',
    });
    expect(text).toContain(`resume_change { "change": "${id}" } sends the rest.`);
    expect(countRequests(world, suspend)).toBe(1);

    const rest = await call('resume_change', { change: id });
    // The approval is less than 15 minutes old, the policy is unchanged and no kill switch was used, so it is reused.
    expect(asked).toHaveLength(1);
    expect(rest.structured.change).toMatchObject({ resumes: id, approval: 'resumed', approvedBy: 'the person at local' });
    const whole = await waitUntilEnded(call, rest.structured.change.id);
    expect(whole.structured.change).toMatchObject({ status: 'applied', counts: { applied: 38 } });
    expect(lines.filter((line) => line.state === 'suspend')).toHaveLength(38);
    const again = await call('resume_change', { change: id });
    expect(again.text).toContain(`${id} was already resumed by ${rest.structured.change.id}`);
  });

  it('resume_change asks for approval again when the first approval is older than 15 minutes', async () => {
    const { call, asked, lines, id, clock } = await forty();
    for (const line of lines.slice(0, 2)) line.state = 'deactive';
    await waitUntilEnded(call, id);
    clock.advance(15 * 60_000);
    const rest = await call('resume_change', { change: id });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toContain('(38 SIMs)');
    expect(rest.structured.change).toMatchObject({ resumes: id, approval: 'elicited' });
  });

  it('resume_change asks for approval again when the state of a remaining SIM has changed', async () => {
    const { call, asked, lines, id } = await forty();
    for (const line of lines.slice(0, 2)) line.state = 'deactive';
    await waitUntilEnded(call, id);
    (lines[5] as TsDevice).plan = 'IOTLOW1MB';
    await call('resume_change', { change: id });
    expect(asked).toHaveLength(2);
  });
});

describe('drift while the canary settles', () => {
  it('SIMs whose state changed while the canary settled are left out and named, and the others are changed', async () => {
    const { call, lines, id } = await forty();
    for (const line of lines.slice(20, 22)) line.state = 'deactive';
    const { structured, text } = await waitUntilEnded(call, id);
    expect(structured.change).toMatchObject({
      status: 'partial',
      counts: { applied: 38, 'left out': 2 },
      explanation: '38 done, 0 failed, 0 not sent, 2 left out because they had changed.',
    });
    expect(text).toContain(`left out (state was active, is deactive): ${lines[20]?.iccid} ${lines[21]?.iccid}`);
  });

  it('the rest is held back when more SIMs failed or changed than stopPercent allows', async () => {
    const { call, lines, id, world } = await forty();
    for (const line of lines.slice(20, 23)) line.state = 'deactive';
    const { structured } = await waitUntilEnded(call, id);
    expect(structured.change).toMatchObject({
      status: 'partial',
      counts: { applied: 2, 'left out': 3, 'not sent': 35 },
      explanation:
        '2 done, 0 failed, 35 not sent, 3 left out because they had changed. The rest was not sent: held back: 3 of 40 failed or had changed, more than the 2 allowed.',
    });
    expect(countRequests(world, suspend)).toBe(1);
    // Left out targets are not part of the rest.
    const rest = await call('resume_change', { change: id, preview: true });
    expect(rest.structured.change.counts).toEqual({ planned: 35 });
  });
});

describe('cancel_change', () => {
  it('cancel_change on a running change sends nothing more, reports what was done, and resuming needs a new approval', async () => {
    const { call, asked, lines, id, world, connectClient } = await forty();
    const other = await connectClient(client);
    const cancelled = await other.call('cancel_change', { change: id });
    expect(cancelled.structured.change).toMatchObject({ id, status: 'applying' });
    const { structured } = await waitUntilEnded(call, id);
    expect(structured.change).toMatchObject({
      status: 'partial',
      counts: { applied: 2, 'not sent': 38 },
      explanation: '2 done, 0 failed, 38 not sent. The rest was not sent: cancelled by local.',
    });
    expect(countRequests(world, suspend)).toBe(1);
    expect(lines.filter((line) => line.state === 'suspend')).toHaveLength(2);
    await call('resume_change', { change: id });
    expect(asked).toHaveLength(2);
  });

  it('cancel_change ends a waiting plan, and a finished change cannot be cancelled', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
    const { change } = (await call('suspend_sim', sims(active(world, 1)))).structured;
    const ended = await call('cancel_change', { change: change.id });
    expect(ended.structured.change).toMatchObject({
      status: 'refused',
      reason: 'cancelled',
      explanation: 'Cancelled before anything was sent.',
    });
    const again = await call('apply_change', { change: change.id, confirm: change.summary });
    expect(again.structured.change).toMatchObject({ status: 'refused', reason: 'cancelled' });
    const late = await call('cancel_change', { change: change.id });
    expect(late.text).toContain('is refused and has nothing left to send');
    expect(countRequests(world, suspend)).toBe(0);
  });
});

it('a SIM of a running change cannot be the target of another change', async () => {
  const { call, lines, id, world } = await forty();
  await runPendingTasks();
  const line = lines[30] as TsDevice;
  const other = await call('send_sms', { sims: [{ iccid: line.iccid }], message: 'PING' });
  expect(other.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
  expect(other.text).toContain(`Another change is being carried out on one of its targets: ${id}`);
  expect(countRequests(world, 'thingspace.sms.send')).toBe(0);
});
