/** The forms in which a secret may stand in a text: other case, encoded, escaped, with separators between its digits. */

/** How one form of a secret is found. */
export interface SecretForm {
  /** The first four characters that a text with this form has, in lower case. */
  begins: readonly string[];
  /** In lower case; a text without it does not hold the form. Absent for a form with separators. */
  needle?: string;
  pattern: RegExp;
}

/** Shorter texts would also match ordinary words. */
export const minSecretLength = 6;
/** Encodings of short secrets are too short to mean anything. */
const minEncodedLength = 8;

const separators = [':', ' ', '-', '.', ',', '_', ';', '\t', '\n'];

/** Every form of a secret of at least `minSecretLength` characters. */
export function formsOf(secret: string): SecretForm[] {
  const utf8 = Buffer.from(secret, 'utf8');
  const texts = new Set([secret, ...escapedForms(secret), ...base64Forms(utf8)]);
  const forms = [...texts].map(plainForm);
  const hex = hexDigitsOf(secret);
  if (hex !== undefined) {
    forms.push(separatedForm(hex));
    for (const text of base64Forms(Buffer.from(hex, 'hex'))) if (!texts.has(text)) forms.push(plainForm(text));
  }
  if (utf8.length * 2 >= minEncodedLength) forms.push(separatedForm(utf8.toString('hex')));
  return forms;
}

/** The digits of a secret of bytes, at least 8 of them, in hex; undefined for any other text. */
function hexDigitsOf(secret: string): string | undefined {
  const digits = secret.replace(/0x/gi, '').replace(/[\s:.,;_-]/g, '');
  return digits.length >= 16 && digits.length % 2 === 0 && /^[0-9a-f]+$/i.test(digits) ? digits.toLowerCase() : undefined;
}

/** As a part of a URL, a form, a JSON text (also one inside of another) and of XML or HTML. */
function escapedForms(secret: string): string[] {
  const url = encodeURIComponent(secret.toWellFormed());
  const json = JSON.stringify(secret).slice(1, -1);
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return [
    url,
    url.replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`),
    new URLSearchParams([['', secret]]).toString().slice(1),
    encodeURI(secret.toWellFormed()),
    json,
    JSON.stringify(json).slice(1, -1),
    json.replaceAll('/', '\\/'),
    xml,
    xml.replaceAll("'", '&#39;'),
    xml.replaceAll("'", '&apos;'),
  ];
}

/** Base64 of a text that holds these bytes at any position: the characters that do not depend on what stands around them. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const text = whole.slice(from, to);
    return text.length < minEncodedLength ? [] : [text, text.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** A short password of letters is a word: in other case it stands in sentences and error codes. */
const isWord = (text: string): boolean => /^[a-z]{1,11}$/i.test(text);

/** The secret as it is, in any case unless it is a word. */
export function plainForm(text: string): SecretForm {
  return { begins: [lower(text.slice(0, 4))], needle: text.toLowerCase(), pattern: new RegExp(escaped(text), isWord(text) ? 'g' : 'gi') };
}

/** A text where it stands as a word. */
export const wordPattern = (text: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])${escaped(text)}(?![\\p{L}\\p{N}])`, 'gu');

/** Bytes in hex with up to two separators between them: `A0:A1`, `A0 A1`, `0xA0, 0xA1`. */
function separatedForm(hex: string): SecretForm {
  const bytes = hex.match(/../g) ?? [];
  const [first = '', second = ''] = bytes;
  return {
    begins: [
      first + second,
      `${first}, `,
      `${first}0x`,
      ...separators.map((one) => `${first}${one}${second.slice(0, 1)}`),
      ...separators.map((one) => `${first}${one}0`),
    ],
    pattern: new RegExp(`(?:0x)?${bytes.join('[\\s:.,;_-]{0,2}(?:0x)?')}`, 'gi'),
  };
}

/** ASCII letters in lower case, one code unit for each. */
const lower = (text: string): string => text.replace(/[A-Z]/g, (one) => one.toLowerCase());

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Whether a key is so simple that everybody can guess it, such as all zero: it would also match payloads and identifiers, so it is not redacted.
 * True for a text that repeats up to four of its characters.
 */
export function isDegenerateKey(text: string): boolean {
  const digits = text.replace(/[\s:.,;_-]/g, '').toLowerCase();
  return [1, 2, 4].some((period) => digits.length >= period * 2 && digits === digits.slice(0, period).repeat(digits.length / period));
}

/** A filter of texts that may hold one of many forms, by the first four characters of the forms. */
export class FormFilter {
  readonly #slots = new Uint8Array(1 << 16);

  add({ begins }: SecretForm): void {
    for (const text of begins) this.#slots[slotOf(text, 0)] = 1;
  }

  mayHold(text: string): boolean {
    for (let at = 0; at + 4 <= text.length; at++) if (this.#slots[slotOf(text, at)] === 1) return true;
    return false;
  }
}

function slotOf(text: string, at: number): number {
  let hash = 0;
  for (let i = at; i < at + 4; i++) {
    const code = text.charCodeAt(i);
    hash = (hash * 37 + (code >= 65 && code <= 90 ? code + 32 : code)) | 0;
  }
  return (hash ^ (hash >>> 16)) & 0xffff;
}
