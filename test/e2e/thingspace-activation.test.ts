/** What a person is told before SIMs are activated and bytes are sent, and worlds that only the admin API can make. */
import { describe, expect, it } from 'vitest';

import { parseCallback } from '../../src/changes/thingspace/parse-callback.ts';
import { makeAdminApi } from '../../src/sandbox/admin-api.ts';
import type { ServedWorld } from '../../src/sandbox/make-world.ts';
import { countRequests, runPendingTasks, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto', person: yes } as const;
const stock = '89148000000077000444';
const unknown = '89148000000077999996';
const pump = '89148000000077000037';
const tank = '89148000000077000074';
const account = '0442000123-00001';
const plan = { servicePlan: 'IOTLOW5MB', zipCode: '98801' };
const sims = (...iccids: string[]) => ({ sims: iccids.map((iccid) => ({ iccid })) });

const happen = async (world: ServedWorld, event: object) => {
  const answer = await makeAdminApi(world)(
    new Request('http://127.0.0.1/_sandbox/happen', { method: 'POST', body: JSON.stringify(event) }),
  );
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

describe('activate_sim', () => {
  it('leaves out a SIM that the account does not know, names it, and activates the others', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient(client);
    const { change } = (await call('activate_sim', { ...sims(stock, unknown), ...plan })).structured;
    expect(change).toMatchObject({ status: 'accepted', targets: [{ device: stock }] });
    expect(asked[0]).toContain(`Warning: ${unknown} is left out: the account does not know this SIM`);
    expect(countRequests(world, 'thingspace.devices.activate')).toBe(1);
    const alone = (await call('activate_sim', { sims: [{ iccid: unknown, imei: '359000009999994' }], ...plan })).structured.change;
    expect(alone).toMatchObject({ status: 'refused' });
    expect(alone.explanation).toContain(`${unknown}: the account does not know this SIM; adding it to the stock is another operation`);
    expect(alone.explanation).not.toContain('give imei');
  });

  it('refuses a SIM that is active on another plan or with another IMEI, and leaves it out of a list', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient(client);
    const difference = 'it is active on plan IOTSHR250MB, not on IOTLOW5MB; change_service_plan changes it';
    const alone = (await call('activate_sim', { ...sims(pump), ...plan })).structured.change;
    expect(alone).toMatchObject({ status: 'refused', explanation: expect.stringContaining(`${pump}: ${difference}. Nothing was sent.`) });
    const swapped = { sims: [{ iccid: pump, imei: '359000009999994' }], ...plan, servicePlan: 'IOTSHR250MB' };
    expect((await call('activate_sim', swapped)).structured.change.explanation).toContain(
      `${pump}: it is active with IMEI 359000001200091, not with 359000009999994; swap_sim changes it. Nothing was sent.`,
    );
    expect([asked, countRequests(world, 'thingspace.devices.activate')]).toEqual([[], 0]);
    const both = (await call('activate_sim', { ...sims(stock, pump), ...plan })).structured.change;
    expect(both).toMatchObject({ status: 'accepted', targets: [{ device: stock }] });
    expect(asked[0]).toContain(`Warning: ${pump} is left out: ${difference}.`);
  });

  it('names the SIM that holds the IMEI already, and is silent about the own record of the SIM', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient(client);
    await call('activate_sim', { sims: [{ iccid: stock, imei: '359000001201092' }], ...plan, preview: true });
    const own = (await call('activate_sim', { sims: [{ iccid: stock, imei: '359000001201092' }], ...plan, preview: true })).structured;
    expect(JSON.stringify(own.change.warnings ?? [])).not.toContain('holds IMEI');
    await happen(world, { what: 'sim-in-device', iccid: stock, imei: '359000001200091' });
    await call('activate_sim', { ...sims(stock), ...plan });
    expect(asked[0]).toContain(`Warning: ${stock}: SIM ${pump} (active) in account ${account} holds IMEI 359000001200091 already`);
  });
});

