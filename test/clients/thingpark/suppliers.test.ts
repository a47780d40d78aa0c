import { suppliers } from '../../../src/clients/thingpark/suppliers.ts';
import { admin, dxRead, dxWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(suppliers, [
  [
    suppliers.list,
    { query: { supplierId: 'acme-supplier' } },
    { request: `GET ${admin}/suppliers?supplierId=acme-supplier`, headers: dxRead },
  ],
  [
    suppliers.create,
    { body: { name: 'ACME Networks', primaryUser: { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com' } } },
    {
      request: `POST ${admin}/suppliers`,
      headers: dxWrite,
      body: '{"name":"ACME Networks","primaryUser":{"firstName":"Jane","lastName":"Doe","email":"jane@example.com"}}',
    },
  ],
  [suppliers.read, { path: { supplierRef: '301' } }, { request: `GET ${admin}/suppliers/301`, headers: dxRead }],
  [
    suppliers.update,
    { path: { supplierRef: '301' }, body: { name: 'ACME Networks' } },
    { request: `PUT ${admin}/suppliers/301`, headers: dxWrite, body: '{"name":"ACME Networks"}' },
  ],
  [suppliers.delete, { path: { supplierRef: '301' } }, { request: `DELETE ${admin}/suppliers/301`, headers: dxRead }],
]);
