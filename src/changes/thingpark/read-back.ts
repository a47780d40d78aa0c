import { ProviderRefused } from '../../clients/http/errors.ts';
import { isUnknownDevice } from '../../fleet/thingpark.ts';
import type { Settled } from '../planner.ts';

/** The result of a read; undefined when the provider reports that the object does not exist. */
export async function undefinedIfMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isUnknownDevice(error) || (error instanceof ProviderRefused && error.status === 404)) return undefined;
    throw error;
  }
}

/** The outcome of a deletion: applied when the read-back finds nothing, otherwise pending. */
export function settleDeletion(there: unknown, device: string): Settled {
  return there
    ? { device, outcome: 'pending', why: 'still there when read back' }
    : { device, outcome: 'applied', after: { present: 'no' } };
}
