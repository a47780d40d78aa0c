/** Undici, the client and each ProviderAdapter together, checked by the requests that are sent. */
import { HttpResponse } from 'msw';
import { describe, expect, it, test } from 'vitest';

import { ProviderRefused, TooManyRequests, UnknownAnswer, Unreachable } from '../../../src/clients/http/errors.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';
import { thingpark } from '../../../src/clients/thingpark/index.ts';
import { thingspace } from '../../../src/clients/thingspace/index.ts';
import { mockNetwork, mockOrigin, type ReceivedRequest } from '../../support/wire.ts';
import { accounts, now, recordingClient, rejectionOf } from './recording-client.ts';

mockNetwork();

const tp = 'https://tp.example';
const ts = 'https://ts.example';
const ix = 'https://ix.example';
const accept = 'application/json';
const json = 'application/json';
const form = 'application/x-www-form-urlencoded';
const bearer = { accept, authorization: 'Bearer access-key-1' };

const sim = { physicalId: '8944990000001000010' };
const readSim = { method: 'GET', url: `${ix}/subscribers/8944990000001000010`, headers: bearer };
const disable = { path: sim, body: { product: 'SMS', service: 'SMS', action: 'disable' } } as const;
const found = { content: { physicalId: '8944990000001000010', nickname: 'Pump 1' } };

/** Issues tokens and sessions; all other requests get `answer`. */
function signedIn(answer: (request: ReceivedRequest, n: number) => Response): (request: ReceivedRequest) => Response {
  let n = 0;
  let bearers = 0;
  return (request) => {
    if (/token$/.test(request.url)) return Response.json({ access_token: `bearer-000${++bearers}`, expires_in: 3600 });
    if (/session\/login$/.test(request.url)) return Response.json({ sessionToken: 'session-0001' });
    return answer(request, ++n);
  };
}

const count = (requests: ReceivedRequest[], path: string): number => requests.filter((one) => one.url.includes(path)).length;

describe('requests of a read and a change of each provider', () => {
  test('a ThingPark OSS connection sends a token request, a read and a change', async () => {
    const arrived = mockOrigin(
      tp,
      signedIn(({ method }) => Response.json(method === 'GET' ? { briefs: [] } : { EUI: 'A81758FFFE0A0001' })),
    );
    const { call } = recordingClient(accounts.thingpark(tp));
    await call(thingpark.devices.list, { query: { sort: 'EUI,asc', pageSize: 2, name: 'Köln & Bonn', healthState: ['INIT', 'ACTIVE'] } });
    await call(thingpark.devices.create, {
      query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
      body: { EUI: 'A81758FFFE0A0001', name: 'Kühlschrank 1', model: { ID: 'SMTC/LoRaMoteA.1_EU' } },
    });
    const devices = `${tp}/thingpark/wireless/rest/subscriptions/mine/devices`;
    expect(arrived).toEqual([
      {
        method: 'POST',
        url: `${tp}/users-auth/protocol/openid-connect/token`,
        headers: { accept, 'content-type': form },
        body: 'grant_type=client_credentials&client_id=sub-1%2Fops&client_secret=oss+secret',
      },
      {
        method: 'GET',
        url: `${devices}?sort=EUI%2Casc&pageSize=2&name=K%C3%B6ln%20%26%20Bonn&healthState=INIT&healthState=ACTIVE`,
        headers: { accept, authorization: 'Bearer bearer-0001' },
      },
      {
        method: 'POST',
        url: `${devices}?networkSubscriptionsHandlingMode=ADVANCED`,
        headers: { accept, authorization: 'Bearer bearer-0001', 'content-type': json },
        body: '{"EUI":"A81758FFFE0A0001","name":"Kühlschrank 1","model":{"ID":"SMTC/LoRaMoteA.1_EU"}}',
      },
    ]);
  });

  test('a ThingPark connection obtains its DX token separately from its OSS token', async () => {
    const arrived = mockOrigin(
      tp,
      signedIn(() => Response.json([])),
    );
    await recordingClient(accounts.thingpark(tp)).call(thingpark.offers.list, {});
    expect(arrived).toMatchObject([
      {
        method: 'POST',
        url: `${tp}/thingpark/dx/admin/latest/api/oauth/token`,
        body: 'grant_type=client_credentials&client_id=tpe-api%2Fjane%40example.com&client_secret=dx%26secret',
      },
      { method: 'GET', headers: { authorization: 'Bearer bearer-0001' } },
    ]);
    expect(arrived).toHaveLength(2);
  });

  test('a ThingSpace connection sends a token request, a login, a read and a change', async () => {
    const arrived = mockOrigin(
      ts,
      signedIn(({ url }) => Response.json(url.endsWith('list') ? { devices: [] } : { requestId: 'req-1' })),
    );
    const { call } = recordingClient(accounts.thingspace(ts));
    await call(thingspace.devices.list, { body: { largestDeviceIdSeen: 0 } });
    await call(thingspace.devices.suspend, { body: { devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }] } });
    const both = { accept, authorization: 'Bearer bearer-0001', 'vz-m2m-token': 'session-0001', 'content-type': json };
    expect(arrived).toEqual([
      {
        method: 'POST',
        url: `${ts}/api/ts/v1/oauth2/token`,
        headers: { accept, authorization: 'Basic YXBwLWtleS0xOmFwcC1zZWNyZXQtMQ==', 'content-type': form },
        body: 'grant_type=client_credentials',
      },
      {
        method: 'POST',
        url: `${ts}/api/m2m/v1/session/login`,
        headers: { accept, authorization: 'Bearer bearer-0001', 'content-type': json },
        body: '{"username":"user-1","password":"pass-word-1"}',
      },
      { method: 'POST', url: `${ts}/api/m2m/v1/devices/actions/list`, headers: both, body: '{"largestDeviceIdSeen":0}' },
      {
        method: 'POST',
        url: `${ts}/api/m2m/v1/devices/actions/suspend`,
        headers: both,
        body: '{"devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}]}',
      },
    ]);
  });

  test('an iot-x connection sends a read and a change with its access key', async () => {
    const arrived = mockOrigin(ix, ({ method }) => (method === 'GET' ? Response.json(found) : new Response(null, { status: 204 })));
    const { call } = recordingClient(accounts.iotx(ix));
    expect(await call(iotx.subscribers.read, { path: sim })).toMatchObject({ nickname: 'Pump 1' });
    await call(iotx.products.change, disable);
    expect(arrived).toEqual([
      readSim,
      {
        method: 'PATCH',
        url: `${ix}/subscribers/8944990000001000010/products`,
        headers: { ...bearer, 'content-type': json },
        body: '{"product":"SMS","service":"SMS","action":"disable"}',
      },
    ]);
  });
});

