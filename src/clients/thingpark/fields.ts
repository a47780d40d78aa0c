/**
 * Field schemas shared by ThingPark operations. A value of a response that is not understood is undefined, which stands for unknown: it never
 * fails the row, and never counts as false, zero or now.
 */
import { z } from 'zod';
import { noIdentifier, refField } from '../http/identifier-marks.ts';
import { type absent, amountIn as plainAmountIn } from '../http/plain-values.ts';
import { Lenient, tolerant } from '../http/rows.ts';

export { Rows } from '../http/rows.ts';

/** Reply fields that may be null or absent: text, flag, and time in ms since 1970. */
export const { Words, Flag, Instant } = Lenient;
export const Text = Words;

/** A number that may be null or absent. Also as text, with a decimal comma (`-84,6`) or thousands separators (`1,048,576`). */
export const Amount = () => tolerant<number, number | string>(amountIn, (value) => typeof value === 'number' && Number.isFinite(value));

/** Decimal degrees up to `limit` that may be null or absent. A comma is a decimal one (`49,149`): thousands are out of range. */
export const Degrees = (limit: 90 | 180) => {
  const isDegrees = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= limit;
  return tolerant<number, number | string>((value) => {
    const text = typeof value === 'string' ? value.trim() : '';
    const read = decimalComma.test(text) ? Number(text.replace(',', '.')) : plainAmountIn(value);
    return typeof read !== 'number' || isDegrees(read) ? read : undefined;
  }, isDegrees);
};

/** A code that is a number or text. */
export const Code = () => z.union([z.number(), z.string()]).nullish();

/** A required identifier as text. A number beyond the safe integer range has lost digits and is refused. */
export const Id = () => z.union([z.string().min(1), z.number().refine(Number.isSafeInteger).transform(String)]);

/** A required EUI of 16 hex digits in upper case, or the text as it came where it is none. A number lost its leading zeros. */
export const Eui = () => z.union([z.string(), z.number().refine(Number.isSafeInteger).transform(padded(16))]);

/** A DevAddr of 8 hex digits. A number lost its leading zeros. */
export const DevAddr = () => z.union([z.string(), z.number().refine(Number.isSafeInteger).transform(padded(8))]).nullish();

/** `occContext` in a request: the version that was read. The provider rejects a different one unless `force` is set. */
export const OccVersion = () => z.strictObject({ version: z.number().int().min(0) });

/** `occContext` in a response: version, epoch ms of the last change, and its author. */
export const OccContext = () => z.looseObject({ version: Amount(), lastUpdate: Instant(), who: Text() }).nullish();

const degrees = (limit: number, example: number) => {
  const error = `must be decimal degrees from -${limit} to ${limit}. Example: ${example}`;
  return z.number({ error }).min(-limit, { error }).max(limit, { error }).optional();
};

/** Latitude in decimal degrees, WGS 84, north positive. */
export const Latitude = () => degrees(90, 48.8566);

/** Longitude in decimal degrees, WGS 84, east positive. */
export const Longitude = () => degrees(180, 2.3522);

/** Altitude in whole metres. */
export const Altitude = () =>
  z.number({ error: 'must be metres without a unit. Example: 35' }).int({ error: 'must be whole metres. Example: 35' }).optional();

/** Page number, starting at 1. */
export const PageIndex = () => z.number().int().min(1).optional();

/** Name: up to five levels of 1 to 20 characters joined by `/`. An object has at most one domain per group. */
export const Domain = () => z.strictObject({ name: refField('reference'), group: z.strictObject({ name: refField('reference') }) });

/** Something that a request refers to by its `ID`: a model, a plan, a network context, an application server. */
export const ById = () => z.strictObject({ ID: refField('reference') });

/** The number of an alarm type, as a filter. */
export const AlarmType = () => noIdentifier('the number of an alarm type', z.number().int()).optional();

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

const decimalComma = /^[+-]?\d+,\d+$/;
/** One comma before three digits may separate thousands or decimals, so the amount is not known. */
const eitherComma = /^[+-]?[1-9]\d{0,2},\d{3}$/;

function amountIn(value: unknown): number | typeof absent | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  if (eitherComma.test(text)) return undefined;
  return decimalComma.test(text) ? Number(text.replace(',', '.')) : plainAmountIn(value);
}

function padded(length: number): (value: unknown) => string {
  return (value) => String(value).padStart(length, '0');
}
