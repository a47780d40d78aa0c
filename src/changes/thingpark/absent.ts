import { ProviderRefused } from '../../clients/http/errors.ts';
import { isUnknownDevice } from '../../fleet/thingpark.ts';

/** What is read, or undefined when the provider has no such thing. */
export async function orNone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isUnknownDevice(error) || (error instanceof ProviderRefused && error.status === 404)) return undefined;
    throw error;
  }
}
