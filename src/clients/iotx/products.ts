/** Products: the functional options of a tariff, such as network access or SMS. Their names are the account's own free text. */

import { z } from 'zod';
import type { Connection } from '../connect.ts';

import { type Effect, endpoint } from '../http/endpoint.ts';
import { Flag, Text } from './fields.ts';

/** The manual names the product's key both ways; which one the live API reads is a setting. */
export const productKeys = ['both', 'product', 'service'] as const;
export type ProductKey = (typeof productKeys)[number];

/** The name under which a connection's API reads the product; `both` unless configured. */
export function productKeyOf(connection: Connection): ProductKey {
  return productKeys.find((one) => one === connection.defaults['productKey']) ?? 'both';
}

const Product = () => z.looseObject({ product: z.string(), description: Text(), enabled: Flag() });
export type Product = z.output<ReturnType<typeof Product>>;

const ProductChange = () =>
  z
    .strictObject({ product: z.string().min(1).optional(), service: z.string().min(1).optional(), action: z.enum(['enable', 'disable']) })
    .refine(({ product, service }) => product !== undefined || service !== undefined, 'needs product, service or both')
    .refine(
      ({ product, service }) => product === undefined || service === undefined || product === service,
      'product and service must be the same name',
    );

const active = endpoint({
  id: 'iotx.products.active',
  api: 'iotx',
  route: 'GET /subscribers/{physicalId}/products/active',
  effects: [],
  sure: 'documented',
  source: 'manual 4.0.0, subscriber products; permission View Subscriber Products',
  doubts: ['a disabled product may leave this list or stay in it with enabled false'],
  help: 'Lists the enabled products of one subscriber.',
  reply: () => z.array(Product()),
  example: { path: { physicalId: '8944990000001000010' } },
});

const available = endpoint({
  id: 'iotx.products.available',
  api: 'iotx',
  route: 'GET /subscribers/{physicalId}/products/available',
  effects: [],
  sure: 'documented',
  source: 'manual 4.0.0, subscriber products; permission View Subscriber Products',
  help: 'Lists the products of the tariff that are not enabled for one subscriber.',
  reply: () => z.array(Product()),
  example: { path: { physicalId: '8944990000001000010' } },
});

const change = endpoint({
  id: 'iotx.products.change',
  api: 'iotx',
  route: 'PATCH /subscribers/{physicalId}/products',
  effects: ['billing', 'disruptive'],
  effectsOf: ({ body }): readonly Effect[] => (isEnable(body) ? ['billing'] : ['billing', 'disruptive']),
  sure: 'documented',
  source: 'manual 4.0.0, subscriber products; needs both Add a Product to a Subscriber and Remove a Product From a Subscriber',
  doubts: [
    'the key of the product name: the page says product and service; both with one value satisfies every statement',
    'the answers to an enabled product enabled again, to a subscriber that is not active and to an unknown product',
    'the network may lag behind the 204',
  ],
  help: 'Enables or disables one product of an active subscriber; fees are possible and not shown by any call.',
  body: ProductChange,
  example: { path: { physicalId: '8944990000001000010' }, body: { product: 'SMS MO/MT', service: 'SMS MO/MT', action: 'disable' } },
});

/** The body of a product change under one reading of the manual. */
export function productBody(mode: ProductKey, product: string, action: 'enable' | 'disable'): z.input<ReturnType<typeof ProductChange>> {
  if (mode === 'product') return { product, action };
  if (mode === 'service') return { service: product, action };
  return { product, service: product, action };
}

function isEnable(body: unknown): boolean {
  return body !== null && typeof body === 'object' && 'action' in body && body.action === 'enable';
}

export const products = { active, available, change };
