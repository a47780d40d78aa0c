/** Facts of ThingPark that are sent in a form that is not understood: they are unknown, not none, not zero and not "no". */
import { describe, expect, it } from 'vitest';
import type { Json } from '../support/json.ts';
import { type PortClient, startPortClient } from '../support/sandbox-on-port.ts';
import { waitUntilEnded } from '../support/test-server.ts';

const fridge = 'A81758FFFE0A0001';
const deviceRead = /devices\/e[0-9A-F]+$/;
const only = ['thingpark'] as const;

/** Sets members of every object that a read of this path answers. */
const withMembers =
  (members: Json) =>
  (answer: Json): void => {
    for (const one of [answer.briefs ?? answer].flat()) Object.assign(one, members);
  };

describe('list_plans', () => {
  it.each([
    [null, 100],
    ['n/a', 100],
    [5, null],
    [5, 'unlimited'],
    [5, -1],
  ])('invents no free licences for %j used of %j', async (used, granted) => {
    const { call, alter } = await startPortClient({ only });
    alter(/networkSubscriptions$/, withMembers({ used, granted }));
    const { structured } = await call('list_plans');
    expect(structured.plans.length).toBeGreaterThan(0);
    for (const plan of structured.plans) expect(plan).not.toHaveProperty('free');
  });

  it('shows the free licences where both counts are known, in text form too', async () => {
    const { call, alter } = await startPortClient({ only });
    alter(/networkSubscriptions$/, withMembers({ used: '12', granted: '100' }));
    expect((await call('list_plans')).structured.plans[0]).toMatchObject({ used: 12, granted: 100, free: 88 });
  });

  it('shows a list that comes twice once', async () => {
    const { call, alter } = await startPortClient({ only });
    const { total } = (await call('list_plans')).structured;
    alter(/networkSubscriptions$/, (answer) => ({ ...answer, briefs: [...answer.briefs, ...answer.briefs] }));
    expect((await call('list_plans')).structured.total).toBe(total);
  });
});

describe('the connectivity plan of a device', () => {
  it.each([
    ['acme-cs/standard', 'unknown'],
    [5, 'unknown'],
    [{ commercialName: 'Standard' }, 'unknown'],
    [{ ID: { x: 1 } }, 'unknown'],
    [null, 'none'],
    [[], 'none'],
    [{}, 'none'],
    [{ ID: null }, 'none'],
    [{ ID: 77 }, '77'],
  ])('that comes as %j is %s', async (networkSubscription, plan) => {
    const { call, alter } = await startPortClient({ only });
    alter(deviceRead, withMembers({ networkSubscription }));
    const { structured, text } = await call('get_device', { device: fridge });
    expect(structured.device).toMatchObject({ plan });
    expect(text).toContain(`plan: ${plan}`);
  });

  it('that is not understood does not stop a resume, and the plan says that it is unknown', async () => {
    const { call, alter } = await startPortClient({ only });
    const suspended = { suspension: 'SUBSCRIBER_SUSPENDED', healthState: 'SUSPENDED' };
    alter(deviceRead, withMembers({ ...suspended, networkSubscription: 'acme-cs/standard' }));
    const { text, structured } = await call('resume_device', { devices: [fridge], preview: true });
    expect(text).not.toContain('no connectivity plan');
    expect(structured.change.warnings).toContain(
      `${fridge}: whether it has a connectivity plan is not understood; without one it stays suspended`,
    );
    alter(deviceRead, withMembers({ ...suspended, networkSubscription: null }));
    expect((await call('resume_device', { devices: [fridge], preview: true })).text).toContain('it has no connectivity plan');
  });

  it('that is not understood is shown as such before a move, and the move is planned', async () => {
    const { call, alter } = await startPortClient({ only });
    alter(deviceRead, withMembers({ networkSubscription: 'acme-cs/standard' }));
    const { change } = (await call('move_devices_to_plan', { devices: [fridge], connectivityPlan: 'acme-cs/standard', preview: true }))
      .structured;
    expect(change.targets[0].before).toMatchObject({ plan: 'unknown' });
  });
});

