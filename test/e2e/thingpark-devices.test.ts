/** Changes of ThingPark devices: optimistic locking by version, counting, and reading back. */
import { describe, expect, it } from 'vitest';

import type { World } from '../../src/sandbox/world.ts';
import { applyInSecondStep, countRequests, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const fridge = 'A81758FFFE0A0001';
const meter = 'A81758FFFE0A0002';
const update = 'thingpark.devices.update';

function deviceOf(world: World, eui: string) {
  const device = world.thingpark.devices.get(eui);
  if (!device) throw new Error(`no ${eui}`);
  return device;
}

describe('update_device', () => {
  it('update_device sends only the given fields with the version that was read, and reads the device back', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('update_device', { device: fridge, name: 'Fridge 1', latitude: 48.9, longitude: 2.4 })).structured;
    expect(asked[0]).toContain(
      `${fridge} (1 device) on sandbox-thingpark: rename to "Fridge 1", place it at 48.9, 2.4. Undo: update_device with the previous values.`,
    );
    expect(change).toMatchObject({
      status: 'applied',
      effects: ['write'],
      cost: 'free',
      targets: [
        {
          before: { name: 'Water meter 1', latitude: 'none', version: '3', state: 'in service' },
          after: { name: 'Fridge 1', latitude: '48.9', longitude: '2.4' },
        },
      ],
    });
    expect(deviceOf(world, fridge)).toMatchObject({ name: 'Fridge 1', version: 4, appServers: ['TWA_199982747.1972.AS'] });
    expect(countRequests(world, update)).toBe(1);
  });

  it('update_device is unchanged and sends nothing when the values are already set', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await call('update_device', { device: fridge, name: 'Water meter 1' })).structured;
    expect(change.status).toBe('unchanged');
    expect(countRequests(world, update)).toBe(0);
  });

  it('update_device rejects invalid values and lists existing names', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    for (const [args, said] of [
      [{ device: 'A81758FFFE0AFFFF', name: 'X' }, 'A81758FFFE0AFFFF: there is no such device. Nothing was sent.'],
      [{ device: fridge, connectivityPlan: 'acme-cs/trial' }, 'connectivityPlan: acme-cs/trial has no licence left (5 of 5 used)'],
      [{ device: fridge, connectivityPlan: 'acme-cs/cellular-cp' }, 'connectivityPlan: there is no "acme-cs/cellular-cp"'],
      [{ device: fridge, model: 'ACME/TempA.1.0.3_ETS' }, 'model: there is no "ACME/TempA.1.0.3_ETS", nearest is ACME/TempA.1.0.3_ETSI.'],
      [{ device: fridge, model: 'CUSTOM/LTE_Dongle' }, 'model: CUSTOM/LTE_Dongle is a CELLULAR model. Take a LORAWAN model.'],
      [
        { device: fridge, model: 'ACME/MeterA.1.1_ETSI' },
        'model: ACME/MeterA.1.1_ETSI uses another LoRaWAN version than SMTC/LoRaMoteA.1_EU',
      ],
      [{ device: fridge, appServers: ['TWA_199982747.1973.AS'] }, 'appServers: there is no "TWA_199982747.1973.AS", nearest is'],
      [{ device: fridge }, 'give at least one of name, model, connectivityPlan, appServers, latitude, longitude'],
      [{ device: fridge, latitude: 1 }, 'longitude: latitude and longitude must be given together.'],
      [{ device: 'A81758', name: 'X' }, 'device: DevEUI must be 16 hex digits'],
    ] as const) {
      const { text, isError } = await call('update_device', args);
      expect(isError).toBe(true);
      expect(text).toContain(said);
    }
    expect(countRequests(world, update)).toBe(0);
  });

  it('update_device says when application servers are replaced or removed', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const summary = async (appServers: string[]) =>
      (await call('update_device', { device: fridge, appServers, preview: true })).structured.change.summary;
    expect(await summary(['TWA_199900001.77.AS'])).toContain(': send its uplinks to TWA_199900001.77.AS only.');
    expect(await summary([])).toContain(': remove all application servers: its uplinks are delivered nowhere.');
  });

  it('update_device is refused when the device changed after the plan was shown', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    const planned = await call('update_device', { device: fridge, name: 'Fridge 1' });
    deviceOf(world, fridge).version = 4;
    const { change } = (await applyInSecondStep(call, planned)).structured;
    expect(change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(change.explanation).toContain(`${fridge}: version was 3, is 4`);
    expect(countRequests(world, update)).toBe(0);
  });

  it('update_device never forces an update and keeps to a given version', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const path = { deviceUid: `e${fridge}` };
    const forced = await call('change_operation', { operation: update, input: { path, query: { force: true }, body: { name: 'X' } } });
    expect(forced.text).toContain('force: is not accepted, it would overwrite a concurrent change');
    const stale = await call('change_operation', { operation: update, input: { path, body: { name: 'X', occContext: { version: 2 } } } });
    expect(stale.structured.change.explanation).toContain('it is at version 3, the change was made for version 2');
    expect(countRequests(world, update)).toBe(0);
  });

  it('a lost response to update_device is read back and not sent again', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lost-answer', operation: update, skip: 0, times: 1 });
    const { change } = (await call('update_device', { device: fridge, name: 'Fridge 1' })).structured;
    expect(change).toMatchObject({ status: 'applied', targets: [{ after: { name: 'Fridge 1' } }] });
    world.faults.arm({ fault: 'cut', operation: update, skip: 0, times: 1 });
    const cut = (await call('update_device', { device: fridge, name: 'Fridge 2' })).structured.change;
    expect(cut.status).toBe('unknown');
    expect(cut.targets[0].why).toBe('name is still Fridge 1 when read back');
    expect(countRequests(world, update)).toBe(2);
  });
});

