import { expect, it } from 'vitest';

import { multicastGroups } from '../../../src/clients/thingpark/multicast-groups.ts';
import { mine, ossRead, ossWrite, recording, testPinnedRequests } from './support.ts';

testPinnedRequests(multicastGroups, [
  [multicastGroups.list, { query: { sort: 'name,asc' } }, { request: `GET ${mine}/multicastGroups?sort=name%2Casc`, headers: ossRead }],
  [
    multicastGroups.create,
    {
      body: {
        EUI: 'A81758FFFE0B0001',
        name: 'Street lights',
        class: 'C',
        nwAddress: '04AB0001',
        nwKey: '000102030405060708090A0B0C0D0E0F',
        bss: { tags: [{ name: 'north', namespace: 'OPERATOR' }] },
      },
    },
    {
      request: `POST ${mine}/multicastGroups`,
      headers: ossWrite,
      body: '{"EUI":"A81758FFFE0B0001","nwAddress":"04AB0001","class":"C","nwKey":"000102030405060708090A0B0C0D0E0F","bss":{"tags":[{"name":"north","namespace":"OPERATOR"}]},"name":"Street lights"}',
    },
  ],
  [
    multicastGroups.read,
    { path: { multicastGroupUid: 'eA81758FFFE0B0001' } },
    { request: `GET ${mine}/multicastGroups/eA81758FFFE0B0001`, headers: ossRead },
  ],
  [
    multicastGroups.update,
    { path: { multicastGroupUid: 'eA81758FFFE0B0001' }, body: { occContext: { version: 0 }, name: 'Street lights north' } },
    {
      request: `PUT ${mine}/multicastGroups/eA81758FFFE0B0001`,
      headers: ossWrite,
      body: '{"occContext":{"version":0},"name":"Street lights north"}',
    },
  ],
  [
    multicastGroups.delete,
    { path: { multicastGroupUid: 'eA81758FFFE0B0001' } },
    { request: `DELETE ${mine}/multicastGroups/eA81758FFFE0B0001`, headers: ossRead },
  ],
  [
    multicastGroups.downlink,
    { path: { multicastGroupUid: 'eA81758FFFE0B0001' }, query: { payload: '01', fPort: 10 } },
    { request: `POST ${mine}/multicastGroups/eA81758FFFE0B0001/admins/downlink?payload=01&fPort=10`, headers: ossRead },
  ],
]);

it.each([{ class: 'B' as const }, { class: 'C' as const, pingSlotPeriod: 16 }])('multicastGroups.create rejects %j', async (change) => {
  const { call, requests } = recording();
  const body = { ...multicastGroups.create.example.body, ...change };
  await expect(call(multicastGroups.create, { body })).rejects.toThrow('pingSlotPeriod is required for class B');
  expect(requests).toEqual([]);
});
