/** Secret values by name: `{ "secret": "name" }` anywhere in an input stands for a value from the operator's secrets file. */
import { Refusal } from '../clients/http/errors.ts';
import { isKeyFile, isSecretName, type Redactor } from '../text/redact.ts';

export type Secrets = ReadonlyMap<string, string>;

/** The input with every named secret filled in; the redactor learns these and every key that was passed openly. */
export function fillSecrets(input: unknown, secrets: Secrets, redactor: Redactor, field = ''): unknown {
  if (Array.isArray(input)) return input.map((item, i) => fillSecrets(item, secrets, redactor, `${field}[${i}]`));
  if (input === null || typeof input !== 'object') {
    if (typeof input === 'string' && isSecretField(field)) for (const key of keysIn(input)) redactor.add(key);
    return input;
  }
  const members = Object.entries(input);
  const only = members[0];
  if (members.length === 1 && only?.[0] === 'secret' && typeof only[1] === 'string') {
    // Anywhere else a secret would be sent where it can be read again.
    if (!isSecretField(field))
      throw new Refusal(`${field || 'input'}: is no secret field, a secret cannot stand here`, 'Give the value itself.', field);
    const value = secrets.get(only[1]);
    if (value === undefined) {
      throw new Refusal(
        `${field}: the secrets file has no "${only[1].slice(0, 60)}"`,
        secrets.size > 0
          ? `Names there: ${[...secrets.keys()].slice(0, 20).join(', ')}.`
          : 'No secrets file is configured; an operator sets secretsFile.',
        field,
      );
    }
    for (const known of [value, ...keysIn(value)]) redactor.add(known);
    return value;
  }
  return Object.fromEntries(members.map(([name, item]) => [name, fillSecrets(item, secrets, redactor, field ? `${field}.${name}` : name)]));
}

/** `body.appKey`, `keys[0].appKey`: a secret by the name of its last member. */
function isSecretField(field: string): boolean {
  const name =
    field
      .replace(/\[\d+\]/g, '')
      .split('.')
      .at(-1) ?? '';
  return isSecretName(name) || isKeyFile(name);
}

// Longer than an ICCID: a shorter text may be a word or an identifier, and hiding it would blank out everybody's answers.
const shortest = 21;

/** A secret text, and the bare keys inside it where it is an XML of keys or written with separators. */
function keysIn(text: string): string[] {
  return [text, text.replace(/[\s:.-]/g, ''), ...(text.match(/[0-9A-Fa-f]{32}/g) ?? [])].filter((key) => key.length >= shortest);
}