describe('suspend_device and resume_device', () => {
  it('suspend_device and resume_device undo each other and keep the connectivity plan', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const held = (await call('suspend_device', { devices: [fridge, meter] })).structured.change;
    expect(asked[0]).toContain(
      `${fridge}, ${meter} (2 devices) on sandbox-thingpark: suspend, its packets are ignored until it is resumed. Undo: resume_device.`,
    );
    expect(held).toMatchObject({ status: 'applied', effects: ['write', 'disruptive'], counts: { applied: 2 } });
    expect(deviceOf(world, fridge)).toMatchObject({ suspended: true, plan: 'acme-cs/standard' });
    const again = (await call('suspend_device', { devices: [fridge] })).structured.change;
    expect(again.status).toBe('unchanged');
    const back = (await call('resume_device', { devices: [fridge] })).structured.change;
    expect(asked[1]).toContain(
      'resume, it counts as never heard until its next uplink. Billing may begin again, cost unknown. Undo: suspend_device.',
    );
    expect(back).toMatchObject({ status: 'applied', targets: [{ before: { state: 'suspended' }, after: { state: 'in service' } }] });
    expect(countRequests(world, update)).toBe(3);
  });

  it('suspend_device rejects an empty list and a partial identifier', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    for (const devices of [[], ['0001'], [fridge, fridge], ['*']]) expect((await call('suspend_device', { devices })).isError).toBe(true);
    expect(world.requestLog).toEqual([]);
  });

  it('resume_device refuses a device without a plan, and connectivityPlan resumes it', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const take = { path: { deviceUid: `e${fridge}` }, body: { networkSubscription: { ID: null } } };
    const taken = (await call('change_operation', { operation: update, input: take })).structured.change;
    expect(taken).toMatchObject({ status: 'applied', targets: [{ before: { plan: 'acme-cs/standard' }, after: { plan: 'none' } }] });
    expect(taken.summary).toContain('REMOVE THE PLAN, which suspends service: traffic stops');
    expect(taken.effects).toContain('disruptive');
    expect(deviceOf(world, fridge).suspended).toBe(true);
    const resumed = (await call('resume_device', { devices: [fridge] })).structured.change;
    expect(resumed.explanation).toContain(
      `${fridge}: it has no connectivity plan and stays suspended without one; update_device with connectivityPlan resumes it`,
    );
    const given = (await call('update_device', { device: fridge, connectivityPlan: 'acme-cs/standard' })).structured.change;
    expect(given.summary).toContain('give plan "acme-cs/standard", which resumes it. Takes a licence of that plan, cost unknown.');
    expect(given.status).toBe('applied');
    expect(deviceOf(world, fridge).suspended).toBe(false);
  });
});

