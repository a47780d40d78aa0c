/** iot-x operations without a tool of their own: change_operation with the planner of each operation. */
import { describe, expect, it } from 'vitest';
import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import type { Config } from '../../src/config.ts';
import { applyInSecondStep, countRequests, startTestServer, type TestClient, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const pump = '8944990000001000010';
const pump18 = '8944990000001000028';
const barred = '8944990000001000036';
const probe = '020000FFFE000001';
const path = { physicalId: pump };

const doer = (call: TestClient['call']) => (operation: string, input: Record<string, unknown>) =>
  call('change_operation', { operation: `iotx.${operation}`, input });

describe('iot-x tags', () => {
  it('iotx.tags.add and iotx.tags.remove change one subscriber and read it before and after', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    const change = doer(call);
    const planned = await change('tags.add', { path, body: { tagName: 'lab' } });
    expect(planned.structured.change).toMatchObject({
      status: 'planned',
      summary: `${pump} (1 subscriber) on sandbox-iotx: add the tag "lab". Undo: removing the tag again.`,
      effects: ['write'],
      irreversible: false,
      targets: [{ device: pump, before: { lab: 'off' } }],
    });
    expect((await applyInSecondStep(call, planned)).structured.change).toMatchObject({
      status: 'applied',
      targets: [{ after: { lab: 'on' } }],
    });
    expect((await change('tags.add', { path, body: { tagName: 'lab' } })).structured.change.status).toBe('unchanged');
    const off = await change('tags.remove', { path: { ...path, tagName: 'lab' } });
    expect(off.structured.change.summary).toBe(`${pump} (1 subscriber) on sandbox-iotx: remove the tag "lab". Undo: adding the tag again.`);
    expect((await applyInSecondStep(call, off)).structured.change).toMatchObject({
      status: 'applied',
      targets: [{ after: { lab: 'off' } }],
    });
    expect(world.iotx.changes.map(({ operation }) => operation)).toEqual(['iotx.tags.add', 'iotx.tags.remove']);
  });

  it('removing a tag that the subscriber does not have is unchanged and suggests the nearest tag', async () => {
    const { connectClient, world } = await startTestServer();
    const change = doer((await connectClient(client)).call);
    const { structured } = await change('tags.remove', { path: { ...path, tagName: 'nort' } });
    expect(structured.change).toMatchObject({ status: 'unchanged', warnings: [`${pump} carries no tag "nort", nearest is "north"`] });
    const unknown = await change('tags.add', { path: { physicalId: '8944990000009999999' }, body: { tagName: 'lab' } });
    expect(unknown.text).toContain('path.physicalId: sandbox-iotx has no subscriber 8944990000009999999. Nothing was sent.');
    expect(world.iotx.changes).toEqual([]);
  });

  it('a lost response to iotx.tags.add is read back, and a tag that never appears can be requested again', async () => {
    const { connectClient, world, clock } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const change = doer(call);
    world.faults.arm({ fault: 'lost-answer', operation: 'iotx.tags.add', skip: 0, times: 1 });
    expect((await change('tags.add', { path, body: { tagName: 'lab' } })).structured.change.status).toBe('applied');
    world.faults.arm({ fault: 'cut', operation: 'iotx.tags.add', skip: 0, times: 1 });
    const cut = (await change('tags.add', { path, body: { tagName: 'east' } })).structured.change;
    expect(cut.status).toBe('unknown');
    clock.advance(130_000);
    expect((await call('get_change', { change: cut.id })).structured.change).toMatchObject({
      status: 'failed',
      explanation: 'reading it back never showed the change; it may be tried again',
    });
    expect(countRequests(world, 'iotx.tags.add')).toBe(2);
    expect((await change('tags.add', { path, body: { tagName: 'east' } })).structured.change.status).toBe('applied');
  });
});

