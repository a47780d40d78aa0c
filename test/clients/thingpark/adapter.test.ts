import { describe, expect, it } from 'vitest';

import { devices } from '../../../src/clients/thingpark/devices.ts';
import { orders } from '../../../src/clients/thingpark/orders.ts';
import { recording, settings } from './support.ts';

const form = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };

describe('ThingPark sign-in', () => {
  it.each(['users-auth', 'admins-auth'] as const)('posts client credentials to the OSS realm %s', async (realm) => {
    const { call, requests, learned } = recording({ oss: { url: 'https://tpe.example', realm, clientId: 'a/b', clientSecret: 's&c' } });
    await call(devices.counters, {}).catch(() => undefined);
    expect(requests[0]).toEqual({
      request: `POST https://tpe.example/${realm}/protocol/openid-connect/token`,
      headers: form,
      body: 'grant_type=client_credentials&client_id=a%2Fb&client_secret=s%26c',
    });
    expect(learned).toEqual(['oss-token']);
  });

  it('posts login and password to DX Admin for a DX token', async () => {
    const { call, requests } = recording();
    await call(orders.list, {}).catch(() => undefined);
    expect(requests[0]).toEqual({
      request: 'POST https://dx.example/admin/latest/api/oauth/token',
      headers: form,
      body: 'grant_type=client_credentials&client_id=tpe-api%2Fjane%40example.com&client_secret=dx-password',
    });
  });

  it('shares one token request between concurrent calls and caches the token', async () => {
    const { call, requests } = recording();
    await Promise.allSettled([call(devices.counters, {}), call(devices.counters, {})]);
    await call(devices.counters, {}).catch(() => undefined);
    expect(requests.map(({ request }) => request.includes('openid-connect'))).toEqual([true, false, false, false]);
  });
});

describe('a ThingPark connection with one set of credentials', () => {
  it('rejects a DX call without dx credentials before sending', async () => {
    const { call, requests } = recording({ dx: undefined });
    await expect(call(orders.list, {})).rejects.toMatchObject({
      message: 'connection fleet-eu has no dx credentials',
      next: 'Set "dx" for this connection in the configuration (adminUrl, clientId, clientSecret).',
      field: 'dx',
    });
    expect(requests).toEqual([]);
  });

  it('rejects an OSS call without oss credentials before sending', async () => {
    const { call, requests } = recording({ oss: undefined });
    await expect(call(devices.counters, {})).rejects.toMatchObject({
      message: 'connection fleet-eu has no oss credentials',
      next: 'Set "oss" for this connection in the configuration (url, clientId, clientSecret).',
      field: 'oss',
    });
    expect(requests).toEqual([]);
  });

  it('sends DX calls with dx credentials only', async () => {
    const { call, requests } = recording({ oss: undefined, ...(settings.dx ? { dx: settings.dx } : {}) });
    await call(orders.list, {}).catch(() => undefined);
    expect(requests.map(({ request }) => request)).toEqual([
      'POST https://dx.example/admin/latest/api/oauth/token',
      'GET https://dx.example/admin/latest/api/orders',
    ]);
  });
});
