import { expect, it } from 'vitest';

import { dxDevices } from '../../../src/clients/thingpark/dx-devices.ts';
import { thingparkSandbox } from '../../../src/sandbox/thingpark/index.ts';
import { subscription } from './subscription.ts';

it('the errors for a bad token, an unknown path and a wrong method carry an errorId', () => {
  expect([thingparkSandbox.expiredResponse(), thingparkSandbox.notFound(false), thingparkSandbox.notFound(true)]).toEqual([
    { status: 401, body: { code: 401, message: 'Invalid or expired token', errorId: 'sandbox' } },
    { status: 404, body: { code: 404, message: 'Not found', errorId: 'sandbox' } },
    { status: 405, body: { code: 405, message: 'Method not allowed', errorId: 'sandbox' } },
  ]);
});

it('DX devices take a location as numbers', async () => {
  const { call } = subscription();
  const path = { deviceRef: '4101' };
  await call(dxDevices.update, { path, body: { geoLatitude: 48.9, geoLongitude: 2.4 } });
  expect(await call(dxDevices.read, { path })).toMatchObject({ geoLatitude: 48.9, geoLongitude: 2.4 });
});
