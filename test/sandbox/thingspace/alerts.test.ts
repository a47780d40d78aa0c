import { expect, test } from 'vitest';
import { type Api, at, loggedIn, rowsAt, sessionOf, textAt, tokenOf } from './api.ts';

const account = '0442000123-00001';
const day = 86_400_000;
const heavy = { comparator: 'gt', threshold: 2, thresholdUnit: 'MB' };

/** A trigger on the group, heard by a listener. */
async function watched(trigger: object): Promise<{ api: Api; triggerId: string }> {
  const api = await loggedIn();
  await api.post(`/callbacks/${account}`, { name: 'AlertService', url: 'https://listener.example/ts', username: 'u', password: 'p' });
  const made = await api.post('/triggers', { name: 'heavy west', accountName: account, groupName: 'West tanks', ...trigger });
  return { api, triggerId: textAt(made.body, 'triggerId') };
}

const whom = ({ world }: Api): unknown[] => world.thingspace.outbox.map(({ body }) => at(body, 'deviceIds', 0, 'id') ?? 'all');

/** What a device used since midnight, in bytes, asked in a session of its own. */
async function usedToday(api: Api, iccid: string): Promise<number> {
  const now = api.clock.now();
  const bearer = await tokenOf(api);
  const headers = { authorization: `Bearer ${bearer}`, 'vz-m2m-token': await sessionOf(api, bearer), 'content-type': 'application/json' };
  const span = { earliest: new Date(now - (now % day)).toISOString(), latest: new Date(now).toISOString() };
  const asked = JSON.stringify({ deviceId: { id: iccid, kind: 'iccid' }, ...span });
  const { body } = await api.raw('POST', '/api/m2m/v1/devices/usage/actions/list', headers, asked);
  return rowsAt(body, 'usageHistory').reduce<number>((sum, row) => sum + Number(at(row, 'bytesUsed')), 0);
}

test('a device that passes the bound is told of once a day, those below are not', async () => {
  const { api, triggerId } = await watched({ triggerCategory: 'DeviceDataUsage', triggerCycle: 'Daily', dataTriggerRequest: heavy });
  expect(api.world.thingspace.outbox).toEqual([]);
  api.clock.advance(11 * 3_600_000);
  const told = whom(api) as string[];
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told).size).toBe(told.length);
  expect(api.world.thingspace.outbox[0]).toMatchObject({
    service: 'AlertService',
    body: {
      username: 'u',
      password: 'p',
      requestId: triggerId,
      deviceIds: [{ id: told[0], kind: 'iccid' }],
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
  for (const { iccid, group, line } of api.world.thingspace.devices.filter((one) => one.account === account)) {
    const over = (await usedToday(api, iccid)) > 2 * 1024 ** 2;
    expect([iccid, told.includes(iccid)]).toEqual([iccid, over && group === 'West tanks' && line !== undefined]);
  }
  api.clock.advance(day);
  expect(whom(api).filter((one) => one === told[0])).toHaveLength(2);
});

test('a group together is told of once, without a device', async () => {
  const bound = { comparator: 'gte', threshold: 1, thresholdUnit: 'KB' };
  const { api } = await watched({ triggerCategory: 'AggregateDeviceDataUsage', triggerCycle: 'Monthly', dataTriggerRequest: bound });
  api.clock.advance(3 * day);
  expect(whom(api)).toEqual(['all']);
});

test('what stays under a bound is told when its week is over', async () => {
  const bound = { smsType: 'MT', comparator: 'lt', threshold: 1 };
  const { api } = await watched({ triggerCategory: 'DeviceSMSUsage', triggerCycle: 'Weekly', smsTriggerRequest: bound });
  const [texted] = api.world.thingspace.devices;
  if (texted) texted.texted = [api.clock.now() + 1000];
  // It is Sunday noon: the week ends at midnight.
  api.clock.advance(11 * 3_600_000);
  expect(whom(api)).toEqual([]);
  api.clock.advance(2 * 3_600_000);
  const lines = api.world.thingspace.devices.filter((one) => one.account === account && one.group === 'West tanks' && one.line);
  expect(whom(api)).toEqual(lines.slice(1).map(({ iccid }) => iccid));
});

test('a trigger that is switched off, deleted or of a kind that is not played tells nothing', async () => {
  const data = { triggerCategory: 'DeviceDataUsage', triggerCycle: 'Daily', dataTriggerRequest: { ...heavy, threshold: 0 } };
  const off = await watched(data);
  const whole = { triggerId: off.triggerId, triggerName: 'heavy west', accountName: account, groupName: 'West tanks', active: false };
  await off.api.send('PUT', '/api/m2m/v1/triggers', { ...whole, ...data });
  const gone = await watched(data);
  await gone.api.send('DELETE', `/api/m2m/v1/triggers/${gone.triggerId}`);
  const time = await watched({ triggerCategory: 'DeviceSessionTime', sessionTriggerRequest: { comparator: 'gt', threshold: 0 } });
  for (const { api } of [off, gone, time]) {
    api.clock.advance(2 * day);
    expect(whom(api)).toEqual([]);
  }
  expect(gone.api.world.happenings.pending()).toBe(0);
});
