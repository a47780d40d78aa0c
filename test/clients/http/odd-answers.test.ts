/** Answers that no document describes: what they prove, and what the client says of them. */
import { describe, expect, it, test } from 'vitest';

import { mayHaveTakenEffect } from '../../../src/changes/outcome.ts';
import { inCallScope } from '../../../src/clients/http/call-scope.ts';
import { networkProblem } from '../../../src/clients/http/network-error.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';
import { thingpark } from '../../../src/clients/thingpark/index.ts';
import { thingspace } from '../../../src/clients/thingspace/index.ts';
import { fixedClock } from '../../../src/clock.ts';
import { mockNetwork, mockOrigin, type ReceivedRequest } from '../../support/wire.ts';
import { accounts, recordingClient, rejectionOf } from './recording-client.ts';

mockNetwork();

const tp = 'https://tp.example';
const ts = 'https://ts.example';
const ix = 'https://ix.example';
const sim = { physicalId: '8944990000001000010' };
const disable = { path: sim, body: { product: 'SMS', service: 'SMS', action: 'disable' } } as const;
const suspend = { body: { devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }] } };

function signedIn(answer: (request: ReceivedRequest) => Response): (request: ReceivedRequest) => Response {
  return (request) => {
    if (/token$/.test(request.url)) return Response.json({ access_token: 'bearer-0001', expires_in: 3600 });
    if (/session\/login$/.test(request.url)) return Response.json({ sessionToken: 'session-0001' });
    return answer(request);
  };
}

const text = (body: string, type = 'application/json') => new Response(body, { headers: { 'content-type': type } });

describe('identifiers as JSON numbers', () => {
  it('keeps every digit of the identifiers of an iot-x list', async () => {
    mockOrigin(ix, () =>
      text('{"content":[{"physicalId":8912345000000000017},{"physicalId":8912345000000000018,"eid":89049032004008882600012345678901}]}'),
    );
    const rows = await recordingClient(accounts.iotx(ix)).call(iotx.subscribers.list, {});
    expect(rows.map(({ physicalId, eid }) => [physicalId, eid])).toEqual([
      ['8912345000000000017', undefined],
      ['8912345000000000018', '89049032004008882600012345678901'],
    ]);
  });

  it('keeps every digit of the identifiers of a ThingSpace list', async () => {
    mockOrigin(
      ts,
      signedIn(() => text('{"hasMoreData":false,"devices":[{"deviceIds":[{"id":89148000000000000039,"kind":"iccid"}]}]}')),
    );
    const { devices } = await recordingClient(accounts.thingspace(ts)).call(thingspace.devices.list, { body: {} });
    expect(devices?.[0]?.deviceIds?.[0]?.id).toBe('89148000000000000039');
  });
});

describe('a success status without the reply of the contract', () => {
  it.each([
    ['an empty body', '', 'the body is empty'],
    ['a page of HTML', '<html>Welcome</html>', 'it is a page of HTML or XML instead of JSON, possibly from a proxy'],
    ['text', 'please come back later', 'it is text instead of JSON'],
    ['an empty object', '{}', 'devices: expected a list'],
    ['null', 'null', 'body: expected an object'],
    ['a list that is null', '{"hasMoreData":false,"devices":null}', 'devices: expected a list'],
  ])('a ThingSpace device list that answers %s is not taken for "there is no device"', async (_, body, why) => {
    mockOrigin(
      ts,
      signedIn(() => text(body)),
    );
    const failure = await rejectionOf(recordingClient(accounts.thingspace(ts)).call(thingspace.devices.list, { body: {} }));
    expect(failure).toMatchObject({
      name: 'UnknownAnswer',
      message: `ts answered thingspace.devices.list with HTTP 200, but the response is not understood: ${why}`,
    });
  });

  it('an empty object is no account', async () => {
    mockOrigin(
      ts,
      signedIn(() => text('{}')),
    );
    const failure = await rejectionOf(
      recordingClient(accounts.thingspace(ts)).call(thingspace.accounts.read, { path: { accountName: 'a' } }),
    );
    expect(failure).toMatchObject({
      name: 'UnknownAnswer',
      message:
        'ts answered thingspace.accounts.read with HTTP 200, but the response is not understood: it has none of the expected members (accountName, accountNumber, organizationName, isProvisioningAllowed, carriers)',
    });
  });

  it.each([
    ['HTML', '<!doctype html><p>Sign in'],
    ['text', 'upstream connect error'],
  ])('a change without a reply that is answered with %s may have taken effect', async (_, body) => {
    const arrived = mockOrigin(ix, () => text(body, 'text/html'));
    const failure = await rejectionOf(recordingClient(accounts.iotx(ix)).call(iotx.products.change, disable));
    expect(failure).toMatchObject({ name: 'UnknownAnswer', status: 200 });
    expect(mayHaveTakenEffect(failure)).toBe(true);
    expect(arrived).toHaveLength(1);
  });

  it('a change without a reply may be answered with nothing, an object or a word', async () => {
    for (const body of ['', '{}', 'OK', '"success"']) {
      mockOrigin(ix, () => text(body));
      expect(await recordingClient(accounts.iotx(ix)).call(iotx.products.change, disable)).toBeUndefined();
    }
  });
});

