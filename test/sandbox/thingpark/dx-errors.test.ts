import { expect, it } from 'vitest';

import { dxDevices } from '../../../src/clients/thingpark/dx-devices.ts';
import { thingparkSandbox } from '../../../src/sandbox/thingpark/index.ts';
import { subscription, valueAt } from './subscription.ts';

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

it.each([
  ['a missing token', 'GET /thingpark/dx/core/latest/api/devices', undefined, 401],
  ['a bad token', 'GET /thingpark/dx/core/latest/api/devices', 'Bearer wrong', 401],
  ['an unknown path', 'GET /thingpark/dx/core/latest/api/nothing', undefined, 404],
  ['an unknown path of the legacy host', 'GET /core/v141/api/nothing', undefined, 404],
  ['an unknown path of DX Admin', 'GET /thingpark/dx/admin/latest/api/nothing', undefined, 404],
  ['a wrong method', 'PATCH /thingpark/dx/core/latest/api/devices/4101', undefined, 405],
])('DX answers %s with code, message and errorId', async (_, route, authorization, status) => {
  const { raw } = subscription();
  const reply = await raw(route, authorization === undefined ? {} : { authorization });
  expect(reply.status).toBe(status);
  expect(reply.body).toEqual({ code: status, message: expect.any(String), errorId: 'sandbox' });
});

it('DX refusals of code that DX and OSS share carry an errorId, those of OSS do not', async () => {
  const { core, oss } = subscription();
  const refused = await core('GET /devices?pageIndex=0');
  expect([refused.status, refused.body]).toEqual([
    400,
    { code: 400, message: 'pageIndex: a positive integer is expected', errorId: 'sandbox' },
  ]);
  expect((await oss('GET /subscriptions/mine/devices?pageIndex=0')).body).toEqual({
    code: 400,
    message: 'pageIndex: a positive integer is expected',
  });
});

it.each([
  ['adminLat', 'adminLat: a number from -90 to 90 is expected'],
  ['adminLon', 'adminLon: a number from -180 to 180 is expected'],
  ['markerID', 'markerID: a number is expected'],
])('OSS refuses a text as %s instead of storing it', async (name, message) => {
  const { oss, world } = subscription();
  const reply = await oss('PUT /subscriptions/mine/devices/eA81758FFFE0A0001', { occContext: { version: 3 }, [name]: '48.8566' });
  expect([reply.status, valueAt(reply.body, 'message')]).toEqual([400, message]);
  expect(world.thingpark.devices.get('A81758FFFE0A0001')?.notes).toBeUndefined();
});

it('baseStations.updateLocation refuses a text as altitude and stores a number', async () => {
  const { oss, world, clock } = subscription();
  const place = (adminAlt: unknown) => ({ locationType: 1, adminLat: 48.8566, adminLon: 2.3522, adminAlt, occContext: { version: 1 } });
  const route = 'POST /partners/mine/bss/i10001234/admins/updateLocation';
  expect((await oss(route, place('35'))).status).toBe(400);
  expect((await oss(route, place(35))).status).toBe(201);
  clock.advance(5000);
  expect((await oss('GET /partners/mine/bss/i10001234')).body).toMatchObject({ lat: 48.8566, lon: 2.3522, alt: 35 });
  expect(world.thingpark.baseStations[0]?.alt).toBe(35);
});
