/** Ways round a rule: another spelling, another identifier, a filter, another tool, another name, many small changes. */
import { describe, expect, it } from 'vitest';

import { makeDesk } from '../../src/approvers/approval.ts';
import { mdnOf } from '../../src/sandbox/thingspace/find.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/seed.ts';
import type { World } from '../../src/sandbox/world.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { type RunOptions, run, sentOf, yes } from '../support/product.ts';

const chat = { transport: 'stdio', era: 'auto', person: yes } as const;
const suspend = 'thingspace.devices.suspend';
const update = 'thingpark.devices.update';
const account = '0442000123-00001';
const pump = '89148000000077000037';
const tank = '89148000000077000074';
const eui = 'A81758FFFE0A0002';
const extra: RunOptions = { flags: { toolsets: 'fleet,thingpark,thingspace,iotx,changes,operations' } };
const denied = `rules: [{ name: hands off, when: { targets: { ids: ["${pump}", ${eui}] } }, then: deny }]`;

function lineOf(world: World, iccid: string): TsDevice {
  const line = world.thingspace.devices.find((one) => one.iccid === iccid);
  if (!line) throw new Error(`the seed has lost ${iccid}`);
  return line;
}

/** What a rule of its own made of a wish. */
const byRule = { status: 'refused', reason: 'policy', policy: { verdict: 'deny', rule: 'hands off' } };

