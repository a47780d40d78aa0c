/** Less frequent ThingSpace changes: accounts, hardware, eUICC profiles, listeners, custom fields, stock and triggers. */
import { describe, expect, it } from 'vitest';

import { countRequests, startTestServer, type TestClient, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto', person: yes } as const;
const flags = { toolsets: 'thingspace,changes,operations' };
const pump = '89148000000077000037';
const tank = '89148000000077000074';
const stock = '89148000000077000444';
const deactivated = '89148000000077000407';
const account = '0442000123-00001';
const other = '0442000123-00002';
const eid = '89049032000000000000000000007711';
const sims = (...iccids: string[]) => ({ sims: iccids.map((iccid) => ({ iccid })) });
const devices = (...iccids: string[]) => iccids.map((id) => ({ deviceIds: [{ id, kind: 'iccid' }] }));

async function fleet() {
  const { connectClient, world, clock } = await startTestServer({ flags });
  const { call, asked } = await connectClient(client);
  const change = async (operation: string, input: unknown) =>
    (await call('change_operation', { operation: `thingspace.${operation}`, input })).structured.change;
  return { call, asked, world, clock, change };
}

/** Polls an accepted change until it ends. */
async function ended(call: TestClient['call'], { id }: { id: string }) {
  return (await call('get_change', { change: id, waitSeconds: 30 })).structured.change;
}

describe('move_sims', () => {
  it('move_sims moves an active SIM to another account and confirms its arrival', async () => {
    const { call, asked } = await fleet();
    const { change } = (await call('move_sims', { ...sims(tank), toAccount: other })).structured;
    expect(asked[0]).toContain('Warning: history stays with the old account, suspension counters restart.');
    expect(await ended(call, change)).toMatchObject({
      status: 'applied',
      targets: [{ before: { account }, after: { account: other } }],
    });
    expect((await call('move_sims', { ...sims(tank), toAccount: other })).structured.change.status).toBe('unchanged');
  });

  it('move_sims refuses a service plan that the target account lacks and a SIM that is not active', async () => {
    const { call, world } = await fleet();
    const line = world.thingspace.devices.find(({ iccid }) => iccid === tank);
    if (line) line.plan = 'IOTNB50KB';
    const lacking = (await call('move_sims', { ...sims(tank), toAccount: other })).structured.change;
    expect(lacking.explanation).toContain(`account ${other} has no plan IOTNB50KB; give servicePlan, one of IOTLOW5MB, IOTSHR250MB`);
    const back = (await call('move_sims', { ...sims(stock), toAccount: account })).structured.change;
    expect(back.explanation).toContain(`${stock}: it is "pre-active", only an active SIM can be moved`);
    expect(countRequests(world, 'thingspace.accounts.move')).toBe(0);
  });
});

describe('swap_sim', () => {
  it('swap_sim keeps the MDN on the new SIM, and the old SIM is no longer known', async () => {
    const { call, asked } = await fleet();
    const { change } = (await call('swap_sim', { iccid: tank, newIccid: '89148000000077000999' })).structured;
    expect(asked[0]).toContain('move its 4G service to ICCID 89148000000077000999, the old one loses its history');
    expect(asked[0]).toMatch(/To approve, type the identifier: 89148000000077000074$/);
    expect(await ended(call, change)).toMatchObject({
      status: 'applied',
      targets: [{ before: { mdn: '2085550102' }, after: { mdn: '2085550102', iccid: '89148000000077000999' } }],
    });
  });

  it('swap_sim refuses hardware in use, a SIM that is not active, and a swap without a change', async () => {
    const { call, world } = await fleet();
    const taken = (await call('swap_sim', { iccid: tank, newIccid: pump })).structured.change;
    expect(taken.explanation).toContain(`${pump} is known to the carrier already, the new hardware must not be`);
    const idle = (await call('swap_sim', { iccid: stock, newIccid: '89148000000077000999' })).structured.change;
    expect(idle.explanation).toContain('it is "pre-active", only an active SIM can be given other hardware');
    expect((await call('swap_sim', { iccid: tank })).text).toContain('newIccid: give newIccid, newImei or both');
    expect(countRequests(world, 'thingspace.hardware.change')).toBe(0);
  });
});

describe('switch_profile and eUICC profiles', () => {
  const profile = { eid, iccid: pump, smsrOid: '1.3.6.1', account };
  const body = {
    accountName: account,
    smsrOid: '1.3.6.1',
    devices: [
      {
        deviceIds: [
          { id: eid, kind: 'eid' },
          { id: pump, kind: 'iccid' },
        ],
      },
    ],
  };

  it('enabling an eUICC profile is applied once the carrier reports success', async () => {
    const { call, world } = await fleet();
    const line = world.thingspace.devices.find(({ iccid }) => iccid === pump);
    if (line) line.profile = 'NOT_DOWNLOADED';
    const { change } = (await call('switch_profile', { act: 'download', ...profile })).structured;
    expect(change.status).toBe('accepted');
    expect(await ended(call, change)).toMatchObject({ status: 'applied', targets: [{ after: { request: 'Success' } }] });
    expect(line?.profile).toBe('DOWNLOAD_ENABLE');
  });

  it('an eUICC profile that the carrier cannot enable is failed', async () => {
    const { call } = await fleet();
    const { change } = (await call('switch_profile', { act: 'download', ...profile })).structured;
    expect(await ended(call, change)).toMatchObject({ status: 'failed', explanation: 'the carrier reports that the request failed' });
  });

  it('disabling or deleting the last enabled profile needs typed approval, one device at a time', async () => {
    const { asked, change } = await fleet();
    for (const [operation, words] of [
      [
        'profiles.disable',
        `disable its profile on eUICC ${eid} through SM-SR 1.3.6.1; it counts as the LAST ENABLED one, only the fallback profile is left`,
      ],
      [
        'profiles.remove',
        `DELETE its profile on eUICC ${eid} through SM-SR 1.3.6.1; it counts as the LAST ENABLED one, only the fallback profile is left`,
      ],
    ] as const) {
      expect(await change(operation, { body })).toMatchObject({ status: 'accepted', irreversible: true });
      expect(asked.at(-1)).toContain(words);
      expect(asked.at(-1)).toMatch(new RegExp(`To approve, type the identifier: ${pump}$`));
    }
  });

  /** Adds a second SIM on the same eUICC, active and with its profile not yet downloaded. */
  async function twoProfiles() {
    const running = await fleet();
    const { call, change, world } = running;
    const next = '89148000000077000481';
    const both = [
      {
        deviceIds: [
          { id: eid, kind: 'eid' },
          { id: next, kind: 'iccid' },
        ],
      },
    ];
    expect((await change('stock.add', { body: { accountName: account, state: 'Pre-active', devicesToAdd: both } })).status).toBe('applied');
    const activation = { accountName: account, devices: both, servicePlan: 'IOTLOW5MB', mdnZipCode: '98801', skuNumber: 'EXSKU0001' };
    expect((await ended(call, await change('devices.activate', { body: activation }))).status).toBe('applied');
    const act = async (args: object) => call('switch_profile', { ...profile, ...args });
    const profiles = () => [pump, next].map((iccid) => world.thingspace.devices.find((one) => one.iccid === iccid)?.profile);
    expect(profiles()).toEqual(['DOWNLOAD_ENABLE', 'NOT_DOWNLOADED']);
    return { ...running, next, act, profiles };
  }

  it('switch_profile downloads and enables the new profile, confirms it, and disables the former one by a second change', async () => {
    const { call, asked, act, next, profiles, world } = await twoProfiles();
    const { change: sent } = (await act({ act: 'download', iccid: next })).structured;
    expect(asked.at(-1)).toContain(
      `download the profile on eUICC ${eid} through SM-SR 1.3.6.1 and enable it; the one now enabled is disabled by a second change.`,
    );
    expect(asked.at(-1)).toContain(`Warning: also on this eUICC: ${pump} (active).`);
    expect(sent.status).toBe('accepted');
    const early = await act({ act: 'disableOld', after: sent.id });
    expect(early.text).toContain('after: that change is accepted, so the new profile is not known to be enabled. Nothing was sent.');
    expect(profiles()).toEqual(['DOWNLOAD_ENABLE', 'NOT_DOWNLOADED']);
    expect(await ended(call, sent)).toMatchObject({
      status: 'applied',
      targets: [
        {
          device: next,
          after: { request: 'Success' },
          why: 'the carrier reports it enabled; to disable the former one: switch_profile with act disableOld, its ICCID, and the id of this change as after',
        },
      ],
    });
    expect(profiles()).toEqual(['DOWNLOAD_ENABLE', 'DOWNLOAD_ENABLE']);
    const { change: off } = (await act({ act: 'disableOld', after: sent.id })).structured;
    expect(asked.at(-1)).toContain(`Warning: also on this eUICC: ${next} (active).`);
    expect(asked.at(-1)).toContain(`Warning: after "${sent.id}" the carrier reported profile ${next} of this eUICC as enabled.`);
    expect(asked.at(-1)).toMatch(new RegExp(`To approve, type the identifier: ${pump}$`));
    expect(await ended(call, off)).toMatchObject({ status: 'applied', irreversible: true });
    expect(profiles()).toEqual(['DISABLE', 'DOWNLOAD_ENABLE']);
    expect(countRequests(world, 'thingspace.profiles.disable')).toBe(1);
  });

  it('switch_profile keeps the former profile when the new one was not enabled or was disabled since', async () => {
    const { call, act, asked, next, profiles, world, change } = await twoProfiles();
    const line = world.thingspace.devices.find(({ iccid }) => iccid === next);
    if (line) line.profile = 'ENABLE';
    const failed = await ended(call, (await act({ act: 'download', iccid: next })).structured.change);
    expect(failed.status).toBe('failed');
    expect((await act({ act: 'disableOld', after: failed.id })).text).toContain('after: that change is failed');
    if (line) line.profile = 'DOWNLOAD_DISABLE';
    const on = await ended(call, (await act({ act: 'enable', iccid: next })).structured.change);
    expect(on.status).toBe('applied');
    const element = [
      {
        deviceIds: [
          { id: eid, kind: 'eid' },
          { id: next, kind: 'iccid' },
        ],
      },
    ];
    const off = await ended(call, await change('profiles.disable', { body: { ...body, devices: element } }));
    expect(off.status).toBe('applied');
    const questions = asked.length;
    expect((await act({ act: 'disableOld', after: on.id })).text).toContain(
      `after: ${off.id} has disabled or removed the new profile since, or may have`,
    );
    expect(asked).toHaveLength(questions);
    expect(profiles()).toEqual(['DOWNLOAD_ENABLE', 'DISABLE']);
  });

  it('switch_profile disables a profile only after a change of the same caller enabled the new one', async () => {
    const { call, world, asked } = await fleet();
    const off = (args: object) => call('switch_profile', { act: 'disableOld', ...profile, ...args });
    expect((await off({})).text).toContain('after: must be a change of yours that enables a profile on this connection. Nothing was sent.');
    expect((await off({ after: 'chg_nothing' })).text).toContain('after: must be a change of yours');
    const line = world.thingspace.devices.find(({ iccid }) => iccid === pump);
    if (line) line.profile = 'DISABLE';
    const { change } = (await call('switch_profile', { act: 'enable', ...profile })).structured;
    expect((await off({ after: change.id })).text).toContain(
      'after: that change is accepted, so the new profile is not known to be enabled',
    );
    expect((await ended(call, change)).status).toBe('applied');
    expect((await off({ after: change.id })).text).toContain('iccid: this is the profile that was just enabled');
    expect((await off({ after: change.id, eid: '89049032000000000000000000007755' })).text).toContain(
      'after: that change was for another device',
    );
    expect(asked).toHaveLength(1);
    expect(countRequests(world, 'thingspace.profiles.disable')).toBe(0);
  });
});

describe('callback listeners', () => {
  const path = { accountName: account };
  const first = {
    name: 'DiagnosticsService',
    url: 'https://one.example/x?key=planted',
    username: 'u',
    password: 'planted-listener-password',
  };

  it('registering a listener names the one it replaces and hides passwords', async () => {
    const { asked, change, call } = await fleet();
    const made = await change('callbacks.register', { path, body: first });
    expect(made).toMatchObject({
      status: 'applied',
      targets: [{ before: { listener: 'nobody' }, after: { listener: 'https://one.example/x?...' } }],
    });
    expect(asked[0]).toContain(
      `send all results of DiagnosticsService in account ${account} to https://one.example/x?... as user "u" with a password, where nobody listens now.`,
    );
    expect((await change('callbacks.register', { path, body: first })).status).toBe('unchanged');
    await change('callbacks.register', { path, body: { name: 'DiagnosticsService', url: 'https://two.example/y' } });
    expect(asked[1]).toContain(
      `send all results of DiagnosticsService in account ${account} to https://two.example/y, taking them AWAY FROM "https://one.example/x?...".`,
    );
    expect(JSON.stringify([asked, (await call('list_changes')).text])).not.toContain('planted');
  });

  it('a plan warns of a missing listener, and an operation whose result only a listener gets is refused', async () => {
    const { call, asked, change, world } = await fleet();
    const until = '2026-12-31T00:00:00Z';
    expect((await call('watch_reachability', { ...sims(pump), until })).structured.change.status).toBe('applied');
    expect(asked[0]).toContain(`Warning: account ${account} has no listener for DiagnosticsService`);
    expect((await call('list_reachability', sims(pump))).text).toContain('No request was sent.');
    expect(countRequests(world, 'thingspace.reachability.monitors')).toBe(0);
    await change('callbacks.register', { path, body: first });
    const answer = await call('list_reachability', sims(pump));
    expect(answer.structured).toMatchObject({
      requests: [{ account, request: expect.stringMatching(/^[0-9a-f-]{36}$/), sims: 1 }],
      answersTo: 'the listener registered for DiagnosticsService',
    });
    expect(answer.text).toContain('Requested: the lists go to');
    expect((await change('sms.startCallbacks', { path })).explanation).toContain(
      'no listener is registered for EnhancedConnectivityService',
    );
  });
});

describe('custom fields, stock and triggers', () => {
  it('custom fields and cost center are read back, and unchanged when already set', async () => {
    const { call, change } = await fleet();
    const fields = { devices: devices(pump), customFieldsToUpdate: [{ key: 'CustomField2', value: 'pump 7' }] };
    expect(await ended(call, await change('details.customFields', { body: fields }))).toMatchObject({
      status: 'applied',
      targets: [{ before: { CustomField2: 'empty' }, after: { CustomField2: 'pump 7' } }],
    });
    expect((await change('details.customFields', { body: fields })).status).toBe('unchanged');
    const cost = { devices: devices(pump), costCenter: 'North-4' };
    expect(await ended(call, await change('details.costCenter', { body: cost }))).toMatchObject({
      status: 'applied',
      targets: [{ before: { 'cost center': 'none' }, after: { 'cost center': 'North-4' } }],
    });
    expect((await change('details.costCenter', { body: cost })).status).toBe('unchanged');
  });

  it('a new place of use is read back and shows no name of a person', async () => {
    const { call, change, asked } = await fleet();
    const address = { addressLine1: '12 Example Way', city: 'Wenatchee', state: 'WA', zip: '98802', country: 'USA' };
    const place = { customerName: { firstName: 'Planted', lastName: 'Person' }, address };
    const sent = await change('details.contactInfo', { body: { devices: devices(pump), primaryPlaceOfUse: place } });
    expect(await ended(call, sent)).toMatchObject({ status: 'applied', targets: [{ before: { ZIP: '98801' }, after: { ZIP: '98802' } }] });
    expect(asked[0]).toContain(
      'replace the whole place of use, name and street too, now in "Wenatchee" "WA" 98802, country "USA"; the address decides the taxes',
    );
    expect(asked[0]).not.toContain('Planted');
  });

  it('SIMs are added to stock, and only deactivated SIMs are deleted', async () => {
    const { asked, change, world } = await fleet();
    const add = { body: { accountName: account, state: 'Pre-active', devicesToAdd: devices('89148000000077000481') } };
    expect((await change('stock.add', add)).status).toBe('applied');
    expect((await change('stock.add', add)).status).toBe('unchanged');
    const alive = await change('stock.remove', { body: { devicesToDelete: devices(deactivated, pump) } });
    expect(alive.explanation).toContain(`${pump}: it is "active", only a deactivated SIM can be deleted`);
    expect(countRequests(world, 'thingspace.stock.remove')).toBe(0);
    expect(await change('stock.remove', { body: { devicesToDelete: devices(deactivated) } })).toMatchObject({
      status: 'applied',
      irreversible: true,
      targets: [{ after: { state: 'deleted' } }],
    });
    expect(asked.at(-1)).toContain('DELETE, record and history are lost for good. Cannot be undone.');
  });

  it('a named state is validated, and its outcome stays open', async () => {
    const { call, change } = await fleet();
    const body = { serviceName: 'Telemetry', stateName: 'Telemetry Resting', servicePlan: 'IOTLOW5MB', mdnZipCode: '98801' };
    const wrong = { ...body, stateName: 'Asleep', devices: devices(pump) };
    const refused = await call('change_operation', { operation: 'thingspace.states.go', input: { body: wrong } });
    expect(refused.text).toContain('has no state "Asleep" of service "Telemetry"');
    const mixed = { ...body, devices: devices(pump, stock) };
    const both = await call('change_operation', { operation: 'thingspace.states.go', input: { body: mixed } });
    expect(both.text).toContain('devices: they are in different states (active, pre-active)');
    expect((await change('states.go', { body: { ...body, devices: devices(pump) } })).status).toBe('accepted');
  });

  it('a usage trigger is created once and deleted', async () => {
    const { call, change } = await fleet();
    const trigger = { name: 'heavy west', group: 'West tanks', megabytes: 50, account };
    const made = (await call('set_usage_trigger', trigger)).structured.change;
    expect(made).toMatchObject({ status: 'applied', targets: [{ after: { present: 'yes' } }] });
    expect((await call('set_usage_trigger', trigger)).structured.change.explanation).toContain('there is a trigger of this name');
    expect((await change('triggers.remove', { path: { triggerId: made.targets[0].after.id } })).status).toBe('applied');
  });

  it('labels and NIDD messages are sent, and billed usage is read', async () => {
    const { call, asked } = await fleet();
    expect((await call('set_labels', { ...sims(pump), name: 'VIN', value: 'EXAMPLE0000000001' })).structured.change.status).toBe('applied');
    expect((await call('send_nidd', { ...sims(pump), payload: 'UElORw==' })).structured.change.status).toBe('applied');
    expect(asked[1]).toContain('hand over 4 bytes, to be delivered within 600 s');
    expect((await call('send_nidd', { ...sims(pump), payload: 'no base64' })).text).toContain('payload: must be base64 of 1 to 1358 bytes');
    const billed = await call('get_billed_usage', { eid, account, cycle: '2026-10' });
    expect(billed.structured.reply).toMatchObject({ billingCycle: { year: '2026', month: '10' } });
  });
});

describe('request size limits', () => {
  const many = (count: number) => devices(...Array.from({ length: count }, (_, i) => String(89148000000080000000n + BigInt(i))));
  const labels = Array.from({ length: 2001 }, () => ({ name: 'VIN', value: 'EXAMPLE0000000001' }));

  it.each([
    ['devices.suspend', { devices: many(10_001) }, 'body.devices Too big: expected array to have <=10000 items. Nothing was sent.'],
    [
      'accounts.move',
      { accountName: other, devices: many(10_001) },
      'body.devices Too big: expected array to have <=10000 items. Nothing was sent.',
    ],
    [
      'stock.add',
      { accountName: account, state: 'Pre-active', devicesToAdd: many(201) },
      'body.devicesToAdd Too big: expected array to have <=200 items. Nothing was sent.',
    ],
    ['stock.remove', { devicesToDelete: many(101) }, 'body.devicesToDelete Too big: expected array to have <=100 items. Nothing was sent.'],
    ['labels.remove', { accountName: account, labels }, 'body.labels Too big: expected array to have <=2000 items. Nothing was sent.'],
    [
      'profiles.activate',
      { accountName: account, devices: many(101) },
      'body.devices Too big: expected array to have <=100 items. Nothing was sent.',
    ],
    [
      'profiles.enable',
      { accountName: account, smsrOid: '1.3.6.1', devices: many(2) },
      'body.devices Too big: expected array to have exactly 1 items. Nothing was sent.',
    ],
    ['details.costCenter', { devices: devices(pump), costCenter: 'x'.repeat(37) }, 'body.costCenter'],
  ])('%s rejects more targets than one request takes before anyone is asked', async (operation, body, words) => {
    const { call, asked, world } = await fleet();
    const refused = await call('change_operation', { operation: `thingspace.${operation}`, input: { body } });
    expect(refused.text).toContain(words);
    expect(asked).toEqual([]);
    expect(world.requestLog).toEqual([]);
  });
});
