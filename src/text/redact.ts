/** Redaction of keys, tokens and passwords. Everything that leaves the program passes through it. */

import { type CsvRow, parseCsv } from './csv.ts';
import { FormFilter, formsOf, isDegenerateKey, minSecretLength, plainForm, type SecretForm, wordPattern } from './secret-forms.ts';
import { isDeviceImportFile, isSecretName } from './secret-names.ts';

export { isDegenerateKey } from './secret-forms.ts';
export { isDeviceImportFile, isSecretName, isSecretPath } from './secret-names.ts';

/** Replaces every secret. */
export const redactedText = '[redacted]';

/** Tokens that are kept: the older ones have expired. */
const maxTokens = 200;
/** Short texts without a secret are remembered: a large change or list repeats them. */
const maxRemembered = 5000;
const maxRememberedLength = 64;
/** Of more values than this, one request's own, only the plain form is searched for. */
const maxFullForms = 2000;

/** Redacts known secrets in every form, and credentials that show by their own form. */
export class Redactor {
  readonly #known = new Map<string, readonly SecretForm[]>();
  readonly #tokens: string[] = [];
  // Longest first, because one secret may be a prefix of another.
  #forms: readonly SecretForm[] = [];
  readonly #filter = new FormFilter();
  #short: readonly RegExp[] = [];
  readonly #base: Redactor | undefined;
  readonly #clean = new Set<string>();
  #cleanVersion = 0;
  /** Counts what was added. */
  #version = 0;

  /** With `base`, its secrets are redacted too; nothing is added to it. */
  constructor(base?: Redactor) {
    this.#base = base;
  }