describe('iot-x alerts', () => {
  const body = { ruleType: 'sim', target: '447700900101', lowerThreshold: 1_000_000, upperThreshold: 2_000_000 };

  it('iotx.alerts.create adds an alert for a subscriber by MSISDN or ICCID', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const change = doer(call);
    const { structured } = await change('alerts.create', { body });
    expect(structured.change).toMatchObject({
      status: 'applied',
      summary: `${pump} (1 subscriber) on sandbox-iotx: add a sim alert from 1000000 to 2000000 bytes, which bars no SIM. Undo: deleting it in the portal, the API cannot.`,
      effects: ['write'],
      targets: [{ device: pump, before: { alerts: '24' }, after: { alert: '25' } }],
      requests: ['25'],
    });
    expect((await change('alerts.create', { body })).structured.change.status).toBe('unchanged');
    const byIccid = await change('alerts.create', { body: { ...body, target: pump } });
    expect(byIccid.structured.change).toMatchObject({ status: 'applied', targets: [{ device: pump, after: { alert: '26' } }] });
    expect(world.iotx.alerts.size).toBe(3);
  });

  it('iotx.alerts.create watches a company or group and rejects a target that does not exist', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const change = doer(call);
    const company = await change('alerts.create', { body: { ruleType: 'company', lowerThreshold: 1, upperThreshold: 2 } });
    expect(company.structured.change).toMatchObject({ status: 'applied', targets: [{ device: 'sandbox-iotx' }] });
    const group = await change('alerts.create', { body: { ruleType: 'grouppr', target: '12', lowerThreshold: 1, upperThreshold: 2 } });
    expect(group.structured.change.summary).toContain('12 (1 group) on sandbox-iotx: add a grouppr alert');
    const sent = countRequests(world, 'iotx.alerts.create');
    for (const [wrong, words] of [
      [{ ...body, target: '447700999999' }, 'target: sandbox-iotx has no subscriber "447700999999". Nothing was sent.'],
      [{ ruleType: 'sim', lowerThreshold: 1, upperThreshold: 2 }, 'target: a sim rule requires a target.'],
      [{ ...body, upperThreshold: 1 }, 'upperThreshold: must be above lowerThreshold. Nothing was sent.'],
      [{ ...body, target: 'a" or isActive eq true' }, 'a filter value must not contain a double quote'],
    ] as const)
      expect((await change('alerts.create', { body: wrong })).text).toContain(words);
    expect(countRequests(world, 'iotx.alerts.create')).toBe(sent);
  });

  it('iotx.alerts.update changes thresholds and records the old ones for the undo', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const change = doer(call);
    const { structured } = await change('alerts.update', { path: { id: '24' }, body: { upperThreshold: 12_582_912 } });
    expect(structured.change).toMatchObject({
      status: 'applied',
      summary: '24 (1 alert) on sandbox-iotx: set upperThreshold = 12582912. Undo: setting 5242880 to 10485760 bytes again.',
      targets: [
        {
          before: { ruleType: 'sim', target: '447700900101', lowerThreshold: '5242880', upperThreshold: '10485760' },
          after: { lowerThreshold: '5242880', upperThreshold: '12582912' },
        },
      ],
    });
    const same = await change('alerts.update', { path: { id: '24' }, body: { upperThreshold: 12_582_912 } });
    expect(same.structured.change.status).toBe('unchanged');
    const low = await change('alerts.update', { path: { id: '24' }, body: { upperThreshold: 5 } });
    expect(low.text).toContain('upperThreshold: must be above lowerThreshold.');
    const none = await change('alerts.update', { path: { id: '25' }, body: { upperThreshold: 5 } });
    expect(none.text).toBe('id: there is no alert "25". Nothing was sent. There are: 24.');
    expect(countRequests(world, 'iotx.alerts.update')).toBe(1);
  });
});

