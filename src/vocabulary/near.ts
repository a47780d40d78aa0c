import { bareHex, isSpreadsheetNumber, plainText } from './spellings.ts';

/** Longer texts are not compared: the time for a distance grows with the product of both lengths. */
const maxCompared = 64;

/** The entry of `known` with the smallest edit distance to `word`, ignoring case; undefined when none is close or `word` has more than 64 characters. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > maxCompared) return undefined;
  const lowerCase = word.toLowerCase();
  const best = known
    .filter((candidate) => candidate.length <= maxCompared)
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

/** Hex digits in the opposite byte order. */
export function reversedBytes(hex: string): string {
  return (hex.match(/../g) ?? []).reverse().join('');
}

const minLength = 8;
// A double keeps this many digits.
const doubleDigits = 15;

/** Why a typed text may mean an existing identifier although it is not a spelling of it; undefined when it is not near. */
export function nearReason(typed: string, existing: string): string | undefined {
  const id = existing.toUpperCase();
  if (typed.length > 2 * maxCompared) return undefined;
  if (isSpreadsheetNumber(typed)) return spreadsheetPrefix(typed, id) ? 'digits lost in a spreadsheet' : undefined;
  const text = bareHex(typed).replace(/[^0-9A-Z]/g, '');
  if (text.length < minLength || text === id) return undefined;
  if (/^(?:[0-9A-F]{8}|[0-9A-F]{16})$/.test(text) && reversedBytes(text) === id) return 'bytes reversed';
  if (text.replace(/O/g, '0').replace(/[IL]/g, '1') === id) return 'letter typed for a digit';
  if (/^\d+$/.test(text) && /^\d+$/.test(id)) {
    const digits = nearDigits(text, id);
    if (digits) return digits;
  }
  return Math.abs(text.length - id.length) <= 1 && isOneEdit(text, id) ? 'one character differs' : undefined;
}

function nearDigits(text: string, id: string): string | undefined {
  if (id.length === text.length + 1 && id.startsWith(text)) return 'last digit missing';
  if (
    text.length > doubleDigits &&
    text.length === id.length &&
    /^0+$/.test(text.slice(doubleDigits)) &&
    text.slice(0, doubleDigits) === id.slice(0, doubleDigits)
  )
    return 'last digits lost in a spreadsheet';
  const national = text.replace(/^0+/, '');
  if (
    national.length >= 9 &&
    id.length > national.length &&
    id.length - national.length <= 3 &&
    id.length <= doubleDigits &&
    id.endsWith(national)
  )
    return 'country code missing';
  return undefined;
}

/** Whether the digits of a spreadsheet number, except the last one that may be rounded, begin the identifier. */
function spreadsheetPrefix(typed: string, id: string): boolean {
  const [mantissa = '', exponent = ''] = plainText(typed).toUpperCase().split('E');
  const digits = mantissa.replace(/\D/g, '');
  return digits.length >= 6 && Number(exponent) === id.length - 1 && id.startsWith(digits.slice(0, -1));
}

/** One character replaced, inserted or left out, or two neighbours exchanged. */
function isOneEdit(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [one, other] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (one.length <= 1 && other.length <= 1) return true;
  return one.length === 2 && other.length === 2 && one[0] === other[1] && one[1] === other[0];
}

/** Whether two names differ by one character, or two in a long name. Names of more than 64 characters are not compared. */
export function isNearName(typed: string, existing: string): boolean {
  if (Math.max(typed.length, existing.length) > maxCompared) return false;
  const [a, b] = [typed.toLowerCase(), existing.toLowerCase()];
  if (a.length < 5 || Math.abs(a.length - b.length) > 2) return false;
  // A number at the end tells neighbours apart: "tank 1" is not a misspelling of "tank 2".
  if (a.replace(/\D/g, '') !== b.replace(/\D/g, '')) return false;
  return distance(a, b) <= (a.length >= 10 ? 2 : 1);
}
