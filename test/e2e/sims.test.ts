import { describe, expect, it } from 'vitest';

import { applyInSecondStep, countRequests, type Person, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const of = (verb: string) => `thingspace.devices.${verb}`;
const stock = '89148000000077000444';
const withoutImei = '89148000000078000131';
const active = '89148000000077000037';
const suspended = '89148000000077000333';
const deactivated = '89148000000077000407';
const plan = { servicePlan: 'IOTLOW5MB', zipCode: '98801' };
const sims = (...iccids: string[]) => ({ sims: iccids.map((iccid) => ({ iccid })) });

describe('activate_sim', () => {
  it('activate_sim is accepted first, pending for a while and applied in the end', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { structured, text } = await call('activate_sim', { ...sims(stock), ...plan });
    expect(structured.change).toMatchObject({
      status: 'accepted',
      summary:
        '89148000000077000444 (1 SIM) on sandbox-thingspace: activate on plan IOTLOW5MB, ZIP 98801, each gets a new number. Billed by plan and contract, cost unknown. Undo: deactivate_sim, which is final for the number.',
      explanation: 'Accepted, not done: 1 pending, 0 done, 0 failed.',
      targets: [
        { outcome: 'pending', before: { state: 'pre-active', account: '0442000123-00002' }, after: { state: 'pending activation' } },
      ],
      requests: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
    });
    expect(text).toMatch(/^ACCEPTED, NOT YET DONE: /);
    expect((await call('get_device', { device: stock })).structured.device).toMatchObject({
      state: 'pending',
      providerState: 'pending activation',
    });
    const { change } = (await call('get_change', { change: structured.change.id, waitSeconds: 30 })).structured;
    expect(change).toMatchObject({ status: 'applied', targets: [{ after: { state: 'active', mdn: expect.stringMatching(/^\d{10}$/) } }] });
    expect((await call('get_device', { device: stock })).structured.device).toMatchObject({ state: 'active', plan: 'IOTLOW5MB' });
    expect(countRequests(world, of('activate'))).toBe(1);
  });

  it('an accepted activation becomes applied without a call to get_change', async () => {
    const { connectClient, clock } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await call('activate_sim', { ...sims(stock), ...plan })).structured;
    for (let seconds = 0; seconds < 10; seconds++) {
      clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const listed = await call('list_changes', { status: 'applied' });
    expect(listed.structured.changes).toMatchObject([{ change: change.id }]);
  });

  it('activate_sim takes a missing IMEI from the account record and shows it', async () => {
    const { connectClient } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('activate_sim', { ...sims(stock), ...plan })).structured;
    expect(asked[0]).toContain("89148000000077000444: IMEI 359000001201092 is taken from the account's record");
    expect(change.targets[0].before.imei).toBe('359000001201092');
  });

  it('activate_sim refuses a SIM without a known IMEI and accepts it with imei', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const refused = await call('activate_sim', { ...sims(withoutImei), ...plan });
    expect(refused.structured.change).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(refused.structured.change.explanation).toContain(
      `${withoutImei}: no IMEI was given and the account has none on record; give imei. Nothing was sent.`,
    );
    expect(asked).toEqual([]);
    expect(countRequests(world, of('activate'))).toBe(0);
    const given = await call('activate_sim', { sims: [{ iccid: withoutImei, imei: '359000009999994' }], ...plan });
    expect(given.structured.change.status).toBe('accepted');
  });

  it('activate_sim leaves out active SIMs and is unchanged when all are active', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const own = { ...plan, servicePlan: 'IOTSHR250MB' };
    const all = await call('activate_sim', { ...sims(active), ...own });
    expect(all.structured.change).toMatchObject({ status: 'unchanged', counts: { unchanged: 1 } });
    expect(asked).toEqual([]);
    expect(countRequests(world, of('activate'))).toBe(0);
    const some = await call('activate_sim', { ...sims(active, stock), ...own });
    expect(some.structured.change).toMatchObject({ status: 'accepted', counts: { unchanged: 1, pending: 1 } });
    expect(asked[0]).toContain('1 already in this state, left out.');
  });

  it('activate_sim rejects a suspended SIM, an unknown service plan and invalid identifiers', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const held = await call('activate_sim', { ...sims(suspended), ...plan });
    expect(held.structured.change.explanation).toContain(`${suspended}: it is suspended; restore_sim brings it back`);
    const mistyped = await call('activate_sim', { ...sims(stock), ...plan, servicePlan: 'IOTLOW5M' });
    expect(mistyped.text).toContain(
      'servicePlan: account 0442000123-00002 has no plan "IOTLOW5M", nearest is IOTLOW5MB. Nothing was sent.',
    );
    const wrongAccount = await call('activate_sim', { ...sims(stock), ...plan, account: '0442000123-00001' });
    expect(wrongAccount.text).toContain(`account: ${stock} is in account 0442000123-00002, not in 0442000123-00001. Nothing was sent.`);
    for (const [args, message] of [
      [
        { ...sims('891480000000770004'.slice(0, 17)), ...plan },
        'sims.0.iccid: ICCID must be 18 to 20 digits, got "89148000000077000" (17 characters). Example: 89148000000077000037',
      ],
      [{ ...sims('8914800000007700044X'), ...plan }, 'sims.0.iccid: ICCID must be 18 to 20 digits'],
      [
        { sims: [{ iccid: stock, imei: '123' }], ...plan },
        'sims.0.imei: IMEI must be 14 to 16 digits, got "123" (3 characters). Example: 359000001200091',
      ],
      [{ sims: [], ...plan }, 'sims: an empty list is an error, never "all". Example: [{"iccid":"89148000000077000037"}]'],
      [{ ...sims(stock, stock), ...plan }, `sims: ${stock} is named twice`],
      [{ ...sims(stock), ...plan, zipCode: '9880' }, 'zipCode: must be a US ZIP code of 5 digits. Example: 98801'],
    ] as const) {
      const { structured } = await call('activate_sim', args);
      expect(structured.error.message).toContain(message);
      expect(structured.error.next).toContain('Nothing was changed. A valid input: {"sims":');
    }
    expect(countRequests(world, of('activate'))).toBe(0);
  });

  it('activate_sim warns of a wrong check digit of a new IMEI, not of an ICCID on record, and still plans', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { change } = (await call('activate_sim', { sims: [{ iccid: stock, imei: '359000009900011' }], ...plan })).structured;
    expect(change.status).toBe('planned');
    expect(change.warnings).toContain('IMEI 359000009900011: wrong check digit, a digit may be mistyped');
    expect(JSON.stringify(change.warnings)).not.toContain(`ICCID ${stock}`);
  });
});

