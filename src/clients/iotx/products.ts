/** Products: the functional options of a tariff, such as network access or SMS. Their names are free text set per account. */
import { z } from 'zod';
import { memberOf } from '../../text/is-object.ts';
import type { Connection } from '../connect.ts';

import { type Effect, endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Flag, Id, Rows, Text } from './fields.ts';

/** The field that names the product in a PATCH: the manual uses both `product` and `service`, so a setting selects it. */
export const productKeys = ['both', 'product', 'service'] as const;
export type ProductKey = (typeof productKeys)[number];

/** The name under which a connection's API reads the product; `both` unless configured. */
export function productKeyOf(connection: Connection): ProductKey {
  return productKeys.find((one) => one === connection.defaults['productKey']) ?? 'both';
}

const Product = () => z.looseObject({ product: Id(), description: Text(), enabled: Flag() });
export type Product = z.output<ReturnType<typeof Product>>;

const ProductChange = () =>
  z
    .strictObject({
      product: refField('reference', z.string().min(1)).optional(),
      service: refField('reference', z.string().min(1)).optional(),
      action: z.enum(['enable', 'disable']),
    })
    .refine(({ product, service }) => product !== undefined || service !== undefined, 'needs product, service or both')
    .refine(
      ({ product, service }) => product === undefined || service === undefined || product === service,
      'product and service must be the same name',
    );

const active = endpoint({
  id: 'iotx.products.active',
  api: 'iotx',
  route: 'GET /subscribers/{physicalId}/products/active',
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'documented',
  source: 'manual 4.0.0, subscriber products; permission View Subscriber Products',
  doubts: ['a disabled product may disappear from this list or remain with enabled false'],
  help: 'Lists the enabled products of one subscriber.',
  reply: () => Rows(Product()),
  example: { path: { physicalId: '8944990000001000010' } },
});

const available = endpoint({
  id: 'iotx.products.available',
  api: 'iotx',
  route: 'GET /subscribers/{physicalId}/products/available',
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'documented',
  source: 'manual 4.0.0, subscriber products; permission View Subscriber Products',
  help: 'Lists the products of the tariff that are not enabled for one subscriber.',
  reply: () => Rows(Product()),
  example: { path: { physicalId: '8944990000001000010' } },
});

const change = endpoint({
  id: 'iotx.products.change',
  api: 'iotx',
  route: 'PATCH /subscribers/{physicalId}/products',
  path: { physicalId: ['target', 'subscriber'] },
  effects: ['billing', 'disruptive'],
  effectsOf: ({ body }): readonly Effect[] => (isEnable(body) ? ['billing'] : ['billing', 'disruptive']),
  sure: 'documented',
  source: 'manual 4.0.0, subscriber products; permissions Add a Product to a Subscriber and Remove a Product From a Subscriber',
  doubts: [
    'the field of the product name: the page says product and service; sending both satisfies either',
    'the responses for an already enabled product, an inactive subscriber and an unknown product',
    'the network may apply it after the 204',
  ],
  help: 'Enables or disables one product of an active subscriber; may cost fees, which no operation shows.',
  body: ProductChange,
  example: { path: { physicalId: '8944990000001000010' }, body: { product: 'SMS MO/MT', service: 'SMS MO/MT', action: 'disable' } },
});

/** The body of a product change, with the product name in the field or fields that `mode` selects. */
export function productBody(mode: ProductKey, product: string, action: 'enable' | 'disable'): z.input<ReturnType<typeof ProductChange>> {
  if (mode === 'product') return { product, action };
  if (mode === 'service') return { service: product, action };
  return { product, service: product, action };
}

function isEnable(body: unknown): boolean {
  return memberOf(body, 'action') === 'enable';
}

export const products = { active, available, change };
