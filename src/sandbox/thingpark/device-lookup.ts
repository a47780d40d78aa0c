/** Device lookup by UID and by `e<EUI>`, and the sort order of the cursor. */
import type { World } from '../world.ts';
import { ossRefusal } from './oss-request.ts';
import type { ThingparkWorld, TpDevice } from './state.ts';

/** All DevEUIs in ascending order, the order of the cursor. */
export function sortedEuis(tp: ThingparkWorld): string[] {
  tp.sortedEuis ??= [...tp.devices.keys()].sort();
  return tp.sortedEuis;
}

export function deviceByUid(tp: ThingparkWorld, uid: string): TpDevice | undefined {
  tp.devicesByUid ??= new Map([...tp.devices.values()].map((device) => [device.uid, device]));
  return tp.devicesByUid.get(uid);
}

/**
 * Finds a device by UID or `e<EUI>`. An unknown device is refused with 404. The status is undocumented; one client observed 400,
 * which the fault `unknown-400` reproduces.
 */
export function findDevice(world: World, uid: string): TpDevice {
  const tp = world.thingpark;
  const device = /^e/i.test(uid) ? tp.devices.get(uid.slice(1).toUpperCase()) : deviceByUid(tp, uid);
  if (!device) {
    const status = world.faults.has('unknown-400') ? 400 : 404;
    throw ossRefusal(status, status, 'Device not found');
  }
  return device;
}

/** Drops the indexes and the cached alarms. Call it after a device is added or removed. */
export function invalidateDeviceIndexes(tp: ThingparkWorld): void {
  tp.sortedEuis = undefined;
  tp.devicesByUid = undefined;
  tp.alarmCache = undefined;
}
