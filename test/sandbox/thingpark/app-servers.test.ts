import { expect, it } from 'vitest';

import { appServers } from '../../../src/clients/thingpark/app-servers.ts';
import { dxDevices } from '../../../src/clients/thingpark/dx-devices.ts';
import { dxRoutes } from '../../../src/clients/thingpark/dx-routes.ts';
import { errorOf, subscription, valueAt } from './subscription.ts';

const servers = '/subscriptions/mine/appServers';
const key = '00112233445566778899AABBCCDDEEFF';

it('an application server is created, updated under its version, and deleted only while no device sends to it', async () => {
  const { call, oss } = subscription();
  const made = await call(appServers.create, { body: { name: 'Mill', type: 'HTTP' } });
  const appServerUid = made.ID.split('.')[1] ?? '';
  expect([made.state, made.contentType, made.occContext?.version]).toEqual(['ACTIVE', 'xml', 0]);
  expect((await oss(`PUT ${servers}/${appServerUid}`, { name: 'X' })).status).toBe(400);
  expect((await oss(`PUT ${servers}/${appServerUid}`, { occContext: { version: 9 }, name: 'X' })).status).toBe(409);
  const changed = await call(appServers.update, { path: { appServerUid }, body: { occContext: { version: 0 }, state: 'DEACTIVATED' } });
  expect([changed.state, changed.healthState, changed.occContext?.version]).toEqual(['DEACTIVATED', 'DEACTIVATED', 1]);
  await call(appServers.delete, { path: { appServerUid } });
  expect((await oss(`GET ${servers}/${appServerUid}`)).status).toBe(404);
  expect((await oss(`DELETE ${servers}/1972`)).status).toBe(409);
});

it('a downlink key is stored without being returned, and DX downlinks then require it', async () => {
  const { call, core } = subscription();
  const path = { appServerUid: '1972' };
  const downlinkSecurity = { status: 'DOWNLINK_AS_KEY' as const, downlinkAsKey: key };
  const reply = await call(appServers.updateSecurity, { path, body: { occContext: { version: 1 }, downlinkSecurity } });
  expect(reply.downlinkSecurity).toEqual({ status: 'DOWNLINK_AS_KEY', asID: 'TWA_199982747.1972.AS', maxTimestampDeviation: 0 });
  expect(JSON.stringify(await call(appServers.read, { path }))).not.toContain(key);
  expect((await call(dxRoutes.read, { path: { routeRef: '1972' } })).connectorProperties).toMatchObject({
    downlinkAsId: 'TWA_199982747.1972.AS',
  });
  const message = { payloadHex: '01', targetPorts: '1' };
  expect((await core('POST /devices/4101/downlinkMessages', message)).status).toBe(400);
  const securityParams = { asId: 'TWA_199982747.1972.AS', asKey: key };
  const sent = await call(dxDevices.downlink, { path: { device: '4101' }, body: { ...message, securityParams } });
  expect(JSON.stringify(sent)).not.toContain(key);
});

it.each([
  [{}, 'name is required'],
  [{ name: 'X', type: 'KAFKA' }, 'an IoT Flow connection is managed through DX Core only'],
  [{ name: 'X', state: 'ACTIVE' }, 'state is not allowed at creation'],
  [{ name: 'X', destinations: [] }, 'destinations: exactly one is expected'],
  [
    { name: 'X', destinations: [{ addresses: ['https://a.example'], ports: '*', strategy: 'BLAST' }] },
    'destinations: one address, ports * and SEQUENTIAL are expected',
  ],
  [{ name: 'X', downlinkSecurity: { status: 'NONE', downlinkAsKey: key } }, 'downlinkSecurity: nothing else is allowed with NONE'],
  [{ name: 'X', downlinkSecurity: { status: 'DOWNLINK_AS_KEY' } }, 'downlinkAsKey: 32 hexadecimal characters are expected'],
])('appServers.create refuses the body %j', async (body, message) => {
  const { oss } = subscription();
  expect(errorOf(await oss(`POST ${servers}`, body))).toEqual([400, 400, message]);
});

it('an application server returns the number of devices that send to it', async () => {
  const { oss } = subscription();
  expect(valueAt((await oss(`GET ${servers}/1972`)).body, 'deviceCount')).toBe(23);
});