describe('suspend_sim and restore_sim', () => {
  it('suspend_sim and restore_sim undo each other', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    for (const [tool, verb, from, to] of [
      ['suspend_sim', 'suspend', 'active', 'suspend'],
      ['restore_sim', 'restore', 'suspend', 'active'],
    ] as const) {
      const { change } = (await call(tool, sims(active))).structured;
      const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
      expect(ended.structured.change).toMatchObject({ status: 'applied', targets: [{ before: { state: from }, after: { state: to } }] });
      expect(countRequests(world, of(verb))).toBe(1);
    }
  });

  it('the summaries of suspend_sim and restore_sim state effect, cost and undo', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    expect((await call('suspend_sim', { ...sims(active), preview: true })).structured.change.summary).toBe(
      `${active} (1 SIM) on sandbox-thingspace: suspend, no traffic until restored, resumes by itself after 90 days. Billing while suspended depends on the contract, cost unknown. Undo: restore_sim.`,
    );
    expect((await call('restore_sim', { ...sims(suspended), preview: true })).structured.change.summary).toBe(
      `${suspended} (1 SIM) on sandbox-thingspace: restore to active. Billed again by plan and contract, cost unknown. Undo: suspend_sim.`,
    );
  });

  it('suspend_sim and restore_sim leave SIMs in the target state alone and refuse a wrong state or unknown SIM', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    expect((await call('suspend_sim', sims(suspended))).structured.change.status).toBe('unchanged');
    expect((await call('restore_sim', sims(active))).structured.change.status).toBe('unchanged');
    const gone = await call('suspend_sim', sims(active, deactivated));
    expect(gone.structured.change).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(gone.structured.change.explanation).toContain(`${deactivated}: it is "deactive", only an active SIM can be suspended`);
    const unknown = await call('restore_sim', sims('89148000000077999996'));
    expect(unknown.structured.change.explanation).toContain('89148000000077999996: the carrier does not know it. Nothing was sent.');
    expect(countRequests(world, of('suspend')) + countRequests(world, of('restore'))).toBe(0);
  });
});

