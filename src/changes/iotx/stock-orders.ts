import type { ReplyOf } from '../../clients/http/endpoint.ts';
import { stockOrders } from '../../clients/iotx/stock-orders.ts';
import { minute } from '../../durations.ts';
import { field, phrase } from '../document/phrase.ts';
import { planner } from '../planner.ts';

/** Orders stock. The number of orders is read before and after. Recipient and address are personal data and stay out of the record. */
export const orderStock = planner({
  operation: stockOrders.create,
  async inspect(inputs, { connection, signal }) {
    const existing = await connection.call(stockOrders.list, {}, { signal });
    const before = { orders: String(existing.length) };
    return {
      targets: inputs.map(({ body }) => ({ device: body.operator, label: body.operator, before, verdict: 'change' as const })),
      steps: inputs.map((input) => ({ input, targets: [input.body.operator] })),
      effect: phrase`buy ${field('body.amount')} of ${field('body.stockType')}, sent to the recipient and address given`,
      noun: 'operator',
      effects: stockOrders.create.effects,
    };
  },
  providerRequestIdOf: (reply) => (reply as ReplyOf<typeof stockOrders.create> | undefined)?.orderId,
  async settle({ targets, providerRequestId, sentAt }, { connection, signal }) {
    const existing = await connection.call(stockOrders.list, {}, { signal });
    const created = existing.find((one) =>
      providerRequestId === undefined ? Date.parse(one.dateCreated ?? '') >= sentAt - minute / 60 : one.orderId === providerRequestId,
    );
    return targets.map((device) =>
      created ? { device, outcome: 'applied' as const, after: { order: created.orderId } } : { device, outcome: 'pending' as const },
    );
  },
  settleTimeout: { ms: 10 * minute, onTimeout: 'unknown' },
});
