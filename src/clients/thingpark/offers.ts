/** DX Admin offers: what can be ordered. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';

/** Only `id` and `state` are documented; the rest is read where it comes. */
export const Offer = () =>
  z.looseObject({ ref: z.string().nullish(), id: z.string().nullish(), name: z.string().nullish(), state: z.string().nullish() });

const list = endpoint({
  id: 'thingpark.offers.list',
  api: 'dx-admin',
  route: 'GET /offers',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the members of an offer beyond id, name and state'],
  help: 'Lists the offers that the caller may see; offerId is <vendorId>/<offerId>.',
  query: () => z.strictObject({ offerId: z.string().optional() }),
  reply: () => z.array(Offer()),
  example: { query: { offerId: 'acme-vendor/lorawan-100' } },
});

const read = endpoint({
  id: 'thingpark.offers.read',
  api: 'dx-admin',
  route: 'GET /offers/{offerRef}',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Reads one offer by its ref.',
  reply: () => Offer(),
  example: { path: { offerRef: '501' } },
});

export const offers = { list, read };