  /** Redacts this text from now on. Texts under 6 characters and keys such as all zero are ignored, because they also match ordinary text. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret.length < minSecretLength || this.#known.has(secret) || isDegenerateKey(secret)) return;
    this.#known.set(secret, formsOf(secret));
    this.#search([...this.#known.values()].flat());
  }

  /** Redacts a token that a provider has issued; of many, the newest. */
  addToken(token: string): void {
    if (this.#known.has(token)) return;
    this.#tokens.push(token);
    if (this.#tokens.length > maxTokens) this.#known.delete(this.#tokens.shift() ?? '');
    this.add(token);
  }

  /** A redactor that also redacts these values; those of 4 and 5 characters only where they stand as a word. */
  with(values: readonly string[]): Redactor {
    const used = values.filter((value) => value.length >= 4 && !isDegenerateKey(value));
    if (used.length === 0) return this;
    const more = new Redactor(this);
    const long = used.filter((value) => value.length >= minSecretLength);
    more.#search(long.flatMap(long.length > maxFullForms ? plainForm : formsOf));
    more.#short = used.flatMap((value) => (value.length < minSecretLength ? wordPattern(value) : []));
    return more;
  }

  #search(forms: readonly SecretForm[]): void {
    this.#version += 1;
    for (const form of forms) this.#filter.add(form);
    this.#forms = forms.toSorted((a, b) => b.pattern.source.length - a.pattern.source.length);
  }

  /** Replaces known secrets, and what is a credential by its form, inside a text. */
  text(text: string): string {
    if (text.length > maxRememberedLength) return this.#withoutKnown(withoutCredentials(text));
    const version = this.#versionOfAll();
    if (version !== this.#cleanVersion || this.#clean.size > maxRemembered) this.#clean.clear();
    this.#cleanVersion = version;
    if (this.#clean.has(text)) return text;
    const shown = this.#withoutKnown(withoutCredentials(text));
    if (shown === text) this.#clean.add(text);
    return shown;
  }

  /** As `text`, but what `keep` tells stays although it looks like a credential: what a caller wrote into the request itself. */
  textExcept(text: string, keep: (found: string) => boolean): string {
    return this.#withoutKnown(withoutCredentials(text, keep));
  }

  /** Replaces known secrets only: in a sentence of this program, a text of a caller may look like a credential and is what is sent. */
  known(text: string): string {
    return this.#withoutKnown(text);
  }

  /** A copy of a value without known secrets, its other texts as they are. */
  knownValue<T>(value: T): T {
    return this.#walk(value, (text) => this.#withoutKnown(text)) as T;
  }

  /** Whether a text holds a known secret. */
  knows(text: string): boolean {
    return this.#withoutKnown(text) !== text;
  }

  /** A copy of a value without known secrets in its strings and member names. */
  value<T>(value: T): T {
    return this.#walk(value, (text) => this.text(text)) as T;
  }

  #versionOfAll(): number {
    return this.#version + (this.#base ? this.#base.#versionOfAll() : 0);
  }

  #withoutKnown(text: string): string {
    let shown = text;
    if (this.#filter.mayHold(shown)) {
      const inLowerCase = shown.toLowerCase();
      for (const { needle, pattern } of this.#forms)
        if (needle === undefined || inLowerCase.includes(needle)) shown = shown.replace(pattern, redactedText);
    }
    for (const pattern of this.#short) shown = shown.replace(pattern, redactedText);
    return this.#base ? this.#base.#withoutKnown(shown) : shown;
  }

  #walk(value: unknown, shown: (text: string) => string): unknown {
    if (typeof value === 'string') return shown(value);
    if (typeof value === 'number' || typeof value === 'bigint') return this.#number(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item, shown));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [shown(name), this.#walk(item, shown)]));
  }

  #number(value: number | bigint): unknown {
    const text = String(value);
    return text.length < minSecretLength || this.#withoutKnown(text) === text ? value : redactedText;
  }
}

/** Parameters of URLs and connection strings whose value is a secret. */
const secretParameter =
  /\b((?:shared_?access_?key|shared_?access_?signature|account_?key|access_?token|refresh_?token|session_?token|api_?key|client_?secret|app_?key|password|passwd|pwd|secret|token|sig)=)(?!\[redacted\])[^\s&;,"'<>]+/gi;

// What a caller wrote must not make the sentence around it disappear: no pattern goes on beyond a blank or the quotation mark behind it.
const credentialPatterns: readonly { hint: string; pattern: RegExp; shown: string }[] = [
  { hint: '@', pattern: /\b([a-z][a-z\d+.-]{0,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,400}@/gi, shown: `$1${redactedText}@` },
  { hint: 'Bearer', pattern: /\b(Bearer)\s+[A-Za-z0-9._~+/=-]{8,}/g, shown: `$1 ${redactedText}` },
  // Without a digit, a sign or a capital inside, it is a word such as "Basic connectivity".
  {
    hint: 'Basic',
    pattern: /\b(Basic)\s+(?=[A-Za-z]*[\d+/=]|[A-Za-z]*[a-z][A-Z])[A-Za-z0-9._~+/=-]{8,}/g,
    shown: `$1 ${redactedText}`,
  },
  {
    hint: 'uthorization',
    pattern: /(authorization["']?\s?[:=]\s?["']?)(?!(?:Bearer|Basic)\b)(?:[a-z]{3,10} )?[\w.~+/=-]{8,}/gi,
    shown: `$1${redactedText}`,
  },
  { hint: '=', pattern: secretParameter, shown: `$1${redactedText}` },
  {
    hint: 'PRIVATE KEY-----',
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:(?:(?!-----BEGIN)[^"']){0,20000}?-----END [A-Z ]{0,30}PRIVATE KEY-----|(?:[A-Za-z0-9+/=\r\n]|\\[nr])*)/g,
    shown: redactedText,
  },
  // A signed token (JWT).
  { hint: 'eyJ', pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, shown: redactedText },
];

/**
 * A text without what is a credential by its form: in URLs, headers, connection strings, signed tokens and private keys. `keep` tells what
 * stays although it has such a form.
 */
export function withoutCredentials(text: string, keep?: (found: string) => boolean): string {
  let shown = text;
  for (const { hint, pattern, shown: instead } of credentialPatterns) {
    if (!shown.includes(hint)) continue;
    shown = keep
      ? shown.replace(pattern, (found) => (keep(found) ? found : found.replace(pattern, instead)))
      : shown.replace(pattern, instead);
  }
  return shown;
}

/** Members that name what the `value` beside them is. */
const pairNames = ['name', 'key', 'attribute', 'header', 'field'];

/** A copy of a provider's object with the values of secret members (by name) and the credentials in its texts replaced. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutCredentials(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const isSecretPair =
    'value' in value && entries.some(([name, item]) => pairNames.includes(name) && typeof item === 'string' && isSecretName(item));
  return Object.fromEntries(
    entries.map(([name, item]) => {
      if (isDeviceImportFile(name) && typeof item === 'string') return [name, firstCells(item)];
      return [name, isSecretName(name) || (isSecretPair && name === 'value') ? hide(item) : withoutSecrets(item)];
    }),
  );
}

/** Whether a value has a secret member (by name), or a value that was already redacted. */
export function containsSecrets(value: unknown): boolean {
  const text = JSON.stringify(value) ?? '';
  return text.includes(JSON.stringify(redactedText)) || text !== JSON.stringify(withoutSecrets(value));
}

/** A secret with the path of its field, without positions in lists: `body.devices.appKey`. */
export interface SecretField {
  path: string;
  value: string;
}

/** The values of the secret members (by name) of an input, and the passwords in its URLs. */
export function secretFieldsIn(value: unknown, path = '', isSecret = false): SecretField[] {
  if (typeof value === 'number') return isSecret ? [{ path, value: String(value) }] : [];
  if (typeof value === 'string') return (isSecret ? keysIn(value) : passwordsIn(value)).map((one) => ({ path, value: one }));
  if (Array.isArray(value)) return value.flatMap((item) => secretFieldsIn(item, path, isSecret));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => {
    if (isDeviceImportFile(name) && typeof item === 'string')
      return bareKeysIn(item).map((one) => ({ path: path === '' ? name : `${path}.${name}`, value: one }));
    return secretFieldsIn(item, path === '' ? name : `${path}.${name}`, isSecret || isSecretName(name));
  });
}

/** The values of `secretFieldsIn`, each once. */
export function secretValuesIn(value: unknown): string[] {
  return [...new Set(secretFieldsIn(value).map((one) => one.value))];
}

const bareKeysIn = (text: string): string[] =>
  text.match(/(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[\s:.-]?){15}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])/g) ?? [];

/** A secret text, and the bare keys inside of it when it is an XML list of keys. */
const keysIn = (text: string): string[] => [text, ...bareKeysIn(text).filter((key) => key !== text)];

const passwordsIn = (text: string): string[] =>
  text.includes('@')
    ? [...text.matchAll(/\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s/@:]{0,200}:([^\s/@]{1,400})@/gi)].map((match) => match[1] ?? '')
    : [];
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
  if (hidesNothing && !/^[^\S\n]*#[^\S\n]*\S/m.test(csv)) return csv;
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
