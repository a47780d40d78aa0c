/** Sanitizes text from providers. Names and messages there are untrusted and may contain instructions for a model. */

// Control characters, bidi overrides, zero-width characters, tag characters, variation selectors, fillers, blank braille.
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu;

// Marks on one letter beyond these cover the text around it; no language needs more.
const stackedMarks = /(\p{M}{3})\p{M}+/gu;

/** The text as one line of visible characters, at most `cap` UTF-16 code units long, with `…` where it was cut. */
export function sanitize(text: string, cap = 80): string {
  const plain = text
    .replace(/[\t\r\n\p{Zs}]+/gu, ' ')
    .replace(invisible, '')
    .replace(stackedMarks, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  return plain.length > cap ? `${truncate(plain, cap - 1)}…` : plain;
}

/** The first `length` UTF-16 code units, without splitting a surrogate pair. */
export function truncate(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** A provider's name inside a sentence a person approves: in quotes, only letters, digits, space and `._/-`, at most 40 characters. */
export function quoteName(name: string): string {
  return `"${sanitize(name.normalize('NFC').replace(/[^\p{L}\p{N} ._/-]/gu, ' '), 40)}"`;
}

/** Untrusted text inside text of this program: unquoted if it is one plain word, otherwise in quotes that the text itself cannot close. */
export function quoteUntrusted(text: string, cap = 60): string {
  const plain = sanitize(text, cap);
  return /^[\p{L}\p{N}._:/+@%-]+$/u.test(plain) ? plain : `"${plain.replaceAll(/["\u201c-\u201f\u2033\uff02]/g, "'")}"`;
}

// Quotes and signs of markup, which could end the quotes or stand for another text.
const notPlain = /["`\u00ab\u00bb\u02ba\u02dd\u02ee\u05f4\u2018-\u201f\u2033\u2036\u275d\u275e\u301d-\u301f\uff02<>;]/gu;

/** A text as one line of plain characters, at most `cap`: without quotes and signs of markup. */
export function plainText(text: string, cap = 40): string {
  return sanitize(text.normalize('NFC').replace(notPlain, ' '), cap);
}

/**
 * A value of a caller or a provider: without quotes if it is true, false, a number, hex digits, or a code in capitals with a digit in it, such
 * as IOTLOW5MB; otherwise as plain text in quotes.
 */
export function quoteValue(text: string, cap = 40): string {
  const plain = plainText(text, cap);
  if (/^(true|false)$/.test(plain) || (/\d/.test(plain) && /^([\da-fA-F:.+-]+|[A-Z\d._:/+-]+)$/.test(plain))) return plain;
  return `"${plain}"`;
}

/** A copy of a provider's raw response with every string and member name sanitized. */
export function sanitizeDeep(value: unknown, cap = 400): unknown {
  if (typeof value === 'string') return sanitize(value, cap);
  if (Array.isArray(value)) return value.map((item) => sanitizeDeep(item, cap));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [sanitize(name, 80), sanitizeDeep(item, cap)]));
  }
  return value;
}