describe('iot-x troubleshooting actions', () => {
  it('the action reconnect is applied once a new data session shows', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { structured } = await doer(call)('actions.run', { path, body: { action: 'reconnect' } });
    expect(structured.change).toMatchObject({
      status: 'accepted',
      summary: `${pump} (1 subscriber) on sandbox-iotx: run "reconnect", services are interrupted briefly. Cannot be undone.`,
      effects: ['disruptive'],
      targets: [{ outcome: 'pending', why: 'the previous data session is still open' }],
    });
    const ended = await call('get_change', { change: structured.change.id, waitSeconds: 30 });
    expect(ended.structured.change).toMatchObject({
      status: 'applied',
      targets: [{ after: { session: 'new at 2026-11-22T08:00:00.000Z' } }],
    });
    expect(countRequests(world, 'iotx.actions.run')).toBe(1);
  });

  it('a lost reconnect is settled from the sessions, a lost refresh stays unknown', async () => {
    const { connectClient, world, clock } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const change = doer(call);
    world.faults.arm({ fault: 'lost-answer', operation: 'iotx.actions.run', skip: 0, times: 2 });
    const lost = (await change('actions.run', { path, body: { action: 'reconnect' } })).structured.change;
    expect(lost.status).toBe('unknown');
    const ended = await call('get_change', { change: lost.id, waitSeconds: 30 });
    expect(ended.structured.change.status).toBe('applied');
    const refresh = (await change('actions.run', { path: { physicalId: pump18 }, body: { action: 'refresh' } })).structured.change;
    clock.advance(700_000);
    expect((await call('get_change', { change: refresh.id })).structured.change.status).toBe('unknown');
    expect(countRequests(world, 'iotx.actions.run')).toBe(2);
  });

  it('the action refresh is applied when the provider accepts it, and the change says that its effect cannot be read', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await doer(call)('actions.run', { path, body: { action: 'refresh' } })).structured;
    expect(change).toMatchObject({
      status: 'applied',
      targets: [{ why: 'the provider accepted it; its effect cannot be read back' }],
    });
  });

  it('iotx.actions.run rejects unlisted actions, subscribers that are not active and a missing permission', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const change = doer(call);
    const near = await change('actions.run', { path, body: { action: 'reconect' } });
    expect(near.text).toBe(
      `action: ${pump} has no "reconect", nearest is "reconnect". Nothing was sent. Its actions are: refresh, reconnect.`,
    );
    const none = await change('actions.run', { path: { physicalId: probe }, body: { action: 'refresh' } });
    expect(none.text).toContain('Its actions are: none.');
    const held = await change('actions.run', { path: { physicalId: barred }, body: { action: 'refresh' } });
    expect(held.structured.change).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(held.structured.change.explanation).toContain('it is barred, actions run only while active');
    expect(countRequests(world, 'iotx.actions.run')).toBe(0);
    const other = await (await startTestServer({ adjust: keyed(sandboxIotx.readKey) })).connectClient({ ...client, person: yes });
    const denied = await doer(other.call)('actions.run', { path, body: { action: 'refresh' } });
    expect(denied.text).toContain('Permission required: Perform Troubleshooting Actions on a Subscriber.');
  });
});

describe('iot-x stock orders', () => {
  const body = { recipientName: 'Robin Example', address: '1 Example Street', operator: 'DEMO1', stockType: 'SIM', amount: 2 };

  it('iotx.stockOrders.create needs typed approval, is found in the order history and records no personal data', async () => {
    const { connectClient, world } = await startTestServer({ adjust: keyed(sandboxIotx.buyerKey) });
    const { call, asked } = await connectClient({ ...client, person: yes });
    const answer = await doer(call)('stockOrders.create', { body });
    expect(answer.structured.change).toMatchObject({
      status: 'applied',
      summary: 'DEMO1 (1 operator) on ix: buy 2 of "SIM", sent to the recipient and address given. Cost unknown. Cannot be undone.',
      effects: ['billing', 'destructive'],
      targets: [{ device: 'DEMO1', before: { orders: '2' }, after: { order: '9003' } }],
    });
    expect(asked[0]).toMatch(/type the identifier: DEMO1$/);
    // The approver sees where the SIMs go; the answer and the record do not hold it.
    expect(asked[0]).toContain('recipientName = "Robin Example"');
    expect(`${answer.text}${JSON.stringify(answer.structured)}`).not.toContain('Robin');
    expect(world.iotx.changes).toHaveLength(1);
  });

  it('a lost response to iotx.stockOrders.create is settled from the order history and not sent again', async () => {
    const { connectClient, world } = await startTestServer({ adjust: keyed(sandboxIotx.buyerKey) });
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lost-answer', operation: 'iotx.stockOrders.create', skip: 0, times: 1 });
    const { change } = (await doer(call)('stockOrders.create', { body })).structured;
    expect(change).toMatchObject({ status: 'applied', targets: [{ after: { order: '9003' } }] });
    expect(world.iotx.orders.size).toBe(3);
    expect(countRequests(world, 'iotx.stockOrders.create')).toBe(1);
  });
});

describe('guessed operations', () => {
  it('a guessed operation is refused on a live connection before a person is asked', async () => {
    const { connectClient, world } = await startTestServer({ adjust: keyed(sandboxIotx.accessKey, false) });
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { text } = await doer(call)('tags.add', { path, body: { tagName: 'lab' } });
    expect(text).toBe(
      'iotx.tags.add is only guessed: no document shows its path. Nothing was sent. An operator may set allowGuessed for connection ix to try it.',
    );
    expect(asked).toEqual([]);
    expect(world.requestLog).toEqual([]);
  });
});

const keyed =
  (accessKey: string, sandbox = true) =>
  (config: Config): void => {
    const settings = { url: 'http://sandbox.invalid', accessKey, productKey: 'both' } as const;
    config.connections = [{ name: 'ix', provider: 'iotx', sandbox, embedded: true, writes: true, allowGuessed: sandbox, settings }];
    config.secretValues.push(accessKey);
  };