describe('move_devices_to_plan', () => {
  const offered = { flags: { toolsets: 'thingpark,changes,operations' } };

  it('move_devices_to_plan counts the licences it needs before it asks', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    const trial = world.thingpark.plans.find(({ ID }) => ID === 'acme-cs/trial');
    if (!trial) throw new Error('no trial plan');
    trial.granted = 6;
    const move = { devices: [fridge, meter], connectivityPlan: 'acme-cs/trial' };
    expect((await call('move_devices_to_plan', move)).text).toContain(
      'connectivityPlan: acme-cs/trial has 1 licence left, 2 are needed (5 of 6 used). Choose another plan or order more licences; nothing was sent.',
    );
    expect(asked).toEqual([]);
    trial.granted = 7;
    const { change } = (await call('move_devices_to_plan', move)).structured;
    expect(change).toMatchObject({ status: 'applied', counts: { applied: 2 } });
    expect((await call('list_plans')).structured.plans[1]).toEqual({
      plan: 'acme-cs/trial',
      name: 'Trial',
      connectivity: 'LORAWAN',
      used: 7,
      granted: 7,
      free: 0,
    });
    expect(countRequests(world, update)).toBe(2);
  });

  it('move_devices_to_plan locks each device separately, so one failure leaves the others unaffected', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: '500', operation: update, skip: 1, times: 1 });
    Object.assign(world.thingpark.plans[1] ?? {}, { granted: 50 });
    const { change } = (await call('move_devices_to_plan', { devices: [fridge, meter], connectivityPlan: 'acme-cs/trial' })).structured;
    expect(change.status).toBe('unknown');
    expect(change.targets.map((one: { outcome: string }) => one.outcome)).toEqual(['applied', 'unsure']);
    expect(deviceOf(world, meter).plan).toBe('acme-cs/standard');
  });

  it('move_devices_to_plan is listed only with its toolset', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    await expect(call('move_devices_to_plan', { devices: [fridge], connectivityPlan: 'x' })).rejects.toThrow(/--toolsets thingpark/);
  });
});

describe('delete_device', () => {
  it('delete_device needs the typed DevEUI, keeps a copy of the device and deletes its alarms', async () => {
    const { connectClient, world } = await startTestServer();
    deviceOf(world, fridge).tags = ['north'];
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('delete_device', { devices: [fridge] })).structured;
    expect(asked[0]).toContain(
      `${fridge} (1 device) on sandbox-thingpark: DELETE for good with frames, history and alarms; its keys cannot be read back, a copy of the rest is kept. Cannot be undone.`,
    );
    expect(asked[0]).toMatch(new RegExp(`Warning: ${fridge}: last heard .* ago`));
    expect(asked[0]).toMatch(new RegExp(`To approve, type the identifier: ${fridge}$`));
    expect(change).toMatchObject({
      status: 'applied',
      irreversible: true,
      effects: ['destructive', 'disruptive'],
      targets: [
        {
          before: {
            name: 'Water meter 1',
            model: 'SMTC/LoRaMoteA.1_EU',
            plan: 'acme-cs/standard',
            appServers: 'TWA_199982747.1972.AS',
            activation: 'OTAA',
            appEUI: 'A81758FFFE000000',
            tags: 'north',
          },
          after: { present: 'no' },
        },
      ],
    });
    expect(world.thingpark.devices.has(fridge)).toBe(false);
    const again = (await call('delete_device', { devices: [fridge] })).structured.change;
    expect(again).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(countRequests(world, 'thingpark.devices.delete')).toBe(1);
  });

  it('an uplink between plan and approval is no drift, a changed setting is', async () => {
    const { connectClient, world, clock } = await startTestServer({ policy: { irreversibleTwoStep: true, planMinutes: 600 } });
    const { call } = await connectClient(client);
    const first = await call('delete_device', { devices: [fridge] });
    await clock.sleep(3 * 3_600_000);
    expect((await applyInSecondStep(call, first)).structured.change.status).toBe('applied');
    const second = await call('delete_device', { devices: [meter] });
    deviceOf(world, meter).name = 'Renamed';
    expect((await applyInSecondStep(call, second)).structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(world.thingpark.devices.has(meter)).toBe(true);
  });

  it('a lost response to delete_device is read back, and more than ten devices are refused', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lost-answer', operation: 'thingpark.devices.delete', skip: 0, times: 1 });
    expect((await call('delete_device', { devices: [fridge] })).structured.change.status).toBe('applied');
    const many = Array.from({ length: 11 }, (_, i) => `A81758FFFE0A00${(16 + i).toString(16).toUpperCase()}`);
    expect((await call('delete_device', { devices: many })).isError).toBe(true);
    expect(countRequests(world, 'thingpark.devices.delete')).toBe(1);
  });
});

