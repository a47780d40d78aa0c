import { expect, it } from 'vitest';

import { dxRoutingProfiles } from '../../../src/clients/thingpark/dx-routing-profiles.ts';
import { core, dxRead, dxWrite, recording, testPinnedRequests } from './support.ts';

testPinnedRequests(dxRoutingProfiles, [
  [
    dxRoutingProfiles.list,
    { query: { routingProfileId: 'TWA_199900001.1' } },
    { request: `GET ${core}/routingProfiles?routingProfileId=TWA_199900001.1`, headers: dxRead },
  ],
  [dxRoutingProfiles.read, { path: { routingProfileRef: '1' } }, { request: `GET ${core}/routingProfiles/1`, headers: dxRead }],
  [
    dxRoutingProfiles.create,
    {
      body: {
        name: 'Plant',
        routes: [{ sourcePorts: '*', strategy: 'SEQUENTIAL', contentType: 'JSON', addresses: ['https://plant.example/uplinks'] }],
      },
    },
    {
      request: `POST ${core}/routingProfiles`,
      headers: dxWrite,
      body: '{"name":"Plant","routes":[{"sourcePorts":"*","strategy":"SEQUENTIAL","contentType":"JSON","addresses":["https://plant.example/uplinks"]}]}',
    },
  ],
  [
    dxRoutingProfiles.update,
    { path: { routingProfileRef: '1' }, body: { name: 'Dashboard', default: true } },
    { request: `PUT ${core}/routingProfiles/1`, headers: dxWrite, body: '{"name":"Dashboard","default":true}' },
  ],
  [dxRoutingProfiles.delete, { path: { routingProfileRef: '2' } }, { request: `DELETE ${core}/routingProfiles/2`, headers: dxRead }],
]);

const [route] = dxRoutingProfiles.create.example.body.routes;

it.each([
  [{ default: false }, 'body.default'],
  [{ routes: [] }, 'body.routes'],
  [{ routes: [{ ...route, sourcePorts: 'all' }] }, 'body.routes.0.sourcePorts must be ports as text. Example: * or 1,2 or 10-20'],
  [{ routes: [{ ...route, addresses: ['plant.example'] }] }, 'body.routes.0.addresses.0 must be an http or https URL'],
])('dxRoutingProfiles.update rejects %j', async (body, message) => {
  const { call, requests } = recording();
  await expect(call.any(dxRoutingProfiles.update, { path: { routingProfileRef: '1' }, body })).rejects.toThrow(message);
  expect(requests).toEqual([]);
});
