/** Time cut into equal slots that follow a time zone: a day has 23 or 25 hours twice a year. */
import { durationMs } from './vocabulary.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** The starts of the slots of `step` that touch [from, to): aligned to midnight in `zone` for whole days, to the hour otherwise. All in ms since 1970. */
export function slotStarts(from: number, to: number, step: string, zone: string): number[] {
  const length = durationMs(step) ?? day;
  const starts: number[] = [];
  if (length % day === 0) {
    for (let at = startOfDay(from, zone); at < to; at = startOfDay(at + length + 12 * hour, zone)) starts.push(at);
    return starts;
  }
  const offset = zoneOffset(from, zone);
  for (let at = Math.floor((from + offset) / length) * length - offset; at < to; at += length) starts.push(at);
  return starts;
}

/** Local midnight at or before `ms`. */
export function startOfDay(ms: number, zone: string): number {
  const local = ms + zoneOffset(ms, zone);
  const midnight = Math.floor(local / day) * day;
  const guess = midnight - zoneOffset(ms, zone);
  return midnight - zoneOffset(guess, zone);
}

/** The instants at which clocks in `zone` show a local time (ms since 1970 as if it were UTC), in order: two when clocks go back over it; when they skip it, those on either side. */
export function instantsOf(local: number, zone: string): [number, number] {
  // A day to either side is beyond any change of clocks.
  const guesses = [local - zoneOffset(local - day, zone), local - zoneOffset(local + day, zone)];
  const shown = guesses.filter((at) => at + zoneOffset(at, zone) === local);
  const found = shown.length > 0 ? shown : guesses;
  return [Math.min(...found), Math.max(...found)];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far `zone` is ahead of UTC at `ms`, in ms. */
export function zoneOffset(ms: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(zone, format);
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value);
  const local = Date.UTC(part['year'] ?? 1970, (part['month'] ?? 1) - 1, part['day'], part['hour'], part['minute'], part['second']);
  return local - Math.floor(ms / 1000) * 1000;
}
