import { z } from 'zod';

import { subscribers } from '../../clients/thingpark/subscribers.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const addSubscriber = changeTool({
  name: 'add_subscriber',
  toolset: 'thingpark',
  title: 'Add a subscriber',
  description: 'Adds a ThingPark subscriber and its first user. Then order for it with create_order; existing ones: list_subscribers.',
  provider: 'thingpark',
  extra: true,
  operations: [subscribers.create],
  idempotent: true,
  input: z.strictObject({
    name: z.string().trim().min(1).max(120),
    id: z.string().min(1).max(80).optional().describe('external ID'),
    organization: z.string().min(1).max(120).optional().describe('company of the user'),
    userEmail: z.email('must be an email address. Example: jane@example.com').describe('of the first user'),
    userFirstName: z.string().min(1).max(80).optional().describe('of the first user'),
    userLastName: z.string().min(1).max(80).optional().describe('of the first user'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { name: 'ACME Cold Chain', userEmail: 'jane@example.com', userFirstName: 'Jane', userLastName: 'Doe' },
  toRequest: ({ name, id, organization, userEmail, userFirstName, userLastName, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: [
      {
        body: {
          name,
          ...(id ? { id } : {}),
          ...(organization ? { organization } : {}),
          primaryUser: {
            email: userEmail,
            ...(userFirstName ? { firstName: userFirstName } : {}),
            ...(userLastName ? { lastName: userLastName } : {}),
          },
        },
      },
    ],
  }),
});
