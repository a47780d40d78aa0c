/** The current billing cycle of a SIM, from the end that its record names. */
import { instantOf } from './fields.ts';

/** A billing cycle in ms since 1970: [from, to), both at midnight UTC like the daily usage records. */
export interface BillingCycle {
  from: number;
  to: number;
  /** Set when the cycle on record is not the present one, and this one is derived from its day of the month: the end on record. */
  onRecord?: { end: number; is: 'over' | 'far ahead' };
}

/** The cycle that contains `now`; undefined when the record names no end. */
export function billingCycleOf(endDate: unknown, now: number): BillingCycle | undefined {
  const end = instantOf(endDate);
  if (end === undefined) return undefined;
  const at = new Date(end);
  const dayOfMonth = at.getUTCDate();
  const recorded = at.getUTCFullYear() * 12 + at.getUTCMonth();
  let month = recorded;
  while (dayInMonth(month, dayOfMonth) <= now && (end <= now || month > recorded)) month += 1;
  while (month <= recorded && dayInMonth(month - 1, dayOfMonth) > now) month -= 1;
  const cycle = { from: dayInMonth(month - 1, dayOfMonth), to: dayInMonth(month, dayOfMonth) };
  if (month === recorded) return cycle;
  return { ...cycle, onRecord: { end, is: month > recorded ? 'over' : 'far ahead' } };
}

/** A day of a month (counted from year 0), at midnight UTC. A day that the month does not have, such as the 31st, becomes its last day. */
function dayInMonth(month: number, dayOfMonth: number): number {
  const lastDay = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
  return Date.UTC(Math.floor(month / 12), month % 12, Math.min(dayOfMonth, lastDay));
}
