/** The approvers and the webhook of the configuration. */
import { type Approver, approverName, isPinHash, isTotpSecret } from '../approvers/approver.ts';
import type { ReadSecret, Secret } from '../providers/provider-module.ts';
import { isObject } from '../text/is-object.ts';
import { ConfigError } from './config-error.ts';
import { readJson } from './files.ts';
import type { FileConfig } from './schema.ts';
import { safeUrl } from './urls.ts';

/** The approvers of the configuration and of the approvers file; a name in both is an error. */
export function withApprovers(listed: unknown, path: string | undefined): { approvers?: unknown } {
  if (path === undefined) return listed === undefined ? {} : { approvers: listed };
  const more = readJson(path, 'approvers');
  if (!isObject(more))
    throw new ConfigError(`the approvers file ${path} is a JSON object of names. Example: { "maria": { "pin": "scrypt$..." } }`);
  if (listed !== undefined && !isObject(listed)) return { approvers: listed };
  const twice = Object.keys(more).find((name) => listed !== undefined && name in listed);
  if (twice) throw new ConfigError(`approvers.${twice}: stands in the configuration and in ${path}; keep one`);
  return { approvers: { ...listed, ...more } };
}

export function approversOf(listed: FileConfig['approvers'], secret: ReadSecret): Approver[] {
  return Object.entries(listed).map(([name, { pin, totp }], i, all) => {
    const at = `approvers.${name}`;
    const prints = `"iot-ops-mcp approver ${name}${totp === undefined ? '' : ' --totp'}" prints it`;
    if (!approverName.test(name))
      throw new ConfigError(`${at}: a name has letters, digits, dot, dash, underscore and @, at most 40. Example: maria`, 'approver');
    // A change that needs two approvers counts names.
    if (all.findIndex(([other]) => other.toLowerCase() === name.toLowerCase()) !== i)
      throw new ConfigError(`${at}: the name is used twice, in upper and lower case`, 'approver');
    if ((pin === undefined) === (totp === undefined)) throw new ConfigError(`${at}: has either pin or totp; ${prints}`, 'approver');
    if (pin !== undefined) {
      const hash = secret(pin, `${at}.pin`);
      if (!isPinHash(hash)) throw new ConfigError(`${at}.pin: is the hash of a PIN; ${prints}`, 'approver');
      return { name, pin: hash };
    }
    const key = secret(totp as Secret, `${at}.totp`);
    if (!isTotpSecret(key)) throw new ConfigError(`${at}.totp: is a secret in base32, 26 characters or more; ${prints}`, 'approver');
    return { name, totp: key };
  });
}

const minSecretLength = 16;

export function webhookOf(webhook: FileConfig['webhook'], secret: ReadSecret): { url: string; secret: string } | undefined {
  if (!webhook) return undefined;
  const [url, key] = [secret(webhook.url, 'webhook.url'), secret(webhook.secret, 'webhook.secret')];
  // The value may contain a secret of the chat service: it is not repeated.
  if (!safeUrl(url))
    throw new ConfigError('webhook.url: is an https address (plain http on loopback only). Example: https://chat.example.com/hook');
  const size = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64').length : key.length;
  if (size < minSecretLength)
    throw new ConfigError(
      `webhook.secret: has at least ${minSecretLength} characters, or is whsec_ and base64 of at least ${minSecretLength} bytes`,
    );
  return { url, secret: key };
}
