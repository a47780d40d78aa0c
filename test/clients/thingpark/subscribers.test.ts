import { subscribers } from '../../../src/clients/thingpark/subscribers.ts';
import { admin, dxRead, dxWrite, pins } from './support.ts';

pins(subscribers, [
  [
    subscribers.list,
    { query: { subscriberId: '199900001' } },
    { line: `GET ${admin}/subscribers?subscriberId=199900001`, headers: dxRead },
  ],
  [
    subscribers.create,
    { body: { name: 'ACME Cold Chain', primaryUser: { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com' } } },
    {
      line: `POST ${admin}/subscribers`,
      headers: dxWrite,
      body: '{"name":"ACME Cold Chain","primaryUser":{"firstName":"Jane","lastName":"Doe","email":"jane@example.com"}}',
    },
  ],
  [subscribers.read, { path: { subscriberRef: '983' } }, { line: `GET ${admin}/subscribers/983`, headers: dxRead }],
  [
    subscribers.update,
    { path: { subscriberRef: '983' }, body: { name: 'ACME Cold Chain' } },
    { line: `PUT ${admin}/subscribers/983`, headers: dxWrite, body: '{"name":"ACME Cold Chain"}' },
  ],
  [
    subscribers.delete,
    { query: { force: false }, path: { subscriberRef: '984' } },
    { line: `DELETE ${admin}/subscribers/984?force=false`, headers: dxRead },
  ],
]);
