import type { z } from 'zod';

import type { DxDevice } from '../../clients/thingpark/dx-devices.ts';
import type { readByUid } from './device-update.ts';

type Read = NonNullable<Awaited<ReturnType<typeof readByUid>>>;

/** What the policy may go by: tags and domains are a device's groups, where the reading holds them. */
export const traitsOf = (device: Read) => ({
  name: device.name ?? undefined,
  groups: [...namesIn(device['tags']), ...domainsIn(device['domains'])],
  plan: device.networkSubscription?.ID ?? undefined,
});

/** The same of a device as DX tells it. */
export const dxTraitsOf = (device: z.output<ReturnType<typeof DxDevice>>) => ({
  name: device.name ?? undefined,
  groups: domainsIn(device['domains']),
  plan: device.connectivityPlanId ?? undefined,
});

export function namesIn(value: unknown): string[] {
  return Array.isArray(value)
    ? value.flatMap((one) => (one && typeof one === 'object' && typeof one.name === 'string' ? [one.name] : []))
    : [];
}

export interface Domain {
  name: string;
  group: { name: string };
}

export const written = ({ name, group }: Domain): string => `${group.name}:${name}`;

/** Domains as `Group:Name`. */
export const domainsIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isDomain).map(written) : []);

function isDomain(value: unknown): value is Domain {
  if (value === null || typeof value !== 'object' || !('name' in value) || !('group' in value)) return false;
  const { group } = value;
  return typeof value.name === 'string' && group !== null && typeof group === 'object' && 'name' in group && typeof group.name === 'string';
}
