import { vendors } from '../../../src/clients/thingpark/vendors.ts';
import { admin, dxRead, dxWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(vendors, [
  [vendors.list, { query: { vendorId: 'acme-vendor' } }, { request: `GET ${admin}/vendors?vendorId=acme-vendor`, headers: dxRead }],
  [
    vendors.create,
    { body: { name: 'ACME Sales', primaryUser: { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com' } } },
    {
      request: `POST ${admin}/vendors`,
      headers: dxWrite,
      body: '{"name":"ACME Sales","primaryUser":{"firstName":"Jane","lastName":"Doe","email":"jane@example.com"}}',
    },
  ],
  [vendors.read, { path: { vendorRef: '401' } }, { request: `GET ${admin}/vendors/401`, headers: dxRead }],
  [
    vendors.update,
    { path: { vendorRef: '401' }, body: { name: 'ACME Sales' } },
    { request: `PUT ${admin}/vendors/401`, headers: dxWrite, body: '{"name":"ACME Sales"}' },
  ],
  [vendors.delete, { path: { vendorRef: '401' } }, { request: `DELETE ${admin}/vendors/401`, headers: dxRead }],
]);
