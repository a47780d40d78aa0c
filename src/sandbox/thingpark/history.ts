/** Device traffic, computed from the seed instead of stored. The same query always returns the same result. */
import { day } from '../../durations.ts';
import { seededRandom } from '../random.ts';
import type { World } from '../world.ts';
import type { TpDevice } from './state.ts';

/** Past and current suspensions, during which uplinks are ignored. */
function suspensionsOf(device: TpDevice): { from: number; to: number }[] {
  const past = device.pastSuspensions ?? [];
  return device.suspendedSince === undefined ? past : [...past, { from: device.suspendedSince, to: Number.POSITIVE_INFINITY }];
}

/** Time of the last periodic uplink at or before `end`. */
function lastPeriodicUplink(device: TpDevice, end: number): number | undefined {
  const { period, started } = device;
  if (!period || started === undefined) return undefined;
  let limit = Math.min(end, device.silentSince ?? end);
  for (;;) {
    if (limit < started) return undefined;
    const at = started + Math.floor((limit - started) / period) * period;
    const span = suspensionsOf(device).find(({ from, to }) => at >= from && at < to);
    if (!span) return at;
    limit = span.from - 1;
  }
}

/** Time of the last uplink at or before `now`, ms since 1970; undefined if there is none. */
export function lastUplink(device: TpDevice, now: number): number | undefined {
  const simulated = device.uplinks.length > 0 ? Math.max(...device.uplinks) : undefined;
  const periodic = lastPeriodicUplink(device, now);
  return simulated === undefined ? periodic : Math.max(simulated, periodic ?? simulated);
}

/** Time of the first uplink after `after`, up to and including `now`. */
export function nextUplink(device: TpDevice, after: number, now: number): number | undefined {
  const candidates = device.uplinks.filter((at) => at > after && at <= now);
  const { period, started } = device;
  if (period && started !== undefined) {
    let at = started + Math.max(0, Math.floor((after - started) / period) + 1) * period;
    for (const { from, to } of suspensionsOf(device)) if (at >= from && at < to) at = started + Math.ceil((to - started) / period) * period;
    if (at <= Math.min(now, device.silentSince ?? now)) candidates.push(at);
  }
  return candidates.length > 0 ? Math.min(...candidates) : undefined;
}

/** Number of uplinks in [from, to). */
export function uplinksBetween(device: TpDevice, from: number, to: number, now: number): number {
  const { period, started } = device;
  const simulated = device.uplinks.filter((at) => at >= from && at < to).length;
  if (!period || started === undefined) return simulated;
  const periodicBefore = (at: number): number => Math.max(0, Math.ceil((at - started) / period));
  const periodicIn = (a: number, b: number): number => Math.max(0, periodicBefore(b) - periodicBefore(Math.max(a, started)));
  const end = Math.min(to, device.silentSince ?? to, now + 1);
  const ignored = suspensionsOf(device).reduce((sum, span) => sum + periodicIn(Math.max(from, span.from), Math.min(end, span.to)), 0);
  return simulated + periodicIn(from, end) - ignored;
}

/** Times of the uplinks in [from, to), at most `max`, ms since 1970. */
export function uplinkTimes(device: TpDevice, from: number, to: number, now: number, max: number): number[] {
  const times: number[] = [];
  for (let at = nextUplink(device, from - 1, now); at !== undefined && at < to && times.length < max; at = nextUplink(device, at, now))
    times.push(at);
  return times;
}

export type DeviceHealth = 'INIT' | 'ACTIVE' | 'RF_CNX_ERROR' | 'SUSPENDED';

/** Health as OSS reports it. */
export function deviceHealth(device: TpDevice, now: number): DeviceHealth {
  return device.suspended ? 'SUSPENDED' : radioHealth(device, now);
}

/**
 * Health regardless of suspension, as DX reports it. INIT: no uplink since creation, resumption or reset. RF_CNX_ERROR: no uplink for
 * 24 hours or three periods, whichever is longer.
 */
export function radioHealth(device: TpDevice, now: number): Exclude<DeviceHealth, 'SUSPENDED'> {
  const last = lastUplink(device, now);
  if (last === undefined || last < (device.initSince ?? 0)) return 'INIT';
  return now - last > Math.max(day, 3 * (device.period ?? 0)) ? 'RF_CNX_ERROR' : 'ACTIVE';
}

/** Mean radio quality of a device in one time slot: RSSI in dBm, SNR in dB, spreading factor, packet error rate from 0 to 1. */
export function radioQuality(world: World, device: TpDevice, slot: number): { rssi: number; snr: number; sf: number; loss: number } {
  const distance = seededRandom(world.seed, 'radio', device.EUI);
  const variation = seededRandom(world.seed, 'swing', device.EUI, slot) - 0.5;
  const rssi = Math.round((-70 - distance * 45 + variation * 6) * 10) / 10;
  const snr = Math.round((10 - distance * 18 + variation * 3) * 10) / 10;
  return { rssi, snr, sf: Math.min(12, 7 + Math.floor(distance * 6)), loss: Math.round(distance * distance * 0.08 * 1000) / 1000 };
}

/** Battery level in percent; 6% of the devices are below 30. */
export function batteryPercent(world: World, device: TpDevice): number {
  const draw = seededRandom(world.seed, 'battery', device.EUI);
  return draw < 0.06
    ? 3 + Math.floor((draw / 0.06) * 26)
    : Math.round(((254 - (Number.parseInt(device.EUI.slice(-2), 16) % 120)) / 254) * 100);
}

/** Battery level on the LoRaWAN scale, 1 to 254. */
export function batteryLevel(world: World, device: TpDevice): number {
  return Math.max(1, Math.round(batteryPercent(world, device) * 2.54));
}
