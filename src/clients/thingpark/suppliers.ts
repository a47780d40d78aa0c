/** DX Admin suppliers: operators of networks and applications. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Rows } from './fields.ts';
import { bodyDoubt, NewParty, Party, PartyChange } from './party.ts';

const list = endpoint({
  id: 'thingpark.suppliers.list',
  api: 'dx-admin',
  route: 'GET /suppliers',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the response fields'],
  help: 'Lists the suppliers visible to the caller.',
  query: () => z.strictObject({ supplierId: refField('target').optional() }),
  reply: () => Rows(Party()),
  example: { query: { supplierId: 'acme-supplier' } },
});

const create = endpoint({
  id: 'thingpark.suppliers.create',
  api: 'dx-admin',
  route: 'POST /suppliers',
  effects: ['write', 'session'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Creates a supplier with its first user; missing id, name and contact are taken from that user.',
  body: NewParty,
  reply: Party,
  example: { body: { name: 'ACME Networks', primaryUser: { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com' } } },
});

const read = endpoint({
  id: 'thingpark.suppliers.read',
  api: 'dx-admin',
  route: 'GET /suppliers/{supplierRef}',
  path: { supplierRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the response fields'],
  help: 'Reads one supplier by its ref.',
  reply: Party,
  bears: ({ ref }) => ref,
  example: { path: { supplierRef: '301' } },
});

const update = endpoint({
  id: 'thingpark.suppliers.update',
  api: 'dx-admin',
  route: 'PUT /suppliers/{supplierRef}',
  path: { supplierRef: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt, 'whether omitted fields keep their value'],
  help: 'Changes name, contact or organization of a supplier.',
  body: PartyChange,
  reply: Party,
  example: { path: { supplierRef: '301' }, body: { name: 'ACME Networks' } },
});

const remove = endpoint({
  id: 'thingpark.suppliers.delete',
  api: 'dx-admin',
  route: 'DELETE /suppliers/{supplierRef}',
  path: { supplierRef: 'target' },
  effects: ['destructive'],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Deletes a supplier.',
  example: { path: { supplierRef: '301' } },
});

export const suppliers = { list, create, read, update, delete: remove };
