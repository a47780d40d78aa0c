/** Requests exactly as the vendor's generated client sends them, except for the host, over a real port. */
import { expect, onTestFinished, test } from 'vitest';

import { portHandler } from '../../../src/sandbox/port-handler.ts';
import { listen } from '../../../src/web/listen.ts';
import type { Json } from '../../support/json.ts';
import { basic, newWorld } from './api.ts';

const account = '0442000123-00001';
const active = '89148000000077000037';
const suspended = '89148000000077000333';
const deactivated = '89148000000077000407';
const eid = '89049032000000000000000000007711';
const id = (value: string, kind = 'iccid') => ({ id: value, kind });
const one = (value: string, kind = 'iccid') => [{ deviceIds: [id(value, kind)] }];
const span = { earliest: '2026-02-20T00:00:00Z', latest: '2026-03-01T00:00:00Z' };
const requestId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Answer {
  status: number;
  body: Json;
}

/** A client like the SDK: one token, one session, and a new idempotency key on every POST. */
async function sdk() {
  const { world, clock } = newWorld();
  const { url, close } = await listen(portHandler(world), '127.0.0.1', 0);
  onTestFinished(close);
  let posts = 0;
  let headers: Record<string, string> = {};
  const send = async (method: string, path: string, body?: object): Promise<Answer> => {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
    const key: Record<string, string> = method === 'POST' ? { 'idempotency-key': `key-${++posts}` } : {};
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { 'user-agent': 'APIMATIC 3.0', accept: 'application/json', ...headers, ...json, ...key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const token = await fetch(`${url}/api/ts/v1/oauth2/token`, {
    method: 'POST',
    headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  headers = { authorization: `Bearer ${bearer}` };
  const { body } = await send('POST', '/m2m/v1/session/login', { username: 'sandbox-user', password: 'sandbox-password' });
  headers = { ...headers, 'vz-m2m-token': body.sessionToken };
  const m2m = (method: string, path: string, more?: object) => send(method, `/m2m/v1${path}`, more);
  /** Expects a response with a request id, waits 15 seconds and returns the response of the status call. */
  const finalStatus = async (answer: Answer, version: 'v1' | 'v2' = 'v1') => {
    expect(answer).toEqual({ status: 200, body: { requestId: expect.stringMatching(requestId) } });
    clock.advance(15_000);
    return (await send('GET', `/m2m/${version}/accounts/${account}/requests/${answer.body.requestId}/status`)).body;
  };
  return { world, clock, url, send, m2m, finalStatus };
}

/** Whether every number is an integer. The SDK reads numbers as big integers. */
function wholeNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value);
  return value === null || typeof value !== 'object' || Object.values(value).every(wholeNumbers);
}

test('responses have the list types that the SDK declares, and integer numbers', async () => {
  const { m2m } = await sdk();
  const plans = await m2m('GET', `/plans/${account}`);
  expect(plans.body[0]).toEqual({
    name: 'IOT LOW 5MB',
    code: 'IOTLOW5MB',
    sizeKb: 5120,
    carrierServicePlanCode: '71001',
    extendedAttributes: [],
  });
  const history = await m2m('POST', '/devices/history/actions/list', {
    deviceId: id(active),
    earliest: '2025-01-01T00:00:00Z',
    latest: span.latest,
  });
  expect(history.body).toEqual([
    { hasMoreData: false, provisioningHistory: [expect.objectContaining({ eventType: 'Activation Confirmed' })] },
  ]);
  expect((await m2m('GET', '/triggers')).body).toEqual([{ triggers: [] }]);
  expect((await m2m('GET', `/callbacks/${account}`)).body).toEqual([]);
  expect((await m2m('GET', `/groups/${account}`)).body).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: 'West tanks', isDefaultGroup: false })]),
  );
  const usage = await m2m('POST', '/devices/usage/actions/list', { deviceId: id(active), ...span });
  expect(usage.body.usageHistory[0]).toEqual({
    bytesUsed: expect.any(Number),
    smsUsed: expect.any(Number),
    servicePlan: 'IOTSHR250MB',
    source: 'Raw Usage',
    timestamp: '2026-02-20T00:00:00Z',
    extendedAttributes: expect.any(Array),
  });
  const services = await m2m('GET', `/accounts/${account}/statesandservices`);
  expect(services.body).toMatchObject({
    engagement: [
      {
        engagementId: '4411',
        services: [
          {
            name: 'Telemetry',
            states: [{ workflowSequenceNumber: 1, servicePlans: ['IOTLOW5MB', expect.anything(), expect.anything()] }, {}],
          },
        ],
      },
    ],
  });
  expect((await m2m('GET', `/accounts/${account}/stateandservices`)).body).toEqual(services.body);
  for (const answer of [plans, history, usage, services]) expect([answer.status, wholeNumbers(answer.body)]).toEqual([200, true]);
});

