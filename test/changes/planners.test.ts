import { describe, expect, it, test } from 'vitest';
import { approvalDocument } from '../../src/changes/document/approval-document.ts';
import { mapWithConcurrency } from '../../src/changes/map-with-concurrency.ts';
import type { PlannerContext, SentStep } from '../../src/changes/planner.ts';
import { wholeConnectionPlanner } from '../../src/changes/whole-connection.ts';
import type { AnyEndpoint, AnyInput } from '../../src/clients/http/endpoint.ts';
import { fixedClock } from '../../src/clock.ts';
import { plannerOf } from '../support/providers.ts';

describe('mapWithConcurrency', () => {
  it('mapWithConcurrency keeps the order of the items and never runs more than `atOnce` at a time', async () => {
    let running = 0;
    let most = 0;
    const results = await mapWithConcurrency(
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
  it('mapWithConcurrency accepts an empty list and rejects with the first failure', async () => {
    expect(await mapWithConcurrency([], async () => 1)).toEqual([]);
    await expect(
      mapWithConcurrency([1, 2], async (n) => {
        if (n === 2) throw new Error('no 2');
        return n;
      }),
    ).rejects.toThrow('no 2');
  });
});

describe('wholeConnectionPlanner', () => {
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
  const at = { connection: { name: 'tp-eu' }, clock: fixedClock(0) } as unknown as PlannerContext;

  it('an operation without its own planner counts as touching the whole connection and as irreversible', async () => {
    const plan = await wholeConnectionPlanner(purge).inspect([{ query: { all: true } }], at);
    expect(plan).toMatchObject({
      targets: [{ device: 'tp-eu', label: 'the whole connection tp-eu', before: {}, verdict: 'change' }],
      steps: [{ input: { query: { all: true } }, targets: ['tp-eu'] }],
      noun: 'connection',
      effects: ['disruptive', 'destructive'],
      warnings: [{ code: 'no-planner' }],
    });
    expect(approvalDocument(plan, 'tp-eu').headline).toBe(
      'tp-eu (1 connection) on tp-eu: run "thingpark.alarms.purge", which may touch every device there. Cannot be undone.',
    );
    expect((await wholeConnectionPlanner({ ...purge, effects: ['destructive'] }).inspect([{}], at)).effects).toEqual(['destructive']);
  });
  it('an operation without its own planner is applied once answered and stays pending if the response was lost', async () => {
    const planner = wholeConnectionPlanner(purge);
    const step = (answered: boolean): SentStep<AnyInput> => ({
      input: {},
      targets: ['tp-eu'],
      providerRequestId: undefined,
      answered,
      sentAt: 0,
      identifiersOf: () => [],
    });
    expect(await planner.settle(step(true), at)).toEqual([
      { device: 'tp-eu', outcome: 'applied', why: 'the provider accepted it; its effect was not read' },
    ]);
    expect(await planner.settle(step(false), at)).toEqual([{ device: 'tp-eu', outcome: 'pending' }]);
    expect([planner.settleTimeout.ms, planner.settleTimeout.onTimeout]).toEqual([600_000, 'unknown']);
  });
  test('plannerOf falls back to the whole-connection planner and refuses an unknown operation id', async () => {
    expect(plannerOf(purge).operation).toBe(purge);
    expect(plannerOf('thingspace.devices.suspend').settleTimeout.ms).toBeGreaterThan(0);
    expect(() => plannerOf('thingpark.devices.fly')).toThrow('there is no operation thingpark.devices.fly');
  });
});

describe('settleAll of thingspace.devices.suspend', () => {
  const [slow, dead] = ['89148000000077000037', '89148000000077000045'];
  const { settleAll } = plannerOf('thingspace.devices.suspend');
  const steps = [slow, dead].map(
    (device, i): SentStep<AnyInput> => ({
      input: { body: { accountName: '0442000123-00001', devices: [] } },
      targets: [device as string],
      providerRequestId: `req-${i + 1}`,
      answered: true,
      sentAt: 0,
      identifiersOf: () => [],
    }),
  );

  /** A fake carrier: each read of a SIM returns its next state, and every request status is `Failed`. `asked` lists the calls. */
  const carrier = (states: Record<string, string[]>) => {
    const asked: string[] = [];
    const call = async ({ id }: AnyEndpoint, { path, body }: { path?: { requestId: string }; body?: { deviceId: { id: string } } }) => {
      const about = body?.deviceId.id ?? path?.requestId ?? '';
      asked.push(`${id.slice('thingspace.'.length)} ${about}`);
      if (path) return { requestId: about, status: 'Failed' };
      const state = states[about]?.shift();
      return { devices: [{ deviceIds: [{ id: about, kind: 'iccid' }], carrierInformations: [{ state }] }] };
    };
    return { asked, at: { connection: { name: 'ts', call }, clock: fixedClock(0) } as unknown as PlannerContext };
  };

  it('suspended SIMs are applied if their own state shows it, without reading the status of their requests', async () => {
    const { asked, at } = carrier({ [slow]: ['suspend'], [dead]: ['suspend'] });
    const settled = await settleAll?.(steps, at);
    expect(settled?.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect(asked).toEqual([`devices.list ${slow}`, `devices.list ${dead}`]);
  });

  it('a failed request fails only the SIMs whose state is still unchanged when read again', async () => {
    // The first SIM is suspended between the first read and the status of its request.
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