describe('send_downlink', () => {
  const downlink = 'thingpark.devices.downlink';
  const downlinkArgs = { device: fridge, port: 10, payload: '01 02 ff' };
  const valve = (world: World): string => {
    const found = [...world.thingpark.devices.values()].find(({ model, suspended }) => model.includes('ValveC') && !suspended);
    if (!found) throw new Error('no class C device');
    return found.EUI;
  };

  it('send_downlink to class A waits for the next uplink: accepted is not delivered', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('send_downlink', downlinkArgs)).structured;
    expect(asked[0]).toMatch(
      /^A81758FFFE0A0001 \(1 device\) on sandbox-thingpark: send 0102FF \(3 bytes\) on port 10, unconfirmed; class A, waits for its next uplink \(last one \S+ ago\)\. Cannot be undone\./,
    );
    expect(change).toMatchObject({
      status: 'accepted',
      effects: ['disruptive'],
      targets: [{ outcome: 'pending', why: 'queued, not sent yet' }],
    });
    deviceOf(world, fridge).uplinks.push(world.clock.now() + 1000);
    const ended = (await call('get_change', { change: change.id, waitSeconds: 5 })).structured.change;
    expect(ended).toMatchObject({
      status: 'applied',
      targets: [{ why: 'a downlink went out after it was queued; whether the device received it is not known' }],
    });
    expect(countRequests(world, downlink)).toBe(1);
  });

  it('send_downlink to class C is sent at once, and the summary says when the queue is flushed', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('send_downlink', { ...downlinkArgs, device: valve(world), confirmed: true, flushQueue: true }))
      .structured;
    expect(asked[0]).toContain(': EMPTY its downlink queue, then send 0102FF (3 bytes) on port 10, confirmed; class C, goes out at once');
    expect(asked[0]).toContain('Warning: everything in its queue is lost, including downlinks queued by others.');
    expect(change.status).toBe('applied');
  });

  it('a send_downlink whose response was lost stays unknown, even when a downlink was sent', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lost-answer', operation: downlink, skip: 0, times: 1 });
    const { change } = (await call('send_downlink', { ...downlinkArgs, device: valve(world) })).structured;
    expect(change).toMatchObject({
      status: 'unknown',
      targets: [{ outcome: 'unsure', why: 'a downlink went out since, it may be this one or another' }],
    });
    const again = (await call('send_downlink', { ...downlinkArgs, device: valve(world) })).structured.change;
    expect(again.id).toBe(change.id);
    expect(countRequests(world, downlink)).toBe(1);
  });

  it('send_downlink is refused when it cannot arrive, and data plane errors are passed on', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    await call('suspend_device', { devices: [fridge] });
    expect((await call('send_downlink', downlinkArgs)).structured.change.explanation).toContain(
      `${fridge}: it is suspended and gets nothing; resume_device first`,
    );
    const cellular = [...world.thingpark.devices.values()].find(({ connectivity }) => connectivity === 'CELLULAR');
    expect((await call('send_downlink', { ...downlinkArgs, device: cellular?.EUI })).structured.change.explanation).toContain(
      'it is a cellular device',
    );
    for (const [args, said] of [
      [{ payload: '012' }, 'payload: must be 1 to 242 whole bytes in hex. Example: 0102FF'],
      [{ payload: '' }, 'payload: must be 1 to 242 whole bytes'],
      [{ port: 0 }, 'port: '],
      [{ port: 225 }, 'port: '],
    ] as const)
      expect((await call('send_downlink', { ...downlinkArgs, device: meter, ...args })).text).toContain(said);
    expect(countRequests(world, downlink)).toBe(0);
    Object.assign(world.thingpark.plans[0] ?? {}, { confirmed: false });
    const failed = (await call('send_downlink', { ...downlinkArgs, device: meter, confirmed: true })).structured.change;
    expect(failed).toMatchObject({ status: 'failed' });
    expect(failed.explanation).toContain('103: confirmed downlinks are not allowed by the connectivity plan');
  });
});
