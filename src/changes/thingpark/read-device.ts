/** A device as planners read it, before a change and when it settles. */
import type { z } from 'zod';

import { type Device, devices } from '../../clients/thingpark/devices.ts';
import { isUnknownDevice } from '../../fleet/thingpark.ts';
import type { PlannerContext } from '../planner.ts';

export type DeviceRead = z.output<ReturnType<typeof Device>>;

/** A device by its `deviceUid`; undefined when there is none. */
export async function readDeviceByUid(
  deviceUid: string,
  { connection, signal }: Pick<PlannerContext, 'connection' | 'signal'>,
): Promise<DeviceRead | undefined> {
  try {
    return await connection.call(devices.read, { path: { deviceUid } }, { signal });
  } catch (error) {
    if (isUnknownDevice(error)) return undefined;
    throw error;
  }
}

/** The name of a device in plan and record before it is read: its DevEUI where the path contains it. */
export const deviceNameFromUid = (deviceUid: string): string => (/^e/i.test(deviceUid) ? deviceUid.slice(1).toUpperCase() : deviceUid);

/** The state that a value of `suspension` stands for. */
export const stateWord = (suspension: string): string => (suspension === 'NONE' ? 'in service' : 'suspended');

/** `suspended` or `in service`. */
export function stateOf({ suspension, healthState }: DeviceRead): string {
  return suspension ? stateWord(suspension) : healthState === 'SUSPENDED' ? 'suspended' : 'in service';
}
