/** A device's data sessions, computed rather than stored: the same question has the same answer. */
import { dice } from '../chance.ts';
import type { World } from '../world.ts';
import type { Deed, Pause, TsDevice } from './seed.ts';

const day = 86_400_000;

/** How many regular sessions would start in [from, to). */
function regular(device: TsDevice, from: number, to: number): number {
  const { begun, period } = device;
  if (begun === undefined) return 0;
  const until = (at: number): number => Math.max(0, Math.ceil((at - begun) / period));
  return Math.max(0, until(to) - until(from));
}

/** How many sessions started in [from, to), pauses left out; nothing starts after `now`. */
export function sessionsBetween(device: TsDevice, from: number, to: number, now: number): number {
  const end = Math.min(to, now + 1);
  let count = regular(device, from, end);
  for (const pause of device.pauses ?? []) count -= regular(device, Math.max(from, pause.from), Math.min(end, pause.to ?? end));
  return Math.max(0, count);
}

/** The start of the last session at or before now; undefined when there was none. */
export function lastConnection(device: TsDevice, now: number): number | undefined {
  const { begun, period, pauses = [] } = device;
  if (begun === undefined) return undefined;
  const before = (at: number): number => begun + Math.floor((at - begun) / period) * period;
  let at = before(now);
  for (const pause of pauses.toReversed()) if (at >= pause.from && at < (pause.to ?? Number.POSITIVE_INFINITY)) at = before(pause.from - 1);
  return at < begun ? undefined : at;
}

/** A pause that has no end yet. */
function openPause(device: TsDevice): Pause | undefined {
  const last = device.pauses?.at(-1);
  return last?.to === undefined ? last : undefined;
}

/** A line is connected while it is active and its sessions go on. */
export function isConnected(device: TsDevice, now: number): boolean {
  return device.state === 'active' && !openPause(device) && lastConnection(device, now) !== undefined;
}

/** Sessions stop; an open pause stays open. */
export function pause(device: TsDevice, now: number): void {
  if (!openPause(device)) device.pauses = [...(device.pauses ?? []), { from: now }];
}

/** Sessions go on; the history before stays as it was. */
export function resume(device: TsDevice, now: number): void {
  const open = openPause(device);
  if (open) open.to = now;
}

/** Bytes that a day of a device on this plan comes to, in the mean. */
const daily: Record<string, number> = { IOTLOW5MB: 120_000, IOTSHR250MB: 6_000_000, IOTNB50KB: 1_400 };

export interface DayOfUse {
  /** Midnight UTC, ms since 1970. */
  at: number;
  bytes: number;
  sms: number;
}

/** What a device used on the day that begins at `at`; one in fifty uses six times as much as its likes. */
export function useOf(world: World, device: TsDevice, at: number): DayOfUse {
  const sessions = sessionsBetween(device, at, at + day, world.clock.now());
  const share = (sessions * device.period) / day;
  const swing = 0.6 + 0.8 * dice(world.seed, 'bytes', device.n, at);
  const heavy = device.n % 50 === 7 ? 6 : 1;
  const bytes = Math.round((daily[device.plan] ?? 120_000) * share * swing * heavy);
  return { at, bytes, sms: sessions > 0 && dice(world.seed, 'sms', device.n, at) < 0.05 ? 1 : 0 };
}

/** The days on which a device had a line, oldest first, that begin in [from, to]; data is kept for 365 days. */
export function daysOfUse(world: World, device: TsDevice, from: number, to: number): DayOfUse[] {
  const now = world.clock.now();
  if (device.begun === undefined) return [];
  const gone = device.line === undefined ? device.pauses?.at(-1)?.from : undefined;
  const end = Math.min(to, now, gone ?? now);
  const days: DayOfUse[] = [];
  const start = Math.ceil(Math.max(from, now - 365 * day, device.begun - (device.begun % day)) / day) * day;
  for (let at = start; at <= end; at += day) days.push(useOf(world, device, at));
  return days;
}

/** What was done to a line, oldest first; of a device that stood here from the beginning, what its state tells. */
export function deedsOf(device: TsDevice): Deed[] {
  device.deeds ??= toldBy(device);
  return device.deeds;
}

function toldBy(device: TsDevice): Deed[] {
  if (device.begun === undefined) return [];
  const done = (at: number, type: string): Deed => ({ at, type, status: 'Success' });
  const rest = openPause(device)?.from;
  return [
    done(device.begun, 'Activate'),
    ...(device.state === 'suspend' && rest !== undefined ? [done(rest, 'Suspend')] : []),
    ...(device.line === undefined && rest !== undefined ? [done(rest, 'Deactivate')] : []),
  ];
}

/** The starts of the sessions in [from, to], oldest first, at most `most` + 1 of them. */
export function sessionStarts(device: TsDevice, from: number, to: number, now: number, most: number): number[] {
  const { begun, period, pauses = [] } = device;
  if (begun === undefined) return [];
  const starts: number[] = [];
  const end = Math.min(to, now);
  for (let k = Math.max(0, Math.ceil((from - begun) / period)); starts.length <= most; k++) {
    const at = begun + k * period;
    if (at > end) break;
    if (!pauses.some((one) => at >= one.from && at < (one.to ?? Number.POSITIVE_INFINITY))) starts.push(at);
  }
  return starts;
}
