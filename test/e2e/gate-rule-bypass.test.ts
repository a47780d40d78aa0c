/** Attempts to bypass a rule: another spelling, identifier, filter, tool or name, and many small changes. */
import { describe, expect, it } from 'vitest';

import { makeApprovalService } from '../../src/approvers/approval.ts';
import { mdnOf } from '../../src/sandbox/thingspace/device-lookup.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { countRequests, startTestServer, type TestServerOptions, yes } from '../support/test-server.ts';

const chat = { transport: 'stdio', era: 'auto', person: yes } as const;
const suspend = 'thingspace.devices.suspend';
const update = 'thingpark.devices.update';
const account = '0442000123-00001';
const pump = '89148000000077000037';
const tank = '89148000000077000074';
const eui = 'A81758FFFE0A0002';
const extra: TestServerOptions = { flags: { toolsets: 'fleet,thingpark,thingspace,iotx,changes,operations' } };
const denied = `rules: [{ name: hands off, when: { targets: { ids: ["${pump}", ${eui}] } }, then: deny }]`;

function lineOf(world: World, iccid: string): TsDevice {
  const line = world.thingspace.devices.find((one) => one.iccid === iccid);
  if (!line) throw new Error(`the seed has lost ${iccid}`);
  return line;
}

/** The expected change when the rule under test denies it. */
const deniedByRule = { status: 'refused', reason: 'policy', policy: { verdict: 'deny', rule: 'hands off' } };

