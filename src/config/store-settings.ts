/** The seal keys of servers on one database: secrets of the deployment, equal on all servers and never in the database. */
import { ConfigError } from './config-error.ts';

/** Fewer bytes could be guessed. */
const leastBytes = 32;

/** The current key and, while keys are changed, the former one. Throws a ConfigError if the current one is missing or too short. */
export function sealKeysOf(sealKey: string | undefined, formerSealKey: string | undefined): [Buffer, ...Buffer[]] {
  if (sealKey === undefined)
    throw new ConfigError(
      'sealKey: is required with a database, equal on all servers, for example { "file": "/run/secrets/seal-key" }; "openssl rand -hex 32" makes one',
    );
  return [keyOf('sealKey', sealKey), ...(formerSealKey === undefined ? [] : [keyOf('formerSealKey', formerSealKey)])];
}

function keyOf(field: string, text: string): Buffer {
  const trimmed = text.trim();
  const key = /^(?:[0-9a-f]{2})+$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length < leastBytes)
    throw new ConfigError(`${field}: must be ${leastBytes} bytes or more in hex or base64; "openssl rand -hex 32" makes one`);
  return key;
}

/** Checks the URL of a database: PostgreSQL is the only one. `shown`: it stands on a command line, where others read it. */
export function databaseUrl(text: string, field: string, shown: boolean): string {
  const url = URL.parse(text.trim());
  if (!url || !/^postgres(ql)?:$/.test(url.protocol))
    throw new ConfigError(`${field}: must be a PostgreSQL URL, for example postgres://iot_ops@db.example:5432/iot_ops`);
  if (shown && url.password !== '')
    throw new ConfigError(
      `${field}: holds a password, which others on this machine can read; set it by IOT_OPS_STORE, or by "store": { "file": "/run/secrets/store-url" } in the configuration`,
    );
  return url.href;
}
