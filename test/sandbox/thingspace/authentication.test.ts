import { expect, test } from 'vitest';
import { basic, code, faultCode, loggedIn, rawApi, sessionOf, textAt, tokenOf } from './api.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const list = '/api/m2m/v1/devices/actions/list';
const minute = 60_000;

test('the token call returns the same bearer for an hour, with a decreasing expires_in', async () => {
  const { raw, clock } = rawApi();
  const ask = () => raw('POST', '/api/ts/v1/oauth2/token', { ...form, authorization: basic }, 'grant_type=client_credentials');
  const one = await ask();
  clock.advance(1000_000);
  const two = await ask();
  clock.advance(2600_000);
  const three = await ask();
  expect(one.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'am_application_scope default' });
  expect(two.body).toMatchObject({ access_token: textAt(one.body, 'access_token'), expires_in: 2600 });
  expect(three.body).toMatchObject({ expires_in: 3600 });
  expect(textAt(three.body, 'access_token')).not.toBe(textAt(one.body, 'access_token'));
});

test('the token call rejects a missing header, a wrong key and a missing grant type', async () => {
  const { raw } = rawApi();
  const path = '/api/ts/v1/oauth2/token';
  const none = await raw('POST', path, form, 'grant_type=client_credentials');
  const wrong = await raw('POST', path, { ...form, authorization: 'Basic c2FuZGJveC1hcHAta2V5Og==' }, 'grant_type=client_credentials');
  const bare = await raw('POST', path, { ...form, authorization: basic }, 'scope=x');
  expect([none.status, faultCode(none)]).toEqual([401, '900902']);
  expect([wrong.status, wrong.body]).toEqual([401, { error: 'invalid_client', error_description: 'Client authentication failed' }]);
  expect([bare.status, bare.body]).toEqual([400, { error: 'invalid_request', error_description: 'Missing grant_type parameter value' }]);
});

test('a revoked bearer is rejected and the next token call issues another one', async () => {
  const api = rawApi();
  const bearer = await tokenOf(api);
  const revoked = await api.raw(
    'POST',
    '/api/ts/v1/oauth2/revoke',
    { ...form, authorization: basic },
    `grant_type=client_credentials&token=${bearer}`,
  );
  const after = await api.raw('POST', list, { authorization: `Bearer ${bearer}` }, '{}');
  expect([revoked.status, revoked.body, revoked.headers.get('revokedaccesstoken')]).toEqual([200, '', bearer]);
  expect([after.status, faultCode(after)]).toEqual([401, '900901']);
  expect(await tokenOf(api)).not.toBe(bearer);
});

test('a request is checked for the bearer token first, then for the session', async () => {
  const api = rawApi();
  const bearer = `Bearer ${await tokenOf(api)}`;
  const ask = (headers: Record<string, string>) => api.raw('POST', list, { 'content-type': 'application/json', ...headers }, '{}');
  const none = await ask({});
  const wrong = await ask({ authorization: 'Bearer nonsense', 'vz-m2m-token': 'nonsense' });
  const kind = await ask({ authorization: basic });
  const missing = await ask({ authorization: bearer });
  const shape = await ask({ authorization: bearer, 'vz-m2m-token': 'nonsense' });
  const unknown = await ask({ authorization: bearer, 'vz-m2m-token': '0d9e1c1a-6f3d-4f0e-8a3e-3f2f0b9a1d77' });
  expect([none.status, faultCode(none)]).toEqual([401, '900902']);
  expect([wrong.status, faultCode(wrong)]).toEqual([401, '900901']);
  expect(kind.status).toBe(403);
  expect(kind.headers.get('content-type')).toBe('application/xml');
  expect(kind.body).toContain('<am:code>404</am:code>');
  expect([missing.status, code(missing)]).toEqual([400, 'UnifiedWebService.REQUEST_FAILED.SessionToken.Format']);
  expect([shape.status, code(shape)]).toEqual([400, 'UnifiedWebService.INPUT_INVALID.SessionToken.Invalid']);
  expect([unknown.status, code(unknown)]).toEqual([400, 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired']);
});

test('every request extends the session by 20 minutes', async () => {
  const { raw, clock, ...api } = rawApi();
  let bearer = await tokenOf({ raw });
  const session = await sessionOf({ raw }, bearer);
  const ask = async () => {
    bearer = await tokenOf({ raw });
    return raw('GET', '/api/m2m/v1/plans/0442000123-00001', { authorization: `Bearer ${bearer}`, 'vz-m2m-token': session });
  };
  for (let i = 0; i < 5; i++) {
    clock.advance(20 * minute);
    expect((await ask()).status).toBe(200);
  }
  clock.advance(20 * minute + 1);
  const late = await ask();
  expect([late.status, code(late)]).toEqual([400, 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired']);
  expect(api.world.requestLog.filter((seen) => seen.status === 400)).toHaveLength(1);
});

test('five failed logins in a row lock the user, and a successful login resets the count', async () => {
  const api = rawApi();
  const headers = { authorization: `Bearer ${await tokenOf(api)}`, 'content-type': 'application/json' };
  const login = (password: string) =>
    api.raw('POST', '/api/m2m/v1/session/login', headers, JSON.stringify({ username: 'sandbox-user', password }));
  for (let i = 0; i < 4; i++) expect(code(await login('wrong'))).toBe('UnifiedWebService.INPUT_INVALID.Password.Invalid');
  expect((await login('sandbox-password')).status).toBe(200);
  for (let i = 0; i < 5; i++) expect((await login('wrong')).status).toBe(400);
  const locked = await login('sandbox-password');
  expect([locked.status, code(locked)]).toEqual([400, 'UnifiedWebService.REQUEST_FAILED.User.Locked']);
});

test('a session is expired after logout', async () => {
  const api = await loggedIn();
  const out = await api.send('POST', '/api/m2m/v1/session/logout');
  const after = await api.get('/plans/0442000123-00001');
  expect(out).toMatchObject({ status: 200, body: { sessionToken: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
  expect(code(after)).toBe('UnifiedWebService.REQUEST_FAILED.SessionToken.Expired');
});

test('an unknown path returns 400 and a wrong method 405, both with fault code 900906', async () => {
  const api = await loggedIn();
  const path = await api.get('/devices/unknown');
  const method = await api.get('/devices/actions/list');
  expect([path.status, faultCode(path)]).toEqual([400, '900906']);
  expect([method.status, faultCode(method)]).toEqual([405, '900906']);
});

test('a value that contains an apostrophe, a less-than sign or a backslash is rejected at any depth of the body', async () => {
  const api = await loggedIn();
  for (const bad of ["O'Neil", 'a<b', 'a\\b']) {
    const reply = await api.post('/devices/actions/list', { filter: { deviceIdentifierFilters: [{ kind: 'iccid', contains: bad }] } });
    expect([reply.status, code(reply)]).toEqual([400, 'UnifiedWebService.INPUT_INVALID.Request.InvalidCharacter']);
  }
});
