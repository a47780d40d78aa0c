/** Pagination of the device list in the order of DeviceId, without gaps or duplicates. */
import type { z } from 'zod';

import type { Call, CallOptions } from '../http/client.ts';
import type { Page } from '../http/pages.ts';
import { type Device, type DeviceListBody, devices } from './devices.ts';
import { flagOf } from './fields.ts';
import type { NamedId } from './identity.ts';
import { attributeOf, type DeviceIdentity, idOf } from './ids.ts';

/** One device of the list. */
export type DeviceRow = z.output<ReturnType<typeof Device>>;
/** Filters of the device list. */
export type DeviceQuery = Omit<z.input<ReturnType<typeof DeviceListBody>>, 'largestDeviceIdSeen'>;

/** A page of the device list; the cursor is a DeviceId. */
export interface DevicePage extends Page<DeviceRow, number> {
  /** True if the provider reports more devices but the page has no usable cursor, so that the list ends early. */
  truncated: boolean;
}

/** Devices per page; a size that newer pages and SDK both support. */
export const defaultPageSize = 500;

/** Reads the page of the device list after the DeviceId `at`; 0 is the start. */
export async function deviceListPage(call: Call, query: DeviceQuery, at = 0, options?: CallOptions): Promise<DevicePage> {
  const reply = await call(devices.list, { body: { maxNumberOfDevices: defaultPageSize, ...query, largestDeviceIdSeen: at } }, options);
  const rows = reply.devices ?? [];
  const last = rows.at(-1);
  const cursor = last && deviceNumberOf(last);
  const more = flagOf(reply.hasMoreData) === true;
  const next = more && cursor !== undefined && cursor > at ? cursor : undefined;
  return { rows, ...(next === undefined ? {} : { next }), truncated: more && next === undefined };
}

/** DeviceId, the provider's number of a device, used as cursor; undefined if missing or not an integer. */
export function deviceNumberOf(device: DeviceIdentity): number | undefined {
  const value = Number(attributeOf(device, 'DeviceId') ?? Number.NaN);
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * The rows that have this identifier, give or take a check digit. A look-up whose filter is ignored answers other devices: they are not it.
 * Rows of an eUICC need not repeat its EID, so one that states no EID is accepted for an EID.
 */
export function rowsNamed(rows: readonly DeviceRow[], { id, kind }: NamedId): DeviceRow[] {
  const asked = id.toUpperCase();
  const isSame = (known: string): boolean =>
    known.length >= 7 && (known.startsWith(asked) || known.endsWith(asked) || asked.startsWith(known) || asked.endsWith(known));
  const isEid = kind.toLowerCase() === 'eid';
  return rows.filter(
    (row) => row.deviceIds?.some((one) => isSame(String(one.id ?? '').toUpperCase())) || (isEid && idOf(row, 'eid') === undefined),
  );
}
