/** A connection whose devices were not heard in the future, and come once. */
import { noteUnread } from '../clients/http/call-scope.ts';
import type { Clock } from '../clock.ts';
import type { Device } from './device.ts';
import { isInFuture } from './find.ts';
import type { FleetConnection } from './fleet-connection.ts';

/** The same connection; a last sign of life in the future, which would be told as "now", is unknown in its devices, and noted. A lookup gives equal records once. */
export function withPlausibleTimes({ source, limit, ...member }: FleetConnection, clock: Clock): FleetConnection {
  const plausible = (device: Device): Device => {
    if (device.lastSeen === undefined || !isInFuture(device.lastSeen, clock.now())) return device;
    noteUnread(member.connection.name, [{ kind: 'member', name: 'a last sign of life in the future', rows: 1 }]);
    const { lastSeen: _, ...rest } = device;
    return { ...rest, lastSeenUnknown: true };
  };
  return {
    ...member,
    ...(limit ? { limit: { ...limit, whole: withPlausibleTimes(limit.whole, clock) } } : {}),
    source: {
      ...source,
      async page(filter, at, signal) {
        const page = await source.page(filter, at, signal);
        return { ...page, rows: page.rows.map(plausible) };
      },
      async find(text, kinds, signal) {
        const { devices, ...rest } = await source.find(text, kinds, signal);
        return { ...rest, devices: distinct(devices).map(plausible) };
      },
      async read(handle, signal) {
        const found = await source.read(handle, signal);
        return found && { ...found, device: plausible(found.device) };
      },
    },
  };
}

const distinct = (devices: readonly Device[]): Device[] => [...new Map(devices.map((one) => [JSON.stringify(one), one])).values()];
