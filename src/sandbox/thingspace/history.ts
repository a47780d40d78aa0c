/** History of a device: data sessions and usage, which are computed from the seed instead of stored, and provisioning events. Times are in ms since 1970. */
import { day } from '../../durations.ts';
import { seededRandom } from '../random.ts';
import type { World } from '../world.ts';
import type { ProvisioningEvent, SessionPause, TsDevice } from './state.ts';

/** Number of sessions that would start in [from, to) without pauses. */
function regularSessions(device: TsDevice, from: number, to: number): number {
  const { firstActivated, period } = device;
  if (firstActivated === undefined) return 0;
  const until = (at: number): number => Math.max(0, Math.ceil((at - firstActivated) / period));
  return Math.max(0, until(to) - until(from));
}

/** Number of sessions that started in [from, to) and not after `now`, without those in pauses. */
export function sessionsBetween(device: TsDevice, from: number, to: number, now: number): number {
  const end = Math.min(to, now + 1);
  let count = regularSessions(device, from, end);
  for (const gap of device.pauses ?? []) count -= regularSessions(device, Math.max(from, gap.from), Math.min(end, gap.to ?? end));
  return Math.max(0, count);
}

/** Start of the last session at or before `now`, undefined when there was none. */
export function lastConnection(device: TsDevice, now: number): number | undefined {
  const { firstActivated, period, pauses = [] } = device;
  if (firstActivated === undefined) return undefined;
  const before = (at: number): number => firstActivated + Math.floor((at - firstActivated) / period) * period;
  let at = before(now);
  for (const gap of pauses.toReversed()) if (at >= gap.from && at < (gap.to ?? Number.POSITIVE_INFINITY)) at = before(gap.from - 1);
  return at < firstActivated ? undefined : at;
}

/** The pause that has no end yet, if any. */
function openPause(device: TsDevice): SessionPause | undefined {
  const last = device.pauses?.at(-1);
  return last?.to === undefined ? last : undefined;
}

/** A device is connected while it is active and its sessions are not paused. */
export function isConnected(device: TsDevice, now: number): boolean {
  return device.state === 'active' && !openPause(device) && lastConnection(device, now) !== undefined;
}

/** Stops data sessions from `now` on. An open pause stays unchanged. */
export function pauseSessions(device: TsDevice, now: number): void {
  if (!openPause(device)) device.pauses = [...(device.pauses ?? []), { from: now }];
}

/** Resumes data sessions at `now`. Earlier history does not change. */
export function resumeSessions(device: TsDevice, now: number): void {
  const open = openPause(device);
  if (open) open.to = now;
}

/** Mean bytes per day and device, by service plan. */
const meanDailyBytes: Record<string, number> = { IOTLOW5MB: 120_000, IOTSHR250MB: 6_000_000, IOTNB50KB: 1_400 };

export interface DailyUsage {
  /** Midnight UTC, ms since 1970. */
  at: number;
  bytes: number;
  sms: number;
}

/** Usage of a device on the day that begins at `at`. One device in fifty uses six times as much as the others. */
export function usageOnDay(world: World, device: TsDevice, at: number): DailyUsage {
  const sessions = sessionsBetween(device, at, at + day, world.clock.now());
  const share = (sessions * device.period) / day;
  const variation = 0.6 + 0.8 * seededRandom(world.seed, 'bytes', device.n, at);
  const heavy = device.n % 50 === 7 ? 6 : 1;
  const bytes = Math.round((meanDailyBytes[device.plan] ?? 120_000) * share * variation * heavy);
  return { at, bytes, sms: sessions > 0 && seededRandom(world.seed, 'sms', device.n, at) < 0.05 ? 1 : 0 };
}

/** Usage on the days that begin in [from, to] and on which the device had an MDN, oldest first. Usage is kept for 365 days. */
export function dailyUsageOf(world: World, device: TsDevice, from: number, to: number): DailyUsage[] {
  const now = world.clock.now();
  if (device.firstActivated === undefined) return [];
  const deactivatedAt = device.mdnIndex === undefined ? device.pauses?.at(-1)?.from : undefined;
  const end = Math.min(to, now, deactivatedAt ?? now);
  const days: DailyUsage[] = [];
  const start = Math.ceil(Math.max(from, now - 365 * day, device.firstActivated - (device.firstActivated % day)) / day) * day;
  for (let at = start; at <= end; at += day) days.push(usageOnDay(world, device, at));
  return days;
}

/** Provisioning events of a device, oldest first. For a seeded device they are derived from its state. */
export function provisioningEventsOf(device: TsDevice): ProvisioningEvent[] {
  device.provisioningEvents ??= derivedEvents(device);
  return device.provisioningEvents;
}

function derivedEvents(device: TsDevice): ProvisioningEvent[] {
  if (device.firstActivated === undefined) return [];
  const success = (at: number, type: string): ProvisioningEvent => ({ at, type, status: 'Success' });
  const pausedAt = openPause(device)?.from;
  return [
    success(device.firstActivated, 'Activate'),
    ...(device.state === 'suspend' && pausedAt !== undefined ? [success(pausedAt, 'Suspend')] : []),
    ...(device.mdnIndex === undefined && pausedAt !== undefined ? [success(pausedAt, 'Deactivate')] : []),
  ];
}

/** Starts of the sessions in [from, to] and not after `now`, oldest first, at most `limit` + 1 so that the caller sees whether there are more. */
export function sessionStarts(device: TsDevice, from: number, to: number, now: number, limit: number): number[] {
  const { firstActivated, period, pauses = [] } = device;
  if (firstActivated === undefined) return [];
  const starts: number[] = [];
  const end = Math.min(to, now);
  for (let k = Math.max(0, Math.ceil((from - firstActivated) / period)); starts.length <= limit; k++) {
    const at = firstActivated + k * period;
    if (at > end) break;
    if (!pauses.some((one) => at >= one.from && at < (one.to ?? Number.POSITIVE_INFINITY))) starts.push(at);
  }
  return starts;
}
