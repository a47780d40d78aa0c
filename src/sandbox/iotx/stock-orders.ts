import type { stockOrders as contracts } from '../../clients/iotx/stock-orders.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { dateTime, list, notFound, refuse } from './envelope.ts';
import { type StockOrder, stockIccid, stockSim } from './seed.ts';

const mostAtOnce = 1000;

export const stockOrders: Behaviours<typeof contracts> = {
  list({ world }) {
    const rows = [...world.iotx.orders.values()].map(({ created, subscribers, ...order }) => ({
      ...order,
      dateCreated: dateTime(created),
      status: subscribers.length > 0 ? 'delivered' : 'ordered',
    }));
    return { status: 200, body: list(world, rows) };
  },

  create({ world, body }) {
    const { iotx, clock } = world;
    const sent = members(body);
    const wanted = (name: string): string => {
      const text = textOf(sent[name]);
      if (text === undefined) throw refuse(400, `${name} is required.`);
      return text;
    };
    const said = {
      recipientName: wanted('recipientName'),
      address: wanted('address'),
      operator: wanted('operator'),
      stockType: wanted('stockType'),
    };
    const amount = sent['amount'];
    if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1 || amount > mostAtOnce)
      throw refuse(400, `amount must be 1 to ${mostAtOnce}.`);
    if (!iotx.tariffs.some(({ operatorCode }) => operatorCode === said.operator))
      throw refuse(400, `Unable to find Operator with identifier ${said.operator}.`);
    const orderId = String(9001 + iotx.orders.size);
    const order: StockOrder = { ...said, orderId, created: clock.now(), subscribers: [], amount };
    iotx.orders.set(orderId, order);
    iotx.changes.push({
      at: order.created,
      operation: 'iotx.stockOrders.create',
      target: orderId,
      what: `order ${amount} SIMs`,
      fee: true,
    });
    world.happenings.after(iotx.settleMs, () => deliver(world, order, amount));
    return { status: 200, body: { orderId } };
  },

  /** Returns CSV instead of XLSX, because the sandbox returns only text. */
  download({ world, path }) {
    const order = world.iotx.orders.get(path.orderId);
    if (!order) throw notFound('Stock Order', path.orderId);
    return { status: 200, body: ['ICCID', ...order.subscribers, ''].join('\r\n'), headers: { 'content-type': 'text/csv' } };
  },
};

/** Delivers an order: adds SIMs to stock with consecutive ICCIDs. */
function deliver(world: World, order: StockOrder, amount: number): void {
  const { orders, subscribers } = world.iotx;
  const delivered = [...orders.values()].reduce((sum, one) => sum + one.subscribers.length, 0);
  for (let n = delivered; n < delivered + amount; n++) {
    const sim = stockSim(stockIccid(n));
    subscribers.set(sim.physicalId, sim);
    order.subscribers.push(sim.physicalId);
  }
}
