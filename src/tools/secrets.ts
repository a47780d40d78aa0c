/** Named secrets: `secret:name` or `{ "secret": "name" }` in a secret field of a change stands for a value from the operator's secrets file. */
import { Refusal } from '../clients/http/errors.ts';
import { type Secrets, type UsedSecret, valueOfSecret } from '../text/named-secret.ts';
import { isDeviceImportFile, isSecretName, type Redactor, secretValuesIn } from '../text/redact.ts';

/** An input whose named secrets are resolved, and which ones it used. */
export interface ResolvedSecrets {
  input: unknown;
  used: UsedSecret[];
}

/** The input with every named secret resolved. In a read all are refused: nobody is asked, and a value in a URL is in every log on its way. */
export function resolveSecrets(input: unknown, secrets: Secrets, kind: 'read' | 'change'): ResolvedSecrets {
  const used = new Map<string, UsedSecret>();
  const resolved = (name: string, field: string): string => {
    if (kind === 'read')
      throw new Refusal(
        `${field}: a named secret is never used in a read`,
        'Nothing was sent. Leave it out; only a change takes one.',
        field,
      );
    const secret = secrets.get(name);
    if (secret === undefined) throw unknownSecret(name, secrets, field);
    used.set(name, { name, secret });
    return valueOfSecret(secret);
  };
  return { input: withSecrets(input, resolved, ''), used: [...used.values()] };
}

function withSecrets(input: unknown, resolved: (name: string, field: string) => string, field: string): unknown {
  if (Array.isArray(input)) return input.map((item, i) => withSecrets(item, resolved, `${field}[${i}]`));
  const name = secretNameIn(input, field);
  if (name !== undefined) {
    // The value of any other field could be read back from the provider.
    if (!isSecretField(field))
      throw new Refusal(`${field || 'input'}: is not a secret field and accepts no named secret`, 'Pass the value itself.', field);
    return resolved(name, field);
  }
  if (input === null || typeof input !== 'object') return input;
  return Object.fromEntries(
    Object.entries(input).map(([member, item]) => [member, withSecrets(item, resolved, field ? `${field}.${member}` : member)]),
  );
}

/** The name in `{ "secret": name }`, and in a secret field also in `secret:name`. */
function secretNameIn(input: unknown, field: string): string | undefined {
  if (typeof input === 'string') return isSecretField(field) ? /^secret:\s*(.+)$/s.exec(input)?.[1]?.trim() : undefined;
  if (input === null || typeof input !== 'object') return undefined;
  const members = Object.entries(input);
  const only = members[0];
  return members.length === 1 && only?.[0] === 'secret' && typeof only[1] === 'string' ? only[1] : undefined;
}

/** Words with dashes, as names are. What else was given as a name may be the secret itself, and is not repeated. */
const looksLikeName = /^(?=.{1,24}$)[a-z]+([-_.]?[a-z]+|[-_.]\d{1,4})*$/;

function unknownSecret(name: string, secrets: Secrets, field: string): Refusal {
  return new Refusal(
    `${field}: the secrets file has no ${looksLikeName.test(name) ? `"${name}"` : 'secret of this name'}`,
    secrets.size > 0
      ? `Available names: ${[...secrets.keys()].slice(0, 20).join(', ')}.`
      : 'No secrets file is configured; an operator can set secretsFile.',
    field,
  );
}

/** Whether a path such as `body.appKey` or `keys[0].appKey` is a secret, by the name of its last member. */
function isSecretField(field: string): boolean {
  const name =
    field
      .replace(/\[\d+\]/g, '')
      .split('.')
      .at(-1) ?? '';
  return isSecretName(name) || isDeviceImportFile(name);
}

/**
 * What no answer about this input repeats, whether it was accepted or not: the values of its secret fields, and keys of 32 hex digits in any
 * field and as a name. References to named secrets are no secrets.
 */
export function secretsInInput(input: unknown): string[] {
  return [...new Set([...secretValuesIn(withoutReferences(input)), ...keysAnywhereIn(input)])];
}

function withoutReferences(input: unknown): unknown {
  if (typeof input === 'string') return /^secret:/.test(input) ? '' : input;
  if (Array.isArray(input)) return input.map(withoutReferences);
  if (input === null || typeof input !== 'object') return input;
  if (secretNameIn(input, '') !== undefined) return '';
  return Object.fromEntries(Object.entries(input).map(([name, item]) => [name, withoutReferences(item)]));
}

/** A key of a device, bare or with separators between its bytes. */
const keyPattern = /(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{32}|(?:[0-9A-Fa-f]{2}[:\s.-]){15}[0-9A-Fa-f]{2})(?![0-9A-Fa-f])/g;

/** The keys of 32 hex digits in the texts and member names of a value. */
export function keysAnywhereIn(value: unknown): string[] {
  // Without a letter it may be an EID.
  if (typeof value === 'string') return (value.match(keyPattern) ?? []).filter((key) => /[A-Fa-f]/.test(key));
  if (Array.isArray(value)) return value.flatMap(keysAnywhereIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => [...keysAnywhereIn(name), ...keysAnywhereIn(item)]);
}

/** Refuses an input of a change that holds a secret of this server in a field that is shown and stored. */
export function assertNoServerSecret(input: unknown, redactor: Redactor, field = ''): void {
  if (typeof input === 'string') {
    if (!redactor.knows(input)) return;
    throw new Refusal(
      `${field || 'input'}: holds a secret of this server`,
      'Nothing was sent. Leave it out: this field is shown and stored. A secret is passed by name in a secret field: secret:name.',
      field || undefined,
    );
  }
  if (input === null || typeof input !== 'object') return;
  for (const [name, item] of Object.entries(input)) {
    const at = Array.isArray(input) ? `${field}[${name}]` : field ? `${field}.${name}` : name;
    if (!isSecretField(at)) assertNoServerSecret(item, redactor, at);
  }
}