test('a device list with more rows returns 202 and accepts the cursor and the filter of the SDK', async () => {
  const { m2m } = await sdk();
  const page = await m2m('POST', '/devices/actions/list', { accountName: account, largestDeviceIdSeen: 0, maxNumberOfDevices: 5 });
  expect([page.status, page.body.hasMoreData, page.body.devices.length]).toEqual([202, true, 5]);
  expect(page.body.devices[0].carrierInformations).toEqual([
    { carrierName: 'Verizon Wireless', servicePlan: 'IOTSHR250MB', state: 'active' },
  ]);
  const last = page.body.devices[4].extendedAttributes.find((one: { key: string }) => one.key === 'DeviceId').value;
  const rest = await m2m('POST', '/devices/actions/list', {
    accountName: account,
    largestDeviceIdSeen: Number(last),
    maxNumberOfDevices: 2000,
  });
  expect([rest.status, rest.body.hasMoreData]).toEqual([200, false]);
  const filter = { deviceIdentifierFilters: [{ kind: 'iccid', contains: '77000' }] };
  expect((await m2m('POST', '/devices/actions/list', { accountName: account, filter })).body.devices.length).toBeGreaterThan(5);
});

test('an API error is 400 with an error code, a wrong bearer 401 with a fault, and a wrong method 405 with a fault', async () => {
  const { m2m, url } = await sdk();
  expect(await m2m('POST', '/devices/actions/list', { deviceId: id('89148000000077999996') })).toEqual({
    status: 400,
    body: { errorCode: 'UnifiedWebService.REQUEST_FAILED.DeviceNotFound', errorMessage: 'REQUEST_FAILED. The device does not exist.' },
  });
  const stale = await fetch(`${url}/api/m2m/v1/plans/${account}`, { headers: { authorization: 'Bearer stale' } });
  expect([stale.status, await stale.json()]).toMatchObject([401, { fault: { code: '900901', message: 'Invalid Credentials' } }]);
  expect(await m2m('GET', '/devices/requests/status')).toMatchObject({ status: 405, body: { fault: { code: '900906' } } });
});

test('a request ends as Success or Failure, and the same write sent twice creates two requests', async () => {
  const { m2m, finalStatus } = await sdk();
  const suspend = (iccid: string) =>
    m2m('POST', '/devices/actions/suspend', { accountName: account, devices: one(iccid), withBilling: false });
  const first = await suspend(active);
  const second = await suspend(active);
  expect(second.body.requestId).not.toBe(first.body.requestId);
  expect(await finalStatus(first)).toEqual({ requestId: first.body.requestId, status: 'Success' });
  expect(await finalStatus(second)).toEqual({ requestId: second.body.requestId, status: 'Failure' });
  const third = await suspend(suspended);
  expect((await m2m('GET', `/accounts/${account}/requests/${third.body.requestId}/status`)).body.status).toBe('Pending');
});

