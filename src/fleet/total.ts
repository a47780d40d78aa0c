import type { Clock } from '../clock.ts';
import { minute } from '../durations.ts';
import type { FleetConnection } from './fleet-connection.ts';

/** How long a total is cached, in ms. */
const fresh = 10 * minute;

/** Returns a function that reads a connection's total number of devices in one request and caches it for ten minutes; undefined where the provider does not report it or does not answer. */
export function totalReader(clock: Clock): (member: FleetConnection, signal?: AbortSignal) => Promise<number | undefined> {
  const known = new Map<string, { at: number; total: number | undefined }>();
  return async ({ connection: { name }, source }, signal) => {
    const held = known.get(name);
    if (held && clock.now() - held.at < fresh) return held.total;
    try {
      const total = await source.total?.(signal);
      known.set(name, { at: clock.now(), total });
      return total;
    } catch {
      signal?.throwIfAborted();
      return undefined;
    }
  };
}
