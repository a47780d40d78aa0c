/** DX Admin: offers and orders. */
import type { offers as offersContracts } from '../../clients/thingpark/offers.ts';
import type { orders as ordersContracts } from '../../clients/thingpark/orders.ts';
import { type Behaviours, members, Refuse, textOf } from '../behaviour.ts';
import type { Order } from './seed.ts';
import { sandboxThingpark } from './seed.ts';

const refuse = (status: number, message: string): Refuse => new Refuse(status, { code: status, message, errorId: 'sandbox' });

/** ISO 8601 with milliseconds and offset, as DX prints it. */
const dxTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');

const printed = ({ creationTime, ...order }: Order) => ({ ...order, creationTime: dxTime(creationTime) });

export const offers: Behaviours<typeof offersContracts> = {
  list({ world, query }) {
    const id = query.get('offerId');
    return { status: 200, body: world.thingpark.offers.filter((offer) => id === null || offer.id === id) };
  },
  read({ world, path }) {
    const offer = world.thingpark.offers.find((one) => one.ref === path.offerRef);
    if (!offer) throw refuse(404, `Offer ${path.offerRef} not found`);
    return { status: 200, body: offer };
  },
};

export const orders: Behaviours<typeof ordersContracts> = {
  list: ({ world }) => ({ status: 200, body: [...world.thingpark.orders.values()].map(printed) }),
  read({ world, path }) {
    const order = world.thingpark.orders.get(path.orderRef);
    if (!order) throw refuse(404, `Order ${path.orderRef} not found`);
    return { status: 200, body: printed(order) };
  },
  create({ world, query, body }) {
    const { thingpark } = world;
    const sent = members(body);
    const offer = thingpark.offers.find((one) => one.id === textOf(sent['offerId']));
    if (!offer) throw refuse(400, `unknown offer ${textOf(sent['offerId']) ?? ''}`.trim());
    if (offer.state !== 'ACTIVE') throw refuse(400, `offer ${offer.id} is not active`);
    const subscriberId = textOf(sent['subscriberId']) ?? sandboxThingpark.subscriber;
    if (!thingpark.subscribers.some((one) => one.subscriberId === subscriberId || one.ref === subscriberId))
      throw refuse(400, `unknown subscriber ${subscriberId}`);
    const strategy = query.get('withProcessingStrategyId');
    if (strategy !== null && !['DATAFLOW', 'IOT_FLOW', 'NOAS', 'DEFAULTRP', 'ROUTE'].includes(strategy))
      throw refuse(400, `unknown processing strategy ${strategy}`);
    const ref = String(7000 + thingpark.orders.size + 1);
    const order: Order = {
      ref,
      offerId: offer.id,
      subscriberId,
      state: 'ACTIVE',
      ...(strategy ? { processingStrategyId: strategy } : {}),
      creationTime: world.clock.now(),
    };
    thingpark.orders.set(ref, order);
    return { status: 201, body: printed(order), headers: { location: `/orders/${ref}` } };
  },
  cancel({ world, path }) {
    if (!world.thingpark.orders.delete(path.orderRef)) throw refuse(404, `Order ${path.orderRef} not found`);
    return { status: 204 };
  },
};
