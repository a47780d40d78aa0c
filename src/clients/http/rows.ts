/** Schemas of reply fields that providers spell in several ways. A value that is not understood becomes undefined, never false or zero. */
import { z } from 'zod';

import { noteUnread } from './call-scope.ts';
import { readLenient } from './lenient-read.ts';
import { absent, amountIn, flagIn, instantIn, isPlausibleMs, wordsIn } from './plain-values.ts';
import { markStructure, markTolerant } from './schema-marks.ts';

/**
 * A list that keeps every row it can: null elements are passed over; a member that does not fit becomes undefined; a row without a
 * required member is left out. What was left out is noted in the call scope. A list of which no row can be read is invalid.
 */
export function Rows<S extends z.ZodType>(row: S): z.ZodType<z.output<S>[], z.input<S>[]> {
  const list = z.array(row);
  const schema = z.unknown().transform((value, context) => {
    const read = readLenient(list, value);
    if (read.ok) {
      noteUnread(undefined, read.oddities);
      return read.value;
    }
    context.addIssue(`${read.path}: ${read.why}`);
    return z.NEVER;
  });
  markStructure(schema, list);
  // The reader returns what z.array returns, which zod cannot infer from a transform of unknown.
  return schema as unknown as z.ZodType<z.output<S>[], z.input<S>[]>;
}

/**
 * A map by key; providers that serialise an empty map as `[]` mean an empty one. A null value is kept where `value` may be null, so that it is
 * not taken for a key that is absent; otherwise it is left out.
 */
export function MapOf<S extends z.ZodType>(value: S): z.ZodType<Record<string, z.output<S>>, Record<string, z.input<S>>> {
  const keepsNulls = value.safeParse(null).success;
  const schema = z.preprocess((given) => (keepsNulls ? mapIn(given) : withoutNulls(given)), z.record(z.string(), value));
  return schema as z.ZodType<Record<string, z.output<S>>, Record<string, z.input<S>>>;
}

function mapIn(given: unknown): unknown {
  return Array.isArray(given) && given.length === 0 ? {} : given;
}

function withoutNulls(list: unknown): unknown {
  const given = mapIn(list);
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return given;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

/** A field that may be null or absent and is read by `read`; `fits` is true for values that it returns unchanged. */
export function tolerant<T, I>(
  read: (value: unknown) => T | undefined | typeof absent,
  fits: (value: unknown) => boolean,
): z.ZodOptional<z.ZodType<T | null, I | null>> {
  const schema = z
    .unknown()
    .transform((value) => {
      if (value === undefined || value === null) return value;
      const found = read(value);
      return found === absent ? undefined : found;
    })
    .optional();
  markTolerant(schema, read, (value) => value === undefined || value === null || fits(value));
  // The input is declared as what the providers' documents say, although any value is accepted.
  return schema as unknown as z.ZodOptional<z.ZodType<T | null, I | null>>;
}

/** Fields of a reply that may be null or absent. */
export const Lenient = {
  /** true or false, also as `"true"`, `"1"`, 1, `"yes"`. */
  Flag: () => tolerant<boolean, boolean | string | number>(flagIn, (value) => typeof value === 'boolean'),
  /** A number, also as a text of digits, with or without thousands separators. */
  Amount: () => tolerant<number, number | string>(amountIn, (value) => typeof value === 'number' && Number.isFinite(value)),
  /** A text; a number is taken as text. */
  Words: () => tolerant<string, string | number>(wordsIn, (value) => typeof value === 'string'),
  /** ms since 1970 from ISO text, epoch seconds or milliseconds; zero dates and implausible years are undefined. */
  Instant: () => tolerant<number, number | string>(instantIn, isPlausibleMs),
  MapOf,
};
