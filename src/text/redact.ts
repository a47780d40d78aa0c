/** Redaction of keys, tokens and passwords. Everything that leaves the program passes through it. */

import { type CsvRow, parseCsv } from './csv.ts';

const secretName =
  /^(app_?key|nwk_?key|nw_?key|app_?s_?key|nwk_?s_?key|app_?keys|s_?nwk_?s_?int_?key|nwk_?s_?enc_?key|f_?nwk_?s_?int_?key|application_?key|network_?session_?key|application_?session_?key|owner_?token|downlink_?as_?key|as_?key|ki|opc?|password|passwd|pass|new_?password|old_?password|secret|client_?secret|app_?secret|access_?key|secret_?access_?key|shared_?access_?key|private_?key|api_?key|access_?token|refresh_?token|session_?token|device_?token|token|authorization|cookie|set-cookie|vz-m2m-token|x-api-key|verification_?code)$/i;

/** Whether a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name.replace(/[ .]/g, '_'));
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
    let shown = text.replace(/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, `$1 ${redactedText}`);
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

/** A copy of a provider's object with the values of secret members (by name) replaced. */
export function withoutSecrets(value: unknown): unknown {
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
    rows = parseCsv(csv);
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

/** A cell of the first two columns; a key in the wrong column is hidden too. */
const withoutKey = (text: string): string => (/^[\w:.-]{0,32}$/.test(text) && !/^[0-9A-Fa-f]{32}$/.test(text) ? text : redactedText);

function hide(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(hide);
  return typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hide(item)])) : redactedText;
}