describe('a SIM that may not be touched', () => {
  const named: [string, (line: TsDevice, world: World) => Record<string, unknown>][] = [
    ...['iccid', 'ICCID', 'IccId'].map((kind): (typeof named)[number] => [`by its ${kind}`, () => ({ devices: [one(pump, kind)] })]),
    ['by its IMEI', ({ imei }) => ({ devices: [one(imei, 'imei')] })],
    ['by its number', ({ line }) => ({ devices: [one(mdnOf(line ?? 0), 'mdn')] })],
    ['by its MSISDN', ({ line }) => ({ devices: [one(`1${mdnOf(line ?? 0)}`, 'msisdn')] })],
    ['by ICCID and IMEI together', ({ imei }) => ({ devices: [{ deviceIds: [...ids(imei, 'imei'), ...ids(pump, 'iccid')] }] })],
    ['among others', () => ({ devices: [one(tank, 'iccid'), one(pump, 'iccid')] })],
    ['by its plan', ({ plan }) => ({ accountName: account, servicePlan: plan })],
    ['by its group', ({ group }) => ({ accountName: account, groupName: group })],
    ['by its name', ({ name }) => ({ accountName: account, customFields: [{ key: 'CustomField1', value: name }] })],
  ];
  const ids = (id: string | undefined, kind: string) => [{ id: id ?? 'unset', kind }];
  const one = (id: string | undefined, kind: string) => ({ deviceIds: ids(id, kind) });

  it.each(named)('is not touched %s', async (_, body) => {
    const { dial, world } = await run({ ...extra, rules: denied });
    const { call, asked } = await dial(chat);
    // Whoever else a filter means is active, so that nothing but the rule stands in its way.
    for (const line of world.thingspace.devices) if (line.account === account) line.state = 'active';
    const answer = await call('change_operation', { operation: suspend, input: { body: body(lineOf(world, pump), world) } });
    expect(answer.structured.change).toMatchObject(byRule);
    expect(asked).toEqual([]);
    expect(sentOf(world, suspend)).toBe(0);
  });

  it('is not smuggled in beside another one’s name: a plan would show one, a carrier take the other', async () => {
    const { dial, world } = await run({ ...extra, rules: denied });
    const { call, asked } = await dial(chat);
    const { imei = '', line = 0 } = lineOf(world, pump);
    for (const [id, kind] of [
      [imei, 'imei'],
      [imei, 'IMEI'],
      [mdnOf(line), 'mdn'],
      [`1${mdnOf(line)}`, 'msisdn'],
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
    expect(sentOf(world, suspend)).toBe(0);
  });

  it('is not named twice to be counted once', async () => {
    const { dial, world } = await run({ ...extra, rules: 'rules: []' });
    const { call } = await dial(chat);
    const body = { devices: [one(tank, 'iccid'), one(lineOf(world, tank).imei, 'imei')] };
    const answer = await call('change_operation', { operation: suspend, input: { body } });
    expect(answer.text).toContain(`${tank} is named twice`);
    expect(sentOf(world, suspend)).toBe(0);
  });
});

describe('a device that may not be touched', () => {
  it.each([`e${eui}`, `e${eui.toLowerCase()}`, `E${eui.toLowerCase()}`])('is not touched as %s', async (deviceUid) => {
    const { dial, world } = await run({ ...extra, rules: denied });
    const { call } = await dial(chat);
    const input = { path: { deviceUid }, body: { suspension: 'SUBSCRIBER_SUSPENDED' } };
    const answer = await call('change_operation', { operation: update, input });
    const { change } = answer.structured;
    expect([deviceUid, change.reason]).toEqual([deviceUid, 'policy']);
    expect(sentOf(world, update)).toBe(0);
  });

  it('nor with separators or in lower case through its own tool', async () => {
    const { dial, world } = await run({ ...extra, rules: denied });
    const { call } = await dial(chat);
    for (const device of [eui.toLowerCase(), eui.replace(/(..)(?=.)/g, '$1-'), ` ${eui.replace(/(..)(?=.)/g, '$1:')} `])
      expect((await call('suspend_device', { devices: [device] })).structured.change).toMatchObject(byRule);
    expect(sentOf(world, update)).toBe(0);
  });

  it('nor through the other of the platform’s two APIs', async () => {
    const { dial, world } = await run({ ...extra, rules: denied });
    const { call } = await dial(chat);
    const answer = await call('change_operation', {
      operation: 'thingpark.dxDevices.downlink',
      input: { path: { device: eui }, body: { payloadHex: '01', targetPorts: '10' } },
    });
    expect(answer.structured.change).toMatchObject(byRule);
    expect(sentOf(world, 'thingpark.dxDevices.downlink')).toBe(0);
  });
});

describe('an operation that is denied', () => {
  it('is denied by whatever tool, and counted as the same wish', async () => {
    const rules = `rules: [{ name: hands off, when: { operation: ${suspend} }, then: deny }]`;
    const { dial, world } = await run({ ...extra, rules });
    const { call } = await dial(chat);
    const first = await call('suspend_sim', { sims: [{ iccid: pump }] });
    expect(first.structured.change).toMatchObject(byRule);
    const input = { body: { devices: [{ deviceIds: [{ id: pump, kind: 'iccid' }] }] } };
    const again = await call('change_operation', { operation: suspend, input });
    expect(again.structured.change).toMatchObject({ ...byRule, id: first.structured.change.id, deniedAgain: 1 });
    expect((await call('change_operation', { operation: suspend.toUpperCase(), input })).isError).toBe(true);
    expect((await call('change_operation', { operation: ` ${suspend}`, input })).isError).toBe(true);
    expect(sentOf(world, suspend)).toBe(0);
  });

  it('is denied on a connection that is spelled otherwise, because there is none', async () => {
    const rules = 'rules: [{ name: hands off, when: { connection: sandbox-thingspace }, then: deny }]';
    const { dial, world } = await run({ ...extra, rules });
    const { call } = await dial(chat);
    expect((await call('suspend_sim', { sims: [{ iccid: pump }], connection: 'sandbox-thingspace' })).structured.change).toMatchObject(
      byRule,
    );
    for (const connection of ['Sandbox-ThingSpace', 'sandbox-thingspace ', 'sandbox-thingspace\u200b', 'sandbox‑thingspace', '']) {
      const answer = await call('suspend_sim', { sims: [{ iccid: pump }], connection });
      expect({ connection, isError: answer.isError, change: answer.structured.change }).toEqual({
        connection,
        isError: true,
        change: undefined,
      });
    }
    expect(sentOf(world, suspend)).toBe(0);
  });
});

describe('a rule that goes by names', () => {
  const gates = 'rules: [{ name: gates take one person, when: { targets: { names: "gate-*" } }, then: approve }]';

  it('holds for the renaming itself, which would take a device out of it', async () => {
    const { dial, world } = await run({ rules: gates, approvers: ['maria'] });
    const device = world.thingpark.devices.get(eui);
    if (device) device.name = 'gate-7';
    const { call } = await dial(chat);
    const renamed = (await call('update_device', { device: eui, name: 'shed' })).structured.change;
    expect(renamed).toMatchObject({ status: 'awaiting_approval', policy: { rule: 'gates take one person' } });
    expect(world.thingpark.devices.get(eui)?.name).toBe('gate-7');
  });

  it('fits a name in any spelling that reads the same', async () => {
    const { dial, world } = await run({ rules: gates, approvers: ['maria'] });
    const { call } = await dial(chat);
    const device = world.thingpark.devices.get(eui);
    for (const name of ['GATE-7', 'ｇａｔｅ-7', 'ga\u200bte-7', 'gate-7 " suspended']) {
      if (device) device.name = name;
      const { change } = (await call('suspend_device', { devices: [eui] })).structured;
      expect({ name, status: change.status }).toEqual({ name, status: 'awaiting_approval' });
      await call('cancel_change', { change: change.id });
    }
    expect(sentOf(world, update)).toBe(0);
  });

  it('lets nobody through: a device that is given a name of those who pass is asked about as before', async () => {
    const rules = `rules:
  - { name: sheds are asked, when: { targets: { names: "shed-*" } }, then: ask }
  - { name: one person, when: { provider: thingpark }, then: approve }`;
    const { dial, world } = await run({ rules, approvers: ['maria'] });
    const device = world.thingpark.devices.get(eui);
    if (device) device.name = 'shed-1';
    const { call, asked } = await dial(chat);
    expect((await call('suspend_device', { devices: [eui] })).structured.change).toMatchObject({
      status: 'awaiting_approval',
      policy: { rule: 'one person' },
    });
    expect(asked).toEqual([]);
    expect(sentOf(world, update)).toBe(0);
  });

  it('holds as it was planned: a device renamed while people are asked is still what it was', async () => {
    const store = memoryStore();
    const { dial, world, clock, product } = await run({ rules: gates, approvers: ['maria'], store });
    const device = world.thingpark.devices.get(eui);
    if (device) device.name = 'gate-7';
    const { call } = await dial(chat);
    const { id, summary } = (await call('suspend_device', { devices: [eui] })).structured.change;
    if (device) device.name = 'shed';
    expect((await call('suspend_device', { devices: [eui] })).structured.change).toMatchObject({ id, status: 'awaiting_approval' });
    expect((await call('apply_change', { change: id, confirm: summary })).structured.change.status).toBe('awaiting_approval');
    expect(sentOf(world, update)).toBe(0);
    await makeDesk({ store, clock }).approve(id, 'maria', 'console');
    await product.takeUp(id);
    expect(sentOf(world, update)).toBe(1);
  });
});

it('a change cut in parts meets the budget for targets', async () => {
  const rules = `
rules: [{ name: asked, when: { provider: thingspace }, then: ask }]
budgets: [{ name: a dozen an hour, per: hour, each: connection, targets: 12, then: deny }]`;
  const { dial, world } = await run({ fleet: 120, rules });
  const { call } = await dial(chat);
  const lines = world.thingspace.devices.filter((line) => line.state === 'active' && line.account === account);
  const parts = [lines.slice(0, 5), lines.slice(5, 10), lines.slice(10, 15)];
  const answers = [];
  for (const part of parts) answers.push(await call('suspend_sim', { sims: part.map(({ iccid }) => ({ iccid })) }));
  expect(answers.map(({ structured }) => structured.change.status)).toEqual(['accepted', 'accepted', 'refused']);
  expect(answers[2]?.text).toContain('budget "a dozen an hour": 10 of 12 changed targets an hour');
  expect(sentOf(world, suspend)).toBe(2);
});
