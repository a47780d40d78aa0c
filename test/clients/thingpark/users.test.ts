import { users } from '../../../src/clients/thingpark/users.ts';
import { admin, dxRead, dxWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(users, [
  [users.list, { query: { email: 'jane@example.com' } }, { request: `GET ${admin}/users?email=jane%40example.com`, headers: dxRead }],
  [
    users.create,
    { body: { email: 'joe@example.com', firstName: 'Joe', lastName: 'Doe', scopes: ['SUBSCRIBER:983'] } },
    {
      request: `POST ${admin}/users`,
      headers: dxWrite,
      body: '{"email":"joe@example.com","firstName":"Joe","lastName":"Doe","scopes":["SUBSCRIBER:983"]}',
    },
  ],
  [users.read, { path: { userRef: '601' } }, { request: `GET ${admin}/users/601`, headers: dxRead }],
  [
    users.update,
    { path: { userRef: '601' }, body: { organization: 'ACME' } },
    { request: `PUT ${admin}/users/601`, headers: dxWrite, body: '{"organization":"ACME"}' },
  ],
  [
    users.resetPassword,
    { path: { userRef: '601' }, query: { resetPassword: true }, body: {} },
    { request: `PUT ${admin}/users/601?resetPassword=true`, headers: dxWrite, body: '{}' },
  ],
  [users.delete, { path: { userRef: '602' } }, { request: `DELETE ${admin}/users/602`, headers: dxRead }],
]);
