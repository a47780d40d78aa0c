import type { z } from 'zod';
import type { DxDevice } from '../../clients/thingpark/dx-devices.ts';
import { memberOf, textMemberOf } from '../../text/is-object.ts';
import type { DeviceRead } from './read-device.ts';

/** Attributes that policy rules can match. A device's groups are its tags and domains, where the response contains them. */
export const policyAttributesOf = (device: DeviceRead) => ({
  name: device.name ?? undefined,
  groups: [...tagNamesIn(device['tags']), ...domainNamesIn(device['domains'])],
  plan: device.networkSubscription?.ID ?? undefined,
});

/** The same attributes of a DX device, which has no tags. */
export const dxPolicyAttributesOf = (device: z.output<ReturnType<typeof DxDevice>>) => ({
  name: device.name ?? undefined,
  groups: domainNamesIn(device['domains']),
  plan: device.connectivityPlanId ?? undefined,
});

/** The names in a list of tags; other values are skipped. */
export function tagNamesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((one) => textMemberOf(one, 'name') ?? []) : [];
}

export interface Domain {
  name: string;
  group: { name: string };
}

/** A domain as `Group:Name`. */
export const domainText = ({ name, group }: Domain): string => `${group.name}:${name}`;

/** A list of domains as `Group:Name`; other values are skipped. */
export const domainNamesIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isDomain).map(domainText) : []);

function isDomain(value: unknown): value is Domain {
  return textMemberOf(value, 'name') !== undefined && textMemberOf(memberOf(value, 'group'), 'name') !== undefined;
}
