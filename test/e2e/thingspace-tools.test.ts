/** ThingSpace tools beyond activation and suspension: plans, usage, sessions, diagnosis, SMS and groups. */
import { describe, expect, it } from 'vitest';

import { applyInSecondStep, countRequests, startTestServer, yes } from '../support/test-server.ts';

const silent = { transport: 'stdio', era: 'auto' } as const;
const client = { ...silent, person: yes } as const;
const pump = '89148000000077000037';
const tank = '89148000000077000074';
const suspended = '89148000000077000333';
const stock = '89148000000077000444';
const unknown = '89148000000077999996';
const account = '0442000123-00001';
const sims = (...iccids: string[]) => ({ sims: iccids.map((iccid) => ({ iccid })) });

describe('change_service_plan', () => {
  const change = 'thingspace.plans.change';

  it('change_service_plan is applied once the SIM shows the plan, and leaves out SIMs that have it', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient(client);
    const sent = (await call('change_service_plan', { ...sims(pump, tank), servicePlan: 'IOTLOW5MB' })).structured.change;
    expect(sent).toMatchObject({ status: 'accepted', counts: { pending: 1, unchanged: 1 } });
    expect(asked[0]).toContain(
      `${pump} (1 SIM) on sandbox-thingspace: change service plan from IOTSHR250MB to IOTLOW5MB. 1 already in this state, left out. Billed by the new plan, cost unknown. Undo: change_service_plan back, one more of the 4 a month.`,
    );
    expect(asked[0]).toContain('Warning: a SIM takes 4 plan changes a month.');
    const ended = await call('get_change', { change: sent.id, waitSeconds: 30 });
    expect(ended.structured.change).toMatchObject({
      status: 'applied',
      targets: [{ before: { plan: 'IOTSHR250MB' }, after: { plan: 'IOTLOW5MB' } }, { outcome: 'unchanged' }],
    });
    expect(countRequests(world, change)).toBe(1);
  });

  it('change_service_plan refuses a suspended, never activated or unknown SIM and a plan that is not offered', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient(client);
    for (const [iccid, why] of [
      [suspended, 'it is suspended, a plan is never changed meanwhile; restore_sim first'],
      [stock, 'it is "pre-active", only an active SIM can be put on another plan'],
      [unknown, 'the carrier does not know it'],
    ] as const) {
      const refused = (await call('change_service_plan', { ...sims(pump, iccid), servicePlan: 'IOTLOW5MB' })).structured.change;
      expect(refused).toMatchObject({ status: 'refused', reason: 'lifecycle' });
      expect(refused.explanation).toContain(`${iccid}: ${why}. Nothing was sent.`);
    }
    const near = await call('change_service_plan', { ...sims(pump), servicePlan: 'IOTLOW5M' });
    expect(near.text).toContain(`servicePlan: account ${account} has no plan "IOTLOW5M", nearest is IOTLOW5MB. Nothing was sent.`);
    expect(asked).toEqual([]);
    expect(countRequests(world, change)).toBe(0);
  });

  it('change_service_plan is refused when the SIM was suspended between plan and approval', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(silent);
    const planned = await call('change_service_plan', { ...sims(pump), servicePlan: 'IOTLOW5MB' });
    const line = world.thingspace.devices.find(({ iccid }) => iccid === pump);
    if (line) line.state = 'suspend';
    const answer = await applyInSecondStep(call, planned);
    expect(answer.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(answer.structured.change.explanation).toContain(`${pump}: state was active, is suspend`);
    expect(countRequests(world, change)).toBe(0);
  });

  it('a lost response to change_service_plan is settled by reading the plan back', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    world.faults.arm({ fault: 'lost-answer', operation: change, skip: 0, times: 1 });
    const lost = (await call('change_service_plan', { ...sims(pump), servicePlan: 'IOTLOW5MB' })).structured.change;
    expect(lost.status).toBe('unknown');
    expect((await call('get_change', { change: lost.id, waitSeconds: 30 })).structured.change.status).toBe('applied');
    expect(countRequests(world, change)).toBe(1);
  });

  it('change_service_plan by plan or group resolves to named SIMs and sends nothing when they differ at approval', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(silent);
    const args = {
      operation: change,
      input: { body: { servicePlan: 'IOTNB50KB', accountName: account, currentServicePlan: 'IOTLOW5MB' } },
    };
    const planned = await call('change_operation', args);
    expect(planned.structured.change.status).toBe('refused');
    expect(planned.structured.change.explanation).toContain('it is suspended');
    for (const line of world.thingspace.devices) if (line.state === 'suspend') line.state = 'active';
    const again = await call('change_operation', args);
    expect(again.structured.change).toMatchObject({ status: 'planned' });
    const count = again.structured.change.counts.planned;
    expect(again.structured.change.summary).toContain(`(${count} SIMs)`);
    const joins = world.thingspace.devices.find(
      (line) => line.account === account && line.plan === 'IOTSHR250MB' && line.state === 'active',
    );
    if (joins) joins.plan = 'IOTLOW5MB';
    expect((await applyInSecondStep(call, again)).structured.change).toMatchObject({ status: 'refused' });
    expect(countRequests(world, change)).toBe(0);
    const all = await call('change_operation', { operation: change, input: { body: { servicePlan: 'IOTNB50KB', accountName: account } } });
    expect(all.text).toContain('devices: an empty filter or a whole account is not accepted. Name the SIMs: list_devices finds them');
  });
});

