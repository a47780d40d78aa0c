/** Named secrets: `secret:name` or `{ "secret": "name" }` in a secret field of an input stands for a value from the operator's secrets file. */
import { Refusal } from '../clients/http/errors.ts';
import { isDeviceImportFile, isSecretName, type Redactor } from '../text/redact.ts';

export type Secrets = ReadonlyMap<string, string>;

/** The input with every named secret resolved. Registers these values, and every key passed in clear text, with the redactor. */
export function resolveSecrets(input: unknown, secrets: Secrets, redactor: Redactor, field = ''): unknown {
  if (Array.isArray(input)) return input.map((item, i) => resolveSecrets(item, secrets, redactor, `${field}[${i}]`));
  if (input === null || typeof input !== 'object') {
    const named = typeof input === 'string' && isSecretField(field) ? /^secret:\s*(.+)$/s.exec(input)?.[1] : undefined;
    if (named !== undefined) return secretNamed(named.trim(), secrets, redactor, field);
    if (typeof input === 'string' && isSecretField(field)) for (const key of keysIn(input)) redactor.add(key);
    return input;
  }
  const members = Object.entries(input);
  const only = members[0];
  if (members.length === 1 && only?.[0] === 'secret' && typeof only[1] === 'string') {
    // The value of any other field could be read back from the provider.
    if (!isSecretField(field))
      throw new Refusal(`${field || 'input'}: is not a secret field and accepts no named secret`, 'Pass the value itself.', field);
    return secretNamed(only[1], secrets, redactor, field);
  }
  return Object.fromEntries(
    members.map(([name, item]) => [name, resolveSecrets(item, secrets, redactor, field ? `${field}.${name}` : name)]),
  );
}

function secretNamed(name: string, secrets: Secrets, redactor: Redactor, field: string): string {
  const value = secrets.get(name);
  if (value === undefined) {
    throw new Refusal(
      `${field}: the secrets file has no "${name.slice(0, 60)}"`,
      secrets.size > 0
        ? `Available names: ${[...secrets.keys()].slice(0, 20).join(', ')}.`
        : 'No secrets file is configured; an operator can set secretsFile.',
      field,
    );
  }
  for (const known of [value, ...keysIn(value)]) redactor.add(known);
  return value;
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

// One more than the digits of an ICCID: a shorter text may be a word or an identifier, and hiding it would redact it from every response.
const minKeyLength = 21;

/** A secret text, and the bare keys inside it when it is an XML list of keys or contains separators. */
function keysIn(text: string): string[] {
  return [text, text.replace(/[\s:.-]/g, ''), ...(text.match(/[0-9A-Fa-f]{32}/g) ?? [])].filter((key) => key.length >= minKeyLength);
}
