/** Time slots in a time zone. A day has 23 or 25 hours when daylight saving time starts or ends. */
import { day, hour } from './durations.ts';
import { durationMs, durationParts, type WrittenTime } from './vocabulary.ts';

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

/** The instant that a written time means in `zone`, in ms since 1970; an offset in the text wins. The earlier one where clocks show the time twice. */
export function instantIn({ local, offset }: WrittenTime, zone: string): number {
  return offset === undefined ? instantsOf(local, zone)[0] : local - offset;
}

/** `ms` plus a duration, or minus it with `sign` -1: days are those of a calendar in `zone`, so that they keep the time of day when the clocks change. */
export function addDuration(ms: number, duration: string, zone: string, sign: 1 | -1 = 1): number {
  const { days, ms: rest } = durationParts(duration) ?? { days: 0, ms: 0 };
  const local = ms + zoneOffset(ms, zone) + sign * days * day;
  const [first, last] = instantsOf(local, zone);
  // Where clocks show the time twice, the one that keeps the offset is meant.
  const moved = last - ms === sign * days * day ? last : first;
  return (days === 0 ? ms : moved) + sign * rest;
}

/** A time in `zone` as ISO 8601 without offset, to the minute. */
export function localTime(ms: number, zone: string): string {
  return new Date(ms + zoneOffset(ms, zone)).toISOString().slice(0, 16);
}

/** The offset of `zone` at `ms` in the notation of ISO 8601. */
export function offsetText(ms: number, zone: string): string {
  const minutes = Math.round(zoneOffset(ms, zone) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** The same days in another zone: for a provider that records whole days of its own zone, a window asked for in `zone` means the days with these dates. */
export function ownDays({ from, to, zone }: { from: number; to: number; zone: string }, own: string): { from: number; to: number } {
  const dayOf = (ms: number): number => Math.floor((ms + zoneOffset(ms, zone)) / day) * day;
  const end = dayOf(to - 1) + day;
  return { from: instantsOf(dayOf(from), own)[0], to: instantsOf(end, own)[0] };
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
