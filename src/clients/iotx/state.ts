import type { Subscriber } from './subscribers.ts';

/** Commercial state of a subscriber; derived, because no single field holds it. `unknown`: a field that decides it is missing or not understood. */
export type SubscriberState = 'terminated' | 'barred' | 'active' | 'inactive' | 'unknown';

/** `isBarred` and `isActive` may both be true. Precedence: terminated, barred, active, inactive. */
export function subscriberState(subscriber: Pick<Subscriber, 'terminateDate' | 'isBarred' | 'isActive'>): SubscriberState {
  const { isBarred, isActive } = subscriber;
  const terminated = isTerminated(subscriber.terminateDate);
  if (terminated) return 'terminated';
  if (terminated === undefined) return 'unknown';
  if (isBarred) return 'barred';
  if (typeof isBarred !== 'boolean' || typeof isActive !== 'boolean') return 'unknown';
  return isActive ? 'active' : 'inactive';
}

/** Why the state of a subscriber is unknown. */
export const unknownStateNote = 'isActive, isBarred or terminateDate is missing or not understood';

/** A date as `YYYY-MM-DD`; undefined for none, for the placeholder dates of databases (year 1, 1970-01-01) and for other text. */
export function dateIn(text: string | null | undefined): string | undefined {
  const date = text?.trim() ?? '';
  // Seconds or milliseconds since 1970.
  const epoch = /^\d{9,13}$/.test(date) ? Number(date) * (date.length > 10 ? 1 : 1000) : undefined;
  const iso = epoch === undefined ? date : new Date(epoch).toISOString();
  const day = /^(\d{4})-\d{2}-\d{2}(?=$|[T ])/.exec(iso);
  if (!day || Number.isNaN(Date.parse(day[0]))) return undefined;
  return Number(day[1]) < 1990 ? undefined : day[0];
}

/** Undefined: it cannot be told. */
function isTerminated(date: string | null | undefined): boolean | undefined {
  const text = date?.trim() ?? '';
  if (/^(|0|(0000|0001|1970)-.*)$/.test(text)) return false;
  return dateIn(text) === undefined ? undefined : true;
}
