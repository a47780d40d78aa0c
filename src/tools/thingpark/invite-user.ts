import { z } from 'zod';

import { users } from '../../clients/thingpark/users.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const inviteUser = changeTool({
  name: 'invite_user',
  toolset: 'thingpark',
  title: 'Invite a user',
  description:
    "Adds a person to ThingPark as a user with these scopes (default: the account's own). No tool revokes the access. Existing users: list_users.",
  provider: 'thingpark',
  extra: true,
  operations: [users.create],
  idempotent: true,
  input: z.strictObject({
    email: z.email('must be an email address. Example: joe@example.com'),
    firstName: z.string().min(1).max(80).optional(),
    lastName: z.string().min(1).max(80).optional(),
    organization: z.string().min(1).max(80).optional().describe('company'),
    scopes: z
      .array(z.string().regex(/^(SUBSCRIBER|VENDOR|SUPPLIER|OPERATOR):\d+$/, 'must be a role and a ref. Example: SUBSCRIBER:983'))
      .min(1)
      .max(10)
      .optional()
      .describe('role:ref'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { email: 'joe@example.com', firstName: 'Joe', lastName: 'Doe', scopes: ['SUBSCRIBER:983'] },
  toRequest({ connection, preview: _, ...body }, context) {
    return { connection: context.connection(connection, ['thingpark']), inputs: [{ body }] };
  },
});
