/** Uploads of new devices, promotion triggers, rate plans and the usage of a promotion, through read_operation and change_operation. */
import { describe, expect, it } from 'vitest';
import { parseCallback } from '../../src/changes/thingspace/parse-callback.ts';
import { countRequests, runPendingTasks, startTestServer, startTime, type TestClient, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto', person: yes } as const;
const flags = { toolsets: 'thingspace,changes,operations' };
const account = '0442000123-00001';
const pump = '89148000000077000037';
const tank = '89148000000077000074';
const fresh = '89148000000077000481';
const freshImei = '359000001209996';
const day = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

const username = 'cb-user';
const password = 'cb-pass-of-the-listener';
const callbacks = [{ connection: 'sandbox-thingspace', username, password, from: [], parseCallback }];

async function fleet(...listeners: string[]) {
  const { connectClient, world, clock } = await startTestServer({ flags, callbacks, deliverCallbacks: true });
  const { call, asked } = await connectClient(client);
  const change = async (operation: string, input: unknown) =>
    (await call('change_operation', { operation: `thingspace.${operation}`, input })).structured.change;
  const read = async (operation: string, input: unknown = {}) =>
    (await call('read_operation', { operation: `thingspace.${operation}`, input })).structured.reply;
  for (const name of listeners)
    await change('callbacks.register', {
      path: { accountName: account },
      body: { name, url: 'http://127.0.0.1:9001/callbacks/sandbox-thingspace', username, password },
    });
  asked.length = 0;
  const elapse = async (ms: number) => {
    clock.advance(ms);
    await runPendingTasks();
  };
  return { call, asked, world, change, read, elapse };
}

/** Polls an accepted change until it ends. */
async function ended(call: TestClient['call'], { id }: { id: string }) {
  return (await call('get_change', { change: id, waitSeconds: 30 })).structured.change;
}

const upload = (...pairs: [imei: string, iccid: string][]) => ({
  accountName: account,
  emailAddress: 'fleet@example.com',
  deviceSku: 'EXSKU0001',
  uploadType: 'IMEI ICCID Pair',
  devices: pairs.map(([imei, iccid]) => ({
    deviceIds: [
      { id: imei, kind: 'imei' },
      { id: iccid, kind: 'iccid' },
    ],
  })),
});

describe('an upload', () => {
  it('stock.upload is applied once the callback reports it, and the device then goes into stock with its IMEI', async () => {
    const { call, asked, world, change, elapse } = await fleet('DeviceService');
    const sent = await change('stock.upload', { body: upload([freshImei, fresh]) });
    expect(asked[0]).toContain(
      'upload as new, SKU EXSKU0001, identified by "IMEI ICCID Pair", in account 0442000123-00001, report to "fleet@example.com".',
    );
    expect(sent.status).toBe('accepted');
    await elapse(6000);
    expect(await ended(call, sent)).toMatchObject({
      status: 'applied',
      targets: [{ device: fresh, before: { state: 'not in the account' } }],
    });
    expect(world.thingspace.uploaded.get(fresh)).toEqual({ iccid: fresh, imei: freshImei, sku: 'EXSKU0001' });

    const add = { accountName: account, state: 'Pre-active', devicesToAdd: [{ deviceIds: [{ id: fresh, kind: 'iccid' }] }] };
    expect((await change('stock.add', { body: add })).status).toBe('applied');
    expect(world.thingspace.devices.find(({ iccid }) => iccid === fresh)).toMatchObject({ state: 'pre-active', imei: freshImei });
    expect(world.thingspace.uploaded.size).toBe(0);
  });

  it('without a listener an upload ends with what the carrier accepted, and the plan warns of it', async () => {
    const { asked, change } = await fleet();
    const sent = await change('stock.upload', { body: upload([freshImei, fresh]) });
    expect(asked[0]).toContain(`account ${account} has no listener for DeviceService: the result will not be delivered`);
    expect(sent).toMatchObject({
      status: 'applied',
      targets: [{ why: 'the carrier accepted it; the result comes only to a listener registered for DeviceService' }],
    });
  });

  it('a device that the carrier rejects in the callback is failed with its words', async () => {
    const { call, world, change, elapse } = await fleet('DeviceService');
    world.thingspace.uploaded.set(fresh, { iccid: fresh, sku: 'EXSKU0001' });
    const sent = await change('stock.upload', { body: upload([freshImei, fresh]) });
    await elapse(6000);
    expect(await ended(call, sent)).toMatchObject({
      status: 'failed',
      targets: [{ outcome: 'failed', why: 'the carrier reports: The device is known already.' }],
    });
  });

  it('a SIM that the account has already, and a SKU in lower case, are refused before anything is sent', async () => {
    const { call, world, change } = await fleet();
    expect((await change('stock.upload', { body: upload(['359000001200091', pump]) })).explanation).toContain(
      `${pump}: the carrier has it already, it is "active"`,
    );
    const lower = { operation: 'thingspace.stock.upload', input: { body: { ...upload([freshImei, fresh]), deviceSku: 'exsku0001' } } };
    expect((await call('change_operation', lower)).text).toContain('must be in upper case, for example EXSKU0001');
    expect(countRequests(world, 'thingspace.stock.upload')).toBe(0);
  });

  it('stock.uploadActivate puts the device into the account and activates it with a number', async () => {
    const { call, asked, world, change } = await fleet();
    const body = { ...upload([freshImei, fresh]), servicePlan: 'IOTLOW5MB', mdnZipCode: '98801' };
    const sent = await change('stock.uploadActivate', { body });
    expect(asked[0]).toContain(
      'upload and activate on plan IOTLOW5MB, ZIP 98801, each gets a new number; SKU EXSKU0001, identified by "IMEI ICCID Pair", in account 0442000123-00001, report to "fleet@example.com".',
    );
    expect(asked[0]).toContain('Billed by plan and contract, cost unknown');
    expect(await ended(call, sent)).toMatchObject({ status: 'applied', targets: [{ device: fresh, after: { state: 'active' } }] });
    expect(world.thingspace.devices.find(({ iccid }) => iccid === fresh)).toMatchObject({ imei: freshImei, plan: 'IOTLOW5MB' });
    const wrong = await call('change_operation', {
      operation: 'thingspace.stock.uploadActivate',
      input: { body: { ...upload(['359000001209988', '89148000000077000499']), servicePlan: 'IOTLOW6MB', mdnZipCode: '98801' } },
    });
    expect(wrong.text).toContain(`account ${account} has no plan "IOTLOW6MB", nearest is IOTLOW5MB`);
  });
});

describe('a promotion', () => {
  const triggerId = '5D0C7A52-8E41-4B6F-9A2D-3C1E6F7B8A90';
  const condition = {
    dataPercentage50: false,
    dataPercentage75: true,
    dataPercentage90: true,
    dataPercentage100: true,
    smsPercentage50: false,
    smsPercentage75: false,
    smsPercentage90: false,
    smsPercentage100: false,
    noOfDaysB4PromoExp: 5,
  };
  const update = {
    triggerId,
    triggerName: 'PromoAlerts_0442000123-00001_71002',
    accountName: account,
    triggerCategory: 'PromoAlerts',
    promoAlerts: [{ filterCriteria: { servicePlan: '71002' }, condition, enablePromoExp: true }],
  };

  it('promoTriggers.update changes the shares at which a promotion alerts, and undo_change writes the previous ones', async () => {
    const { call, asked, change, read } = await fleet();
    const sent = await change('promoTriggers.update', { body: update });
    expect(asked[0]).toContain(
      'alert of the promotion at 75, 90, 100 % of its data, 5 days before its end, at no other share (plan 71002).',
    );
    expect(sent).toMatchObject({
      status: 'applied',
      targets: [
        {
          before: { data: '100', sms: '100', days: '0', end: 'announced' },
          after: { data: '75 90 100', sms: 'none', days: '5', end: 'announced' },
        },
      ],
    });
    expect(await read('promoTriggers.read', { path: { triggerId } })).toMatchObject({
      triggers: [{ triggerId, promoAlerts: { filterCriteria: { servicePlan: '71002' }, condition } }],
    });
    expect((await change('promoTriggers.update', { body: update })).status).toBe('unchanged');

    expect((await call('undo_change', { change: sent.id })).structured.change.status).toBe('applied');
    const [former] = (await read('promoTriggers.listOfAccount', { path: { accountName: account } })).triggers;
    expect(former.triggerAttributes).toEqual(
      expect.arrayContaining([
        { key: 'DataPercentage75', value: 'False' },
        { key: 'SmsPercentage100', value: 'True' },
        { key: 'NoOfDaysB4PromoExp', value: '0' },
      ]),
    );
  });

  it('a promotion trigger that does not exist, or by another name, is refused, and a lost answer is settled by reading', async () => {
    const { world, change } = await fleet();
    expect((await change('promoTriggers.update', { body: { ...update, triggerId: 'none' } })).explanation).toContain(
      'there is no such promotion trigger',
    );
    expect((await change('promoTriggers.update', { body: { ...update, triggerName: 'mine' } })).explanation).toContain(
      'its triggerName is "PromoAlerts_0442000123-00001_71002", which cannot be changed',
    );
    expect(countRequests(world, 'thingspace.promoTriggers.update')).toBe(0);
    world.faults.arm({ fault: 'lost-answer', operation: 'thingspace.promoTriggers.update', skip: 0, times: 1 });
    expect((await change('promoTriggers.update', { body: update })).status).toBe('applied');
    expect(countRequests(world, 'thingspace.promoTriggers.update')).toBe(1);
  });

  it('rate plans, all triggers and the triggers of promotions are read', async () => {
    const { read } = await fleet();
    const { ratePlanGroup } = await read('promoTriggers.ratePlans', { path: { ecpdId: account } });
    expect(ratePlanGroup).toMatchObject([
      { ratePlanType: 'AccountShareGroup', ratePlan: [{ carrierRatePlanCode: '71001', promotionOffered: false }] },
      { carrierRatePlanCode: '71002', sizeKb: '256000', promotionOffered: true, promotionDays: 365 },
      { carrierRatePlanCode: '71003', promotionOffered: false },
    ]);
    const names = ['PromoAlerts_0442000123-00001_71002', 'PromoAlerts_0442000123-00002_71002'];
    for (const operation of ['promoTriggers.all', 'promoTriggers.list'])
      expect((await read(operation)).triggers.map((one: { triggerName: string }) => one.triggerName)).toEqual(names);
  });

  it('usage.promo lists the days of a device on a promoted plan until the promotion ends, none on another plan', async () => {
    const { read, world } = await fleet();
    const span = { earliest: iso(startTime - 3 * day), latest: iso(startTime) };
    const of = async (id: string) => (await read('usage.promo', { body: { deviceId: { id, kind: 'iccid' }, ...span } })).usageHistory;
    const usage = await read('usage.list', { body: { deviceId: { id: pump, kind: 'iccid' }, ...span } });
    expect(await of(pump)).toEqual(
      usage.usageHistory.map((one: { bytesUsed: number; smsUsed: number; timestamp: string }) => ({
        bytesUsed: one.bytesUsed,
        servicePlan: 'IOTSHR250MB',
        smsUsed: one.smsUsed,
        moSMS: one.smsUsed,
        mtSMS: 0,
        source: 'Raw Usage',
        eventDateTime: one.timestamp,
      })),
    );
    expect(await of(pump)).toHaveLength(3);
    expect(await of(tank)).toEqual([]);
    world.thingspace.promotions = [{ plan: 'IOTSHR250MB', days: 10 }];
    expect(await of(pump)).toEqual([]);
  });

  it('usage.promoAggregate answers with a request id, and its totals go to the listener for DevicePromoUsage', async () => {
    const { read, world, elapse } = await fleet('DevicePromoUsage');
    const body = {
      accountName: account,
      deviceIds: [{ id: pump, kind: 'iccid' }],
      startTime: iso(startTime - 3 * day),
      endTime: iso(startTime),
    };
    const { requestId } = await read('usage.promoAggregate', { body });
    await elapse(6000);
    const [callback] = world.thingspace.outbox;
    expect(callback).toMatchObject({
      service: 'DevicePromoUsage',
      delivered: true,
      body: { requestId, deviceIds: [{ id: pump, kind: 'iccid' }], deviceResponse: { promoUsageResponse: { servicePlan: 'IOTSHR250MB' } } },
    });
  });
});
