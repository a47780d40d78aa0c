import { planIdOf } from '../../clients/thingpark/device-facts.ts';

/** A value of the provider as a fact of a plan: `none` where there is none, JSON where it is no text. */
export const factText = (value: unknown): string =>
  value === undefined || value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);

/** The connectivity plan of a device or group as a fact of a plan: `none` where it has none, `unknown` where that is not understood. */
export function planFactOf(read: Parameters<typeof planIdOf>[0]): string {
  const id = planIdOf(read);
  return id === undefined ? 'unknown' : factText(id);
}
