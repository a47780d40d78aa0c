import { instant } from '../clock.ts';
import { defined } from '../text/defined.ts';
import { sanitize } from '../text/sanitize.ts';
import { type Device, identifierNames } from './device.ts';
import { age } from './find.ts';

/** Optional columns of a list; `identifiers` adds all of them. */
export const moreFields = ['provider', 'providerState', 'identifiers', ...identifierNames] as const;
export type MoreField = (typeof moreFields)[number];

const unknown = 'unknown';

/** A device as a row of the structured answer; `lastSeen` is a timestamp, or `unknown` where the provider's is not understood. */
export function rowOf(device: Device, more: readonly MoreField[] = []) {
  const ids = more.flatMap((field): [string, string][] => {
    if (field === 'provider') return [['provider', device.provider]];
    if (field === 'providerState') return [['providerState', device.providerState]];
    if (field === 'identifiers') return Object.entries(device.identifiers).filter(([, id]) => id !== device.device);
    const id = device.identifiers[field];
    return id ? [[field, id]] : [];
  });
  return defined({
    device: device.device,
    connection: device.connection,
    account: device.account ? sanitize(device.account, 40) : undefined,
    name: device.name ? sanitize(device.name, 60) : undefined,
    state: device.state,
    health: device.health,
    lastSeen: device.lastSeenUnknown
      ? unknown
      : device.lastSeen === undefined
        ? undefined
        : instant(device.lastSeen - (device.lastSeen % 1000)),
    model: device.model ? sanitize(device.model, 60) : undefined,
    plan: device.plan ? sanitize(device.plan, 40) : undefined,
    ...Object.fromEntries(ids.map(([name, value]) => [name, sanitize(value, 60)])),
  });
}

/** The same row for the text table; the last-seen column is an age. */
export function textRow(row: ReturnType<typeof rowOf>, now: number): Record<string, string> {
  const { lastSeen, ...rest } = row;
  return { ...rest, ...(lastSeen ? { seen: lastSeen === unknown ? unknown : age(Date.parse(lastSeen), now) } : {}) };
}
