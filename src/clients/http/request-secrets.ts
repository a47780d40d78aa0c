/** The secrets that one request holds. */
import { isSecretName, secretValuesIn } from '../../text/redact.ts';
import type { AnyInput } from './endpoint.ts';

/** The values of the secret fields of a request, and the tokens, user names and passwords of its headers. */
export function requestSecrets(input: AnyInput, headers: Readonly<Record<string, string>>): string[] {
  const credentials = Object.entries(headers).flatMap(([name, value]) => (isSecretName(name) ? credentialsIn(value) : []));
  return [...secretValuesIn(input), ...credentials];
}

/** A header's value, its token without the scheme, and what a Basic token encodes. */
function credentialsIn(value: string): string[] {
  const token = value.replace(/^\w+\s+/, '');
  if (!/^Basic\s/i.test(value)) return [value, token];
  const plain = Buffer.from(token, 'base64').toString('utf8');
  return [value, token, plain, plain.slice(plain.indexOf(':') + 1)];
}