describe('the position of a base station', () => {
  const update = {
    operation: 'thingpark.dxBaseStations.update',
    input: { path: { baseStationRef: '1222' }, body: { geoLatitude: 48.5, geoLongitude: 2.25 } },
  };

  it.each([
    ['49,149', '49.149'],
    ['-1,5', '-1.5'],
    ['49.149', '49.149'],
    ['north', 'unknown'],
    [1490, 'unknown'],
    [null, 'none'],
  ])('of DX that comes as %j is %s before a change', async (geoLatitude, shown) => {
    const { call, alter } = await startPortClient({ only });
    alter(/baseStations\/1222$/, (answer, { method }) => (method === 'GET' ? withMembers({ geoLatitude })(answer) : undefined));
    const { change } = (await call('change_operation', { ...update, preview: true })).structured;
    expect(change.targets[0].before).toMatchObject({ geoLatitude: shown });
  });

  it.each([
    [0, 0, undefined],
    ['0', '0,0', undefined],
    [148, 2.35, undefined],
    ['48,85', '2,35', '48.85, 2.35'],
    [0, 2.35, '0, 2.35'],
  ])('that comes as %j, %j is shown by get_gateway as %s', async (lat, lon, place) => {
    const { call, alter } = await startPortClient({ only });
    alter(/bss\/i10001234$/, withMembers({ lat, lon }));
    expect((await call('get_gateway', { gateway: '10001234' })).structured).toMatchObject({ gateway: { gateway: '10001234' } });
    const { gateway } = (await call('get_gateway', { gateway: '10001234' })).structured as unknown as { gateway: { place?: string } };
    expect(gateway.place).toBe(place);
  });
});

it('a name of a DX base station that is not understood when read back is not said to have failed', async () => {
  const { call, alter } = await startPortClient({ only });
  alter(/baseStations\/1222$/, (answer, { method }) => (method === 'GET' ? withMembers({ name: { en: 'x' } })(answer) : undefined));
  const asked = await call('change_operation', {
    operation: 'thingpark.dxBaseStations.update',
    input: { path: { baseStationRef: '1222' }, body: { name: 'Roof north' } },
  });
  const ended = await waitUntilEnded(call, asked.structured.change.id);
  expect(ended.structured.change.status).toBe('unknown');
  expect(ended.text).not.toContain('silently ignores');
});

describe('whether an alarm is acknowledged', () => {
  const dxAlarm = async ({ call }: PortClient): Promise<string> => {
    const operation = 'thingpark.dxBaseStationAlarms.list';
    const { structured } = await call('read_operation', { operation, input: { query: { baseStationId: '10001236' } } });
    return structured.reply[0].ref;
  };

  it.each([
    ['n/a', 'unknown'],
    [null, 'unknown'],
    [undefined, 'no'],
    ['false', 'no'],
    [0, 'no'],
  ])('is, where DX answers %j, told as %s', async (acked, shown) => {
    const sandbox = await startPortClient({ only });
    const baseStationAlarmRef = await dxAlarm(sandbox);
    sandbox.alter(/baseStationAlarms/, withMembers({ acked }));
    const { change } = (
      await sandbox.call('change_operation', {
        operation: 'thingpark.dxBaseStationAlarms.ack',
        input: { path: { baseStationAlarmRef } },
        preview: true,
      })
    ).structured;
    expect(change.targets[0].before).toMatchObject({ acked: shown });
  });

  it('is unknown after acknowledging where the answer is not understood', async () => {
    const sandbox = await startPortClient({ only });
    const baseStationAlarmRef = await dxAlarm(sandbox);
    sandbox.alter(/baseStationAlarms\/[0-9a-f]+$/, withMembers({ acked: 'n/a' }));
    const asked = await sandbox.call('change_operation', {
      operation: 'thingpark.dxBaseStationAlarms.ack',
      input: { path: { baseStationAlarmRef } },
    });
    const ended = await waitUntilEnded(sandbox.call, asked.structured.change.id);
    expect(ended.structured.change.status).toBe('unknown');
    expect(ended.structured.change.targets[0].after).toEqual({ acked: 'unknown' });
  });

  it('is unknown in list_alarms too, and in acknowledge_alarms', async () => {
    const { call, alter } = await startPortClient({ only });
    alter(/alarms$/, withMembers({ acked: 'n/a' }));
    const { alarms } = (await call('list_alarms', { limit: 1 })).structured;
    expect(alarms[0].acked).toBe('unknown');
    const { change } = (await call('acknowledge_alarms', { alarms: [alarms[0].alarm], preview: true })).structured;
    expect(change.targets[0].before).toMatchObject({ acked: 'unknown' });
  });
});
