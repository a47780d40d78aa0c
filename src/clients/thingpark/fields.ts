/**
 * Field schemas shared by ThingPark operations. A value of a response that is not understood is undefined, which stands for unknown: it never
 * fails the row, and never counts as false, zero or now.
 */
import { z } from 'zod';

/** Times outside these years are placeholders or errors. */
const earliestMs = Date.parse('2000-01-01T00:00:00Z');
const latestMs = Date.parse('2100-01-01T00:00:00Z');

/** The values of the wire that are not in the documented form. `read` gives undefined for those that are not understood either. */
const other = <Output>(read: (value: unknown) => Output | undefined) => z.custom<string | number | boolean>().transform(read);

/** Text that may be null or absent; a number is its digits. */
export const Words = () => z.union([z.string(), other(wordsIn)]).nullish();
export const Text = Words;

/** A number that may be null or absent. Also as text, with a decimal comma (`-84,6`) or thousands separators (`1,048,576`). */
export const Amount = () => z.union([z.number(), other(amountIn)]).nullish();

/** A boolean that may be null or absent. Undefined unless it is clearly true or false. */
export const Flag = () => z.union([z.boolean(), other(flagIn)]).nullish();

/** A time in ms since 1970. Also as seconds, as text with digits and as ISO 8601. Zero dates and implausible years are undefined: there is none. */
export const Instant = () => z.union([z.number().min(earliestMs).max(latestMs), other(instantIn)]).nullish();

/** A code that is a number or text. */
export const Code = () => z.union([z.number(), z.string(), other(() => undefined)]).nullish();

/** A required identifier as text. A number beyond the safe integer range has lost digits and is refused. */
export const Id = () => z.union([z.string().min(1), z.number().refine(Number.isSafeInteger).transform(String)]);

/** A required EUI of 16 hex digits in upper case, or the text as it came where it is none. A number lost its leading zeros. */
export const Eui = () => z.union([z.string(), z.number().refine(Number.isSafeInteger).transform(padded(16))]);

/** A DevAddr of 8 hex digits. A number lost its leading zeros. */
export const DevAddr = () =>
  z.union([z.string(), other((value) => (Number.isSafeInteger(value) ? padded(8)(value) : undefined))]).nullish();

/** One object of which an odd member is unknown. Refused only without a required member, or where it is no object. */
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

/** `occContext` in a request: the version that was read. The provider rejects a different one unless `force` is set. */
export const OccVersion = () => z.strictObject({ version: z.number().int().min(0) });

/** `occContext` in a response: version, epoch ms of the last change, and its author. */
export const OccContext = () => z.looseObject({ version: Amount(), lastUpdate: Instant(), who: Text() }).nullish();

/** Page number, starting at 1. */
export const PageIndex = () => z.number().int().min(1).optional();

/** Name: up to five levels of 1 to 20 characters joined by `/`. An object has at most one domain per group. */
export const Domain = () => z.strictObject({ name: z.string(), group: z.strictObject({ name: z.string() }) });

/** 1 to 40 characters without control characters, `<`, `>`, or a space at either end. */
export const TagName = () =>
  z.string().refine((text) => /^[^\p{Cc}<>]{1,40}$/u.test(text) && text.trim() === text, {
    error: 'must have 1 to 40 characters without < and >, and no space at either end. Example: north',
  });

/** Alarm severity: 1 cleared, 2 indeterminate, 3 warning, 4 minor, 5 major, 6 critical. */
export const Severity = () => z.number().int().min(1).max(6);

/** A hex string of `length` digits, upper or lower case. */
export const Hex = (length: number) =>
  z.string().refine((text) => text.length === length && /^[0-9A-Fa-f]*$/.test(text), { error: `must have ${length} hex digits` });

/** Frame counter of a downlink, only for a payload that is already encrypted. */
export const Counter = () => z.number().int().min(0).optional();

/** Payload of a downlink: 1 to 250 bytes in hex; `0x` and separators are left out. */
export const PayloadHex = () =>
  z
    .string()
    .transform((text) => text.replace(/^\s*0x/i, '').replace(/[\s:-]/g, ''))
    .refine((text) => /^([0-9A-Fa-f]{2}){1,250}$/.test(text), { error: 'must have 1 to 250 bytes in hex. Example: 0102FF' });

function wordsIn(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function amountIn(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^[+-]?\d{1,3}(,\d{3}){2,}(\.\d+)?$/.test(text)) return Number(text.replaceAll(',', ''));
  // One comma before three digits may separate thousands or decimals, so the amount is not known.
  const ambiguous = /^[+-]?[1-9]\d{0,2},\d{3}$/.test(text);
  return !ambiguous && /^[+-]?\d+,\d+$/.test(text) ? Number(text.replace(',', '.')) : undefined;
}

function flagIn(value: unknown): boolean | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim().toLowerCase() : '';
  if (['true', '1', 'yes', 'y', 'on'].includes(text)) return true;
  return ['false', '0', 'no', 'n', 'off'].includes(text) ? false : undefined;
}

function instantIn(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : undefined;
  const isText = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value.trim());
  const ms = number === undefined ? (isText ? parseUtc(value.trim()) : Number.NaN) : number <= latestMs / 1000 ? number * 1000 : number;
  return ms >= earliestMs && ms <= latestMs ? Math.round(ms) : undefined;
}

/** A date-time without an offset is UTC, as the platform's own times are. */
function parseUtc(text: string): number {
  const iso = text.replace(' ', 'T');
  return Date.parse(iso.includes('T') && !/(Z|[+-]\d{2}:?\d{2})$/i.test(iso) ? `${iso}Z` : iso);
}

function padded(length: number): (value: unknown) => string {
  return (value) => String(value).padStart(length, '0');
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
