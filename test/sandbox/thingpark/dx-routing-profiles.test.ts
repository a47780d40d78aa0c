import { expect, it } from 'vitest';

import { dxDevices } from '../../../src/clients/thingpark/dx-devices.ts';
import { dxRoutingProfiles } from '../../../src/clients/thingpark/dx-routing-profiles.ts';
import { subscription } from './subscription.ts';

const asKey = '00112233445566778899AABBCCDDEEFF';
const routes = [
  { sourcePorts: '*', strategy: 'SEQUENTIAL' as const, addresses: ['https://plant.example/uplinks'], asId: 'TWA_199900001.77.AS', asKey },
];

it('a routing profile is created, becomes the default, and never returns its key', async () => {
  const { call, world } = subscription();
  const made = await call(dxRoutingProfiles.create, { body: { name: 'Plant', routes } });
  expect(made).toEqual({
    ref: '2',
    id: 'TWA_199900001.2',
    name: 'Plant',
    default: false,
    routes: [
      {
        sourcePorts: '*',
        strategy: 'SEQUENTIAL',
        contentType: 'XML',
        addresses: ['https://plant.example/uplinks'],
        asId: 'TWA_199900001.77.AS',
      },
    ],
  });
  expect(world.thingpark.routingProfiles[1]?.routes[0]?.asKey).toBe(asKey);
  await call(dxRoutingProfiles.update, { path: { routingProfileRef: '2' }, body: { default: true } });
  expect((await call(dxRoutingProfiles.list, { query: {} })).map((one) => [one.name, one.default])).toEqual([
    ['Default', false],
    ['Plant', true],
  ]);
});

it('the default profile and one in use cannot be deleted, any other can', async () => {
  const { call, core } = subscription();
  await call(dxRoutingProfiles.create, { body: { name: 'Plant', routes } });
  const path = { deviceRef: '4101' };
  await call(dxDevices.update, { path, body: { routingProfileId: 'TWA_199900001.2' } });
  const messages = [
    await core('DELETE /routingProfiles/1'),
    await core('DELETE /routingProfiles/2'),
    await core('DELETE /routingProfiles/3'),
  ];
  expect(messages.map(({ status, body }) => [status, body])).toEqual([
    [400, { code: 400, message: 'the default routing profile cannot be deleted', errorId: 'sandbox' }],
    [400, { code: 400, message: 'routing profile TWA_199900001.2 is in use', errorId: 'sandbox' }],
    [404, { code: 404, message: 'Routing profile 3 not found', errorId: 'sandbox' }],
  ]);
  await call(dxDevices.update, { path, body: { routingProfileId: 'reset' } });
  expect((await core('DELETE /routingProfiles/2')).status).toBe(204);
});

it.each([
  [{ name: 'Plant' }, 'routes: a list of routes is expected'],
  [{ name: 'Plant', routes: [{}] }, 'routes.addresses: at least one address is expected'],
  [{ name: 'Plant', routes: [{ ...routes[0], maxDeviation: '60' }] }, 'maxDeviation: a number is expected'],
  [{ routes }, 'name is required'],
])('routing profiles refuse %j', async (body, message) => {
  const { core } = subscription();
  expect((await core('POST /routingProfiles', body)).body).toEqual({ code: 400, message, errorId: 'sandbox' });
});