describe('deactivate_sim', () => {
  const typing =
    (text: string): Person =>
    () => ({ action: 'accept', content: { confirm: text } });

  it('deactivate_sim of one SIM needs the typed ICCID', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: typing(active) });
    const { change } = (await call('deactivate_sim', sims(active))).structured;
    expect(asked[0]).toMatch(new RegExp(`To approve, type the identifier: ${active}$`));
    expect(change).toMatchObject({ status: 'accepted', irreversible: true });
    const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
    expect(ended.structured.change).toMatchObject({ status: 'applied', targets: [{ after: { state: 'deactive' } }] });
    expect(countRequests(world, of('deactivate'))).toBe(1);
  });

  it('deactivate_sim of several SIMs needs the typed count', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('deactivate_sim', sims(active, suspended))).structured;
    expect(asked[0]).toMatch(/To approve, type the number of targets: 2$/);
    expect(change.status).toBe('accepted');
    expect(countRequests(world, of('deactivate'))).toBe(1);
  });

  it('deactivate_sim is refused when anything else is typed', async () => {
    const { connectClient, world } = await startTestServer();
    for (const person of [typing('yes'), typing('true'), typing(suspended), typing(active.slice(0, -1)), typing('')]) {
      const { call } = await connectClient({ ...client, person });
      const { change } = (await call('deactivate_sim', sims(active))).structured;
      expect(change).toMatchObject({
        status: 'refused',
        reason: 'declined',
        explanation: 'Not approved: what was typed is not the identifier. Nothing was sent.',
      });
    }
    expect(countRequests(world, of('deactivate'))).toBe(0);
  });

  it('deactivate_sim refuses a client without elicitation unless policy.irreversibleTwoStep is set', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    const { change } = (await call('deactivate_sim', sims(active))).structured;
    expect(change).toMatchObject({
      status: 'refused',
      reason: 'policy',
      explanation:
        'Nothing was sent: this cannot be undone and this client cannot ask a person. Use a client with elicitation, or have an operator set policy.irreversibleTwoStep.',
    });
    expect(countRequests(world, of('deactivate'))).toBe(0);
    const loose = await startTestServer({ policy: { irreversibleTwoStep: true } });
    const other = await loose.connectClient(client);
    const done = await applyInSecondStep(other.call, await other.call('deactivate_sim', sims(active)));
    expect(done.structured.change).toMatchObject({ status: 'accepted', approval: 'host, not proven' });
  });

  it('deactivate_sim is refused with policy.irreversible "refuse"', async () => {
    const { connectClient, world } = await startTestServer({ policy: { irreversible: 'refuse' } });
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await call('deactivate_sim', sims(active))).structured;
    expect(change.explanation).toBe(
      'Nothing was sent: irreversible changes are switched off. An operator can set policy.irreversible to "typed".',
    );
    expect(countRequests(world, of('deactivate'))).toBe(0);
  });

  it('deactivate_sim accepts only the reason code FF', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured } = await call('deactivate_sim', { ...sims(active), reasonCode: 'XX' });
    expect(structured.error.message).toContain('reasonCode: FF is the only valid code. Example: "FF"');
  });
});

describe('list_service_plans', () => {
  it('list_service_plans lists code and size and leaves out placeholders', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured } = await call('list_service_plans', { account: '0442000123-00001' });
    expect(structured).toEqual({
      connection: 'sandbox-thingspace',
      total: 3,
      plans: [
        { code: 'IOTLOW5MB', name: 'IOT LOW 5MB', sizeKb: 5120 },
        { code: 'IOTSHR250MB', name: 'IOT SHARE 250MB', sizeKb: 256000 },
        { code: 'IOTNB50KB', name: 'IOT NBIOT 50KB', sizeKb: 50 },
      ],
    });
  });

  it('list_service_plans needs an account and reports an unknown one in the words of the provider', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const without = await call('list_service_plans');
    expect(without.structured.error).toMatchObject({ field: 'account', message: 'account: no account is given or configured' });
    const unknown = await call('list_service_plans', { account: '0442000123-99999' });
    expect(unknown.isError).toBe(true);
    expect(unknown.structured.error.kind).toBe('ProviderRefused');
  });
});
