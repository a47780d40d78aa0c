import type { Subscriber } from './subscribers.ts';

/** The commercial state, which no single field tells. */
export type SubscriberState = 'terminated' | 'barred' | 'active' | 'inactive';

/** Both booleans may be true at once; an end outranks a bar, a bar outranks activity. */
export function subscriberState(subscriber: Pick<Subscriber, 'terminateDate' | 'isBarred' | 'isActive'>): SubscriberState {
  if (subscriber.terminateDate) return 'terminated';
  if (subscriber.isBarred) return 'barred';
  return subscriber.isActive ? 'active' : 'inactive';
}
