import { z } from 'zod';

const durationPattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

interface DurationParts {
  /** Whole days, weeks included: days of a calendar, of 23 to 25 hours. */
  days: number;
  /** The rest, in ms. */
  ms: number;
}

/** The parts of an ISO 8601 duration of weeks, days, hours, minutes and seconds; undefined when the text is not one. */
export function durationParts(text: string): DurationParts | undefined {
  const parts = durationPattern.exec(text);
  if (!parts?.slice(1).some((part) => part !== undefined) || text.endsWith('T')) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return { days: weeks * 7 + days, ms: ((hours * 60 + minutes) * 60 + seconds) * 1000 };
}

/** An ISO 8601 duration in milliseconds, with days of 24 hours; undefined when the text is not one. Years and months are not supported, because their length varies. */
export function durationMs(text: string): number | undefined {
  const parts = durationParts(text);
  return parts && parts.days * 86_400_000 + parts.ms;
}

/** A schema for a positive ISO 8601 duration. Outputs the text in upper case, without spaces around it. */
export function Duration(example: string) {
  return z
    .string()
    .refine((text) => (durationMs(text.trim().toUpperCase()) ?? 0) > 0, {
      error: (issue) =>
        `must be an ISO 8601 duration of weeks, days, hours, minutes or seconds, got "${String(issue.input).slice(0, 40)}". Example: ${example}`,
    })
    .transform((text) => text.trim().toUpperCase());
}

/** A date or date-time as it was written. Without `offset` it is a local time of a zone that is stated elsewhere. */
export interface WrittenTime {
  /** ms since 1970 as if the local time were UTC. */
  local: number;
  /** ms east of UTC. */
  offset?: number;
}

const timePattern = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** Reads an ISO 8601 date, or date-time with or without seconds and offset; undefined when the text is not one. A date is the midnight that begins it. */
export function writtenTime(text: string): WrittenTime | undefined {
  const [, date, time = '00:00', offset] = timePattern.exec(text.trim().replace(/[\u2010-\u2015\u2212]/g, '-')) ?? [];
  if (!date || !isDay(date)) return undefined;
  const local = Date.parse(`${date}T${time.replace(',', '.')}Z`);
  if (Number.isNaN(local)) return undefined;
  if (offset === undefined) return { local };
  const [, sign, hours, minutes = '00'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset) ?? [undefined, '+', '00'];
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return { local, offset: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 };
}

// Date.parse turns 30 February into 2 March.
function isDay(date: string): boolean {
  const ms = Date.parse(date);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

/** A schema for an ISO 8601 date or date-time whose zone is another field. Outputs what was written; see `instantIn`. */
export const LocalTime = z.string().transform((text, context): WrittenTime => {
  const written = writtenTime(text);
  if (written) return written;
  context.addIssue({ code: 'custom', message: `must be an ISO 8601 date-time, got "${text.slice(0, 40)}". Example: 2026-11-22T08:00:00Z` });
  return z.NEVER;
});

/** A schema for an ISO 8601 date or date-time; UTC when it has no offset. Outputs milliseconds since 1970. */
export const Instant = LocalTime.transform(({ local, offset = 0 }) => local - offset);

/** A schema for an IANA time zone name. */
export const Zone = z
  .string()
  .trim()
  .refine(isZone, {
    error: (issue) => `must be an IANA time zone, got "${String(issue.input).slice(0, 40)}". Example: Europe/Paris`,
  });

function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return /^[A-Za-z]/.test(text);
  } catch {
    return false;
  }
}