describe('client retries', () => {
  it('retries a read after 503 until it succeeds', async () => {
    const arrived = mockOrigin(ix, (_, n) => (n < 3 ? new Response(null, { status: 503 }) : Response.json(found)));
    const { call, waits } = recordingClient(accounts.iotx(ix));
    expect(await call(iotx.subscribers.read, { path: sim })).toMatchObject({ nickname: 'Pump 1' });
    expect(arrived).toEqual([readSim, readSim, readSim]);
    expect(waits).toEqual([150, 300]);
  });

  it('gives up a read after five attempts', async () => {
    const arrived = mockOrigin(ix, () => new Response('<h1>Bad Gateway</h1>', { status: 502 }));
    const { call, waits } = recordingClient(accounts.iotx(ix));
    const failure = await rejectionOf(call(iotx.subscribers.read, { path: sim }));
    expect(failure).toBeInstanceOf(ProviderRefused);
    expect(failure).toMatchObject({ status: 502, next: 'The provider reported an internal error; try again later.' });
    expect(arrived).toHaveLength(5);
    expect(waits).toEqual([150, 300, 600, 1200]);
  });

  it('retries a read after a broken connection', async () => {
    const arrived = mockOrigin(ix, (_, n) => (n === 1 ? HttpResponse.error() : Response.json(found)));
    const { call } = recordingClient(accounts.iotx(ix));
    expect(await call(iotx.subscribers.read, { path: sim })).toMatchObject({ nickname: 'Pump 1' });
    expect(arrived).toHaveLength(2);
  });

  for (const status of [500, 502, 503, 504, 408]) {
    it(`sends a change exactly once when the response is ${status}`, async () => {
      const arrived = mockOrigin(ix, () => new Response(null, { status }));
      const { call, waits } = recordingClient(accounts.iotx(ix));
      expect(await rejectionOf(call(iotx.products.change, disable))).toMatchObject({ name: 'ProviderRefused', status });
      expect(arrived).toHaveLength(1);
      expect(waits).toEqual([]);
    });
  }

  it('sends a change exactly once when the connection breaks, and reports that it may have arrived', async () => {
    const arrived = mockOrigin(ix, () => HttpResponse.error());
    const failure = await rejectionOf(recordingClient(accounts.iotx(ix)).call(iotx.products.change, disable));
    expect(failure).toBeInstanceOf(Unreachable);
    expect(failure).toMatchObject({ sent: 'maybe', next: 'Retry a read. For a change, read the current state first.' });
    expect(arrived).toHaveLength(1);
  });

  for (const kind of ['read', 'change'] as const) {
    const run = ({ call }: ReturnType<typeof recordingClient>, note?: (text: string) => void): Promise<unknown> =>
      kind === 'read'
        ? call(iotx.subscribers.read, { path: sim }, { onRetry: note })
        : call(iotx.products.change, disable, { onRetry: note });

    it(`waits for Retry-After after a 429 and sends the ${kind} again`, async () => {
      const slow = { status: 429, headers: { 'retry-after': '7' } };
      const arrived = mockOrigin(ix, (_, n) => (n === 1 ? new Response(null, slow) : Response.json(found)));
      const notes: string[] = [];
      const one = recordingClient(accounts.iotx(ix));
      await run(one, (text) => notes.push(text));
      expect(one.waits).toEqual([7000]);
      expect(arrived).toHaveLength(2);
      expect(arrived[1]).toEqual(arrived[0]);
      expect(notes).toEqual(['rate limited (429), retried after 7 s at 2026-11-22T08:00:00Z']);
    });

    it(`waits for a Retry-After date after a 429 of a ${kind}`, async () => {
      const slow = { status: 429, headers: { 'retry-after': new Date(now + 12_000).toUTCString() } };
      mockOrigin(ix, (_, n) => (n === 1 ? new Response(null, slow) : Response.json(found)));
      const one = recordingClient(accounts.iotx(ix));
      await run(one);
      expect(one.waits).toEqual([12_000]);
    });

    it(`throws TooManyRequests at once when a ${kind} gets a Retry-After of an hour`, async () => {
      const arrived = mockOrigin(ix, () => new Response(null, { status: 429, headers: { 'retry-after': '3600' } }));
      const failure = await rejectionOf(run(recordingClient(accounts.iotx(ix))));
      expect(failure).toBeInstanceOf(TooManyRequests);
      expect(failure).toMatchObject({ retryAfter: 900_000, next: 'Retry in 900 s, or request less data at once.' });
      expect(arrived).toHaveLength(1);
    });

    it(`gives up a ${kind} after six 429 responses`, async () => {
      const arrived = mockOrigin(ix, () => new Response(null, { status: 429, headers: { 'retry-after': '1' } }));
      const one = recordingClient(accounts.iotx(ix));
      expect(await rejectionOf(run(one))).toMatchObject({ name: 'TooManyRequests', retryAfter: 1000 });
      expect(arrived).toHaveLength(6);
      // The learned rate adds shorter waits.
      expect(one.waits.filter((ms) => ms >= 1000)).toEqual([1000, 1000, 1000, 1000, 1000]);
    });
  }

  test('a 401 renews the token and repeats the call once, for reads and changes', async () => {
    const expired = Response.json({ code: 401, message: 'Invalid or expired token' }, { status: 401 });
    const arrived = mockOrigin(
      tp,
      signedIn((_, n) => (n % 2 === 1 ? expired.clone() : Response.json({ EUI: 'A81758FFFE0A0001' }))),
    );
    const { call, waits } = recordingClient(accounts.thingpark(tp));
    await call(thingpark.devices.read, { path: { deviceUid: 'eA81758FFFE0A0001' } });
    await call(thingpark.devices.create, { body: { EUI: 'A81758FFFE0A0001', model: { ID: 'SMTC/LoRaMoteA.1_EU' } } });
    expect(arrived.map((one) => `${one.method} ${one.headers['authorization'] ?? 'token'}`)).toEqual([
      'POST token',
      'GET Bearer bearer-0001',
      'POST token',
      'GET Bearer bearer-0002',
      'POST Bearer bearer-0002',
      'POST token',
      'POST Bearer bearer-0003',
    ]);
    expect(waits).toEqual([]);
  });

  test('a second 401 in a row fails the call', async () => {
    const arrived = mockOrigin(
      tp,
      signedIn(() => Response.json({ code: 401, message: 'no' }, { status: 401 })),
    );
    const failure = await rejectionOf(recordingClient(accounts.thingpark(tp)).call(thingpark.devices.counters, {}));
    expect(failure).toMatchObject({
      message: 'tp refused with HTTP 401: 401: no',
      next: 'Check the credentials and rights configured for this connection.',
    });
    expect(count(arrived, '/token')).toBe(2);
    expect(count(arrived, '/devices/counters')).toBe(2);
  });

  test('a 401 of iot-x fails the call at once, because the access key cannot be renewed', async () => {
    const arrived = mockOrigin(ix, () => Response.json({ error: { code: 1, message: 'bad key' } }, { status: 401 }));
    await rejectionOf(recordingClient(accounts.iotx(ix)).call(iotx.subscribers.read, { path: sim }));
    expect(arrived).toHaveLength(1);
  });

  test('a redirect is not followed, so that no token is sent to another host', async () => {
    const elsewhere = mockOrigin('https://elsewhere.example', () => Response.json(found));
    const arrived = mockOrigin(ix, () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/x' } }));
    const failure = await rejectionOf(recordingClient(accounts.iotx(ix)).call(iotx.subscribers.read, { path: sim }));
    expect(failure).toMatchObject({ name: 'ProviderRefused', status: 302 });
    expect(arrived).toHaveLength(1);
    expect(elsewhere).toEqual([]);
  });

  test('an HTML page with status 200 fails with UnknownAnswer and is not quoted', async () => {
    mockOrigin(ix, () => new Response('<html>Sign in to the hotel</html>', { headers: { 'content-type': 'text/html' } }));
    const failure = await rejectionOf(recordingClient(accounts.iotx(ix)).call(iotx.subscribers.read, { path: sim }));
    expect(failure).toBeInstanceOf(UnknownAnswer);
    expect((failure as Error).message).toBe(
      'ix answered iotx.subscribers.read with HTTP 200, but the response is not understood: it is a page of HTML or XML instead of JSON, possibly from a proxy',
    );
  });

  test('every ProviderAdapter reports an HTML error page as ProviderRefused', async () => {
    const page = new Response('<html>no</html>', { status: 403, headers: { 'content-type': 'text/html' } });
    mockOrigin(
      tp,
      signedIn(() => page.clone()),
    );
    mockOrigin(
      ts,
      signedIn(() => page.clone()),
    );
    mockOrigin(ix, () => page.clone());
    const hint = 'possibly from a proxy';
    const failures = [
      await rejectionOf(recordingClient(accounts.thingpark(tp)).call(thingpark.devices.counters, {})),
      await rejectionOf(recordingClient(accounts.thingspace(ts)).call(thingspace.plans.list, { path: { accountName: '0442-1' } })),
      await rejectionOf(recordingClient(accounts.iotx(ix)).call(iotx.subscribers.read, { path: sim })),
    ];
    for (const failure of failures) {
      expect(failure).toMatchObject({ name: 'ProviderRefused', status: 403 });
      expect((failure as Error).message).toContain(hint);
    }
  });

  test('an empty body succeeds for an endpoint without a reply and fails with UnknownAnswer otherwise', async () => {
    mockOrigin(ix, () => new Response(null, { status: 200 }));
    const { call } = recordingClient(accounts.iotx(ix));
    expect(await call(iotx.products.change, disable)).toBeUndefined();
    expect(await rejectionOf(call(iotx.subscribers.read, { path: sim }))).toMatchObject({ name: 'UnknownAnswer', status: 200 });
  });

  test('an aborted signal stops a call before it is sent and between two attempts', async () => {
    const arrived = mockOrigin(ix, () => new Response(null, { status: 503 }));
    const { call } = recordingClient(accounts.iotx(ix));
    await expect(call(iotx.subscribers.read, { path: sim }, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
    expect(arrived).toHaveLength(0);
    const stop = new AbortController();
    const reading = call(iotx.subscribers.read, { path: sim }, { signal: stop.signal, onRetry: () => stop.abort(new Error('enough')) });
    await expect(reading).rejects.toThrow('enough');
    expect(arrived).toHaveLength(1);
  });
});

describe('sign-in failures', () => {
  it('retries a failed token request of a read', async () => {
    let tokens = 0;
    const arrived = mockOrigin(tp, ({ url }) => {
      if (!url.endsWith('token')) return Response.json({ briefs: [] });
      return ++tokens === 1 ? HttpResponse.error() : Response.json({ access_token: 'bearer-0001', expires_in: 300 });
    });
    expect(await recordingClient(accounts.thingpark(tp)).call(thingpark.devices.counters, {})).toEqual({ briefs: [] });
    expect(arrived).toHaveLength(3);
  });

  it('reports that nothing was sent when the token request of a change fails', async () => {
    const arrived = mockOrigin(tp, () => HttpResponse.error());
    const creating = recordingClient(accounts.thingpark(tp)).call(thingpark.devices.create, {
      body: { EUI: 'A81758FFFE0A0001', model: { ID: 'SMTC/LoRaMoteA.1_EU' } },
    });
    expect(await rejectionOf(creating)).toMatchObject({ name: 'Unreachable', sent: 'no' });
    expect(count(arrived, '/devices')).toBe(0);
  });
});
