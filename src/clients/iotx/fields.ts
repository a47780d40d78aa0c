/**
 * Field schemas of iot-x. On the wire, ids are strings or numbers, and booleans and byte counts may be quoted. A value that is not understood
 * is undefined, which stands for unknown: it never fails the row, and never counts as false or zero.
 */
import { z } from 'zod';

/** The values of the wire that are not in the documented form. `read` gives undefined for those that are not understood either. */
const other = <Output>(read: (value: unknown) => Output | undefined) => z.custom<string | number | boolean>().transform(read);

/** Text; a number is its digits. */
export const Words = () => z.union([z.string(), other(wordsIn)]).nullish();
export const Text = Words;

/** A required identifier, always text: a 19-digit ICCID exceeds the safe integer range, so a number beyond it has lost digits and is refused. */
export const Id = () => z.union([z.string().min(1), z.number().refine(Number.isSafeInteger).transform(String)]);

/** A number, in bytes unless documented otherwise. Quoted in the manual's samples, unquoted in its schema; may have thousands separators. */
export const Amount = () => z.union([z.number(), other(amountIn)]).nullish();

/** A boolean; the manual's sample shows `"true"` where its schema says boolean. Undefined unless it is clearly true or false. */
export const Flag = () => z.union([z.boolean(), other(flagIn)]).nullish();

/** A map by name. `[]` is an empty map, as some platforms write it; null values are left out. */
export const MapOf = <S extends z.ZodType>(value: S) =>
  z.union([
    z.record(z.string(), value),
    z.custom<readonly never[] | Record<string, z.input<S> | null>>().transform((map, context): Record<string, z.output<S>> => {
      const read = mapIn(value, map);
      if (read) return read;
      context.addIssue({ code: 'custom', message: 'is not a map' });
      return z.NEVER;
    }),
  ]);

/**
 * One object of which an odd member is unknown. It is refused only where a required member is missing or not understood, or where it is no
 * object.
 */
export const Lenient = <S extends z.ZodType>(object: S) =>
  z.union([
    object,
    z.custom<z.input<S>>().transform((value, context): z.output<S> => {
      const read = readWithoutOddMembers(object, value);
      if (read) return read.data;
      context.addIssue({ code: 'custom', message: 'is not in the documented form' });
      return z.NEVER;
    }),
  ]);

/** A list that keeps each row that names its object; null elements and rows without an identity are left out. */
export const Rows = <S extends z.ZodType>(row: S) =>
  z.union([
    z.array(row),
    z.custom<z.input<S>[]>(Array.isArray).transform((rows): z.output<S>[] =>
      rows.flatMap((one) => {
        const read = readWithoutOddMembers(row, one);
        return read ? [read.data] : [];
      }),
    ),
  ]);

/** The query of every list; a page size of 50 is known to work. */
export const ListQuery = () =>
  z.strictObject({
    limit: z.number().int().min(1).optional(),
    offset: z.number().int().min(0).optional(),
    filter: z.string().min(1).optional(),
    orderBy: z.string().min(1).optional(),
  });

/** Open questions about paging and filters of every list. */
export const listDoubt = 'default and maximum limit; which fields filter and orderBy accept';

function wordsIn(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function amountIn(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  // A comma separates thousands only; what a single comma before other digits means is not known.
  if (!/^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(text)) return undefined;
  return Number(text.replaceAll(',', ''));
}

function flagIn(value: unknown): boolean | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim().toLowerCase() : '';
  if (['true', '1', 'yes', 'y', 'on'].includes(text)) return true;
  return ['false', '0', 'no', 'n', 'off'].includes(text) ? false : undefined;
}

function mapIn<S extends z.ZodType>(schema: S, value: unknown): Record<string, z.output<S>> | undefined {
  if (Array.isArray(value)) return value.length === 0 ? {} : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  const read = Object.entries(value).map(([name, one]) => [name, one === null ? undefined : schema.safeParse(one)] as const);
  return Object.fromEntries(read.flatMap(([name, one]) => (one?.success ? [[name, one.data]] : [])));
}

/** Reads a value without the members that do not fit; undefined where it does not fit without them either. */
function readWithoutOddMembers<S extends z.ZodType>(schema: S, value: unknown): { data: z.output<S> } | undefined {
  const first = schema.safeParse(value);
  if (first.success) return first;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const odd = new Set(first.error.issues.map(({ path }) => String(path[0])));
  const second = schema.safeParse(Object.fromEntries(Object.entries(value).filter(([name]) => !odd.has(name))));
  return second.success ? second : undefined;
}
