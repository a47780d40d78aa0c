import { expect, it } from 'vitest';

import { appServers } from '../../../src/clients/thingpark/app-servers.ts';
import { dxConnections } from '../../../src/clients/thingpark/dx-connections.ts';
import { errorOf, subscription, valueAt } from './subscription.ts';

const { body } = dxConnections.create.example;

it('an IoT Flow connection opens by itself and masks its secrets', async () => {
  const { call, clock, world } = subscription();
  const made = await call(dxConnections.create, { body });
  const path = { connectionId: String(made.id) };
  const state = async () => (await call(dxConnections.read, { path })).state;
  expect(made.state).toBe('CLOSED');
  expect(made.configuration).toEqual({ ...body.configuration, password: '*****' });
  clock.advance(2000);
  expect(await state()).toBe('OPENING');
  clock.advance(3000);
  expect(await state()).toBe('OPENED');
  expect(world.thingpark.connections[0]?.configuration['password']).toBe('broker-password');
});

it('dxConnections.update refuses a masked secret and an incomplete configuration', async () => {
  const { call, core } = subscription();
  const made = await call(dxConnections.create, { body });
  const route = `PUT /connections/${String(made.id)}`;
  expect(errorOf(await core(route, { ...body, configuration: made.configuration }))).toEqual([
    400,
    400,
    'configuration.password is a masked value; use the real one, otherwise the asterisks would be stored',
  ]);
  expect((await core(route, { ...body, configuration: { hostName: 'h:1' } })).status).toBe(400);
  expect(
    (await core(route, { ...body, connectorId: 'actility-http-iot', configuration: { destinationURL: 'https://a.example' } })).status,
  ).toBe(400);
  expect((await core('POST /connections', { ...body, connectorId: 'none' })).status).toBe(400);
});

it('an IoT Flow connection reopens after an update and stays DEACTIVATED while inactive', async () => {
  const { call, clock } = subscription();
  const made = await call(dxConnections.create, { body });
  const path = { connectionId: String(made.id) };
  clock.advance(4000);
  expect((await call(dxConnections.update, { path, body: { ...body, name: 'Other' } })).state).toBe('CLOSED');
  clock.advance(1500);
  expect((await call(dxConnections.read, { path })).state).toBe('CLOSED');
  expect((await call(dxConnections.update, { path, body: { ...body, active: false } })).state).toBe('DEACTIVATED');
  clock.advance(10_000);
  expect((await call(dxConnections.read, { path })).state).toBe('DEACTIVATED');
});

it('dxConnections.create refuses the sixth connection', async () => {
  const { call, core } = subscription();
  for (let i = 0; i < 5; i++) await call(dxConnections.create, { body: { ...body, name: `Broker ${i}` } });
  expect(errorOf(await core('POST /connections', body))).toEqual([400, 400, 'Max connection limit reached']);
});

it('an IoT Flow connection is listed among the application servers and is read-only there', async () => {
  const { call, oss, core } = subscription();
  const made = await call(dxConnections.create, { body });
  const { briefs } = await call(appServers.list, { query: { type: ['KAFKA'] } });
  expect(briefs.map(({ name, tpxIotFlow }) => [name, valueAt(tpxIotFlow, 'connectionId')])).toEqual([['Plant broker', made.id]]);
  const uid = briefs[0]?.href?.split('/').at(-1);
  expect((await oss(`GET /subscriptions/mine/appServers/${uid}`)).status).toBe(200);
  expect(errorOf(await oss(`DELETE /subscriptions/mine/appServers/${uid}`))).toEqual([
    400,
    400,
    'an IoT Flow connection is managed through DX Core only',
  ]);
  expect((await core(`DELETE /connections/${String(made.id)}`)).status).toBe(204);
  expect((await core(`GET /connections/${String(made.id)}`)).status).toBe(404);
});
