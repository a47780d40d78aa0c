/** DX Admin users. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Rows, Text } from './fields.ts';
import { bodyDoubt } from './party.ts';

/** A user; `scopes` look like SUBSCRIBER:983 or VENDOR:401. */
const User = () =>
  z.looseObject({
    ref: Text(),
    id: Text(),
    firstName: Text(),
    lastName: Text(),
    email: Text(),
    organization: Text(),
    scopes: Rows(z.string()).nullish(),
  });

const Names = () => ({
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  organization: z.string().optional(),
  scopes: z.array(z.string()).optional(),
});

const list = endpoint({
  id: 'thingpark.users.list',
  api: 'dx-admin',
  route: 'GET /users',
  effects: [],
  sure: 'documented',
  source: 'DX API v141; fields observed',
  help: 'Lists the users visible to the caller.',
  query: () => z.strictObject({ email: z.string().optional(), userId: refField('target').optional() }),
  reply: () => Rows(User()),
  example: { query: { email: 'jane@example.com' } },
});

const create = endpoint({
  id: 'thingpark.users.create',
  api: 'dx-admin',
  route: 'POST /users',
  effects: ['write', 'session'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Creates a user, who can then log in.',
  body: () => z.strictObject({ id: refField('new').optional(), email: refField('new', z.email()), ...Names() }),
  reply: () => User(),
  example: { body: { email: 'joe@example.com', firstName: 'Joe', lastName: 'Doe', scopes: ['SUBSCRIBER:983'] } },
});

const read = endpoint({
  id: 'thingpark.users.read',
  api: 'dx-admin',
  route: 'GET /users/{userRef}',
  path: { userRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141; fields observed',
  help: 'Reads one user by its ref.',
  reply: () => User(),
  bears: ({ ref }) => ref,
  example: { path: { userRef: '601' } },
});

const update = endpoint({
  id: 'thingpark.users.update',
  api: 'dx-admin',
  route: 'PUT /users/{userRef}',
  path: { userRef: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt, 'whether omitted fields keep their value'],
  help: 'Changes the name or organization of a user.',
  body: () => z.strictObject({ firstName: z.string().optional(), lastName: z.string().optional(), organization: z.string().optional() }),
  reply: () => User(),
  example: { path: { userRef: '601' }, body: { organization: 'ACME' } },
});

const resetPassword = endpoint({
  id: 'thingpark.users.resetPassword',
  api: 'dx-admin',
  route: 'PUT /users/{userRef}',
  path: { userRef: 'target' },
  effects: ['session'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt, 'how the user receives the new password'],
  help: 'Makes the platform set a new password for a user.',
  query: () => z.strictObject({ resetPassword: z.literal(true) }),
  body: () => z.strictObject({}),
  reply: () => User(),
  example: { path: { userRef: '601' }, query: { resetPassword: true }, body: {} },
});

const remove = endpoint({
  id: 'thingpark.users.delete',
  api: 'dx-admin',
  route: 'DELETE /users/{userRef}',
  path: { userRef: 'target' },
  effects: ['destructive', 'session'],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Deletes a user, who can then no longer log in.',
  example: { path: { userRef: '602' } },
});

export const users = { list, create, read, update, resetPassword, delete: remove };
