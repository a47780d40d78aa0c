/** Pins the exact request of every ThingSpace operation. */
import { expect, test } from 'vitest';
import type { Call, Fetch } from '../../../src/clients/http/client.ts';
import type { AnyEndpoint } from '../../../src/clients/http/endpoint.ts';
import { Refusal, UnknownAnswer } from '../../../src/clients/http/errors.ts';
import { thingspace } from '../../../src/clients/thingspace/index.ts';
import { requestStateOf } from '../../../src/clients/thingspace/sim-state.ts';
import { fixedClock } from '../../../src/clock.ts';
import { additionalPins } from './additional-pins.ts';
import { type Pin, pins } from './pins.ts';
import { client, rejectionOf } from './support.ts';

const answers: [request: RegExp, body: unknown][] = [
  [/oauth2\/token$/, { access_token: 'bearer-0001', token_type: 'Bearer', expires_in: 3600 }],
  [/session\/log/, { sessionToken: '0d9e1c1a-6f3d-4f0e-8a3e-3f2f0b9a1d77' }],
  [/session\/password/, { newPassword: 'new-0001' }],
  [/^GET .*(\/plans\/|\/groups\/[^/]+$|\/callbacks\/|\/triggers)/, []],
  [/(?<!profile)\/actions\/(add|delete)$/, []],
  [/./, { requestId: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3', status: 'Failed' }],
];

function recording(): { call: Call; sent: unknown[] } {
  const sent: unknown[] = [];
  const fetch: Fetch = async (url, { method, headers, body }) => {
    sent.push({ method, url, headers, ...(body === undefined ? {} : { body }) });
    return Response.json(answers.find(([request]) => request.test(`${method} ${url}`))?.[1]);
  };
  const settings = {
    url: 'https://carrier.example',
    appKey: 'app-key-1',
    appSecret: 'app-secret-1',
    username: 'user-1',
    password: 'pass-word-1',
  };
  return { call: client({ settings, clock: fixedClock(0), fetch }), sent };
}

/** The last request sent by a call. */
async function last(run: (call: Call) => Promise<unknown>): Promise<unknown> {
  const { call, sent } = recording();
  await run(call).catch(emptyAnswer);
  return sent.at(-1);
}

/** The recording gives most reads an answer that is not theirs; here only the request matters. */
function emptyAnswer(error: unknown): void {
  if (!(error instanceof UnknownAnswer)) throw error;
}

const accept = 'application/json';
const bearer = 'Bearer bearer-0001';
const basic = 'Basic YXBwLWtleS0xOmFwcC1zZWNyZXQtMQ==';
const form = 'application/x-www-form-urlencoded';
const both = { accept, authorization: bearer, 'vz-m2m-token': '0d9e1c1a-6f3d-4f0e-8a3e-3f2f0b9a1d77' };
const json = { ...both, 'content-type': 'application/json' };
const device = { deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] };
const deviceText = '{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}';

const entries: AnyEndpoint[] = Object.values(thingspace).flatMap((noun) => Object.values(noun));
const pinned = new Set<string>();
function pin(id: string, run: (call: Call) => Promise<unknown>, request: object): void {
  pinned.add(id);
  test(`${id} sends exactly the pinned request`, async () => {
    expect(await last(run)).toEqual(request);
  });
}

pin('thingspace.tokens.token', (call) => call(thingspace.tokens.token, { body: { grant_type: 'client_credentials' } }), {
  method: 'POST',
  url: 'https://carrier.example/api/ts/v1/oauth2/token',
  headers: { accept, authorization: basic, 'content-type': form },
  body: 'grant_type=client_credentials',
});

pin(
  'thingspace.tokens.revoke',
  (call) => call(thingspace.tokens.revoke, { body: { grant_type: 'client_credentials', token: 'bearer-0001' } }),
  {
    method: 'POST',
    url: 'https://carrier.example/api/ts/v1/oauth2/revoke',
    headers: { accept, authorization: basic, 'content-type': form },
    body: 'grant_type=client_credentials&token=bearer-0001',
  },
);

pin('thingspace.session.login', (call) => call(thingspace.session.login, { body: { username: 'user-1', password: "pass'word" } }), {
  method: 'POST',
  url: 'https://carrier.example/api/m2m/v1/session/login',
  headers: { accept, authorization: bearer, 'content-type': 'application/json' },
  body: '{"username":"user-1","password":"pass\'word"}',
});

pin('thingspace.session.logout', (call) => call(thingspace.session.logout, {}), {
  method: 'POST',
  url: 'https://carrier.example/api/m2m/v1/session/logout',
  headers: both,
});

pin('thingspace.accounts.read', (call) => call(thingspace.accounts.read, { path: { accountName: '0442000123-00001' } }), {
  method: 'GET',
  url: 'https://carrier.example/api/m2m/v1/accounts/0442000123-00001',
  headers: both,
});

pin(
  'thingspace.accounts.requestStatus',
  (call) =>
    call(thingspace.accounts.requestStatus, { path: { accountName: 'Fleet & Co', requestId: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3' } }),
  {
    method: 'GET',
    url: 'https://carrier.example/api/m2m/v1/accounts/Fleet%20%26%20Co/requests/7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3/status',
    headers: both,
  },
);

pin('thingspace.plans.list', (call) => call(thingspace.plans.list, { path: { accountName: '0442000123-00001' } }), {
  method: 'GET',
  url: 'https://carrier.example/api/m2m/v1/plans/0442000123-00001',
  headers: both,
});

pin(
  'thingspace.devices.list',
  (call) =>
    call(thingspace.devices.list, {
      body: {
        accountName: '0442000123-00001',
        filter: { deviceIdentifierFilters: [{ kind: 'iccid', contains: '77000' }] },
        currentState: 'active',
        maxNumberOfDevices: 500,
        largestDeviceIdSeen: 0,
      },
    }),
  {
    method: 'POST',
    url: 'https://carrier.example/api/m2m/v1/devices/actions/list',
    headers: json,
    body: '{"accountName":"0442000123-00001","filter":{"deviceIdentifierFilters":[{"kind":"iccid","contains":"77000"}]},"currentState":"active","maxNumberOfDevices":500,"largestDeviceIdSeen":0}',
  },
);

pin(
  'thingspace.devices.activate',
  (call) =>
    call(thingspace.devices.activate, {
      body: {
        devices: [
          {
            deviceIds: [
              { id: '359000001200091', kind: 'imei' },
              { id: '89148000000077000037', kind: 'iccid' },
            ],
          },
        ],
        servicePlan: 'IOTLOW5MB',
        mdnZipCode: '98801',
        accountName: '0442000123-00001',
        customFields: [{ key: 'CustomField1', value: 'pump 7' }],
        groupName: 'West tanks',
        publicIpRestriction: 'restricted',
      },
    }),
  {
    method: 'POST',
    url: 'https://carrier.example/api/m2m/v1/devices/actions/activate',
    headers: json,
    body: '{"devices":[{"deviceIds":[{"id":"359000001200091","kind":"imei"},{"id":"89148000000077000037","kind":"iccid"}]}],"servicePlan":"IOTLOW5MB","mdnZipCode":"98801","accountName":"0442000123-00001","customFields":[{"key":"CustomField1","value":"pump 7"}],"groupName":"West tanks","publicIpRestriction":"restricted"}',
  },
);

pin(
  'thingspace.devices.suspend',
  (call) => call(thingspace.devices.suspend, { body: { devices: [device], accountName: '0442000123-00001', withBilling: false } }),
  {
    method: 'POST',
    url: 'https://carrier.example/api/m2m/v1/devices/actions/suspend',
    headers: json,
    body: `{"devices":[${deviceText}],"accountName":"0442000123-00001","withBilling":false}`,
  },
);

pin(
  'thingspace.devices.restore',
  (call) => call(thingspace.devices.restore, { body: { accountName: '0442000123-00001', groupName: 'West tanks' } }),
  {
    method: 'POST',
    url: 'https://carrier.example/api/m2m/v1/devices/actions/restore',
    headers: json,
    body: '{"accountName":"0442000123-00001","groupName":"West tanks"}',
  },
);

pin(
  'thingspace.devices.deactivate',
  (call) =>
    call(thingspace.devices.deactivate, {
      body: { accountName: '0442000123-00001', devices: [device], reasonCode: 'FF', etfWaiver: false, deleteAfterDeactivation: false },
    }),
  {
    method: 'POST',
    url: 'https://carrier.example/api/m2m/v1/devices/actions/deactivate',
    headers: json,
    body: `{"accountName":"0442000123-00001","devices":[${deviceText}],"reasonCode":"FF","etfWaiver":false,"deleteAfterDeactivation":false}`,
  },
);

pin(
  'thingspace.usage.list',
  (call) =>
    call(thingspace.usage.list, {
      body: { earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z', deviceId: { id: '89148000000077000037', kind: 'iccid' } },
    }),
  {
    method: 'POST',
    url: 'https://carrier.example/api/m2m/v1/devices/usage/actions/list',
    headers: json,
    body: '{"earliest":"2026-02-01T00:00:00Z","latest":"2026-03-01T00:00:00Z","deviceId":{"id":"89148000000077000037","kind":"iccid"}}',
  },
);

function pinOf({ id, input, sent, body }: Pin): void {
  const entry = entries.find((one) => one.id === id);
  if (!entry) throw new Error(`unknown operation ${id}`);
  const [method, path] = sent.split(' ');
  pin(id, (call) => call.any(entry, input), {
    method,
    url: `https://carrier.example${path}`,
    headers: body === undefined ? both : json,
    ...(body === undefined ? {} : { body }),
  });
}
for (const one of [...pins, ...additionalPins]) pinOf(one);

test('every ThingSpace operation has a pinned request and a valid example', async () => {
  expect(entries.map((entry) => entry.id).toSorted()).toEqual([...pinned].toSorted());
  for (const entry of entries) await recording().call.any(entry, entry.example).catch(emptyAnswer);
});

test('the sign-in before a ThingSpace call sends the configured credentials', async () => {
  const { call, sent } = recording();
  await call(thingspace.plans.list, { path: { accountName: '0442000123-00001' } });
  expect(sent.slice(0, 2)).toEqual([
    {
      method: 'POST',
      url: 'https://carrier.example/api/ts/v1/oauth2/token',
      headers: { accept, authorization: basic, 'content-type': form },
      body: 'grant_type=client_credentials',
    },
    {
      method: 'POST',
      url: 'https://carrier.example/api/m2m/v1/session/login',
      headers: { accept, authorization: bearer, 'content-type': 'application/json' },
      body: '{"username":"user-1","password":"pass-word-1"}',
    },
  ]);
});

test('invalid and overly broad ThingSpace requests are rejected before sending', async () => {
  const { call, sent } = recording();
  const { suspend, activate, deactivate, list } = thingspace.devices;
  const field = async (doing: Promise<unknown>) => {
    const error = await rejectionOf(doing);
    return error instanceof Refusal ? error.field : error;
  };
  expect(await field(call(list, { body: { groupName: "Driver's" } }))).toBe('body.groupName');
  expect(
    await field(call(list, { body: { filter: { deviceIdentifierFilters: [{ kind: 'iccid', contains: '1', endswith: '2' }] } } })),
  ).toBe('body.filter.deviceIdentifierFilters.0');
  expect(await field(call(suspend, { body: {} }))).toBe('body.devices');
  expect(await field(call(suspend, { body: { devices: [] } }))).toBe('body.devices');
  expect(await field(call(suspend, { body: { devices: [device], groupName: 'West tanks' } }))).toBe('body.devices');
  expect(await field(call(suspend, { body: { customFields: [] } }))).toBe('body.customFields');
  expect(await field(call.any(activate, { body: { devices: [device], servicePlan: 'IOTLOW5MB' } }))).toBe('body.mdnZipCode');
  expect(await field(call.any(deactivate, { body: { accountName: 'a', devices: [device], reasonCode: 'XX' } }))).toBe('body.reasonCode');
  expect(await field(call.any(deactivate, { body: { accountName: 'a', devices: [device], reasonCode: 'FF', etfwaiver: true } }))).toBe(
    'body',
  );
  expect(sent).toEqual([]);
});

test('requestStateOf normalizes every spelling of a request status', () => {
  expect(['Pending', 'SUCCESS', 'Failure', 'failed', 'OnHold'].map(requestStateOf)).toEqual([
    'pending',
    'success',
    'failed',
    'failed',
    'unknown',
  ]);
});
