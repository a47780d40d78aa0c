/** The device list as a walk: in the order of DeviceId, nothing left out and nothing twice. */
import type { z } from 'zod';

import type { Call, CallOptions } from '../http/client.ts';
import type { Page } from '../http/pages.ts';
import { type Device, type DeviceListBody, devices } from './devices.ts';
import { attributeOf, type Described } from './ids.ts';

export type DeviceRow = z.output<ReturnType<typeof Device>>;
export type DeviceQuery = Omit<z.input<ReturnType<typeof DeviceListBody>>, 'largestDeviceIdSeen'>;

export interface DevicePage extends Page<DeviceRow, number> {
  /** True when the provider says that there is more but its answer names no way on: the walk ends early. */
  cut: boolean;
}

/** Devices per page: what all sources agree on. */
export const usualPage = 500;

/** One page of the device list, beginning after the DeviceId `at`; 0 is the start. */
export async function deviceListPage(call: Call, query: DeviceQuery, at = 0, options?: CallOptions): Promise<DevicePage> {
  const reply = await call(devices.list, { body: { maxNumberOfDevices: usualPage, ...query, largestDeviceIdSeen: at } }, options);
  const rows = reply.devices ?? [];
  const last = rows.at(-1);
  const cursor = last && deviceNumberOf(last);
  const next = reply.hasMoreData && cursor !== undefined && cursor > at ? cursor : undefined;
  return { rows, ...(next === undefined ? {} : { next }), cut: reply.hasMoreData === true && next === undefined };
}

/** The provider's own number of a device, by which the list is walked. */
export function deviceNumberOf(device: Described): number | undefined {
  const value = Number(attributeOf(device, 'DeviceId') ?? Number.NaN);
  return Number.isSafeInteger(value) ? value : undefined;
}
