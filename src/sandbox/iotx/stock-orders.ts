import type { stockOrders as contracts } from '../../clients/iotx/stock-orders.ts';
import { csvLine } from '../../text/csv.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { dateTime, iotxRefusal, listBody, notFound } from './envelope.ts';
import { stockIccid, stockSim } from './seed.ts';
import type { StockOrder } from './state.ts';

const maxAmount = 1000;

export const stockOrders: Handlers<typeof contracts> = {
  list({ world }) {
    const rows = [...world.iotx.orders.values()].map(({ created, subscribers, ...order }) => ({
      ...order,
      dateCreated: dateTime(created),
      status: subscribers.length > 0 ? 'delivered' : 'ordered',
    }));
    return { status: 200, body: listBody(world, rows) };
  },

  create({ world, body }) {
    const { iotx, clock } = world;
    const sent = asObject(body);
    const requiredText = (name: string): string => {
      const text = asText(sent[name]);
      if (text === undefined) throw iotxRefusal(400, `${name} is required.`);
      return text;
    };
    const details = {
      recipientName: requiredText('recipientName'),
      address: requiredText('address'),
      operator: requiredText('operator'),
      stockType: requiredText('stockType'),
    };
    const amount = sent['amount'];
    if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1 || amount > maxAmount)
      throw iotxRefusal(400, `amount must be 1 to ${maxAmount}.`);
    if (!iotx.tariffs.some(({ operatorCode }) => operatorCode === details.operator))
      throw iotxRefusal(400, `Unable to find Operator with identifier ${details.operator}.`);
    const orderId = String(9001 + iotx.orders.size);
    const order: StockOrder = { ...details, orderId, created: clock.now(), subscribers: [], amount };
    iotx.orders.set(orderId, order);
    iotx.changes.push({
      at: order.created,
      operation: 'iotx.stockOrders.create',
      target: orderId,
      what: `order ${amount} SIMs`,
      fee: true,
    });
    world.eventQueue.schedule(iotx.settleMs, () => deliver(world, order, amount));
    return { status: 200, body: { orderId } };
  },

  /** Returns CSV instead of XLSX, because the sandbox returns only text. */
  download({ world, path }) {
    const order = world.iotx.orders.get(path.orderId);
    if (!order) throw notFound('Stock Order', path.orderId);
    return {
      status: 200,
      body: `${['ICCID', ...order.subscribers].map((iccid) => csvLine([iccid])).join('\r\n')}\r\n`,
      headers: { 'content-type': 'text/csv' },
    };
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
