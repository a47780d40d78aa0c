import { describe, expect, it, test } from 'vitest';

import { each } from '../../src/changes/each.ts';
import type { At } from '../../src/changes/planner.ts';
import { sentence } from '../../src/changes/sentence.ts';
import { wholeConnection } from '../../src/changes/whole-connection.ts';
import type { AnyEndpoint } from '../../src/clients/http/endpoint.ts';
import { fixedClock } from '../../src/clock.ts';
import { plannerOf } from '../support/providers.ts';

describe('each', () => {
  it('keeps the order and never runs more at once than told', async () => {
    let running = 0;
    let most = 0;
    const results = await each(
      [5, 1, 4, 2, 3],
      async (ms) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, ms));
        running -= 1;
        return ms * 10;
      },
      2,
    );
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });
  it('takes nothing, and fails with the first failure', async () => {
    expect(await each([], async () => 1)).toEqual([]);
    await expect(
      each([1, 2], async (n) => {
        if (n === 2) throw new Error('no 2');
        return n;
      }),
    ).rejects.toThrow('no 2');
  });
});

describe('an operation without a planner of its own', () => {
  const purge = {
    id: 'thingpark.alarms.purge',
    api: 'oss',
    route: 'DELETE /alarms',
    effects: ['disruptive'],
    sure: 'documented',
    source: 'a test',
    help: 'Deletes alarms.',
    example: {},
  } satisfies AnyEndpoint;
  const at = { connection: { name: 'tp-eu' }, clock: fixedClock(0) } as unknown as At;

  it('counts as touching the whole connection, and as irreversible', async () => {
    const picture = await wholeConnection(purge).look([{ query: { all: true } }], at);
    expect(picture).toEqual({
      targets: [{ device: 'tp-eu', label: 'the whole connection tp-eu', before: {}, verdict: 'change' }],
      steps: [{ input: { query: { all: true } }, targets: ['tp-eu'] }],
      effect: 'run thingpark.alarms.purge, which may touch every device there',
      noun: 'connection',
      effects: ['disruptive', 'destructive'],
      warnings: ['this operation has no planner: its targets, its state before and its end cannot be read'],
    });
    expect(sentence(picture, 'tp-eu')).toBe(
      'tp-eu (1 connection) on tp-eu: run thingpark.alarms.purge, which may touch every device there. Cannot be undone.',
    );
    expect((await wholeConnection({ ...purge, effects: ['destructive'] }).look([{}], at)).effects).toEqual(['destructive']);
  });
  it('is applied when it was answered; an answer that was lost stays open', async () => {
    const planner = wholeConnection(purge);
    const step = { input: {}, targets: ['tp-eu'], receipt: undefined, sentAt: 0 };
    expect(await planner.settle({ ...step, answered: true }, at)).toEqual([
      { device: 'tp-eu', outcome: 'applied', why: 'the provider accepted it; its effect was not read' },
    ]);
    expect(await planner.settle({ ...step, answered: false }, at)).toEqual([{ device: 'tp-eu', outcome: 'pending' }]);
    expect(planner.patience).toEqual({ ms: 600_000, silence: 'unknown' });
  });
  test('is what plannerOf falls back to; an unknown name is refused', async () => {
    expect(plannerOf(purge).operation).toBe(purge);
    expect(plannerOf('thingspace.devices.suspend').patience.ms).toBeGreaterThan(0);
    expect(() => plannerOf('thingpark.devices.fly')).toThrow('there is no operation thingpark.devices.fly');
  });
});

describe('suspended SIMs that are read back', () => {
  const [slow, dead] = ['89148000000077000037', '89148000000077000045'];
  const { settleAll } = plannerOf('thingspace.devices.suspend');
  const steps = [slow, dead].map((device, i) => ({
    input: { body: { accountName: '0442000123-00001', devices: [] } },
    targets: [device as string],
    receipt: `req-${i + 1}`,
    answered: true,
    sentAt: 0,
  }));

  /** A carrier whose lines stand as `states` say at each reading, and all of whose requests have failed; says what it was asked. */
  const carrier = (states: Record<string, string[]>) => {
    const asked: string[] = [];
    const call = async ({ id }: AnyEndpoint, { path, body }: { path?: { requestId: string }; body?: { deviceId: { id: string } } }) => {
      const about = body?.deviceId.id ?? path?.requestId ?? '';
      asked.push(`${id.slice('thingspace.'.length)} ${about}`);
      if (path) return { requestId: about, status: 'Failed' };
      const state = states[about]?.shift();
      return { devices: [{ deviceIds: [{ id: about, kind: 'iccid' }], carrierInformations: [{ state }] }] };
    };
    return { asked, at: { connection: { name: 'ts', call }, clock: fixedClock(0) } as unknown as At };
  };

  it('have arrived where their own state says so, and nobody asks after their requests', async () => {
    const { asked, at } = carrier({ [slow]: ['suspend'], [dead]: ['suspend'] });
    const settled = await settleAll?.(steps, at);
    expect(settled?.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect(asked).toEqual([`devices.list ${slow}`, `devices.list ${dead}`]);
  });

  it('have failed with their request only where they have not arrived once that has ended', async () => {
    // One arrives between the first reading and the word about its request.
    const { asked, at } = carrier({ [slow]: ['active', 'suspend'], [dead]: ['active', 'active'] });
    expect(await settleAll?.(steps, at)).toEqual([
      { device: slow, outcome: 'applied', after: { state: 'suspend' } },
      { device: dead, outcome: 'failed', after: { state: 'active' }, why: 'the carrier reports that the request failed' },
    ]);
    expect(asked).toEqual([
      `devices.list ${slow}`,
      `devices.list ${dead}`,
      'accounts.requestStatus req-1',
      'accounts.requestStatus req-2',
      `devices.list ${slow}`,
      `devices.list ${dead}`,
    ]);
  });
});
