/** DX Admin offers: the offers that subscribers can order. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Rows, Text } from './fields.ts';
import { bodyDoubt } from './party.ts';

/** Only `id` and `state` are documented; other fields are read if present. */
export const Offer = () => z.looseObject({ ref: Text(), id: Text(), name: Text(), state: Text() });

const list = endpoint({
  id: 'thingpark.offers.list',
  api: 'dx-admin',
  route: 'GET /offers',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the fields of an offer beyond id, name and state'],
  help: 'Lists the offers visible to the caller; offerId is <vendorId>/<offerId>.',
  query: () => z.strictObject({ offerId: refField('target').optional() }),
  reply: () => Rows(Offer()),
  example: { query: { offerId: 'acme-vendor/lorawan-100' } },
});

const read = endpoint({
  id: 'thingpark.offers.read',
  api: 'dx-admin',
  route: 'GET /offers/{offerRef}',
  path: { offerRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Reads one offer by its ref.',
  reply: () => Offer(),
  bears: ({ ref }) => ref,
  example: { path: { offerRef: '501' } },
});

const create = endpoint({
  id: 'thingpark.offers.create',
  api: 'dx-admin',
  route: 'POST /offers',
  effects: ['write', 'billing'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Creates an offer that subscribers can order; ACTIVE by default.',
  body: () => z.strictObject({ id: refField('new'), name: z.string().optional(), state: z.enum(['ACTIVE', 'INACTIVE']).optional() }),
  reply: () => Offer(),
  example: { body: { id: 'acme-vendor/lorawan-50', name: 'LoRaWAN 50 devices' } },
});

const update = endpoint({
  id: 'thingpark.offers.update',
  api: 'dx-admin',
  route: 'PUT /offers/{offerRef}',
  path: { offerRef: 'target' },
  effects: ['write', 'billing'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the name of a state other than ACTIVE'],
  help: 'Changes name or state of an offer; nothing else can change.',
  body: () => z.strictObject({ name: z.string().optional(), state: z.enum(['ACTIVE', 'INACTIVE']).optional() }),
  reply: () => Offer(),
  example: { path: { offerRef: '501' }, body: { state: 'INACTIVE' } },
});

const remove = endpoint({
  id: 'thingpark.offers.delete',
  api: 'dx-admin',
  route: 'DELETE /offers/{offerRef}',
  path: { offerRef: 'target' },
  effects: ['destructive'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['what happens to the orders of a deleted offer'],
  help: 'Deletes an offer.',
  example: { path: { offerRef: '503' } },
});

export const offers = { list, create, read, update, delete: remove };
