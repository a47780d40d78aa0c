/** Subscriber traffic, computed instead of stored. Usage, addresses and sessions come from one cumulative curve, so their sums agree. */
import { day } from '../../durations.ts';
import { seededRandom } from '../random.ts';
import type { World } from '../world.ts';
import { elapsedDays } from './seed.ts';
import type { IotxSubscriber, TrafficGap } from './state.ts';

/** Bytes sent and received by the device. */
export interface Traffic {
  up: number;
  down: number;
}

const bucketMs = 1_800_000;
const sessionMs = 21_600_000;
const periodMs = 30 * day;

/** Start of the current billing period, ms since 1970. A period has 30 days and applies to the whole account. */
export function periodStart(world: World): number {
  const first = world.startedAt - elapsedDays * day;
  return first + Math.floor((world.clock.now() - first) / periodMs) * periodMs;
}

/** Traffic in [from, to), up to the current time. */
export function trafficBetween(world: World, subscriber: IotxSubscriber, from: number, to: number): Traffic {
  const start = Math.max(from, subscriber.connectedAt);
  const end = Math.min(to, world.clock.now());
  const sum = { up: 0, down: 0 };
  if (subscriber.bytesPerDay === 0 || end <= start) return sum;
  const phaseOffset = phase(world, subscriber);
  const addSpan = (a: number, b: number, sign: 1 | -1): void => {
    if (b <= a) return;
    const bytesAtStart = cumulativeBytes(world, subscriber, phaseOffset, a);
    const bytesAtEnd = cumulativeBytes(world, subscriber, phaseOffset, b);
    sum.up += sign * (Math.floor(bytesAtEnd * 0.75) - Math.floor(bytesAtStart * 0.75));
    sum.down += sign * (Math.floor(bytesAtEnd * 0.25) - Math.floor(bytesAtStart * 0.25));
  };
  addSpan(start, end, 1);
  for (const [gapFrom, gapTo] of subscriber.gaps) addSpan(Math.max(start, gapFrom), Math.min(end, gapTo), -1);
  return sum;
}

/** Bytes sent and received in the current billing period. */
export function periodUsage(world: World, subscriber: IotxSubscriber): number {
  const { up, down } = trafficBetween(world, subscriber, periodStart(world), world.clock.now());
  return up + down;
}

/** Traffic in half-hour buckets by start time; empty buckets are omitted. */
export function buckets(world: World, subscriber: IotxSubscriber, from: number, to: number): { at: number; traffic: Traffic }[] {
  const rows: { at: number; traffic: Traffic }[] = [];
  const end = Math.min(to, world.clock.now());
  const start = Math.max(from, subscriber.connectedAt);
  for (let at = start - (start % bucketMs); at < end; at += bucketMs) {
    const traffic = trafficBetween(world, subscriber, Math.max(at, from), Math.min(at + bucketMs, end));
    if (traffic.up + traffic.down > 0) rows.push({ at, traffic });
  }
  return rows;
}

/** Time of the last traffic before `to`, ms since 1970. */
export function lastTrafficAt(world: World, subscriber: IotxSubscriber, to: number): number {
  const end = Math.min(to, world.clock.now());
  const gap = gapAt(subscriber, end);
  return gap ? gap[0] : end;
}

/** Whether the subscriber is active and not in a gap. */
export function isOnline(world: World, subscriber: IotxSubscriber): boolean {
  return subscriber.state === 'active' && gapAt(subscriber, world.clock.now()) === undefined;
}

/** Stops the subscriber's traffic from `at` on. */
export function stopTraffic(subscriber: IotxSubscriber, at: number): void {
  if (gapAt(subscriber, at) === undefined) subscriber.gaps = [...subscriber.gaps, [at, Number.POSITIVE_INFINITY]];
}

/** Restarts the subscriber's traffic from `at` on. */
export function startTraffic(subscriber: IotxSubscriber, at: number): void {
  subscriber.gaps = subscriber.gaps.map(([from, to]) => (to > at ? [from, at] : [from, to]));
}

export interface Session {
  start: number;
  /** Absent while the session is open. */
  stop?: number;
  traffic: Traffic;
  reason: string;
}

const maxSessions = 40;

/** Data sessions, newest first. Each lasts six hours unless a reconnection or a gap ends it. */
export function sessions(world: World, subscriber: IotxSubscriber): Session[] {
  const now = world.clock.now();
  const first = Math.max(now - maxSessions * sessionMs, subscriber.connectedAt);
  const cuts = [...subscriber.reconnects, ...subscriber.gaps.map(([from]) => from)];
  const edges = [first, ...cuts, ...subscriber.gaps.map(([, to]) => to)].filter((at) => at >= first && at < now);
  const offset = Math.floor(phase(world, subscriber) * sessionMs);
  for (let at = first - (first % sessionMs) + offset; at < now; at += sessionMs) if (at > first) edges.push(at);
  const starts = [...new Set(edges)].sort((a, b) => a - b);
  return starts
    .map((start, i): Session => {
      const stop = starts[i + 1];
      const traffic = trafficBetween(world, subscriber, start, stop ?? now);
      return { start, ...(stop === undefined ? {} : { stop }), traffic, reason: reasonOf(world, subscriber, start, stop, cuts) };
    })
    .filter(({ start }) => gapAt(subscriber, start) === undefined)
    .reverse();
}

function reasonOf(world: World, subscriber: IotxSubscriber, start: number, stop: number | undefined, cuts: readonly number[]): string {
  if (stop === undefined) return 'Access-Accept';
  if (cuts.includes(stop)) return 'Admin-Reset';
  return seededRandom(world.seed, 'iotx-reason', subscriber.physicalId, start) < 0.05 ? 'NAS-Error' : 'User-Request';
}

function gapAt(subscriber: IotxSubscriber, at: number): TrafficGap | undefined {
  return subscriber.gaps.find(([from, to]) => from <= at && at < to);
}

/** Phase of the subscriber's daily traffic curve, as a fraction of a day. */
function phase(world: World, subscriber: IotxSubscriber): number {
  return seededRandom(world.seed, 'iotx-phase', subscriber.physicalId);
}

/** Cumulative bytes at `at`, relative to the start of the sandbox (negative before it). Always grows, with a daily variation. */
function cumulativeBytes(world: World, subscriber: IotxSubscriber, phaseOffset: number, at: number): number {
  const days = (at - world.startedAt) / day;
  return subscriber.bytesPerDay * (days + 0.12 * Math.sin(2 * Math.PI * (days + phaseOffset)));
}
