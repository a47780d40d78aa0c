/** Type tests, checked by `tsc`: each assertion is a guarantee of the public types. */
import { expectTypeOf } from 'vitest';

import type { Call } from '../src/clients/http/client.ts';
import { endpoint, type InputOf, type ReplyOf } from '../src/clients/http/endpoint.ts';
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
