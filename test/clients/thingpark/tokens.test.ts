import { expect, it } from 'vitest';

import { type Fetch, makeCall } from '../../../src/clients/http/client.ts';
import { thingparkAdapter } from '../../../src/clients/thingpark/adapter.ts';
import { tokens } from '../../../src/clients/thingpark/tokens.ts';
import { fixedClock } from '../../../src/clock.ts';
import { dxRead, ossRead, settings, testPinnedRequests } from './support.ts';

const body = { grant_type: 'client_credentials', client_id: 'a', client_secret: 'b' };
const form = 'application/x-www-form-urlencoded';
const text = 'grant_type=client_credentials&client_id=a&client_secret=b';

testPinnedRequests(tokens, [
  [
    tokens.oss,
    { path: { realm: 'admins-auth' }, body },
    {
      request: 'POST https://tpe.example/admins-auth/protocol/openid-connect/token',
      headers: { ...ossRead, 'content-type': form },
      body: text,
    },
  ],
  [
    tokens.dx,
    { query: { renewToken: true, validityPeriod: '12hours' }, body },
    {
      request: 'POST https://dx.example/admin/latest/api/oauth/token?renewToken=true&validityPeriod=12hours',
      headers: { ...dxRead, 'content-type': form },
      body: text,
    },
  ],
  [
    tokens.revoke,
    { query: { access_token: 'a+b' } },
    { request: 'POST https://dx.example/admin/latest/api/oauth/revoke_token?access_token=a%2Bb', headers: dxRead },
  ],
  [
    tokens.info,
    { query: { access_token: 'a+b' } },
    { request: 'GET https://dx.example/admin/latest/api/oauth/tokeninfo?access_token=a%2Bb', headers: dxRead },
  ],
]);

it('an unknown OSS client is reported with a hint at the other realm', async () => {
  const fetch: Fetch = async () => Response.json({ error: 'invalid_client', error_description: 'Invalid client' }, { status: 401 });
  const clock = fixedClock(0);
  const call = makeCall({
    connection: 'fleet-eu',
    adapter: thingparkAdapter(settings, clock, () => undefined),
    fetch,
    clock,
    random: () => 0.5,
    timeoutMs: 1000,
  });
  await expect(
    call(tokens.oss, { path: { realm: 'users-auth' }, body: { ...body, grant_type: 'client_credentials' } }),
  ).rejects.toMatchObject({
    status: 401,
    code: 'invalid_client',
    next: expect.stringContaining('the other realm'),
  });
});
