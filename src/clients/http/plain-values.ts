/** Reads single values that providers spell in several ways. Undefined means not understood; `absent` means that the value says "none". */

export const absent = Symbol('absent');
type Read<T> = T | undefined | typeof absent;

const yes = new Set(['true', '1', 'yes', 'y', 'on']);
const no = new Set(['false', '0', 'no', 'n', 'off']);

/** A clear true or false. */
export function flagIn(value: unknown): Read<boolean> {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  if (word === '') return absent;
  return yes.has(word) ? true : no.has(word) ? false : undefined;
}

/** A number, or a text that is one: `-84.6`, `1e3`, `1,048,576`. A decimal comma is ambiguous and not understood. */
export function amountIn(value: unknown): Read<number> {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return absent;
  const digits = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(digits)) return undefined;
  const number = Number(digits);
  return Number.isFinite(number) ? number : undefined;
}

/** A text, or a number as text. A whole number beyond the safe range has lost digits and is not understood. */
export function wordsIn(value: unknown): Read<string> {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

// 1995 to 2100. Seconds and milliseconds of these years do not overlap.
const earliest = Date.UTC(1995, 0);
const latest = Date.UTC(2100, 0);

/** Whether `value` is milliseconds since 1970 within the years 1995 to 2099. */
export function isPlausibleMs(value: unknown): value is number {
  return typeof value === 'number' && value >= earliest && value < latest;
}

/** A time as ms since 1970: ISO text (UTC if it names no zone), epoch seconds or milliseconds. Zero dates are absent. */
export function instantIn(value: unknown): Read<number> {
  if (typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value)) return instantIn(Number(value));
  const ms = typeof value === 'number' ? epochMs(value) : typeof value === 'string' ? textMs(value) : undefined;
  return ms === undefined || ms === absent || isPlausibleMs(ms) ? ms : undefined;
}

function epochMs(value: number): Read<number> {
  if (value === 0 || value === -1) return absent;
  return isPlausibleMs(value * 1000) ? value * 1000 : value;
}

function textMs(value: string): Read<number> {
  const text = value.trim();
  if (text === '' || /^(0000|0001|1900|1970)-0[01]-0[01]([T ]00:00(:00(\.0+)?)?)?/.test(text)) return absent;
  // A few answers carry an offset and a Z.
  const iso = text.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T').replace(/([+-]\d\d:?\d\d)Z$/, '$1');
  const zoned = /^\d{4}-\d\d-\d\dT[\d:.,]+$/.test(iso) ? `${iso}Z` : iso;
  const ms = /^\d{4}-\d\d-\d\d|[A-Za-z]{3}.*\d{4}/.test(zoned) ? Date.parse(zoned.replace(/^(\d{4}-\d\d-\d\d)Z$/, '$1')) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
