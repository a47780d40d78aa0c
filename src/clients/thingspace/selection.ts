/** How a bulk call says which devices it means: by name or by filter, never both and never by saying nothing. */
import { z } from 'zod';

import { DeviceId, DeviceIds } from './ids.ts';
import { CustomField, Plain } from './plain.ts';

/** One element a device; at most 10,000 in one request. */
export const Devices = () => z.array(DeviceIds()).min(1).max(10_000);

/** One identifier a device; at most 10,000 in one request. */
export const FlatIds = () => z.array(DeviceId()).min(1).max(10_000);

/** The answer of everything asynchronous: the result comes to the listener that is registered for the service. */
export const Accepted = () => z.looseObject({ requestId: z.string() });

/** Where an asynchronous result can only be heard, not asked for. */
export const heard = (service: string): string => `the result comes only to a listener registered for ${service}`;

const filterMembers = ['groupName', 'servicePlan', 'customFields'] as const;

interface Selection {
  devices?: unknown;
  deviceIds?: unknown;
  accountName?: unknown;
  groupName?: unknown;
  servicePlan?: unknown;
  customFields?: unknown;
}

const hasFilter = (body: Selection): boolean => filterMembers.some((name) => body[name] !== undefined);
const hasDevices = (body: Selection): boolean => body.devices !== undefined || body.deviceIds !== undefined;

/** The provider takes a filter for the whole account it names: an empty selection is refused here. */
export const named = (body: Selection): boolean => hasDevices(body) || body.accountName !== undefined || hasFilter(body);

/** Stricter: an account alone is no selection. */
export const aimed = (body: Selection): boolean => hasDevices(body) || hasFilter(body);

export const unmixed = (body: Selection): boolean => !hasDevices(body) || !hasFilter(body);

export const mustName = {
  path: ['devices'],
  error: 'name the devices, or give a filter (accountName, groupName, servicePlan, customFields)',
};
export const mustNotMix = { path: ['devices'], error: 'give devices or a filter (groupName, servicePlan, customFields), not both' };
export const mustAim = { path: ['deviceIds'], error: 'name the devices, or give a filter (groupName, servicePlan, customFields)' };
export const mustNotMixIds = { path: ['deviceIds'], error: 'give deviceIds or a filter (groupName, servicePlan, customFields), not both' };

const filter = () => ({
  groupName: Plain().optional(),
  servicePlan: Plain().optional(),
  customFields: z.array(CustomField()).min(1).optional(),
});

/** The members of a selection whose elements are devices. */
export const selection = () => ({ devices: Devices().optional(), accountName: Plain().optional(), ...filter() });

/** The members of a selection whose elements are identifiers. */
export const flatSelection = () => ({ deviceIds: FlatIds().optional(), accountName: Plain().optional(), ...filter() });

/** A filter that stands in a member of its own; there the account is called `account`. */
export const Filter = () =>
  z
    .strictObject({ account: Plain().optional(), ...filter() })
    .refine((one) => Object.values(one).some((value) => value !== undefined), { error: 'an empty filter would hit everything' });

export const everyMatch = 'a filter hits every matching device, an accountName alone the whole account';
