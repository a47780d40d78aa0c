import { ProviderRefused, Refusal } from '../../clients/http/errors.ts';
import { offers } from '../../clients/thingpark/offers.ts';
import { orders } from '../../clients/thingpark/orders.ts';
import { quoteName } from '../../text/sanitize.ts';
import { namedAs, nearest } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { field, nothing, phrase, quoted, quotedList } from '../document/phrase.ts';
import { planner } from '../planner.ts';
import { unknownDevices } from './dependents.ts';

/** Creates an order. The offer must exist and be active; the existing orders of the offer are read before and after. */
export const createOrder = planner({
  operation: orders.create,
  async inspect(inputs, { connection, signal }) {
    const all = await connection.call(offers.list, { query: {} }, { signal });
    const present = await connection.call(orders.list, {}, { signal });
    const targets = inputs.map(({ body }) => {
      const offer = all.find((one) => one.id === body.offerId);
      if (!offer) {
        const ids = all.map((one) => one.id ?? '');
        const nearestId = nearest(body.offerId, ids);
        throw new Refusal(
          `offer: there is no ${quoteName(body.offerId)}${nearestId ? `, nearest is ${nearestId}` : ''}`,
          `Nothing was sent. list_offers shows them: ${ids.slice(0, 8).join(', ')}.`,
          'offer',
          namedAs(body.offerId, ids),
        );
      }
      const same = present.filter((one) => one.offerId === body.offerId && (!body.subscriberId || one.subscriberId === body.subscriberId));
      const refs = same.map((one) => one.ref ?? '').sort();
      const which = refs.length > 0 ? { refs: refs.join(' ') } : {};
      const before = { 'orders of this offer': String(refs.length), ...which, offer: offer.state ?? 'unknown' };
      return offer.state && offer.state !== 'ACTIVE'
        ? { device: body.offerId, label: body.offerId, before, verdict: 'refuse' as const, why: `the offer is ${offer.state}` }
        : { device: body.offerId, label: body.offerId, before, verdict: 'change' as const };
    });
    const first = inputs[0];
    const strategy = first?.query?.withProcessingStrategyId;
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.offerId] })),
      effect: phrase`order it for ${first?.body.subscriberId ? phrase`subscriber ${field('body.subscriberId')}` : phrase`the caller's own subscriber`}${strategy ? phrase`, processing strategy ${field('query.withProcessingStrategyId')}` : nothing}`,
      noun: 'offer',
      effects: orders.create.effects,
      undo: phrase`cancelling the order, which ends its subscriptions`,
      warnings: targets
        .filter((one) => one.before['orders of this offer'] !== '0')
        .map((one) =>
          warning(
            'ordered-before',
            phrase`${quoted(one.device)}: ${quoted(one.before['orders of this offer'])} order(s) of this offer exist already`,
          ),
        ),
    };
  },
  providerRequestIdOf: (reply) => (reply as { ref?: string | null } | undefined)?.ref ?? undefined,
  async settle(step, { connection }) {
    const { offerId, subscriberId } = step.input.body;
    const all = await connection.call(orders.list, {});
    const created = step.providerRequestId
      ? all.find((one) => one.ref === step.providerRequestId)
      : all.find(
          (one) =>
            one.offerId === offerId &&
            (!subscriberId || one.subscriberId === subscriberId) &&
            Date.parse(one.creationTime ?? '') >= step.sentAt - 1000,
        );
    if (!created) return [{ device: offerId, outcome: 'pending', why: 'no such order when read back' }];
    return [{ device: offerId, outcome: 'applied', after: { order: created.ref ?? 'unknown', state: created.state ?? 'unknown' } }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});

/** Cancels an order, which ends every subscription that it created. */
export const cancelOrder = planner({
  operation: orders.cancel,
  async inspect(inputs, { connection, signal }) {
    const targets = await Promise.all(
      inputs.map(async ({ path }) => {
        const order = await connection.call(orders.read, { path }, { signal });
        return {
          device: path.orderRef,
          label: `order ${path.orderRef}`,
          before: { offer: order.offerId ?? 'unknown', state: order.state ?? 'unknown' },
          verdict: 'change' as const,
        };
      }),
    );
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.path.orderRef] })),
      effect: phrase`cancel the order of ${quotedList(targets.map(({ before }) => before.offer))} and all subscriptions it made`,
      // Which devices have one of its subscriptions is stated nowhere.
      dependents: unknownDevices,
      noun: 'order',
      effects: orders.cancel.effects,
    };
  },
  async settle(step, { connection }) {
    const device = step.input.path.orderRef;
    try {
      await connection.call(orders.read, { path: step.input.path });
      return [{ device, outcome: 'pending', why: 'still there when read back' }];
    } catch (error) {
      if (error instanceof ProviderRefused && error.objectMissing) return [{ device, outcome: 'applied', after: { state: 'gone' } }];
      throw error;
    }
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
