/** Type tests, checked by `tsc`: each assertion is a guarantee of the public types. */
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { Call } from '../src/clients/http/client.ts';
import { endpoint, type InputOf, type ReplyOf } from '../src/clients/http/endpoint.ts';
import { idField, noIdentifier, refField } from '../src/clients/http/identifier-marks.ts';
import type { devices } from '../src/clients/thingpark/devices.ts';
import { orders } from '../src/clients/thingpark/orders.ts';
import type { bindHandlers, Handlers } from '../src/sandbox/handler.ts';

// Path parameters are derived from the route.
expectTypeOf<InputOf<typeof devices.read>['path']>().toEqualTypeOf<{ deviceUid: string }>();
expectTypeOf<InputOf<typeof orders.create>['body']['offerId']>().toEqualTypeOf<string>();

// A call returns what the reply schema of the contract describes.
declare const call: Call;
expectTypeOf(call(orders.list, {})).resolves.toExtend<unknown[]>();
expectTypeOf<ReplyOf<typeof orders.cancel>>().toEqualTypeOf<undefined>();

// Path parameters are required, and a body must match.
expectTypeOf<Record<string, never>>().not.toExtend<InputOf<typeof devices.read>>();
expectTypeOf<{ body: { offer: string } }>().not.toExtend<InputOf<typeof orders.create>>();

// A sandbox without a handler for a contract entry does not compile.
export const two = {
  list: endpoint({
    id: 'thingpark.orders.list',
    api: 'dx-admin',
    route: 'GET /orders',
    effects: [],
    sure: 'documented',
    source: 'test',
    help: 'Test.',
    example: {},
  }),
  read: endpoint({
    id: 'thingpark.orders.read',
    api: 'dx-admin',
    route: 'GET /orders/{ref}',
    path: { ref: 'target' },
    effects: [],
    sure: 'documented',
    source: 'test',
    help: 'Test.',
    example: { path: { ref: '1' } },
  }),
};
type Both = Handlers<typeof two>;
expectTypeOf<Pick<Both, 'list'>>().not.toExtend<Both>();
expectTypeOf<Pick<Both, 'list' | 'read'>>().toExtend<Both>();

// Nor does a provider without the handlers of a noun.
type Nouns = Parameters<typeof bindHandlers<{ orders: typeof two; devices: typeof two }>>[1];
expectTypeOf<{ orders: Both }>().not.toExtend<Nouns>();
expectTypeOf<{ orders: Both; devices: Pick<Both, 'list'> }>().not.toExtend<Nouns>();
expectTypeOf<{ orders: Both; devices: Both }>().toExtend<Nouns>();

// An unmarked identifier does not compile, in the path, the query or the body, at any depth.
const change = {
  id: 'thingpark.orders.change',
  api: 'dx-admin',
  effects: ['write'],
  sure: 'documented',
  source: 'test',
  help: 'Test.',
} as const;
// @ts-expect-error the path parameter has no mark
export const unmarkedPath = endpoint({ ...change, route: 'PUT /orders/{ref}', example: { path: { ref: '1' } } });
export const misnamedPath = endpoint({
  ...change,
  route: 'PUT /orders/{ref}',
  // @ts-expect-error the route has no such parameter
  path: { id: 'target' },
  example: { path: { ref: '1' } },
});
// @ts-expect-error devEui of the query has no mark
export const unmarkedQuery = endpoint({
  ...change,
  route: 'PUT /orders',
  query: () => z.strictObject({ devEui: z.string().optional() }),
  example: {},
});
// @ts-expect-error the EUIs inside the body have no mark
export const unmarkedBody = endpoint({
  ...change,
  route: 'PUT /orders',
  body: () =>
    z
      .strictObject({ sites: z.array(z.strictObject({ gatewayEUIs: z.array(z.string()).min(1) }).optional()).optional() })
      .refine(() => true),
  example: { body: {} },
});
// @ts-expect-error one of two identifiers has no mark
export const halfMarkedBody = endpoint({
  ...change,
  route: 'PUT /orders',
  body: () => z.looseObject({ planId: refField('reference').max(9).optional(), productSetId: z.number().nullable() }),
  example: { body: { productSetId: 1 } },
});
// Marked, they compile, and the input stays a plain text.
export const markedBody = endpoint({
  ...change,
  route: 'PUT /orders/{ref}',
  path: { ref: ['target', 'devEui'] },
  query: () => z.strictObject({ sortId: noIdentifier('a column', z.string()).optional() }),
  body: () => z.strictObject({ sites: z.array(z.strictObject({ gatewayEUIs: z.array(idField('target', 'devEui', z.string())).min(1) })) }),
  example: { path: { ref: '1' }, body: { sites: [{ gatewayEUIs: ['A81758FFFE0A0001'] }] } },
});
expectTypeOf<InputOf<typeof markedBody>['body']>().toEqualTypeOf<{ sites: { gatewayEUIs: string[] }[] }>();
