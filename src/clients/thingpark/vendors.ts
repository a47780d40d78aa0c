/** DX Admin vendors: sellers of offers to subscribers. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Rows } from './fields.ts';
import { bodyDoubt, NewParty, Party, PartyChange } from './party.ts';

const list = endpoint({
  id: 'thingpark.vendors.list',
  api: 'dx-admin',
  route: 'GET /vendors',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the response fields'],
  help: 'Lists the vendors visible to the caller.',
  query: () => z.strictObject({ vendorId: refField('target').optional() }),
  reply: () => Rows(Party()),
  example: { query: { vendorId: 'acme-vendor' } },
});

const create = endpoint({
  id: 'thingpark.vendors.create',
  api: 'dx-admin',
  route: 'POST /vendors',
  effects: ['write', 'session'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Creates a vendor with its first user; missing id, name and contact are taken from that user.',
  body: NewParty,
  reply: Party,
  example: { body: { name: 'ACME Sales', primaryUser: { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com' } } },
});

const read = endpoint({
  id: 'thingpark.vendors.read',
  api: 'dx-admin',
  route: 'GET /vendors/{vendorRef}',
  path: { vendorRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the response fields'],
  help: 'Reads one vendor by its ref.',
  reply: Party,
  bears: ({ ref }) => ref,
  example: { path: { vendorRef: '401' } },
});

const update = endpoint({
  id: 'thingpark.vendors.update',
  api: 'dx-admin',
  route: 'PUT /vendors/{vendorRef}',
  path: { vendorRef: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt, 'whether omitted fields keep their value'],
  help: 'Changes name, contact or organization of a vendor.',
  body: PartyChange,
  reply: Party,
  example: { path: { vendorRef: '401' }, body: { name: 'ACME Sales' } },
});

const remove = endpoint({
  id: 'thingpark.vendors.delete',
  api: 'dx-admin',
  route: 'DELETE /vendors/{vendorRef}',
  path: { vendorRef: 'target' },
  effects: ['destructive'],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Deletes a vendor; its offers can no longer be ordered.',
  example: { path: { vendorRef: '401' } },
});

export const vendors = { list, create, read, update, delete: remove };
