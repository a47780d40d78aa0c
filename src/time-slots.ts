/** Time slots in a time zone. A day has 23 or 25 hours when daylight saving time starts or ends. */
import { day, hour } from './durations.ts';
import { durationMs } from './vocabulary.ts';

/** Starts of the slots of length `step` (ISO 8601) that overlap [from, to), in ms since 1970. Steps of whole days align to midnight in `zone`, others to multiples of the step in local time. */
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

/** Local midnight at or before `ms`, in ms since 1970. */
export function startOfDay(ms: number, zone: string): number {
  const local = ms + zoneOffset(ms, zone);
  const midnight = Math.floor(local / day) * day;
  const guess = midnight - zoneOffset(ms, zone);
  return midnight - zoneOffset(guess, zone);
}

/** The first and last instant (ms since 1970) at which clocks in `zone` show a local time (ms since 1970 as if it were UTC). They differ when clocks go back over the local time; when clocks skip it, the result is the instants on either side. */
export function instantsOf(local: number, zone: string): [number, number] {
  // The offsets one day before and after are those before and after any clock change.
  const guesses = [local - zoneOffset(local - day, zone), local - zoneOffset(local + day, zone)];
  const shown = guesses.filter((at) => at + zoneOffset(at, zone) === local);
  const found = shown.length > 0 ? shown : guesses;
  return [Math.min(...found), Math.max(...found)];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** UTC offset of `zone` at `ms` (ms since 1970), in ms; positive east of UTC. */
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
