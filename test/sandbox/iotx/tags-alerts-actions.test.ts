/** Tags, alerts, actions, APN settings, login. */
import { expect, it } from 'vitest';

import { iotx } from '../../../src/clients/iotx/index.ts';
import { sandboxIotx } from '../../../src/clients/iotx/sandbox-account.ts';
import { account, errorResponse } from './account.ts';

const path = { physicalId: '8944990000001000010' };

it('a tag is added to and removed from a subscriber', async () => {
  const { call, request } = account();
  await call(iotx.tags.add, { path, body: { tagName: 'south/1' } });
  expect(await call(iotx.tags.ofSubscriber, { path })).toEqual([{ tagName: 'north' }, { tagName: 'south/1' }]);
  expect(await call(iotx.tags.subscribers, { path: { tagName: 'south/1' } })).toEqual([path]);
  expect(await call(iotx.tags.list, { query: { orderBy: 'numberOfSubscribers DESC' } })).toEqual([
    { tagName: 'north', numberOfSubscribers: 2 },
    { tagName: 'lab', numberOfSubscribers: 1 },
    { tagName: 'cold-chain', numberOfSubscribers: 1 },
    { tagName: 'south/1', numberOfSubscribers: 1 },
  ]);
  await call(iotx.tags.remove, { path: { ...path, tagName: 'south/1' } });
  expect(await call(iotx.tags.ofSubscriber, { path })).toEqual([{ tagName: 'north' }]);
  expect(await request('DELETE /subscribers/8944990000001000010/tags/lab')).toEqual(
    errorResponse(404, 'NOT_FOUND', 'Unable to find Tag with identifier lab.'),
  );
});

it('alerts are created, updated and validated', async () => {
  const { call, request } = account();
  const first = {
    id: '24',
    ruleType: 'sim',
    target: '447700900101',
    lowerThreshold: 5242880,
    upperThreshold: 10485760,
    dateCreated: '2026-04-20T08:00:00.000Z',
  };
  expect(await call(iotx.alerts.list, {})).toEqual([first]);
  expect(await call(iotx.alerts.create, { body: { ruleType: 'company', lowerThreshold: 1, upperThreshold: 2 } })).toEqual({
    id: '25',
    ruleType: 'company',
    target: null,
    lowerThreshold: 1,
    upperThreshold: 2,
    dateCreated: '2026-11-22T08:00:00.000Z',
  });
  expect(await call(iotx.alerts.update, { path: { id: '24' }, body: { upperThreshold: 20971520 } })).toEqual({
    ...first,
    upperThreshold: 20971520,
  });
  expect((await request('PATCH /alerts/99', {})).status).toBe(404);
  const rule = { ruleType: 'sim', target: '8944990000001000010', lowerThreshold: '5', upperThreshold: '6' };
  expect((await request('POST /alerts', rule)).status).toBe(200);
  expect(await request('POST /alerts', { ...rule, upperThreshold: 5 })).toEqual(
    errorResponse(400, 'BAD_REQUEST', 'upperThreshold must be above lowerThreshold.'),
  );
  expect(await request('POST /alerts', { ...rule, target: '1' })).toEqual(errorResponse(400, 'BAD_REQUEST', 'target 1 does not exist.'));
});

it('actions.run accepts only listed actions, and actions.list requires the permission', async () => {
  const { request, call, world } = account();
  const route = '/subscriber-actions-api/subscribers/8944990000001000010/actions';
  expect(await request(`GET ${route}`, undefined, sandboxIotx.readKey)).toEqual(
    errorResponse(403, 'FORBIDDEN', 'Permission required: Perform Troubleshooting Actions on a Subscriber.'),
  );
  expect((await call(iotx.actions.list, { path })).map((action) => (typeof action === 'string' ? action : action.name))).toEqual([
    'refresh',
    'reconnect',
  ]);
  expect(await request(`POST ${route}`, { action: 'swap' })).toEqual(
    errorResponse(400, 'BAD_REQUEST', 'Action swap is not possible for this subscriber.'),
  );
  expect((await request(`POST ${route}`, { action: 'refresh' })).status).toBe(204);
  expect(world.iotx.changes.map(({ what, fee }) => ({ what, fee }))).toEqual([{ what: 'refresh', fee: false }]);
});

it('apn.details returns the settings of a SIM and none for a LoRaWAN device', async () => {
  const { call } = account();
  const [settings] = await call(iotx.apn.details, { path });
  expect(settings).toMatchObject({ apnName: 'demo.iot', password: 'demo-apn-password', internetAccessStatus: 'enabled' });
  expect(await call(iotx.apn.details, { path: { physicalId: 'A81758FFFE0A0001' } })).toEqual([]);
});

it('session.login issues a token of 899 seconds without envelope', async () => {
  const { request, clock } = account();
  const { status, body } = await request('POST /authorization?username=sandbox&password=sandbox-iotx-password', undefined, 'none');
  const token = (body as { access_token: string }).access_token;
  expect({ status, body }).toEqual({ status: 200, body: { token_type: 'access', access_token: token, expires_in: '899' } });
  expect((await request('GET /tags', undefined, token)).status).toBe(200);
  clock.advance(899_000);
  expect((await request('GET /tags', undefined, token)).status).toBe(401);
  expect((await request('POST /authorization?username=sandbox&password=wrong')).status).toBe(401);
});
