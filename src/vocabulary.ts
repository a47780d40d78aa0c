/**
 * Providers, identifiers, durations, instants and time zones: their formats, normal forms and schemas.
 * A wrong length or alphabet is an error; a wrong check digit is only a warning (see `checkDigitWarning`).
 */
import { z } from 'zod';

/** The format of one kind of identifier. `rule` completes the sentence "must be ..."; `pattern` matches the normal form. */
export interface IdentifierFormat {
  name: string;
  rule: string;
  example: string;
  pattern: RegExp;
  /** Converts typed text to the normal form: without separators, hex digits in upper case. */
  normalise(text: string): string;
}

const hex = (text: string): string =>
  text
    .trim()
    .replace(/[\s:.-]/g, '')
    .toUpperCase();
const digits = (text: string): string => text.trim().replace(/[\s-]/g, '');

export const identifierFormats = {
  devEui: { name: 'DevEUI', rule: '16 hex digits', example: 'A81758FFFE0A0001', pattern: /^[0-9A-F]{16}$/, normalise: hex },
  joinEui: { name: 'JoinEUI', rule: '16 hex digits', example: 'A81758FFFE000000', pattern: /^[0-9A-F]{16}$/, normalise: hex },
  devAddr: { name: 'DevAddr', rule: '8 hex digits', example: '04ABCDEF', pattern: /^[0-9A-F]{8}$/, normalise: hex },
  aesKey: {
    name: 'AES-128 key',
    rule: '32 hex digits',
    example: '{"secret":"name-in-the-secrets-file"}',
    pattern: /^[0-9A-F]{32}$/,
    normalise: hex,
  },
  iccid: { name: 'ICCID', rule: '18 to 20 digits', example: '89148000000077000037', pattern: /^\d{18,20}$/, normalise: digits },
  imei: { name: 'IMEI', rule: '14 to 16 digits', example: '359000001200091', pattern: /^\d{14,16}$/, normalise: digits },
  imsi: { name: 'IMSI', rule: '14 or 15 digits', example: '311480005550001', pattern: /^\d{14,15}$/, normalise: digits },
  mdn: { name: 'MDN', rule: '10 digits', example: '2085550101', pattern: /^\d{10}$/, normalise: digits },
  msisdn: {
    name: 'MSISDN',
    rule: '11 to 15 digits',
    example: '12085550101',
    pattern: /^\d{11,15}$/,
    normalise: (t: string) => digits(t).replace(/^\+/, ''),
  },
  meid: { name: 'MEID', rule: '14 hex digits', example: 'A10000009296F2', pattern: /^[0-9A-F]{14}$/, normalise: hex },
  esn: { name: 'ESN', rule: '11 digits or 8 hex digits', example: '12803654321', pattern: /^(\d{11}|[0-9A-F]{8})$/, normalise: hex },
  eid: { name: 'EID', rule: '32 digits', example: '89049032000000000000000000007711', pattern: /^\d{32}$/, normalise: digits },
  ip: {
    name: 'IP',
    rule: 'an IPv4 or IPv6 address',
    example: '10.61.4.1',
    pattern: new RegExp(`${z.regexes.ipv4.source}|${z.regexes.ipv6.source}`),
    normalise: (t: string) => t.trim().toLowerCase(),
  },
} as const satisfies Record<string, IdentifierFormat>;

export type IdentifierKind = keyof typeof identifierFormats;

/** Whether a host name or address, in the notation of a URL or a socket, is loopback. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

/** A schema for one kind of identifier. Accepts separators and either case; outputs the normal form. */
export function identifier(kind: IdentifierKind) {
  const shape: IdentifierFormat = identifierFormats[kind];
  return z
    .string()
    .describe(`${shape.rule}`)
    .transform((text, context) => {
      const value = shape.normalise(text);
      if (shape.pattern.test(value)) return value;
      // A key is never echoed.
      const received = kind === 'aesKey' ? `${value.length} characters` : `"${text.slice(0, 40)}" (${value.length} characters)`;
      context.addIssue({ code: 'custom', message: `${shape.name} must be ${shape.rule}, got ${received}. Example: ${shape.example}` });
      return z.NEVER;
    });
}

/** The kinds of identifier whose format the text matches. Empty for a name or the last characters of an identifier. JoinEUI and AES keys are never returned. */
export function identifierKindsOf(text: string): IdentifierKind[] {
  return (Object.entries(identifierFormats) as [IdentifierKind, IdentifierFormat][])
    .filter(([kind, shape]) => kind !== 'joinEui' && kind !== 'aesKey' && shape.pattern.test(shape.normalise(text)))
    .map(([kind]) => kind);
}

/** A warning when the Luhn check digit of an ICCID (19 or 20 digits) or IMEI (15 digits) is wrong. Not an error, because some carriers issue such numbers. */
export function checkDigitWarning(kind: 'iccid' | 'imei', value: string): string | undefined {
  const hasCheckDigit = kind === 'imei' ? value.length === 15 : value.length >= 19;
  if (!hasCheckDigit || isLuhnValid(value)) return undefined;
  return `${identifierFormats[kind].name} ${value}: wrong check digit, a digit may be mistyped`;
}

/** Whether the digits pass the Luhn check; the last one is the check digit. */
export function isLuhnValid(value: string): boolean {
  let sum = 0;
  for (let i = 0; i < value.length; i++) {
    const digit = Number(value[value.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The Luhn check digit that completes `body`. */
export function luhnCheckDigit(body: string): string {
  for (let digit = 0; digit < 10; digit++) if (isLuhnValid(`${body}${digit}`)) return String(digit);
  throw new Error('unreachable: one of the ten digits is always valid');
}

const durationPattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** An ISO 8601 duration of weeks, days, hours, minutes and seconds in milliseconds; undefined when the text is not one. Years and months are not supported, because their length varies. */
export function durationMs(text: string): number | undefined {
  const parts = durationPattern.exec(text);
  if (!parts?.slice(1).some((part) => part !== undefined) || text.endsWith('T')) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** A schema for a positive ISO 8601 duration. Outputs the text unchanged. */
export function Duration(example: string) {
  return z.string().refine((text) => (durationMs(text) ?? 0) > 0, {
    error: (issue) =>
      `must be an ISO 8601 duration of weeks, days, hours, minutes or seconds, got "${String(issue.input).slice(0, 40)}". Example: ${example}`,
  });
}

/** A schema for an ISO 8601 date or date-time; UTC when it has no offset. Outputs milliseconds since 1970. */
export const Instant = z.string().transform((text, context) => {
  const matches = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const withOffset = /T/.test(text) && !/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text;
  const ms = matches && isDay(text.slice(0, 10)) ? Date.parse(withOffset) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  context.addIssue({ code: 'custom', message: `must be an ISO 8601 date-time, got "${text.slice(0, 40)}". Example: 2026-11-22T08:00:00Z` });
  return z.NEVER;
});

// Date.parse turns 30 February into 2 March.
function isDay(date: string): boolean {
  const ms = Date.parse(date);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

/** A schema for an IANA time zone name. */
export const Zone = z.string().refine(isZone, {
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

/** The entry of `known` with the smallest edit distance to `word`, ignoring case; undefined when none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const lowerCase = word.toLowerCase();
  const best = known
    .map((candidate) => ({ candidate, distance: distance(lowerCase, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (!best) return undefined;
  return best.distance <= Math.max(2, Math.ceil(best.candidate.length / 2)) ? best.candidate : undefined;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
