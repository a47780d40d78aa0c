import { expect, test } from 'vitest';
import type { Fetch } from '../../../src/clients/http/client.ts';
import { ProviderRefused, Refusal, TooManyRequests } from '../../../src/clients/http/errors.ts';
import { memoryLoginLockout } from '../../../src/clients/http/login-lockout.ts';
import { thingspaceAdapter } from '../../../src/clients/thingspace/adapter.ts';
import { devices } from '../../../src/clients/thingspace/devices.ts';
import { idOf, stateOf } from '../../../src/clients/thingspace/ids.ts';
import { plans } from '../../../src/clients/thingspace/plans.ts';
import { session } from '../../../src/clients/thingspace/session.ts';
import { sms } from '../../../src/clients/thingspace/sms.ts';
import { fixedClock } from '../../../src/clock.ts';
import { client, rejectionOf, sandboxClient, settings } from './support.ts';

const account = { path: { accountName: '0442000123-00001' } };
const minute = 60_000;
const login = 'thingspace.session.login';
const list = 'thingspace.plans.list';
const token = 'thingspace.tokens.token';

test('concurrent and later calls share one bearer and one login, and every token is passed on for redaction', async () => {
  const { call, requests, registeredSecrets, world } = sandboxClient();
  await Promise.all(Array.from({ length: 20 }, () => call(plans.list, account)));
  await call(plans.list, account);
  expect(requests().filter((one) => one.startsWith(token))).toEqual([`${token} 200`]);
  expect(requests().filter((one) => one.startsWith(login))).toEqual([`${login} 200`]);
  expect(requests()).toHaveLength(23);
  expect(registeredSecrets).toEqual([world.thingspace.bearer?.value, ...world.thingspace.sessions.keys()]);
});

test('an active client does not log in again, an idle one logs in before its session ends', async () => {
  const { call, requests, clock } = sandboxClient();
  for (let i = 0; i < 10; i++) {
    await call(plans.list, account);
    clock.advance(18 * minute);
  }
  expect(requests().filter((one) => one.startsWith(login))).toEqual([`${login} 200`]);
  clock.advance(1 * minute);
  await call(plans.list, account);
  expect(requests().filter((one) => one.startsWith(login))).toEqual([`${login} 200`, `${login} 200`]);
  expect(requests().filter((one) => !one.endsWith(' 200'))).toEqual([]);
});

test('the bearer is renewed five minutes early, and receiving the same one again is accepted', async () => {
  const { call, requests, clock, registeredSecrets } = sandboxClient();
  const tokens = () => requests().filter((one) => one.startsWith(token)).length;
  await call(plans.list, account);
  for (let i = 0; i < 3; i++) {
    clock.advance(18 * minute);
    await call(plans.list, account);
  }
  expect(tokens()).toBe(1);
  clock.advance(1 * minute);
  await call(plans.list, account);
  expect(tokens()).toBe(2);
  expect(registeredSecrets).toHaveLength(3);
  expect(new Set(registeredSecrets).size).toBe(2);
  clock.advance(5 * minute);
  await call(plans.list, account);
  expect(new Set(registeredSecrets).size).toBe(3);
  expect(requests().filter((one) => !one.endsWith(' 200'))).toEqual([]);
});

test('expired credentials are renewed and the call is repeated exactly once, also for a change', async () => {
  const { call, requests, arm, world, clock } = sandboxClient();
  await call(plans.list, account);
  arm('expired-token', 'thingspace.devices.suspend');
  const { requestId } = await call(devices.suspend, {
    body: { devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }] },
  });
  expect(requests().slice(3)).toEqual(['thingspace.devices.suspend 401', `${token} 200`, `${login} 200`, 'thingspace.devices.suspend 200']);
  clock.advance(5000);
  expect([...world.thingspace.requests.keys()].slice(1)).toEqual([requestId]);
});

test('an expired session is renewed by one login without a new bearer', async () => {
  const { call, requests, world } = sandboxClient();
  await call(plans.list, account);
  world.thingspace.sessions.clear();
  await call(plans.list, account);
  expect(requests()).toEqual([`${token} 200`, `${login} 200`, `${list} 200`, `${list} 400`, `${login} 200`, `${list} 200`]);
});

