/** Provider text is data: names and messages are written by strangers. */

// Control characters, bidi overrides, zero-width characters, tags and other invisible code points.
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** One line of visible characters, at most `cap` long, `…` where it was cut. */
export function fence(text: string, cap = 80): string {
  const plain = text
    .replace(/[\t\r\n]+/g, ' ')
    .replace(invisible, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  return plain.length > cap ? `${cut(plain, cap - 1)}…` : plain;
}

/** The first `length` characters, never half of one. */
export function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** A provider's name inside a sentence that a person judges: quoted, plain characters only, short. */
export function quoted(name: string): string {
  return `"${fence(name.normalize('NFC').replace(/[^\p{L}\p{N} ._/-]/gu, ' '), 40)}"`;
}

/** A stranger's text among words of ours: as it is where it is one plain word, else in quotes that it cannot close. */
export function cited(text: string, cap = 60): string {
  const plain = fence(text, cap);
  return /^[\p{L}\p{N}._:/+@%-]+$/u.test(plain) ? plain : `"${plain.replaceAll(/["\u201c-\u201f\u2033\uff02]/g, "'")}"`;
}

/** Every text inside a value fenced: for raw answers of a provider. */
export function fenceAll(value: unknown, cap = 400): unknown {
  if (typeof value === 'string') return fence(value, cap);
  if (Array.isArray(value)) return value.map((item) => fenceAll(item, cap));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [fence(name, 80), fenceAll(item, cap)]));
  }
  return value;
}
