/** Members of responses that come in several spellings: their schemas, and readers. A value that is not understood is undefined, never false or zero. */
import { z } from 'zod';

/** A boolean in any spelling; read it with `flagOf`. */
export const Flag = () => z.union([z.boolean(), z.string(), z.number()]).nullish();

/** An amount in any spelling; read it with `amountOf`. */
export const Amount = () => z.union([z.number(), z.string()]).nullish();

/** An instant in any spelling; read it with `instantOf`. */
export const Instant = () => z.union([z.string(), z.number()]).nullish();

/** A text that may come as a number; read it with `wordsOf`. */
export const Words = () => z.union([z.string(), z.number()]).nullish();

/** A boolean as `true`, `"true"`, `"1"`, `1`, `"yes"` or their opposites. */
export function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (['true', '1', 'yes', 'y'].includes(word)) return true;
  return ['false', '0', 'no', 'n'].includes(word) ? false : undefined;
}

/** An amount of at least zero as a number or as digits, with or without thousands separators: `1048576`, `"1,048,576"`. */
export function amountOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (!/^(\d+|\d{1,3}([,\s\u00a0]\d{3})+)(\.\d+)?$/.test(text)) return undefined;
  return Number(text.replace(/[,\s\u00a0]/g, ''));
}

// The API is younger than this; an earlier date stands for "never".
const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(2100, 0, 1);

/**
 * An instant in ms since 1970: ISO 8601 with `Z`, an offset or both, ISO without a zone (UTC), US dates (`5/30/2026 12:00:00 AM`, UTC), and
 * epoch seconds or milliseconds. Zero dates and implausible years are undefined.
 */
export function instantOf(value: unknown): number | undefined {
  const ms = parseInstant(value);
  return ms !== undefined && ms >= earliestMs && ms < latestMs ? ms : undefined;
}

/** Whether a value names neither an instant nor "never": not nothing, a placeholder, zero, or a year that stands for never. */
export function isOddInstant(value: unknown): boolean {
  const words = wordsOf(value);
  return words !== undefined && !/^(0+|-1)$/.test(words) && parseInstant(value) === undefined;
}

function parseInstant(value: unknown): number | undefined {
  if (typeof value === 'number') return epochMs(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{9,13}$/.test(text)) return epochMs(Number(text));
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?$/i.exec(text);
  if (us) return usDateMs(us);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  // One documented sample ends in an offset and a Z: the offset counts.
  const iso = text.replace(/([+-]\d{2}:?\d{2})Z$/i, '$1').replace(' ', 'T');
  const ms = Date.parse(/T/.test(iso) && !/(Z|[+-]\d{2}:?\d{2})$/i.test(iso) ? `${iso}Z` : iso);
  return Number.isNaN(ms) ? undefined : ms;
}

function epochMs(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  return value < 1e11 ? value * 1000 : value;
}

function usDateMs([, month, day, year, hour = '0', minute = '0', second = '0', half]: RegExpExecArray): number | undefined {
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute), Number(second));
  const date = new Date(ms);
  // Date.UTC turns 30 February into 2 March.
  return Number(month) === date.getUTCMonth() + 1 && Number(day) === date.getUTCDate() ? ms : undefined;
}

const placeholders = new Set(['', 'null', 'undefined', 'n/a', 'na', 'nil', 'unknown', '-', '--', '0.0.0.0', '::']);

/** A text; undefined for the placeholders that the carrier sends where it has no value. */
export function wordsOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value).trim();
  return placeholders.has(text.toLowerCase()) ? undefined : text;
}