describe('get_usage', () => {
  it('get_usage shows the usage of each SIM against its plan and the sum', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(silent);
    const { structured, text } = await call('get_usage', sims(tank, suspended));
    expect(structured).toMatchObject({
      connection: 'sandbox-thingspace',
      sims: [
        { iccid: tank, plan: 'IOTLOW5MB', from: '2026-10-25', bytes: 3330269, sms: 1, planKb: 5120, percent: 63.5 },
        { iccid: suspended, plan: 'IOTSHR250MB', from: '2026-10-25', bytes: 121346077, sms: 0, planKb: 256000, percent: 46.3 },
      ],
      totals: { bytes: 124676346, sms: 1, over: 0 },
    });
    expect(text).toMatch(/^2 SIMs on sandbox-thingspace: 124676346 bytes, 1 SMS, 0 over plan\n/);
  });

  it('get_usage and get_traffic_history report the same bytes for the same days', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(silent);
    const usage = await call('get_usage', sims(tank));
    const traffic = await call('get_traffic_history', { device: tank, from: '2026-10-25T00:00:00Z', period: 'P29D' });
    expect(traffic.structured.totals.bytes).toBe(usage.structured.sims[0].bytes);
  });

  it('get_usage handles a SIM without a plan and rejects an unknown one', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(silent);
    expect((await call('get_usage', sims(stock))).structured.sims).toEqual([
      {
        iccid: stock,
        account: '0442000123-00002',
        plan: 'none',
        from: '2026-10-25',
        to: '2026-11-25',
        bytes: 0,
        sms: 0,
        projectedBytes: 0,
      },
    ]);
    expect((await call('get_usage', sims(tank, unknown))).text).toContain(`sims: the carrier does not know ${unknown}`);
  });
});

describe('get_connection_history', () => {
  it('get_connection_history joins starts and stops, latest first', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(silent);
    const { structured } = await call('get_connection_history', { iccid: pump, period: 'P1D', limit: 2 });
    expect(structured).toEqual({
      iccid: pump,
      connection: 'sandbox-thingspace',
      span: '2026-11-21T08:00:00Z to 2026-11-22T08:00:00Z',
      sessions: [
        { start: '2026-11-22T08:00:00Z' },
        { start: '2026-11-22T04:00:00Z', stop: '2026-11-22T04:20:00Z', minutes: 20, bytes: expect.any(Number) },
      ],
      total: 7,
      leftOut: 5,
    });
  });

  it('get_connection_history pages without repeating the record at a page boundary', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(silent);
    const line = world.thingspace.devices.find(({ iccid }) => iccid === pump);
    if (line) line.period = 3_600_000;
    const { structured } = await call('get_connection_history', { iccid: pump, period: 'P30D', limit: 1 });
    expect(structured.total).toBe(30 * 24 + 1);
    expect(countRequests(world, 'thingspace.events.connections')).toBe(3);
  });

  it('get_connection_history is empty for an unused SIM and rejects too long a period', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(silent);
    expect((await call('get_connection_history', { iccid: stock })).structured).toMatchObject({ sessions: [], total: 0 });
    expect((await call('get_connection_history', { iccid: pump, period: 'P93D' })).text).toContain('period: must not exceed 92 days');
  });
});

describe('diagnose_sim', () => {
  it('diagnose_sim starts with facts and leaves out personal data', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(silent);
    const { structured, text } = await call('diagnose_sim', { iccid: pump });
    expect(structured.verdict).toBe(
      'active, plan IOTSHR250MB, connected now, session began 2026-11-22T08:00:00Z (now), signal -95 (now), not roaming, 161276517 bytes rated since 2026-10-25, as of 2026-11-22',
    );
    expect(text.split('\n')[0]).toBe(`${pump} on sandbox-thingspace: ${structured.verdict}`);
    for (const personal of ['Avery', 'Example Way', 'Wenatchee', '98801', 'API User']) expect(text).not.toContain(personal);
    expect(structured.personalLeftOut).toBe(8);
    const whole = await call('diagnose_sim', { iccid: pump, personal: true });
    expect(whole.structured.categories.PrimaryPlaceOfUse).toMatchObject({ CustomerFirstName: 'Avery', CustomerCity: 'Wenatchee' });
  });

  it('diagnose_sim of a SIM without an MDN uses its device record', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(silent);
    expect((await call('diagnose_sim', { iccid: stock })).structured).toEqual({
      iccid: stock,
      connection: 'sandbox-thingspace',
      verdict: 'pre-active, not connected, never had a session, no phone number, so the carrier reports nothing more',
      categories: {},
    });
    expect((await call('diagnose_sim', { iccid: unknown })).text).toContain(`iccid: the carrier does not know ${unknown}`);
  });
});