describe('deny rule for a SIM', () => {
  const named: [string, (line: TsDevice, world: World) => Record<string, unknown>][] = [
    ...['iccid', 'ICCID', 'IccId'].map((kind): (typeof named)[number] => [`by its ${kind}`, () => ({ devices: [one(pump, kind)] })]),
    ['by its IMEI', ({ imei }) => ({ devices: [one(imei, 'imei')] })],
    ['by its number', ({ mdnIndex }) => ({ devices: [one(mdnOf(mdnIndex ?? 0), 'mdn')] })],
    ['by its MSISDN', ({ mdnIndex }) => ({ devices: [one(`1${mdnOf(mdnIndex ?? 0)}`, 'msisdn')] })],
    ['by ICCID and IMEI together', ({ imei }) => ({ devices: [{ deviceIds: [...ids(imei, 'imei'), ...ids(pump, 'iccid')] }] })],
    ['among other SIMs', () => ({ devices: [one(tank, 'iccid'), one(pump, 'iccid')] })],
    ['by its plan', ({ plan }) => ({ accountName: account, servicePlan: plan })],
    ['by its group', ({ group }) => ({ accountName: account, groupName: group })],
    ['by its name', ({ name }) => ({ accountName: account, customFields: [{ key: 'CustomField1', value: name }] })],
  ];
  const ids = (id: string | undefined, kind: string) => [{ id: id ?? 'unset', kind }];
  const one = (id: string | undefined, kind: string) => ({ deviceIds: ids(id, kind) });

  it.each(named)('a denied SIM cannot be suspended when addressed %s', async (_, body) => {
    const { connectClient, world } = await startTestServer({ ...extra, rules: denied });
    const { call, asked } = await connectClient(chat);
    // All other SIMs that a filter matches are active, so only the rule can refuse.
    for (const line of world.thingspace.devices) if (line.account === account) line.state = 'active';
    const answer = await call('change_operation', { operation: suspend, input: { body: body(lineOf(world, pump), world) } });
    expect(answer.structured.change).toMatchObject(deniedByRule);
    expect(asked).toEqual([]);
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('identifiers of two SIMs in one device entry are rejected, because the plan could show one and the carrier change the other', async () => {
    const { connectClient, world } = await startTestServer({ ...extra, rules: denied });
    const { call, asked } = await connectClient(chat);
    const { imei = '', mdnIndex = 0 } = lineOf(world, pump);
    for (const [id, kind] of [
      [imei, 'imei'],
      [imei, 'IMEI'],
      [mdnOf(mdnIndex), 'mdn'],
      [`1${mdnOf(mdnIndex)}`, 'msisdn'],
    ] as const) {
      for (const deviceIds of [
        [{ id, kind }, ...ids(tank, 'iccid')],
        [...ids(tank, 'iccid'), { id, kind }],
      ]) {
        const body = { devices: [{ deviceIds }] };
        const answer = await call('change_operation', { operation: suspend, input: { body } });
        expect(answer.text).toBe(
          `devices: ${kind} "${id}" is not known to belong to ${tank}. Name it by one identifier: {"deviceIds":[{"id":"${tank}","kind":"iccid"}]}. Nothing was sent.`,
        );
      }
    }
    expect(asked).toEqual([]);
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a SIM addressed by two identifiers is rejected instead of counted once', async () => {
    const { connectClient, world } = await startTestServer({ ...extra, rules: 'rules: []' });
    const { call } = await connectClient(chat);
    const body = { devices: [one(tank, 'iccid'), one(lineOf(world, tank).imei, 'imei')] };
    const answer = await call('change_operation', { operation: suspend, input: { body } });
    expect(answer.text).toContain(`${tank} is named twice`);
    expect(countRequests(world, suspend)).toBe(0);
  });
});

describe('deny rule for a device', () => {
  it.each([`e${eui}`, `e${eui.toLowerCase()}`, `E${eui.toLowerCase()}`])(
    'a denied device cannot be updated under the uid %s',
    async (deviceUid) => {
      const { connectClient, world } = await startTestServer({ ...extra, rules: denied });
      const { call } = await connectClient(chat);
      const input = { path: { deviceUid }, body: { suspension: 'SUBSCRIBER_SUSPENDED' } };
      const answer = await call('change_operation', { operation: update, input });
      const { change } = answer.structured;
      expect([deviceUid, change.reason]).toEqual([deviceUid, 'policy']);
      expect(countRequests(world, update)).toBe(0);
    },
  );

  it('a denied DevEUI is matched with separators and in lower case', async () => {
    const { connectClient, world } = await startTestServer({ ...extra, rules: denied });
    const { call } = await connectClient(chat);
    for (const device of [eui.toLowerCase(), eui.replace(/(..)(?=.)/g, '$1-'), ` ${eui.replace(/(..)(?=.)/g, '$1:')} `])
      expect((await call('suspend_device', { devices: [device] })).structured.change).toMatchObject(deniedByRule);
    expect(countRequests(world, update)).toBe(0);
  });

  it('a denied device is also denied through the DX API', async () => {
    const { connectClient, world } = await startTestServer({ ...extra, rules: denied });
    const { call } = await connectClient(chat);
    const answer = await call('change_operation', {
      operation: 'thingpark.dxDevices.downlink',
      input: { path: { device: eui }, body: { payloadHex: '01', targetPorts: '10' } },
    });
    expect(answer.structured.change).toMatchObject(deniedByRule);
    expect(countRequests(world, 'thingpark.dxDevices.downlink')).toBe(0);
  });
});

describe('deny rule for an operation', () => {
  it('an operation is denied through every tool and counts as the same request', async () => {
    const rules = `rules: [{ name: hands off, when: { operation: ${suspend} }, then: deny }]`;
    const { connectClient, world } = await startTestServer({ ...extra, rules });
    const { call } = await connectClient(chat);
    const first = await call('suspend_sim', { sims: [{ iccid: pump }] });
    expect(first.structured.change).toMatchObject(deniedByRule);
    const input = { body: { devices: [{ deviceIds: [{ id: pump, kind: 'iccid' }] }] } };
    const again = await call('change_operation', { operation: suspend, input });
    expect(again.structured.change).toMatchObject({ ...deniedByRule, id: first.structured.change.id, deniedAgain: 1 });
    expect((await call('change_operation', { operation: suspend.toUpperCase(), input })).isError).toBe(true);
    expect((await call('change_operation', { operation: ` ${suspend}`, input })).isError).toBe(true);
    expect(countRequests(world, suspend)).toBe(0);
  });

  it('a misspelled connection name is rejected, so it cannot bypass a rule for the connection', async () => {
    const rules = 'rules: [{ name: hands off, when: { connection: sandbox-thingspace }, then: deny }]';
    const { connectClient, world } = await startTestServer({ ...extra, rules });
    const { call } = await connectClient(chat);
    expect((await call('suspend_sim', { sims: [{ iccid: pump }], connection: 'sandbox-thingspace' })).structured.change).toMatchObject(
      deniedByRule,
    );
    for (const connection of ['Sandbox-ThingSpace', 'sandbox-thingspace ', 'sandbox-thingspace\u200b', 'sandbox‑thingspace']) {
      const answer = await call('suspend_sim', { sims: [{ iccid: pump }], connection });
      expect({ connection, isError: answer.isError, change: answer.structured.change }).toEqual({
        connection,
        isError: true,
        change: undefined,
      });
    }
    // An empty name is none, and the rule holds for the connection that is then meant.
    const unnamed = await call('suspend_sim', { sims: [{ iccid: pump }], connection: '' });
    expect(unnamed.structured.change).toMatchObject(deniedByRule);
    expect(countRequests(world, suspend)).toBe(0);
  });
});

describe('rules by target name', () => {
  const gates = 'rules: [{ name: gates take one person, when: { targets: { names: "gate-*" } }, then: approve }]';

  it('a rule by name also applies to the change that would rename the device', async () => {
    const { connectClient, world } = await startTestServer({ rules: gates, approvers: ['maria'] });
    const device = world.thingpark.devices.get(eui);
    if (device) device.name = 'gate-7';
    const { call } = await connectClient(chat);
    const renamed = (await call('update_device', { device: eui, name: 'shed' })).structured.change;
    expect(renamed).toMatchObject({ status: 'awaiting_approval', policy: { rule: 'gates take one person' } });
    expect(world.thingpark.devices.get(eui)?.name).toBe('gate-7');
  });

  it('a rule by name matches look-alike spellings of the name', async () => {
    const { connectClient, world } = await startTestServer({ rules: gates, approvers: ['maria'] });
    const { call } = await connectClient(chat);
    const device = world.thingpark.devices.get(eui);
    for (const name of ['GATE-7', 'ｇａｔｅ-7', 'ga\u200bte-7', 'gate-7 " suspended']) {
      if (device) device.name = name;
      const { change } = (await call('suspend_device', { devices: [eui] })).structured;
      expect({ name, status: change.status }).toEqual({ name, status: 'awaiting_approval' });
      await call('cancel_change', { change: change.id });
    }
    expect(countRequests(world, update)).toBe(0);
  });

  it('a rule by name cannot make a decision less strict', async () => {
    const rules = `rules:
  - { name: sheds are asked, when: { targets: { names: "shed-*" } }, then: ask }
  - { name: one person, when: { provider: thingpark }, then: approve }`;
    const { connectClient, world } = await startTestServer({ rules, approvers: ['maria'] });
    const device = world.thingpark.devices.get(eui);
    if (device) device.name = 'shed-1';
    const { call, asked } = await connectClient(chat);
    expect((await call('suspend_device', { devices: [eui] })).structured.change).toMatchObject({
      status: 'awaiting_approval',
      policy: { rule: 'one person' },
    });
    expect(asked).toEqual([]);
    expect(countRequests(world, update)).toBe(0);
  });

  it('a change is decided on the name at planning time, and a device renamed before approval is not changed: its name was shown', async () => {
    const store = memoryStore();
    const { connectClient, world, clock, product } = await startTestServer({ rules: gates, approvers: ['maria'], store });
    const device = world.thingpark.devices.get(eui);
    if (device) device.name = 'gate-7';
    const { call } = await connectClient(chat);
    const { id, summary, confirm = summary } = (await call('suspend_device', { devices: [eui] })).structured.change;
    if (device) device.name = 'shed';
    expect((await call('suspend_device', { devices: [eui] })).structured.change).toMatchObject({ id, status: 'awaiting_approval' });
    expect((await call('apply_change', { change: id, confirm })).structured.change.status).toBe('awaiting_approval');
    expect(countRequests(world, update)).toBe(0);
    await makeApprovalService({ store, clock }).approve(id, 'maria', 'console');
    await product.runApproved(id);
    expect(countRequests(world, update)).toBe(0);
    const { change } = (await call('get_change', { change: id })).structured;
    expect(change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(change.explanation).toContain('name was gate-7, is shed');
  });
});

it('a change split into parts is stopped by a budget for targets', async () => {
  const rules = `
rules: [{ name: asked, when: { provider: thingspace }, then: ask }]
budgets: [{ name: a dozen an hour, per: hour, each: connection, targets: 12, then: deny }]`;
  const { connectClient, world } = await startTestServer({ fleet: 120, rules });
  const { call } = await connectClient(chat);
  const lines = world.thingspace.devices.filter((line) => line.state === 'active' && line.account === account);
  const parts = [lines.slice(0, 5), lines.slice(5, 10), lines.slice(10, 15)];
  const answers = [];
  for (const part of parts) answers.push(await call('suspend_sim', { sims: part.map(({ iccid }) => ({ iccid })) }));
  expect(answers.map(({ structured }) => structured.change.status)).toEqual(['accepted', 'accepted', 'refused']);
  expect(answers[2]?.text).toContain('budget "a dozen an hour": 10 of 12 changed targets an hour');
  expect(countRequests(world, suspend)).toBe(2);
});
