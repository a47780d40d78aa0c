import { expect, it } from 'vitest';

import { accessCodes } from '../../../src/clients/thingpark/access-codes.ts';
import { devices } from '../../../src/clients/thingpark/devices.ts';
import { offers } from '../../../src/clients/thingpark/offers.ts';
import { orders } from '../../../src/clients/thingpark/orders.ts';
import { profiles } from '../../../src/clients/thingpark/profiles.ts';
import { sandboxThingpark } from '../../../src/clients/thingpark/sandbox-account.ts';
import { subscribers } from '../../../src/clients/thingpark/subscribers.ts';
import { tokens } from '../../../src/clients/thingpark/tokens.ts';
import { users } from '../../../src/clients/thingpark/users.ts';
import { vendors } from '../../../src/clients/thingpark/vendors.ts';
import { errorOf, subscription, valueAt } from './subscription.ts';

it.each(['suppliers', 'vendors', 'subscribers'])('DX Admin creates, updates and deletes %s', async (plural) => {
  const { admin } = subscription();
  const made = await admin(`POST /${plural}`, { primaryUser: { email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee' } });
  const ref = String(valueAt(made.body, 'ref'));
  expect([made.status, valueAt(made.body, 'name'), valueAt(made.body, 'contactEmail')]).toEqual([201, 'Ann Lee', 'ann@example.com']);
  expect(valueAt((await admin(`PUT /${plural}/${ref}`, { name: 'New' })).body, 'name')).toBe('New');
  expect((await admin(`DELETE /${plural}/${ref}`)).status).toBe(204);
  expect((await admin(`GET /${plural}/${ref}`)).status).toBe(404);
  expect(errorOf(await admin(`POST /${plural}`, {}))).toEqual([400, 400, 'primaryUser.email is required']);
});

it('DX Admin refuses to delete a subscriber that has orders or devices, and deletes both with force=true', async () => {
  const { admin, call } = subscription();
  const made = await call(orders.create, { query: {}, body: { offerId: 'acme-vendor/lorawan-100', subscriberId: '199900002' } });
  expect((await admin('DELETE /subscribers/984')).status).toBe(409);
  await call(subscribers.delete, { path: { subscriberRef: '984' }, query: { force: true } });
  expect((await admin(`GET /orders/${made.ref}`)).status).toBe(404);
  expect((await admin('DELETE /subscribers/983?force=false')).status).toBe(409);
  await call(subscribers.delete, { path: { subscriberRef: '983' }, query: { force: true } });
  expect((await call(devices.counters, {})).totalCount).toBe(0);
  expect(await call(orders.list, {})).toEqual([]);
});

it('DX Admin updates a user and resets the password without returning it', async () => {
  const { call, world, admin } = subscription();
  const made = await call(users.create, { body: { email: 'ann@example.com', firstName: 'Ann' } });
  const path = { userRef: made.ref ?? '' };
  expect(await call(users.update, { path, body: { organization: 'ACME' } })).toMatchObject({ firstName: 'Ann', organization: 'ACME' });
  expect(await call(users.resetPassword, { path, query: { resetPassword: true }, body: {} })).toEqual(await call(users.read, { path }));
  expect(world.thingpark.users.at(-1)?.passwordReset).toBe(world.clock.now());
  await call(users.delete, { path });
  expect((await admin(`GET /users/${path.userRef}`)).status).toBe(404);
});

it('DX Admin refuses an order of an offer that was set to INACTIVE', async () => {
  const { call, admin } = subscription();
  const made = await call(offers.create, { body: { id: 'acme-vendor/lorawan-50' } });
  expect(made).toEqual({ ref: '504', id: 'acme-vendor/lorawan-50', name: 'acme-vendor/lorawan-50', state: 'ACTIVE' });
  await call(offers.update, { path: { offerRef: '504' }, body: { state: 'INACTIVE' } });
  expect((await admin('POST /orders', { offerId: 'acme-vendor/lorawan-50' })).status).toBe(400);
  await call(offers.delete, { path: { offerRef: '504' } });
  expect((await admin('GET /offers/504')).status).toBe(404);
  expect((await admin('POST /offers', { id: 'nobody/x' })).status).toBe(400);
  expect(await call(vendors.list, { query: { vendorId: 'acme-vendor' } })).toHaveLength(1);
});

it('DX Admin validates an access code for five minutes and creates it only for a known user', async () => {
  const { call, clock, admin } = subscription();
  const made = await call(accessCodes.create, { body: { type: 'userAccessCode', userId: 'jane', applicationId: 'wireless' } });
  const query = { type: 'userAccessCode', value: made.value ?? '' };
  expect(await call(accessCodes.validate, { query })).toMatchObject({ userId: 'jane' });
  expect((await admin('POST /accessCodes', { type: 'userAccessCode', userId: 'nobody' })).status).toBe(400);
  clock.advance(300_000);
  expect((await admin(`GET /accessCodes?type=userAccessCode&value=${query.value}`)).status).toBe(404);
});

it('DX Admin returns the client of a token and revokes the token', async () => {
  const { call, world } = subscription();
  expect((await call(profiles.read, { path: { profileId: 'tpe-api' } })).id).toBe('tpe-api');
  const token = [...world.thingpark.tokens.keys()].find((value) => value.startsWith('dx-')) ?? '';
  const query = { access_token: token };
  expect(await call(tokens.info, { query })).toMatchObject({ client_id: sandboxThingpark.dx.clientId, scope: 'SUBSCRIBER:983' });
  await call(tokens.revoke, { query });
  expect(world.thingpark.tokens.has(token)).toBe(false);
});