describe('send_sms and list_sms', () => {
  it('send_sms reports a message as handed over, not as delivered', async () => {
    const { connectClient, world, clock } = await startTestServer();
    const { call, asked } = await connectClient(client);
    const { change } = (await call('send_sms', { ...sims(pump), message: 'PING' })).structured;
    expect(asked[0]).toContain(
      `${pump} (1 SIM) on sandbox-thingspace: hand over an SMS of 4 characters: "PING". Priced per message by contract, cost unknown. Cannot be undone.`,
    );
    expect(change).toMatchObject({
      status: 'applied',
      effects: ['billing', 'disruptive'],
      targets: [{ why: 'the carrier accepted it; the result comes only to a listener registered for SMSDeliveryConfirmation' }],
    });
    clock.advance(6000);
    expect(world.thingspace.devices.find(({ iccid }) => iccid === pump)?.smsReceived).toHaveLength(1);
    expect(countRequests(world, 'thingspace.sms.send')).toBe(1);
  });

  it('the approval question of send_sms shows the whole text of a long message', async () => {
    const { connectClient } = await startTestServer();
    const { call, asked } = await connectClient(client);
    const message = `REBOOT ${'AND AGAIN '.repeat(14)}NOW`;
    await call('send_sms', { ...sims(pump), message });
    expect(asked[0]).toContain(`hand over an SMS of 150 characters: "${message}".`);
  });

  it('send_sms rejects an unsuitable SIM, a text that is too long or not encodable, and a group before anyone is asked', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient(client);
    const refused = (await call('send_sms', { ...sims(suspended), message: 'PING' })).structured.change;
    expect(refused.explanation).toContain(`${suspended}: it is "suspend", only an active SIM can be sent an SMS. Nothing was sent.`);
    for (const [args, words] of [
      [{ ...sims(pump), message: 'x'.repeat(161) }, 'message: must not exceed 160 characters'],
      [{ ...sims(pump), message: 'x'.repeat(141), encoding: '8-bit-ASCII' }, 'must have at most 140 characters in 8-bit encoding'],
      [{ ...sims(pump), message: 'é'.repeat(71), encoding: '8-bit-UTF-8' }, 'smsMessage: is 142 bytes, 8-bit-UTF-8 takes 140'],
      [{ ...sims(pump), message: 'é' }, 'smsMessage: holds characters that 7-bit does not'],
      [{ ...sims(pump), message: "it's" }, 'must not contain an apostrophe'],
      [{ sims: [], message: 'PING' }, 'an empty list is an error, never "all"'],
    ] as const)
      expect((await call('send_sms', args)).text).toContain(words);
    const group = { accountName: account, smsMessage: 'PING', groupName: 'West tanks' };
    expect((await call('change_operation', { operation: 'thingspace.sms.send', input: { body: group } })).text).toContain(
      'deviceIds: an SMS goes only to SIMs that are named, never to a group or filter',
    );
    expect(asked).toEqual([]);
    expect(countRequests(world, 'thingspace.sms.send')).toBe(0);
  });

  it('list_sms reads messages from devices repeatedly without removing them', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(silent);
    for (let i = 0; i < 3; i++) {
      const { structured } = await call('list_sms', { account });
      expect(structured).toMatchObject({
        messages: [
          { from: '2085550102', at: '2026-11-21T03:00:00-05:00', message: 'LEVEL 62' },
          { message: 'LEVEL 65' },
          { message: 'LEVEL 68' },
        ],
        more: false,
        next: '3',
      });
    }
    expect(world.thingspace.smsQueue).toHaveLength(3);
    expect((await call('list_sms')).structured.error.field).toBe('account');
  });
});

