/** A device's traffic, computed rather than stored: the same question has the same answer. */
import { dice } from '../chance.ts';
import type { World } from '../world.ts';
import type { TpDevice } from './seed.ts';

/** The last uplink at or before now, ms since 1970. */
export function lastUplink(device: TpDevice, now: number): number | undefined {
  const end = Math.min(now, device.silentSince ?? now);
  let last = device.uplinks.length > 0 ? Math.max(...device.uplinks) : undefined;
  if (device.period && device.started !== undefined && end >= device.started) {
    const regular = device.started + Math.floor((end - device.started) / device.period) * device.period;
    last = Math.max(last ?? regular, regular);
  }
  return last;
}

/** How many uplinks fell into [from, to). */
export function uplinksBetween(device: TpDevice, from: number, to: number, now: number): number {
  const end = Math.min(to, device.silentSince ?? to, now + 1);
  let count = device.uplinks.filter((at) => at >= from && at < to).length;
  if (device.period && device.started !== undefined && end > device.started) {
    const until = (at: number): number => Math.max(0, Math.ceil((at - (device.started ?? 0)) / (device.period ?? 1)));
    count += Math.max(0, until(end) - until(Math.max(from, device.started)));
  }
  return count;
}

export type Health = 'INIT' | 'ACTIVE' | 'RF_CNX_ERROR' | 'SUSPENDED';

export function healthOf(device: TpDevice, now: number): Health {
  if (device.suspended) return 'SUSPENDED';
  const last = lastUplink(device, now);
  if (last === undefined) return 'INIT';
  return now - last > Math.max(24 * 3_600_000, 3 * (device.period ?? 0)) ? 'RF_CNX_ERROR' : 'ACTIVE';
}

/** Mean radio quality of a device in one slot; the further out, the weaker. */
export function radio(world: World, device: TpDevice, slot: number): { rssi: number; snr: number; sf: number; loss: number } {
  const site = dice(world.seed, 'radio', device.EUI);
  const swing = dice(world.seed, 'swing', device.EUI, slot) - 0.5;
  const rssi = Math.round((-70 - site * 45 + swing * 6) * 10) / 10;
  const snr = Math.round((10 - site * 18 + swing * 3) * 10) / 10;
  return { rssi, snr, sf: Math.min(12, 7 + Math.floor(site * 6)), loss: Math.round(site * site * 0.08 * 1000) / 1000 };
}
