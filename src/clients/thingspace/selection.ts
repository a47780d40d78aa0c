/** Device selection of bulk operations: either identifiers or a filter. */
import { z } from 'zod';

import { DeviceId, DeviceIds } from './ids.ts';
import { Account, CustomField, Ref } from './safe-text.ts';

/** One element per device; at most 10,000 per request. */
export const Devices = () => z.array(DeviceIds()).min(1).max(10_000);

/** One identifier per device; at most 10,000 per request. */
export const FlatIds = () => z.array(DeviceId()).min(1).max(10_000);

/** Response of asynchronous operations; the result is posted to the listener registered for the service. */
export const Accepted = () => z.looseObject({ requestId: z.string() });

/** Doubt of operations whose result is delivered only by callback and cannot be queried. */
export const callbackOnlyDoubt = (service: string): string => `the result comes only to a listener registered for ${service}`;

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

/** Requires devices, a filter or an account: the provider would apply an empty selection to a whole account. */
export const hasSelection = (body: Selection): boolean => hasDevices(body) || body.accountName !== undefined || hasFilter(body);

/** Requires devices or a filter: an account alone is not a selection. */
export const hasDeviceSelection = (body: Selection): boolean => hasDevices(body) || hasFilter(body);

/** Rejects devices combined with a filter. */
export const isNotMixed = (body: Selection): boolean => !hasDevices(body) || !hasFilter(body);

export const selectionRequired = {
  path: ['devices'],
  error: 'give devices or a filter (accountName, groupName, servicePlan, customFields)',
};
export const mixedSelection = { path: ['devices'], error: 'give devices or a filter (groupName, servicePlan, customFields), not both' };
export const deviceSelectionRequired = { path: ['deviceIds'], error: 'give devices or a filter (groupName, servicePlan, customFields)' };
export const mixedIdSelection = {
  path: ['deviceIds'],
  error: 'give deviceIds or a filter (groupName, servicePlan, customFields), not both',
};

const filter = () => ({
  groupName: Ref('target').optional(),
  servicePlan: Ref('target').optional(),
  customFields: z.array(CustomField()).min(1).optional(),
});

/** Fields of a selection by devices. */
export const selection = () => ({ devices: Devices().optional(), accountName: Account().optional(), ...filter() });

/** Fields of a selection by identifiers. */
export const flatSelection = () => ({ deviceIds: FlatIds().optional(), accountName: Account().optional(), ...filter() });

/** A filter in a field of its own, where the account is named `account`. */
export const DeviceFilter = () =>
  z
    .strictObject({ account: Account().optional(), ...filter() })
    .refine((one) => Object.values(one).some((value) => value !== undefined), { error: 'must not be empty: it would match every device' });

export const filterScopeDoubt = 'a filter applies to every matching device, accountName alone to the whole account';
