import type { Subscriber } from './subscribers.ts';

/** Commercial state of a subscriber; derived, because no single field holds it. */
export type SubscriberState = 'terminated' | 'barred' | 'active' | 'inactive';

/** `isBarred` and `isActive` may both be true. Precedence: terminated, barred, active, inactive. */
export function subscriberState(subscriber: Pick<Subscriber, 'terminateDate' | 'isBarred' | 'isActive'>): SubscriberState {
  if (subscriber.terminateDate) return 'terminated';
  if (subscriber.isBarred) return 'barred';
  return subscriber.isActive ? 'active' : 'inactive';
}