test('requests in which the SDK differs from the documentation pages are accepted', async () => {
  const { m2m, send, finalStatus, world, clock } = await sdk();
  // Labels are sent as one object and removed by query string.
  const labels = { devices: one(active), label: [{ name: 'VIN', value: 'EXAMPLE0000000001' }] };
  expect((await m2m('POST', '/devices/actions/usagesegmentationlabels', { accountName: account, labels })).status).toBe(200);
  clock.advance(5000);
  const device = world.thingspace.devices[0];
  expect(device?.label).toEqual({ name: 'VIN', value: 'EXAMPLE0000000001' });
  const listed = {
    accountName: account,
    labels: { deviceIds: [{ name: 'VIN', value: 'EXAMPLE0000000001' }] },
    billingCycle: { year: '2026', month: '01' },
  };
  expect((await m2m('POST', '/devices/usage/actions/billedusage/list', listed)).status).toBe(200);
  const query = `accountName=${account}&LabelList[deviceIds][0][name]=VIN&LabelList[deviceIds][0][value]=EXAMPLE0000000001`;
  expect((await m2m('DELETE', `/devices/actions/usagesegmentationlabels?${encodeURI(query)}`)).status).toBe(200);
  clock.advance(5000);
  expect(device?.label).toBeUndefined();
  // Monitors are listed by monitorType and stopped by query string.
  const monitor = {
    accountName: account,
    requestType: 'REACHABLE_FOR_DATA',
    monitorExpirationTime: '2026-12-31T00:00:00Z',
    devices: one(active),
  };
  expect((await m2m('POST', '/diagnostics/basic/devicereachability', monitor)).status).toBe(200);
  clock.advance(5000);
  const listMonitors = { accountName: account, devices: one(active), monitorType: 'REACHABLE_FOR_DATA' };
  expect((await m2m('POST', '/diagnostics/basic/devicereachability/monitors', listMonitors)).status).toBe(200);
  const stop = `stopreachabilitypayload[accountName]=${account}&stopreachabilitypayload[devices][0][deviceIds][0][id]=${active}`;
  expect((await m2m('DELETE', `/diagnostics/basic/devicereachability?${encodeURI(stop)}`)).status).toBe(200);
  clock.advance(5000);
  expect(world.thingspace.monitors).toEqual([]);
  // A profile request identifies devices by ids, and a history request by a list of devices.
  const ended = {
    accountName: account,
    reasonCode: 'FF',
    etfWaiver: true,
    checkFallbackProfile: false,
    devices: [{ ids: [id(eid, 'eid')] }],
  };
  expect(await finalStatus(await m2m('POST', '/devices/profile/actions/deactivate', ended), 'v2')).toMatchObject({
    status: 'Success',
    subrequests: [{ ids: { id: eid, kind: 'eid' }, status: 'Success' }],
  });
  const filter = { accountName: account, deviceFilter: [id(eid, 'eid')], ...span };
  expect(await finalStatus(await send('POST', '/m2m/v2/devices/history/actions/list', filter), 'v2')).toMatchObject({ status: 'Success' });
  // The SDK spells these paths in a different case.
  const place = {
    customerName: { firstName: 'Avery', lastName: 'Example' },
    address: { addressLine1: '12 Example Way', city: 'Wenatchee', state: 'WA', zip: '98802', country: 'USA' },
  };
  for (const path of ['contactInfo', 'contactinfo'])
    expect(
      (await m2m('PUT', `/devices/actions/${path}`, { accountName: account, devices: one(suspended), primaryPlaceOfUse: place })).status,
    ).toBe(200);
  const rest = { serviceName: 'Telemetry', stateName: 'Telemetry Resting', servicePlan: 'IOTLOW5MB', mdnZipCode: '98801' };
  for (const path of ['gotostate', 'goToState'])
    expect((await m2m('PUT', `/devices/actions/${path}`, { ...rest, devices: one('89148000000077000074') })).status).toBe(200);
});

test('a deletion returns one result per device, with a single identifier as an object', async () => {
  const { m2m } = await sdk();
  const gone = await m2m('POST', '/devices/actions/delete', { devicesToDelete: [...one(deactivated), ...one(active)] });
  expect(gone).toEqual({
    status: 200,
    body: [
      { deviceIds: id(deactivated), status: 'Success' },
      { deviceIds: id(active), status: 'Failed', message: 'The device is not in deactive state.' },
    ],
  });
  const group = { accountName: account, groupName: 'East tanks', groupDescription: 'new', devicesToAdd: [id(active)] };
  expect(await m2m('POST', '/groups', group)).toEqual({ status: 200, body: { success: true } });
  expect(await m2m('DELETE', `/groups/${account}/name/East%20tanks`)).toEqual({ status: 200, body: { success: true } });
});
