import { subscribers } from '../../../src/clients/thingpark/subscribers.ts';
import { admin, dxRead, dxWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(subscribers, [
  [
    subscribers.list,
    { query: { subscriberId: '199900001' } },
    { request: `GET ${admin}/subscribers?subscriberId=199900001`, headers: dxRead },
  ],
  [
    subscribers.create,
    { body: { name: 'ACME Cold Chain', primaryUser: { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com' } } },
    {
      request: `POST ${admin}/subscribers`,
      headers: dxWrite,
      body: '{"name":"ACME Cold Chain","primaryUser":{"firstName":"Jane","lastName":"Doe","email":"jane@example.com"}}',
    },
  ],
  [subscribers.read, { path: { subscriberRef: '983' } }, { request: `GET ${admin}/subscribers/983`, headers: dxRead }],
  [
    subscribers.update,
    { path: { subscriberRef: '983' }, body: { name: 'ACME Cold Chain' } },
    { request: `PUT ${admin}/subscribers/983`, headers: dxWrite, body: '{"name":"ACME Cold Chain"}' },
  ],
  [
    subscribers.delete,
    { query: { force: false }, path: { subscriberRef: '984' } },
    { request: `DELETE ${admin}/subscribers/984?force=false`, headers: dxRead },
  ],
]);
