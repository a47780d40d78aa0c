/** What `doctor` reads from a ThingPark account. */
import type { AccountRead } from '../connect.ts';
import type { AnyEndpoint, ReplyOf } from '../http/endpoint.ts';
import type { ThingparkSettings } from './adapter.ts';
import { baseStations } from './base-stations.ts';
import { devices } from './devices.ts';
import { dxDevices } from './dx-devices.ts';
import { orders } from './orders.ts';
import { subscription } from './subscription.ts';

const read = (login: 'oss' | 'dx', what: string, entry: AnyEndpoint): AccountRead => ({ login, what, entry, input: {} });
const optional = true;

/** An administrator's service account has no subscription of its own, so devices come first. */
export function thingparkAccountReads({ oss, dx }: Pick<ThingparkSettings, 'oss' | 'dx'>): AccountRead[] {
  return [
    ...(oss
      ? [
          read('oss', 'devices', devices.counters),
          { ...read('oss', 'base stations', baseStations.counters), optional },
          { ...read('oss', 'subscription', subscription.read), optional, tells: subscriberOf },
        ]
      : []),
    ...(dx
      ? [read('dx', 'orders', orders.list), { ...read('dx', 'DX devices', dxDevices.list), input: { query: { pageIndex: 1 } }, optional }]
      : []),
  ];
}

function subscriberOf(reply: unknown): string | undefined {
  const { subscriber } = reply as ReplyOf<typeof subscription.read>;
  return subscriber?.ID ? `subscriber ${subscriber.ID}` : undefined;
}
