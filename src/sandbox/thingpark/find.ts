/** Finding devices: by UID, by e<EUI>, in the order of the cursor. */
import type { World } from '../world.ts';
import { refuse } from './refuse.ts';
import type { ThingparkWorld, TpDevice } from './seed.ts';

/** DevEUIs in the order of the cursor. */
export function euis(tp: ThingparkWorld): string[] {
  tp.order ??= [...tp.devices.keys()].sort();
  return tp.order;
}

export function deviceByUid(tp: ThingparkWorld, uid: string): TpDevice | undefined {
  tp.byUid ??= new Map([...tp.devices.values()].map((device) => [device.uid, device]));
  return tp.byUid.get(uid);
}

/** By UID or `e<EUI>`; refuses an unknown one with 404, which is our choice: one client met 400, the habit `unknown-400`. */
export function find(world: World, uid: string): TpDevice {
  const tp = world.thingpark;
  const device = /^e/i.test(uid) ? tp.devices.get(uid.slice(1).toUpperCase()) : deviceByUid(tp, uid);
  if (!device) {
    const status = world.faults.has('unknown-400') ? 400 : 404;
    throw refuse(status, status, 'Device not found');
  }
  return device;
}

/** A device came or went: the order, the index and the alarms are made anew. */
export function forgetOrder(tp: ThingparkWorld): void {
  tp.order = undefined;
  tp.byUid = undefined;
  tp.alarmBook = undefined;
}
