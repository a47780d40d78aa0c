import { expect, it } from 'vitest';

import { iotx } from '../../../src/clients/iotx/index.ts';
import { productBody } from '../../../src/clients/iotx/products.ts';
import { account, errorResponse } from './account.ts';

const path = { physicalId: '8944990000001000010' };
const sum = (values: Iterable<number | null | undefined>): number => [...values].reduce<number>((total, value) => total + (value ?? 0), 0);

it('usage by time, by address and by company have the same sums', async () => {
  const { call } = account();
  const period = { startDate: '2026-11-07T08:00:00+00:00', endDate: '2026-11-22T08:00:00Z' };
  const usage = await call(iotx.analytics.dataUsage, { path, query: period });
  const up = sum(Object.values(usage.mobileOriginated ?? {}));
  const down = sum(Object.values(usage.mobileTerminated ?? {}));
  expect([up, down]).toEqual([5505024, 1835008]);
  const byIp = await call(iotx.analytics.dataUsageByIp, { path, query: period });
  expect(byIp.totalData).toBe(7340032);
  expect(sum(Object.values(byIp.dataUsageByIp ?? {}).map(({ bytes }) => bytes))).toBe(7340032);
  const company = await call(iotx.analytics.companyUsage, {});
  expect(company.subscriberDataUsage?.['447700900101']).toEqual({ '2026-11-22T08:00:00+00:00': 7340032 });
  expect(company.totalDataUsage).toBe(sum(Object.values(company.subscriberDataUsage ?? {}).flatMap((one) => Object.values(one ?? {}))));
});

it('the usage of two parts of a day adds up to the usage of the day', async () => {
  const { call } = account();
  const bytes = async (startDate: string, endDate: string) => {
    const usage = await call(iotx.analytics.dataUsage, { path, query: { startDate, endDate } });
    return sum([...Object.values(usage.mobileOriginated ?? {}), ...Object.values(usage.mobileTerminated ?? {})]);
  };
  const whole = await bytes('2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z');
  const parts = [
    await bytes('2026-11-20T00:00:00Z', '2026-11-20T09:17:00Z'),
    await bytes('2026-11-20T10:17:00+01:00', '2026-11-21T00:00:00Z'),
  ];
  expect(whole).toBeGreaterThan(400_000);
  expect(sum(parts)).toBe(whole);
});

it('a subscriber has no usage while Data Access is disabled', async () => {
  const { call, clock } = account();
  const usage = async () => (await call(iotx.subscribers.read, { path })).dataUsage;
  await call(iotx.products.change, { path, body: productBody('both', 'Data Access', 'disable') });
  clock.advance(86_400_000);
  expect(await usage()).toBe(7340032);
  await call(iotx.products.change, { path, body: productBody('both', 'Data Access', 'enable') });
  clock.advance(86_400_000);
  expect(await usage()).toBeGreaterThan(7_800_000);
});

it('apn.log returns sessions whose sums match the usage, the newest open until a reconnect', async () => {
  const { call, clock } = account();
  clock.advance(60_000);
  const log = await call(iotx.apn.log, { path, query: { limit: 100 } });
  expect(log[0]).toMatchObject({ reason: 'Access-Accept', stopTime: '', username: '447700900101' });
  const start = log.at(-1)?.startTime ?? '';
  const usage = await call(iotx.analytics.dataUsage, { path, query: { startDate: start, endDate: '2026-11-22T08:01:00Z' } });
  expect(sum(log.map((one) => one.mobileOriginatedData))).toBe(sum(Object.values(usage.mobileOriginated ?? {})));
  expect(sum(log.map((one) => one.mobileTerminatedData))).toBe(sum(Object.values(usage.mobileTerminated ?? {})));
  await call(iotx.actions.run, { path, body: { action: 'reconnect' } });
  clock.advance(60_000);
  const [open, closed] = await call(iotx.apn.log, { path, query: { limit: 2 } });
  expect(open).toMatchObject({ startTime: '2026-11-22T08:01:00.000Z', stopTime: '', reason: 'Access-Accept' });
  expect(closed).toMatchObject({ stopTime: '2026-11-22T08:01:00.000Z', reason: 'Admin-Reset' });
});

it('analytics.dataUsage requires both ends of the range, with offset', async () => {
  const { request } = account();
  const route = 'GET /analytics/data-usage/8944990000001000010';
  expect(await request(`${route}?endDate=2026-11-22T08:00:00Z`)).toEqual(
    errorResponse(400, 'BAD_REQUEST', 'startDate must be an ISO 8601 date-time with offset.'),
  );
  expect(await request(`${route}?startDate=2026-11-21T08:00:00&endDate=2026-11-22T08:00:00Z`)).toEqual(
    errorResponse(400, 'BAD_REQUEST', 'startDate must be an ISO 8601 date-time with offset.'),
  );
  expect(await request(`${route}?startDate=2026-11-23T08:00:00Z&endDate=2026-11-22T08:00:00Z`)).toEqual(
    errorResponse(400, 'BAD_REQUEST', 'endDate must not be before startDate.'),
  );
});

it('the fault quoted returns booleans and byte counts as strings', async () => {
  const { request, call, world } = account();
  world.faults.arm({ fault: 'quoted' });
  const { body } = await request('GET /subscribers/8944990000001000010');
  expect(body).toMatchObject({ content: { isActive: 'true', isBarred: 'false', dataUsage: '7340032' } });
  expect(await call(iotx.subscribers.read, { path })).toMatchObject({ isActive: true, isBarred: false, dataUsage: 7340032 });
});
