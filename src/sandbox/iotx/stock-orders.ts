import type { stockOrders as contracts } from '../../clients/iotx/stock-orders.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { dateTime, list, notFound, refuse } from './envelope.ts';
import { type StockOrder, stockIccid, stockSim } from './seed.ts';

const required = ['recipientName', 'address', 'operator', 'stockType'];
const mostAtOnce = 1000;

export const stockOrders: Behaviours<typeof contracts> = {
  list({ world }) {
    const rows = [...world.iotx.orders.values()].map(({ orderId, created }) => ({ orderId, dateCreated: dateTime(created) }));
    return { status: 200, body: list(world, rows) };
  },

  create({ world, body }) {
    const { iotx, clock } = world;
    const sent = members(body);
    for (const name of required) if (textOf(sent[name]) === undefined) throw refuse(400, `${name} is required.`);
    const amount = sent['amount'];
    if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1 || amount > mostAtOnce)
      throw refuse(400, `amount must be 1 to ${mostAtOnce}.`);
    const operator = textOf(sent['operator']);
    if (!iotx.tariffs.some(({ operatorCode }) => operatorCode === operator))
      throw refuse(400, `Unable to find Operator with identifier ${operator}.`);
    const orderId = String(9001 + iotx.orders.size);
    const order: StockOrder = { orderId, created: clock.now(), subscribers: [] };
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

  /** Comma-separated text in place of the XLSX file: the sandbox answers text only. */
  download({ world, path }) {
    const order = world.iotx.orders.get(path.orderId);
    if (!order) throw notFound('Stock Order', path.orderId);
    return { status: 200, body: ['ICCID', ...order.subscribers, ''].join('\r\n'), headers: { 'content-type': 'text/csv' } };
  },
};

/** SIMs arrive in stock, numbered on from the last. */
function deliver(world: World, order: StockOrder, amount: number): void {
  const { orders, subscribers } = world.iotx;
  const delivered = [...orders.values()].reduce((sum, one) => sum + one.subscribers.length, 0);
  for (let n = delivered; n < delivered + amount; n++) {
    const sim = stockSim(stockIccid(n));
    subscribers.set(sim.physicalId, sim);
    order.subscribers.push(sim.physicalId);
  }
}
