import { ProviderRefused } from '../../clients/http/errors.ts';
import { isUnknownDevice } from '../../fleet/thingpark.ts';
import type { Settled } from '../planner.ts';

/** What is read, or undefined when the provider has no such thing. */
export async function orNone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isUnknownDevice(error) || (error instanceof ProviderRefused && error.status === 404)) return undefined;
    throw error;
  }
}

/** How a deletion stands when what was deleted is read back. */
export function goneUnless(there: unknown, device: string): Settled {
  return there
    ? { device, outcome: 'pending', why: 'still there when read back' }
    : { device, outcome: 'applied', after: { present: 'no' } };
}
