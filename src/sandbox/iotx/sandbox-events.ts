import { z } from 'zod';

import { type SandboxEvent, sandboxEvent } from '../handler.ts';
import { iotxRefusal } from './envelope.ts';
import { periodUsage } from './history.ts';
import { findInAnyState, findVisible } from './serialize-subscriber.ts';
import { setStateInPortal } from './subscribers.ts';

/** What the admin API can make take place at iot-x. */
export const events: readonly SandboxEvent[] = [
  // Labels that only the portal can set: nickname, group and tag.
  sandboxEvent(
    z.strictObject({
      what: z.literal('subscriber-label'),
      physicalId: z.string(),
      nickname: z.string().optional(),
      groupId: z.number().int().optional(),
      tag: z.string().optional(),
      imsi: z.string().optional(),
      eid: z.string().optional(),
    }),
    (world, { physicalId, tag, what: _, ...given }) => {
      const one = Object.assign(
        findVisible(world, physicalId),
        Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      );
      if (tag) world.iotx.tags.set(tag, new Set([...(world.iotx.tags.get(tag) ?? []), one.physicalId]));
      return { physicalId: one.physicalId, nickname: one.nickname, groupId: one.groupId, imsi: one.imsi, eid: one.eid };
    },
  ),
  // The usage of the current billing period so far, in bytes.
  sandboxEvent(
    z.strictObject({ what: z.literal('subscriber-usage'), physicalId: z.string(), bytes: z.number().int().min(0) }),
    (world, { physicalId, bytes }) => {
      const one = findVisible(world, physicalId);
      one.gaps = [];
      // The usage is proportional to the daily mean.
      one.bytesPerDay = 1_000_000;
      one.bytesPerDay = (1_000_000 * bytes) / Math.max(1, periodUsage(world, one));
      return { physicalId: one.physicalId, bytesPerDay: Math.round(one.bytesPerDay) };
    },
  ),
  // The state, as only the portal can set it.
  sandboxEvent(
    z.strictObject({ what: z.literal('subscriber-state'), physicalId: z.string(), state: z.enum(['active', 'barred', 'terminated']) }),
    (world, { physicalId, state }) => ({ physicalId: setStateInPortal(world, physicalId, state).physicalId, state }),
  ),
  // A stock order delivers given SIMs: the link between an order and its SIMs.
  sandboxEvent(
    z.strictObject({ what: z.literal('order-sims'), orderId: z.string(), physicalIds: z.array(z.string()).min(1) }),
    (world, { orderId, physicalIds }) => {
      const order = world.iotx.orders.get(orderId);
      if (!order) throw iotxRefusal(404, `Unable to find Stock Order with identifier ${orderId}.`);
      const unknown = physicalIds.find((id) => !findInAnyState(world, id));
      if (unknown) throw iotxRefusal(404, `Unable to find Subscriber with identifier ${unknown}.`);
      order.subscribers = [...new Set([...order.subscribers, ...physicalIds])];
      order.amount = order.subscribers.length;
      return { orderId, subscribers: order.subscribers };
    },
  ),
];
