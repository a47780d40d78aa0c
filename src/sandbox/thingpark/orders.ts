/** DX Admin offers and orders. */
import type { offers as offersContracts } from '../../clients/thingpark/offers.ts';
import type { orders as ordersContracts } from '../../clients/thingpark/orders.ts';
import { sandboxThingpark } from '../../clients/thingpark/sandbox-account.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { dxTime, findRecord, mergeRecord, nextRef, dxRefusal as refuse, removeRecord } from './dx-records.ts';
import type { Order } from './state.ts';

const serializeOrder = ({ creationTime, ...order }: Order) => ({ ...order, creationTime: dxTime(creationTime) });

export const offers: Handlers<typeof offersContracts> = {
  list({ world, query }) {
    const id = query.get('offerId');
    return { status: 200, body: world.thingpark.offers.filter((offer) => id === null || offer.id === id) };
  },
  read({ world, path }) {
    return { status: 200, body: findRecord(world.thingpark.offers, path.offerRef, 'Offer') };
  },
  create({ world, body }) {
    const { offers: rows, vendors } = world.thingpark;
    const sent = asObject(body);
    const id = asText(sent['id']) ?? '';
    const vendor = id.split('/')[0];
    if (!/^[^/]+\/[^/]+$/.test(id) || !vendors.some((one) => one.id === vendor)) throw refuse(400, 'id: <vendorId>/<offerId> is expected');
    if (rows.some((offer) => offer.id === id)) throw refuse(400, `Offer ${id} already exists`);
    const offer = { ref: nextRef(rows), id, name: asText(sent['name']) ?? id, state: parseState(sent['state']) ?? 'ACTIVE' };
    rows.push(offer);
    return { status: 201, body: offer, headers: { location: `/offers/${offer.ref}` } };
  },
  update({ world, path, body }) {
    const offer = findRecord(world.thingpark.offers, path.offerRef, 'Offer');
    parseState(asObject(body)['state']);
    return { status: 200, body: mergeRecord(offer, body, ['name', 'state']) };
  },
  delete({ world, path }) {
    removeRecord(world.thingpark.offers, path.offerRef, 'Offer');
    return { status: 204 };
  },
};

/** Validates a state: ACTIVE or INACTIVE. INACTIVE is undocumented, a sandbox choice. */
function parseState(value: unknown): string | undefined {
  const state = asText(value);
  if (state !== undefined && state !== 'ACTIVE' && state !== 'INACTIVE') throw refuse(400, `state: ${state} is not known`);
  return state;
}

export const orders: Handlers<typeof ordersContracts> = {
  list: ({ world }) => ({ status: 200, body: [...world.thingpark.orders.values()].map(serializeOrder) }),
  read({ world, path }) {
    const order = world.thingpark.orders.get(path.orderRef);
    if (!order) throw refuse(404, `Order ${path.orderRef} not found`);
    return { status: 200, body: serializeOrder(order) };
  },
  create({ world, query, body }) {
    const { thingpark } = world;
    const sent = asObject(body);
    const offer = thingpark.offers.find((one) => one.id === asText(sent['offerId']));
    if (!offer) throw refuse(400, `unknown offer ${asText(sent['offerId']) ?? ''}`.trim());
    if (offer.state !== 'ACTIVE') throw refuse(400, `offer ${offer.id} is not active`);
    const subscriberId = asText(sent['subscriberId']) ?? sandboxThingpark.subscriber;
    if (!thingpark.subscribers.some((one) => one.id === subscriberId || one.ref === subscriberId))
      throw refuse(400, `unknown subscriber ${subscriberId}`);
    const strategy = query.get('withProcessingStrategyId');
    if (strategy !== null && !['DATAFLOW', 'IOT_FLOW', 'NOAS', 'DEFAULTRP', 'ROUTE'].includes(strategy))
      throw refuse(400, `unknown processing strategy ${strategy}`);
    const ref = nextRef([{ ref: '7000' }, ...thingpark.orders.values()]);
    const order: Order = {
      ref,
      offerId: offer.id,
      subscriberId,
      state: 'ACTIVE',
      ...(strategy ? { processingStrategyId: strategy } : {}),
      creationTime: world.clock.now(),
    };
    thingpark.orders.set(ref, order);
    return { status: 201, body: serializeOrder(order), headers: { location: `/orders/${ref}` } };
  },
  cancel({ world, path }) {
    if (!world.thingpark.orders.delete(path.orderRef)) throw refuse(404, `Order ${path.orderRef} not found`);
    return { status: 204 };
  },
};