describe("a success status that carries the provider's error", () => {
  const carrierError = { errorCode: 'REQUEST_FAILED.DeviceNotActive', errorMessage: 'Device is not active.' };

  it('is a refusal with its words: nothing was done', async () => {
    mockOrigin(
      ts,
      signedIn(() => Response.json(carrierError)),
    );
    const failure = await rejectionOf(recordingClient(accounts.thingspace(ts)).call(thingspace.devices.suspend, suspend));
    expect(failure).toMatchObject({
      name: 'ProviderRefused',
      message: 'ts refused with HTTP 200: REQUEST_FAILED.DeviceNotActive: Device is not active.',
    });
    expect(mayHaveTakenEffect(failure)).toBe(false);
  });

  it('may have taken effect when the error is internal to the carrier, or stands beside a result', async () => {
    for (const body of [
      { errorCode: 'REQUEST_FAILED.UnexpectedError', errorMessage: 'Try later.' },
      { ...carrierError, requestId: 'req-1' },
    ]) {
      mockOrigin(
        ts,
        signedIn(() => Response.json(body)),
      );
      const failure = await rejectionOf(recordingClient(accounts.thingspace(ts)).call(thingspace.devices.suspend, suspend));
      expect((failure as Error).message).toContain(body.errorCode);
      expect(mayHaveTakenEffect(failure)).toBe(true);
    }
  });

  it('is a refusal at ThingPark and iot-x too', async () => {
    mockOrigin(
      tp,
      signedIn(() => Response.json({ code: '400', message: 'Unknown device' })),
    );
    expect(await rejectionOf(recordingClient(accounts.thingpark(tp)).call(thingpark.devices.list, {}))).toMatchObject({
      name: 'ProviderRefused',
      message: 'tp refused with HTTP 200: 400: Unknown device',
    });
    mockOrigin(ix, () => Response.json({ error: { code: 7, message: 'No such tariff' } }));
    expect(await rejectionOf(recordingClient(accounts.iotx(ix)).call(iotx.products.change, disable))).toMatchObject({
      name: 'ProviderRefused',
      message: 'ix refused with HTTP 200: 7: No such tariff',
    });
  });

  it('does not hide the rows that stand beside it', async () => {
    mockOrigin(
      ts,
      signedIn(() => Response.json({ devices: [{ deviceIds: [] }], hasMoreData: false, ...carrierError })),
    );
    await inCallScope(fixedClock(0), async (scope) => {
      const { devices } = await recordingClient(accounts.thingspace(ts)).call(thingspace.devices.list, { body: {} });
      expect(devices).toHaveLength(1);
      expect(scope.notes()).toEqual(['ts adds an error to its answer: "REQUEST_FAILED.DeviceNotActive: Device is not active."']);
    });
  });
});

it.each([301, 302, 307, 408, 425, 499, 500, 504])('a change that is answered with %i may have arrived', async (status) => {
  const arrived = mockOrigin(ix, () => new Response(null, { status, headers: { location: 'https://elsewhere.example/' } }));
  const failure = await rejectionOf(recordingClient(accounts.iotx(ix)).call(iotx.products.change, disable));
  expect(failure).toMatchObject({ name: 'ProviderRefused', status, mayHaveArrived: true });
  expect(mayHaveTakenEffect(failure)).toBe(true);
  expect(arrived).toHaveLength(1);
});

it.each([400, 401, 403, 404, 409, 422])('a change that is answered with %i was refused', async (status) => {
  mockOrigin(ix, () => new Response(null, { status }));
  expect(mayHaveTakenEffect(await rejectionOf(recordingClient(accounts.iotx(ix)).call(iotx.products.change, disable)))).toBe(false);
});

test('one odd member or row does not hide the rest of the page, and is noted once', async () => {
  mockOrigin(ix, () =>
    Response.json({
      content: [
        { physicalId: '8944990000001000010', nickname: 12345, dataUsage: '1,048,576' },
        { physicalId: '8944990000001000028', nickname: ['a'], isActive: 'maybe' },
        { nickname: 'no identity' },
        null,
      ],
    }),
  );
  await inCallScope(fixedClock(0), async (scope) => {
    const rows = await recordingClient(accounts.iotx(ix)).call(iotx.subscribers.list, {});
    expect(rows).toEqual([
      { physicalId: '8944990000001000010', nickname: '12345', dataUsage: 1048576 },
      { physicalId: '8944990000001000028' },
    ]);
    expect(scope.notes()).toEqual([
      'Not understood at ix: nickname in 1 row, shown as unknown; isActive in 1 row, shown as unknown; 1 row of list without a readable physicalId, left out',
    ]);
  });
});

describe('networkProblem', () => {
  const coded = (code: string) => Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(code), { code }) });
  it.each([
    ['CERT_HAS_EXPIRED', 'its certificate has expired (CERT_HAS_EXPIRED)'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host name (ERR_TLS_CERT_ALTNAME_INVALID)'],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'its certificate comes from an authority that is not trusted here (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
    ['CERT_SIGNATURE_FAILURE', 'its certificate was not accepted (CERT_SIGNATURE_FAILURE)'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'no TLS connection is possible (ERR_SSL_WRONG_VERSION_NUMBER)'],
  ])('%s proves that nothing was sent, and is not retried', (code, reason) => {
    expect(networkProblem(coded(code))).toMatchObject({
      sent: 'no',
      lasting: true,
      reason,
      next: expect.stringMatching(/^Nothing was sent\./),
    });
  });
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('%s proves that nothing was sent', (code) => {
    expect(networkProblem(coded(code))).toMatchObject({ sent: 'no', lasting: false });
  });
  it.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])('%s leaves open whether the request arrived', (code) => {
    expect(networkProblem(coded(code))).toEqual({ sent: 'maybe', lasting: false, reason: code });
  });
});
