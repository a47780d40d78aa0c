/** Reads the files that the configuration names. A problem is a ConfigError that names the field or the kind of file. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

import { type DeviceKeys, KeyFileError, parseKeyFile } from '../tools/key-file.ts';
import { ConfigError } from './config-error.ts';

export function readText(path: string, field: string): string {
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (text === '') throw new ConfigError(`${field}: the file ${path} is empty`);
    return text;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${field}: the file ${path} cannot be read`);
  }
}

export function readJson(path: string, what: string): unknown {
  if (!existsSync(path)) throw new ConfigError(`the ${what} file ${path} does not exist`);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new ConfigError(`the ${what} file ${path} is not JSON`);
  }
}

/** Named secrets for `{ "secret": "name" }` in an input; none without a file. */
export function readSecrets(path: string | undefined): Map<string, string> {
  if (path === undefined) return new Map();
  const parsed = z.record(z.string(), z.string().min(1)).safeParse(readJson(path, 'secrets'));
  if (!parsed.success) throw new ConfigError(`the secrets file ${path} is a JSON object of names and texts`);
  return new Map(Object.entries(parsed.data));
}

/** Keys of devices by DevEUI; none without a file. */
export function readKeyFile(path: string | undefined): Map<string, DeviceKeys> {
  if (path === undefined) return new Map();
  if (!existsSync(path)) throw new ConfigError(`the key file ${path} does not exist`);
  try {
    return parseKeyFile(readText(path, 'keysFile'));
  } catch (error) {
    if (error instanceof KeyFileError) throw new ConfigError(`the key file ${path}: ${error.message}`);
    throw error;
  }
}

/** Caller tokens, one `name: token` per line; `#` begins a comment. */
export function readCallers(path: string | undefined): [string, string][] {
  if (path === undefined) return [];
  return readText(path, 'IOT_OPS_CALLERS_FILE')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): [string, string] => {
      const match = /^([^:\s]+)\s*:\s*(\S+)$/.exec(line);
      if (!match) throw new ConfigError('IOT_OPS_CALLERS_FILE: each line is "name: token"');
      return [match[1] as string, match[2] as string];
    });
}
