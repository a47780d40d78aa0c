/** Reads the files that the configuration names. A problem is a ConfigError that names the field or the kind of file. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

import type { BoundSecret, NamedSecret } from '../text/named-secret.ts';
import { type FileDevice, KeyFileError, parseKeyFile } from '../tools/key-file.ts';
import { ConfigError } from './config-error.ts';

export function readText(path: string, field: string): string {
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (text === '') throw new ConfigError(`${field}: the file ${path} is empty`, 'secret-missing');
    return text;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${field}: the file ${path} cannot be read`, 'secret-missing');
  }
}

export function readJson(path: string, what: string): unknown {
  if (!existsSync(path)) throw new ConfigError(`the ${what} file ${path} does not exist`, 'file-missing');
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new ConfigError(`the ${what} file ${path} is not JSON`, 'not-json');
  }
}

const OneOrMore = (element: z.ZodType<string>) =>
  z.preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(element).min(1));

/** An operation id, with `*` for any characters. */
const OperationPattern = z.string().regex(/^[A-Za-z0-9.*]+$/, 'is an operation id, * stands for any characters. Example: provider.noun.*');
const FieldPath = z
  .string()
  .regex(/^(path|query|body)(\.[\w-]+)+$/, 'is the path of a field in the input of the operation. Example: body.configuration.password');
const Host = z
  .string()
  .regex(/^[\w.-]+(:\d+)?$|^\[[0-9a-fA-F:]+\](:\d+)?$/, 'is a host, with or without a port. Example: broker.example:8883');

const NamedSecretSchema = z.union([
  z.string().min(1),
  z
    .strictObject({
      value: z.string().min(1),
      operations: OneOrMore(OperationPattern),
      field: FieldPath,
      host: OneOrMore(Host).optional(),
    })
    .transform(({ value, operations, field, host = [] }): BoundSecret => ({ value, operations, field, hosts: host })),
]);

/** Named secrets for `{ "secret": "name" }` in an input; none without a file. No message repeats a value. */
export function readSecrets(path: string | undefined): Map<string, NamedSecret> {
  if (path === undefined) return new Map();
  const parsed = z.record(z.string(), z.unknown()).safeParse(readJson(path, 'secrets'));
  if (!parsed.success) throw new ConfigError(`the secrets file ${path} is a JSON object of names and secrets`);
  return new Map(Object.entries(parsed.data).map(([name, entry]): [string, NamedSecret] => [name, namedSecret(path, name, entry)]));
}

function namedSecret(path: string, name: string, entry: unknown): NamedSecret {
  const parsed = NamedSecretSchema.safeParse(entry);
  if (parsed.success) return parsed.data;
  const issue = innermost(parsed.error.issues, entry);
  const where = issue && issue.path.length > 0 ? `${name}.${issue.path.join('.')}` : name;
  const rule =
    issue?.code === 'unrecognized_keys'
      ? `${issue.keys[0]} is no setting`
      : (issue?.message ?? 'is invalid').replace(/^Invalid input: /, '');
  throw new ConfigError(
    `the secrets file ${path}: ${where}: ${rule}. An entry is a text, or an object such as { "value": "...", "operations": "provider.noun.create", "field": "body.configuration.password", "host": "broker.example" }`,
  );
}

/** The problem in the form that was meant: of a union, the branch of objects. */
function innermost(issues: readonly z.core.$ZodIssue[], entry: unknown): z.core.$ZodIssue | undefined {
  const [first] = issues;
  if (first?.code !== 'invalid_union') return first;
  return (typeof entry === 'object' ? first.errors.at(-1) : first.errors[0])?.[0];
}

/** Keys of devices by DevEUI, and the columns that are not read; none without a file. */
export function readKeyFile(path: string | undefined): { keys: Map<string, FileDevice>; unreadKeyColumns: string[] } {
  if (path === undefined) return { keys: new Map(), unreadKeyColumns: [] };
  if (!existsSync(path)) throw new ConfigError(`the key file ${path} does not exist`, 'file-missing');
  try {
    readText(path, 'keysFile');
    // Not trimmed: an error names the line in the file.
    const { devices, unread } = parseKeyFile(readFileSync(path, 'utf8'));
    return { keys: devices, unreadKeyColumns: unread };
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
