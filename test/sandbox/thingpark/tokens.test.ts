import { expect, it } from 'vitest';

import { errorOf, subscription, valueAt } from './subscription.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const formBody = (client: string, secret: string, grant = 'client_credentials'): string =>
  new URLSearchParams({ grant_type: grant, client_id: client, client_secret: secret }).toString();
const ossForm = formBody('sub-199900001/sandbox', 'sandbox-oss-secret');
const dxForm = formBody('tpe-api/sandbox@example.com', 'sandbox-dx-password');
const counters = 'GET /thingpark/wireless/rest/subscriptions/mine/devices/counters';

it('tokens.oss issues a token that expires after five minutes', async () => {
  const { raw, clock } = subscription();
  const { body } = await raw('POST /users-auth/protocol/openid-connect/token', form, ossForm);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 300, refresh_expires_in: 0 });
  const authorization = `Bearer ${valueAt(body, 'access_token')}`;
  expect((await raw(counters, { authorization })).status).toBe(200);
  clock.advance(300_000);
  expect(errorOf(await raw(counters, { authorization }))).toEqual([401, 401, 'Invalid or expired token']);
  expect((await raw(counters, {})).status).toBe(401);
});

it.each([
  ['users-auth', formBody('sub-199900001/sandbox', 'wrong'), 401, 'invalid_client'],
  ['admins-auth', ossForm, 401, 'invalid_client'],
  ['users-auth', formBody('sub-199900001/sandbox', 'sandbox-oss-secret', 'password'), 400, 'unsupported_grant_type'],
])('the OSS token route of realm %s refuses %s', async (realm, body, status, error) => {
  const { raw } = subscription();
  const reply = await raw(`POST /${realm}/protocol/openid-connect/token`, form, body);
  expect([reply.status, valueAt(reply.body, 'error')]).toEqual([status, error]);
});

it('tokens.dx returns the same token until renewToken=true requests a new one', async () => {
  const { raw } = subscription();
  const ask = async (query = ''): Promise<unknown> =>
    valueAt((await raw(`POST /thingpark/dx/admin/latest/api/oauth/token${query}`, form, dxForm)).body, 'access_token');
  const first = await ask();
  expect(await ask()).toBe(first);
  expect(await ask('?renewToken=true')).not.toBe(first);
});

it('DX accepts OSS and DX tokens, OSS accepts only OSS tokens', async () => {
  const { raw } = subscription();
  const orders = 'GET /thingpark/dx/admin/latest/api/orders';
  const ossToken = valueAt((await raw('POST /users-auth/protocol/openid-connect/token', form, ossForm)).body, 'access_token');
  const dxToken = valueAt((await raw('POST /admin/v141/api/oauth/token?validityPeriod=5minutes', form, dxForm)).body, 'access_token');
  expect((await raw(orders, { authorization: `Bearer ${ossToken}` })).status).toBe(200);
  expect((await raw(orders, { authorization: `Bearer ${dxToken}` })).status).toBe(200);
  expect((await raw(counters, { authorization: `Bearer ${dxToken}` })).status).toBe(401);
});
