import { expect, test } from 'vitest';
import { type Api, at, loggedIn, rowsAt, sessionOf, textAt, tokenOf } from './api.ts';

const account = '0442000123-00001';
const day = 86_400_000;
const heavy = { comparator: 'gt', threshold: 2, thresholdUnit: 'MB' };

/** Creates a trigger on the group West tanks and registers a listener for its alerts. */
async function withTrigger(trigger: object): Promise<{ api: Api; triggerId: string }> {
  const api = await loggedIn();
  await api.post(`/callbacks/${account}`, { name: 'AlertService', url: 'https://listener.example/ts', username: 'u', password: 'p' });
  const made = await api.post('/triggers', { name: 'heavy west', accountName: account, groupName: 'West tanks', ...trigger });
  return { api, triggerId: textAt(made.body, 'triggerId') };
}

const alertedIds = ({ world }: Api): unknown[] => world.thingspace.outbox.map(({ body }) => at(body, 'deviceIds', 0, 'id') ?? 'all');

/** Bytes that a device used since midnight, read in a new session. */
async function usedToday(api: Api, iccid: string): Promise<number> {
  const now = api.clock.now();
  const bearer = await tokenOf(api);
  const headers = { authorization: `Bearer ${bearer}`, 'vz-m2m-token': await sessionOf(api, bearer), 'content-type': 'application/json' };
  const span = { earliest: new Date(now - (now % day)).toISOString(), latest: new Date(now).toISOString() };
  const request = JSON.stringify({ deviceId: { id: iccid, kind: 'iccid' }, ...span });
  const { body } = await api.raw('POST', '/api/m2m/v1/devices/usage/actions/list', headers, request);
  return rowsAt(body, 'usageHistory').reduce<number>((sum, row) => sum + Number(at(row, 'bytesUsed')), 0);
}

test('a daily trigger alerts once a day for each device above the threshold and for no other', async () => {
  const { api, triggerId } = await withTrigger({ triggerCategory: 'DeviceDataUsage', triggerCycle: 'Daily', dataTriggerRequest: heavy });
  expect(api.world.thingspace.outbox).toEqual([]);
  api.clock.advance(11 * 3_600_000);
  const alerted = alertedIds(api) as string[];
  expect(alerted.length).toBeGreaterThan(0);
  expect(new Set(alerted).size).toBe(alerted.length);
  expect(api.world.thingspace.outbox[0]).toMatchObject({
    service: 'AlertService',
    body: {
      username: 'u',
      password: 'p',
      requestId: triggerId,
      deviceIds: [{ id: alerted[0], kind: 'iccid' }],
      deviceResponse: {
        triggerId,
        triggerName: 'heavy west',
        triggerCategory: 'DeviceDataUsage',
        triggerCycle: 'Daily',
        accountName: account,
        groupName: 'West tanks',
        comparator: 'gt',
        threshold: '2',
        thresholdUnit: 'MB',
        value: expect.stringMatching(/^[2-9](\.\d+)?$/),
      },
      status: 'Success',
    },
  });
  for (const { iccid, group, mdnIndex } of api.world.thingspace.devices.filter((one) => one.account === account)) {
    const over = (await usedToday(api, iccid)) > 2 * 1024 ** 2;
    expect([iccid, alerted.includes(iccid)]).toEqual([iccid, over && group === 'West tanks' && mdnIndex !== undefined]);
  }
  api.clock.advance(day);
  expect(alertedIds(api).filter((one) => one === alerted[0])).toHaveLength(2);
});

test('an aggregate trigger alerts once per cycle for the whole group, without device ids', async () => {
  const condition = { comparator: 'gte', threshold: 1, thresholdUnit: 'KB' };
  const { api } = await withTrigger({
    triggerCategory: 'AggregateDeviceDataUsage',
    triggerCycle: 'Monthly',
    dataTriggerRequest: condition,
  });
  api.clock.advance(3 * day);
  expect(alertedIds(api)).toEqual(['all']);
});

test('a weekly trigger with a lower limit alerts when the week ends', async () => {
  const condition = { smsType: 'MT', comparator: 'lt', threshold: 1 };
  const { api } = await withTrigger({ triggerCategory: 'DeviceSMSUsage', triggerCycle: 'Weekly', smsTriggerRequest: condition });
  const [texted] = api.world.thingspace.devices;
  if (texted) texted.smsReceived = [api.clock.now() + 1000];
  // The clock starts on Sunday at noon UTC, so the week ends at midnight.
  api.clock.advance(11 * 3_600_000);
  expect(alertedIds(api)).toEqual([]);
  api.clock.advance(2 * 3_600_000);
  const sims = api.world.thingspace.devices.filter((one) => one.account === account && one.group === 'West tanks' && one.mdnIndex);
  expect(alertedIds(api)).toEqual(sims.slice(1).map(({ iccid }) => iccid));
});

test('an inactive trigger, a deleted trigger and an unsupported trigger category send no alerts', async () => {
  const data = { triggerCategory: 'DeviceDataUsage', triggerCycle: 'Daily', dataTriggerRequest: { ...heavy, threshold: 0 } };
  const off = await withTrigger(data);
  const whole = { triggerId: off.triggerId, triggerName: 'heavy west', accountName: account, groupName: 'West tanks', active: false };
  await off.api.send('PUT', '/api/m2m/v1/triggers', { ...whole, ...data });
  const gone = await withTrigger(data);
  await gone.api.send('DELETE', `/api/m2m/v1/triggers/${gone.triggerId}`);
  const time = await withTrigger({ triggerCategory: 'DeviceSessionTime', sessionTriggerRequest: { comparator: 'gt', threshold: 0 } });
  for (const { api } of [off, gone, time]) {
    api.clock.advance(2 * day);
    expect(alertedIds(api)).toEqual([]);
  }
  expect(gone.api.world.eventQueue.pending()).toBe(0);
});