test('concurrent calls with expired credentials share one renewal', async () => {
  const { call, requests, world } = sandboxClient();
  await call(plans.list, account);
  world.thingspace.bearer = undefined;
  world.thingspace.sessions.clear();
  await Promise.all(Array.from({ length: 5 }, () => call(plans.list, account)));
  const count = (what: string) => requests().filter((one) => one === what).length;
  expect([count(`${list} 401`), count(`${token} 200`), count(`${login} 200`), count(`${list} 200`)]).toEqual([5, 2, 2, 6]);
});

test('a revoked bearer is renewed before a login and does not lock the login', async () => {
  const { call, requests, world, clock, lockout } = sandboxClient();
  await call(plans.list, account);
  clock.advance(20 * minute);
  world.thingspace.bearer = undefined;
  await call(plans.list, account);
  expect(requests().slice(3)).toEqual([`${login} 401`, `${token} 200`, `${login} 200`, `${list} 200`]);
  expect(await lockout.lockedReason()).toBeUndefined();
});

test('an error unrelated to credentials does not renew them', async () => {
  const { call, requests } = sandboxClient();
  const error = await rejectionOf(call(plans.list, { path: { accountName: 'nobody' } }));
  expect(error).toMatchObject({
    name: 'ProviderRefused',
    status: 400,
    code: 'UnifiedWebService.REQUEST_FAILED.AccountNotFound',
    providerMessage: 'REQUEST_FAILED. The account name does not exist.',
  });
  expect(requests()).toEqual([`${token} 200`, `${login} 200`, `${list} 400`]);
});

test('a refused login locks further logins, and the second call sends nothing', async () => {
  const { call, requests, lockout } = sandboxClient({ settings: { password: 'sandbox-mistyped' } });
  const first = await rejectionOf(call(plans.list, account));
  expect(first).toBeInstanceOf(ProviderRefused);
  expect(first).toMatchObject({
    status: 400,
    code: 'UnifiedWebService.INPUT_INVALID.Password.Invalid',
    next: 'Check username and password. To allow logins again, run "iot-ops-mcp unlock fleet-us" or change the credentials. Five refused logins in a row lock the user at the carrier.',
  });
  expect(await lockout.lockedReason()).toBe('the login was refused with UnifiedWebService.INPUT_INVALID.Password.Invalid');
  const second = await rejectionOf(call(plans.list, account));
  expect(second).toBeInstanceOf(Refusal);
  expect(second).toMatchObject({
    message: 'connection fleet-us is locked: the login was refused with UnifiedWebService.INPUT_INVALID.Password.Invalid',
    next: expect.stringMatching(/^Nothing was sent\. .*iot-ops-mcp unlock fleet-us/),
  });
  expect(requests()).toEqual([`${token} 200`, `${login} 400`]);
});

test('concurrent calls with a wrong password attempt one login', async () => {
  const { call, requests } = sandboxClient({ settings: { password: 'sandbox-mistyped' } });
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => call(plans.list, account)));
  expect(results.every((one) => one.status === 'rejected')).toBe(true);
  expect(requests()).toEqual([`${token} 200`, `${login} 400`]);
});

test('a lockout set by another process stops calls and session.login before sending', async () => {
  const latch = memoryLoginLockout();
  await latch.lock('somebody mistyped');
  const { call, requests } = sandboxClient({ lockout: latch });
  expect(await rejectionOf(call(plans.list, account))).toBeInstanceOf(Refusal);
  expect(await rejectionOf(call(session.login, { body: { username: 'sandbox-user', password: 'sandbox-password' } }))).toBeInstanceOf(
    Refusal,
  );
  expect(requests()).toEqual([]);
});

test('a wrong app secret is reported and does not lock the login', async () => {
  const { call, requests, lockout } = sandboxClient({ settings: { appSecret: 'sandbox-mistyped' } });
  const error = await rejectionOf(call(plans.list, account));
  expect(error).toBeInstanceOf(ProviderRefused);
  expect(error).toMatchObject({
    status: 401,
    code: 'invalid_client',
    next: 'Check appKey and appSecret of this connection; no user login was attempted.',
  });
  expect(await lockout.lockedReason()).toBeUndefined();
  expect(requests()).toEqual([`${token} 401`]);
});