describe('send_nidd', () => {
  const flags = { toolsets: 'thingspace,changes,operations' };
  const listener = { connection: 'sandbox-thingspace', username: 'cb-user', password: 'cb-pass', from: [], parseCallback };

  it('refuses a payload that is hex and base64 alike, and takes it with its encoding, shown as hex', async () => {
    const { connectClient } = await startTestServer({ flags });
    const { call, asked } = await connectClient(client);
    const both = await call('send_nidd', { ...sims(pump), payload: '261F0045' });
    expect(both.text).toContain('payload: can be read in two ways: as hex it is 4 bytes, as base64 it is 6 bytes. Nothing was sent.');
    expect(asked).toEqual([]);
    await call('send_nidd', { ...sims(pump), payload: '261F0045', encoding: 'hex' });
    expect(asked[0]).toContain('hand over 4 bytes, to be delivered within 600 s: hex 261F0045.');
    await call('send_nidd', { ...sims(tank), payload: '0x01 02 FF', encoding: 'hex' });
    expect(asked[1]).toContain('hand over 3 bytes, to be delivered within 600 s: hex 0102FF.');
  });

  it.each([
    ['IOTNB50KB', 'applied', { after: { 'carrier report': 'Delivered' } }],
    ['IOTLOW5MB', 'failed', { why: 'the carrier reports: Not CatM or NBIoT Device' }],
  ])('ends as the callback about a SIM on %s reports: %s', async (servicePlan, status, target) => {
    const { connectClient, world, clock } = await startTestServer({ flags, callbacks: [listener], deliverCallbacks: true });
    const { call } = await connectClient(client);
    const url = 'http://127.0.0.1:9001/callbacks/sandbox-thingspace';
    await call('change_operation', {
      operation: 'thingspace.callbacks.register',
      input: { path: { accountName: account }, body: { name: 'NiddService', url, username: 'cb-user', password: 'cb-pass' } },
    });
    const sim = world.thingspace.devices.find(({ iccid }) => iccid === pump);
    if (sim) sim.plan = servicePlan;
    const { change } = (await call('send_nidd', { ...sims(pump), payload: 'UElORw==' })).structured;
    expect(change.status).toBe('accepted');
    clock.advance(5000);
    await runPendingTasks(200);
    const ended = (await call('get_change', { change: change.id })).structured.change;
    expect(ended).toMatchObject({ status, targets: [target] });
  });
});

describe('worlds of the admin API', () => {
  it('a SIM fell silent at an instant, and everything agrees on it', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    expect(await happen(world, { what: 'sim-silent', iccid: pump, since: '2026-11-10T06:00:00Z' })).toMatchObject({ status: 200 });
    expect((await call('get_device', { device: pump })).structured.device.lastSeen).toBe('2026-11-10T06:00:00Z');
    expect((await call('diagnose_sim', { iccid: pump })).structured.verdict).toContain(
      'not connected, last session 2026-11-10T06:00:00Z to 2026-11-10T06:20:00Z (12d)',
    );
    const sessions = (await call('get_connection_history', { iccid: pump, period: 'P14D', limit: 1 })).structured.sessions;
    expect(sessions).toMatchObject([{ start: '2026-11-10T06:00:00Z', stop: '2026-11-10T06:20:00Z' }]);
  });

  it('somebody else suspended a SIM, which its history shows with time and name', async () => {
    const { connectClient, world } = await startTestServer({ flags: { toolsets: 'fleet,operations' } });
    const { call } = await connectClient(client);
    await happen(world, { what: 'sim-suspended', iccid: pump, at: '2026-11-20T10:00:00Z', by: 'J. Portal' });
    expect((await call('get_device', { device: pump })).structured.device.state).toBe('suspended');
    const span = { earliest: '2026-11-19T00:00:00Z', latest: '2026-11-22T00:00:00Z' };
    const history = await call('read_operation', {
      operation: 'thingspace.events.provisioning',
      input: { body: { deviceId: { id: pump, kind: 'iccid' }, ...span } },
    });
    expect(history.text).toContain('Suspension Confirmed');
    expect(history.text).toContain('J. Portal');
    expect(history.text).toContain('2026-11-20T05:00:00-05:00');
  });

  it('chosen usage is what get_usage counts, per day or for the cycle', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    await happen(world, { what: 'sim-usage', iccid: tank, bytesPerDay: 1000 });
    expect((await call('get_usage', sims(tank))).structured.sims[0]).toMatchObject({ bytes: 29_000 });
    await happen(world, { what: 'sim-usage', iccid: tank, cycleBytes: 6_815_744 });
    expect((await call('get_usage', sims(tank))).structured).toMatchObject({
      sims: [{ bytes: 6_815_744, percent: 130, to: '2026-11-25' }],
      totals: { over: 1 },
    });
  });

  it('names, custom fields, labels and groups are set, and a wrong event says what is allowed', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    const more = { name: 'Truck 7', customFields: { CustomField2: 'north' }, label: { name: 'VIN', value: 'X1' } };
    expect((await happen(world, { what: 'sim-details', iccid: tank, ...more })).body).toMatchObject({ name: 'Truck 7' });
    expect((await call('get_device', { device: tank })).structured.device.name).toBe('Truck 7');
    expect((await happen(world, { what: 'sim-usage', iccid: stock, bytesPerDay: 1 })).status).toBe(409);
    expect((await happen(world, { what: 'sim-silent', iccid: tank, since: '2027-01-01T00:00:00Z' })).status).toBe(400);
    expect((await happen(world, { what: 'sim-details', iccid: tank, group: 'Nowhere' })).status).toBe(404);
  });
});
