import { isUnread } from '../../clients/http/lenient-read.ts';
import { planIdOf } from '../../clients/thingpark/device-facts.ts';
import type { Settled } from '../planner.ts';

/** A value of the provider as a fact of a plan: `none` where there is none, JSON where it is no text. */
export const factText = (value: unknown): string =>
  value === undefined || value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);

/** The fact of a member that the provider sent, but not in a form that is understood. */
export const unreadFact = 'not understood';

/** A member of what the provider answered as a fact of a plan. */
export const factOf = <T extends object>(read: T, member: keyof T): string =>
  isUnread(read, member) ? unreadFact : factText(read[member]);

/** The connectivity plan of a device or group as a fact of a plan. */
export function planFactOf(read: Parameters<typeof planIdOf>[0]): string {
  const id = planIdOf(read);
  return id === undefined ? unreadFact : factText(id);
}

/** How a step settles whose only facts that are not as requested cannot be read: pending, and unknown in the end. Otherwise undefined. */
export function settledUnread(
  device: string,
  unmet: readonly { name: string; present: string }[],
  after?: Readonly<Record<string, string>>,
): Settled | undefined {
  if (unmet.length === 0 || unmet.some(({ present }) => present !== unreadFact)) return undefined;
  const why = `${unmet.map(({ name }) => name).join(', ')} not understood when read back`;
  return { device, outcome: 'pending', unreadable: true, ...(after ? { after } : {}), why };
}
