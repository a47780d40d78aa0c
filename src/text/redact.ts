/** Redaction of keys, tokens and passwords. Everything that leaves the program passes through it. */

import { type CsvRow, parseCsv } from './csv.ts';

/** The last word of the names of secret fields: `apnPassword`, `sasToken`, `genAppKey`, `pin1`, `connection_string`. */
const secretWord =
  /^(password|passwd|passphrase|pass|pwd|secret|token|key|keys|ki|op|opc|puk|pin|psk|authorization|cookie|credential|credentials)\d?$/;

/** Names that end in such a word and hold no secret. */
const notSecret = new Set([
  'key',
  'productkey',
  'publickey',
  'primarykey',
  'foreignkey',
  'partitionkey',
  'sortkey',
  'idempotencykey',
  'nexttoken',
  'pagetoken',
  'continuationtoken',
]);

/** Names whose words do not tell, compared without separators and case. */
const otherSecretNames = new Set(['connectionstring', 'verificationcode', 'setcookie', 'customhttpheaders']);

/** Whether a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s._-]+/);
  const joined = words.join('');
  if (otherSecretNames.has(joined)) return true;
  return secretWord.test(words.at(-1) ?? '') && !notSecret.has(joined);
}

/** Whether a field of this name holds a device import file, a CSV with keys from the third column on. */
export const isDeviceImportFile = (name: string): boolean => name === 'csv';

/** Replaces every secret. */
export const redactedText = '[redacted]';

/** Redacts the known secrets of this process (configured, issued or passed in) and anything shaped like an auth header. */
export class Redactor {
  // Longest first, because one secret may be a prefix of another.
  #known: string[] = [];

  /** Redacts this text from now on. Texts under 6 characters are ignored, because they would also match ordinary words. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret.length < 6) return;
    const forms = [secret, encodeURIComponent(secret)];
    if (/^[0-9A-Fa-f]{32}$/.test(secret)) forms.push(secret.toUpperCase(), secret.toLowerCase());
    this.#known = [...new Set([...this.#known, ...forms])].sort((a, b) => b.length - a.length);
  }

  /** Replaces known secrets, and Bearer and Basic tokens, inside a text. */
  text(text: string): string {
    let shown = withoutUrlCredentials(text).replace(/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, `$1 ${redactedText}`);
    for (const secret of this.#known) if (shown.includes(secret)) shown = shown.split(secret).join(redactedText);
    return shown;
  }

  /** A copy of a value without known secrets in its strings and member names. */
  value<T>(value: T): T {
    return this.#walk(value) as T;
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.text(name), this.#walk(item)]));
  }
}

/** The text with user name and password of every URL replaced: `https://[redacted]@host`. */
function withoutUrlCredentials(text: string): string {
  return text.includes('@') ? text.replace(/\b([a-z][a-z\d+.-]{0,20}:\/\/)[^\s/@:]{1,200}:[^\s/@]{1,200}@/gi, `$1${redactedText}@`) : text;
}

/** A copy of a provider's object with the values of secret members (by name) and the credentials in URLs replaced. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutUrlCredentials(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (isDeviceImportFile(name) && typeof item === 'string') return [name, firstCells(item)];
      return [name, isSecretName(name) ? hide(item) : withoutSecrets(item)];
    }),
  );
}

/** Whether a value has a secret member (by name), or a value that was already redacted. */
export function containsSecrets(value: unknown): boolean {
  const text = JSON.stringify(value) ?? '';
  return text.includes(JSON.stringify(redactedText)) || text !== JSON.stringify(withoutSecrets(value));
}

/** Keeps the first two columns, which hold the operation and the device; the keys come after them. */
function firstCells(csv: string): string {
  let rows: CsvRow[];
  try {
    rows = parseCsv(csv, { looseQuotes: true });
  } catch {
    return redactedText;
  }
  const kept = rows.map(({ line, cells }) => ({ line, cells: cells.slice(0, 2).map(withoutKey) }));
  const hidesNothing = rows.every(({ cells }, i) => cells.length <= 2 && cells.every((text, at) => text === kept[i]?.cells[at]));
  if (hidesNothing && !/^\s*#\s*\S/m.test(csv)) return csv;
  const lines: string[] = [];
  for (const { line, cells } of kept) {
    while (lines.length < line - 1) lines.push('#');
    lines.push(cells.join(','));
  }
  return lines.join('\n');
}

const operationPattern = /^[A-Z_]{0,16}$/i;
/** A DevEUI in any spelling, an IMEI, or `*`. */
const devicePattern = /^((0x)?([0-9A-F]{2}[\s:.-]?){8}|\d{15}|\*)?$/i;

/** A cell of the first two columns, hidden where it is no operation or device: it may be a key in the wrong column. */
const withoutKey = (text: string, column: number): string =>
  (column === 0 ? operationPattern : devicePattern).test(text) ? text : redactedText;

function hide(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(hide);
  return typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hide(item)])) : redactedText;
}