test('a login that fails with 500, 429 or a broken connection does not lock the login', async () => {
  const { call, arm, lockout } = sandboxClient();
  arm('500', login);
  expect(await rejectionOf(call(plans.list, account))).toMatchObject({ name: 'ProviderRefused', status: 500 });
  arm('429', login);
  expect(await rejectionOf(call(plans.list, account))).toBeInstanceOf(TooManyRequests);
  arm('cut', login);
  expect(await rejectionOf(call(plans.list, account))).toMatchObject({ name: 'Unreachable' });
  expect(await lockout.lockedReason()).toBeUndefined();
  expect(await call(plans.list, account)).toHaveLength(4);
});

test('an activated device is pending activation, then active', async () => {
  const { call, clock } = sandboxClient();
  const device = async () =>
    (await call(devices.list, { body: { deviceId: { id: '89148000000077000444', kind: 'iccid' } } })).devices?.[0] ?? {};
  await call(devices.activate, devices.activate.example);
  expect(stateOf(await device())).toBe('pending activation');
  clock.advance(5000);
  const active = await device();
  expect([stateOf(active), idOf(active, 'ICCID'), idOf(active, 'mdn')]).toEqual(['active', '89148000000077000444', '2085550120']);
});

const xml =
  '<am:fault xmlns:am="http://wso2.org/apimanager"><am:code>404</am:code><am:type>Status report</am:type><am:message>Not Found</am:message><am:description>The resource is not available.</am:description></am:fault>';

/** Issues token and session; all other requests get the given response. */
function answering(status: number, body: string): Fetch {
  return async (url) => {
    if (url.endsWith('/oauth2/token')) return Response.json({ access_token: 'bearer-0001', expires_in: 3600 });
    if (url.endsWith('/session/login')) return Response.json({ sessionToken: '0d9e1c1a-6f3d-4f0e-8a3e-3f2f0b9a1d77' });
    return new Response(body, { status });
  };
}

test('error responses are parsed in every known format', async () => {
  const read = (status: number, body: string) =>
    rejectionOf(client({ clock: fixedClock(0), fetch: answering(status, body) })(plans.list, account));
  expect(await read(403, xml)).toMatchObject({ status: 403, code: '404', providerMessage: 'Not Found: The resource is not available.' });
  expect(await read(401, '{"fault":{"code":900901,"message":"Invalid Credentials","description":"Access failure"}}')).toMatchObject({
    status: 401,
    code: '900901',
    providerMessage: 'Invalid Credentials: Access failure',
  });
  expect(await read(400, '{"errorCode":"CarrierService.INPUT_INVALID","errorMessage":"no"}')).toMatchObject({
    code: 'CarrierService.INPUT_INVALID',
    providerMessage: 'no',
  });
  expect(await read(404, '')).toMatchObject({ status: 404, code: undefined });
  expect(await read(400, '<html><body>no</body></html>')).toMatchObject({
    providerMessage: 'unrecognized response, possibly from a proxy',
  });
});

test('plans.list reads plans contained in an account response', async () => {
  const body = '{"accountName":"0442000123-00001","servicePlans":[{"name":"IOT LOW 5MB","code":"IOTLOW5MB","sizeKb":"5120"}]}';
  const call = client({ clock: fixedClock(0), fetch: answering(200, body) });
  expect(await call(plans.list, account)).toEqual([{ name: 'IOT LOW 5MB', code: 'IOTLOW5MB', sizeKb: '5120' }]);
});

test('the next page token of the Location header is added to the response', () => {
  const thingspaceApi = thingspaceAdapter(settings, fixedClock(0), () => undefined, memoryLoginLockout());
  const headers = new Headers({ location: '/sms/0442000123-00001/history/?next=a%2Fb' });
  expect(thingspaceApi.unwrap?.(sms.list, { messages: [] }, headers)).toEqual({ messages: [], next: 'a/b' });
  expect(thingspaceApi.unwrap?.(sms.list, { messages: [] }, new Headers())).toEqual({ messages: [] });
});
