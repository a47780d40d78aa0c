/** DX Admin subscribers: the owners of devices and base stations. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Rows } from './fields.ts';
import { bodyDoubt, NewParty, Party, PartyChange } from './party.ts';

const list = endpoint({
  id: 'thingpark.subscribers.list',
  api: 'dx-admin',
  route: 'GET /subscribers',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the response fields'],
  help: 'Lists the subscribers visible to the caller.',
  query: () =>
    z.strictObject({
      applicationId: refField('reference').optional(),
      contactEmail: z.string().optional(),
      subscriberId: refField('target').optional(),
    }),
  reply: () => Rows(Party()),
  example: { query: { subscriberId: '199900001' } },
});

const create = endpoint({
  id: 'thingpark.subscribers.create',
  api: 'dx-admin',
  route: 'POST /subscribers',
  effects: ['write', 'billing', 'session'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Creates a subscriber with its first user; missing id, name and contact are taken from that user.',
  body: NewParty,
  reply: Party,
  example: { body: { name: 'ACME Cold Chain', primaryUser: { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com' } } },
});

const read = endpoint({
  id: 'thingpark.subscribers.read',
  api: 'dx-admin',
  route: 'GET /subscribers/{subscriberRef}',
  path: { subscriberRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the response fields'],
  help: 'Reads one subscriber by its ref.',
  reply: Party,
  bears: ({ ref }) => ref,
  example: { path: { subscriberRef: '983' } },
});

const update = endpoint({
  id: 'thingpark.subscribers.update',
  api: 'dx-admin',
  route: 'PUT /subscribers/{subscriberRef}',
  path: { subscriberRef: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt, 'whether omitted fields keep their value'],
  help: 'Changes name, contact or organization of a subscriber.',
  body: PartyChange,
  reply: Party,
  example: { path: { subscriberRef: '983' }, body: { name: 'ACME Cold Chain' } },
});

const remove = endpoint({
  id: 'thingpark.subscribers.delete',
  api: 'dx-admin',
  route: 'DELETE /subscribers/{subscriberRef}',
  path: { subscriberRef: 'target' },
  effects: ['destructive', 'disruptive', 'billing'],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Deletes a subscriber; with force also its orders, devices and base stations.',
  query: () => z.strictObject({ force: z.boolean().optional() }),
  example: { query: { force: false }, path: { subscriberRef: '984' } },
});

export const subscribers = { list, create, read, update, delete: remove };
