// Zero-width characters, bidi marks and other characters without a glyph; a text that this program prints has none of them.
const invisible = /[\p{Cf}\p{Cc}\p{Co}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** A name in NFC, as it is shown: without invisible characters and surrounding or repeated spaces. */
export function shownName(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(invisible, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The form in which names are compared: NFC, lower case, without invisible characters and surrounding or repeated spaces. */
export function normalName(text: string): string {
  return shownName(text).toLowerCase().normalize('NFC');
}

/** Whether two names are equal in their normal form. A name that was printed cut, with `…` at its end, equals each name that it begins. */
export function sameName(stored: string, given: string): boolean {
  const [one, other] = [normalName(stored), normalName(given)];
  if (one === other) return true;
  return other.endsWith('…') && other.length >= minCutName && one.startsWith(other.slice(0, -1).trimEnd());
}

const minCutName = 20;

/**
 * The entry of `known` that a text names: the equal one, else the only one that is equal in its normal form. Undefined when there is none,
 * or when several differ only in their form and the text equals none of them.
 */
export function namedAs(given: string, known: readonly string[]): string | undefined {
  if (known.includes(given)) return given;
  const fitting = [...new Set(known.filter((one) => sameName(one, given)))];
  if (fitting.length > 0) return fitting.length === 1 ? fitting[0] : undefined;
  const quoted = [...new Set(known.filter((one) => quotedName(one) !== '' && quotedName(one) === quotedName(given)))];
  return quoted.length === 1 ? quoted[0] : undefined;
}

/** A name as sentences quote it: letters, digits, space and `._/-` only. */
function quotedName(text: string): string {
  return normalName(text.replace(/[^\p{L}\p{N} ._/-]/gu, ' '));
}
