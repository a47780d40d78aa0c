import { users } from '../../../src/clients/thingpark/users.ts';
import { admin, dxRead, dxWrite, pins } from './support.ts';

pins(users, [
  [users.list, { query: { email: 'jane@example.com' } }, { line: `GET ${admin}/users?email=jane%40example.com`, headers: dxRead }],
  [
    users.create,
    { body: { email: 'joe@example.com', firstName: 'Joe', lastName: 'Doe', scopes: ['SUBSCRIBER:983'] } },
    {
      line: `POST ${admin}/users`,
      headers: dxWrite,
      body: '{"email":"joe@example.com","firstName":"Joe","lastName":"Doe","scopes":["SUBSCRIBER:983"]}',
    },
  ],
  [users.read, { path: { userRef: '601' } }, { line: `GET ${admin}/users/601`, headers: dxRead }],
  [
    users.update,
    { path: { userRef: '601' }, body: { organization: 'ACME' } },
    { line: `PUT ${admin}/users/601`, headers: dxWrite, body: '{"organization":"ACME"}' },
  ],
  [
    users.resetPassword,
    { path: { userRef: '601' }, query: { resetPassword: true }, body: {} },
    { line: `PUT ${admin}/users/601?resetPassword=true`, headers: dxWrite, body: '{}' },
  ],
  [users.delete, { path: { userRef: '602' } }, { line: `DELETE ${admin}/users/602`, headers: dxRead }],
]);