describe('take_sms', () => {
  const flags = { toolsets: 'thingspace,changes' };

  it('take_sms removes the page that was read with typed approval and keeps later messages', async () => {
    const { connectClient, world } = await startTestServer({ flags });
    world.thingspace.page.sms = 2;
    const { call, asked } = await connectClient(client);
    const { next, more } = (await call('list_sms', { account })).structured;
    expect(more).toBe(true);
    const { change } = (await call('take_sms', { account, next })).structured;
    expect(asked[0]).toContain(`${account} (1 account) on sandbox-thingspace: remove the 2 oldest messages from the queue for good.`);
    expect(asked[0]).toMatch(/To approve, type the identifier: 0442000123-00001$/);
    expect(change).toMatchObject({ status: 'applied', irreversible: true });
    expect((await call('list_sms', { account })).structured).toMatchObject({ messages: [{ message: 'LEVEL 68' }], more: false });
  });

  it('take_sms refuses a page that is no longer the first, so that no unread message is removed', async () => {
    const { connectClient, world } = await startTestServer({ flags });
    const { call, asked } = await connectClient(client);
    const { next } = (await call('list_sms', { account })).structured;
    world.thingspace.smsQueue.push({ serial: 4, account, mdn: '2085550101', message: 'HELP', at: world.clock.now() });
    const { change } = (await call('take_sms', { account, next })).structured;
    expect(change).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(change.explanation).toContain('its first page has changed; list_sms shows the current page with its next');
    expect(asked).toEqual([]);
    expect(world.thingspace.smsQueue).toHaveLength(4);
  });

  it('a lost response to take_sms is settled by reading the queue', async () => {
    const { connectClient, world } = await startTestServer({ flags });
    const { call } = await connectClient(client);
    // Reading and taking have the same path: two reads come first, and a lost read would be repeated.
    world.faults.arm({ fault: 'lost-answer', operation: 'thingspace.sms.list', skip: 2, times: 1 });
    expect((await call('take_sms', { account, next: '3' })).structured.change.status).toBe('applied');
    expect(countRequests(world, 'thingspace.sms.list')).toBe(4);
    expect(world.thingspace.smsQueue).toEqual([]);
  });
});

describe('ThingSpace groups', () => {
  const flags = { toolsets: 'thingspace,changes,operations' };

  it('list_groups lists groups, and get_group reads all SIMs of one over its pages', async () => {
    const { connectClient, world } = await startTestServer();
    world.thingspace.page.group = 3;
    const { call } = await connectClient(silent);
    expect((await call('list_groups', { account })).structured).toEqual({
      connection: 'sandbox-thingspace',
      groups: [
        { group: `Default: ${account}`, description: 'All devices that are in no other group', default: 'yes' },
        { group: 'West tanks', description: 'Level meters west' },
      ],
      total: 2,
    });
    expect((await call('list_groups', { account, group: 'West tanks', limit: 1 })).structured).toEqual({
      connection: 'sandbox-thingspace',
      sims: [{ iccid: pump, imei: '359000001200091', mdn: '2085550101' }],
      total: 11,
      leftOut: 10,
    });
  });

  it('save_group creates, fills and empties a group with named SIMs', async () => {
    const { connectClient, world } = await startTestServer({ flags });
    const { call, asked } = await connectClient(client);
    const groupOf = (iccid: string) => world.thingspace.devices.find((one) => one.iccid === iccid)?.group;
    const made = (await call('save_group', { group: 'North', account, ...{ add: sims(pump).sims } })).structured.change;
    expect(asked[0]).toContain(
      `create group "North" with 1 SIM, each leaving its current group; in account ${account}, described as "North".`,
    );
    expect(made).toMatchObject({ status: 'applied', targets: [{ device: 'North' }, { device: pump, before: { group: 'West tanks' } }] });
    const moved = (await call('save_group', { group: 'North', account, add: sims(tank, pump).sims })).structured.change;
    expect(moved).toMatchObject({ status: 'applied', counts: { applied: 1, unchanged: 1 } });
    expect([groupOf(pump), groupOf(tank)]).toEqual(['North', 'North']);
    const left = (await call('save_group', { group: 'North', account, remove: sims(tank).sims })).structured.change;
    expect(left).toMatchObject({ status: 'applied', targets: [{ before: { group: 'North' }, after: { group: `Default: ${account}` } }] });
    const gone = await call('save_group', { group: 'Nowhere', account, remove: sims(tank).sims });
    expect(gone.text).toContain(`group: account ${account} has no group of this name`);
  });

  it('a group is deleted by name, and the default group never', async () => {
    const { connectClient } = await startTestServer({ flags });
    const { call, asked } = await connectClient(client);
    const remove = (groupName: string) =>
      call('change_operation', { operation: 'thingspace.groups.remove', input: { path: { accountName: account, groupName } } });
    expect((await remove(`Default: ${account}`)).structured.change.explanation).toContain(
      'it is the default group, which cannot be deleted',
    );
    expect((await remove('West tanks')).structured.change.status).toBe('applied');
    expect(asked[0]).toContain('its SIMs move to the default group. 11 SIMs depend on it.');
  });
});
