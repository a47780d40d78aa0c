/** Connections, policy and flags in one schema; a half-filled configuration fails at start and names what is missing. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

import { type Approver, approverName, isPinHash, isTotpSecret } from './approvers/approver.ts';
import { Policy } from './changes/policy.ts';
import type { ConnectionSettings } from './clients/connect.ts';
import { connectionVariables, isSecretSetting, prefix, variables } from './settings.ts';
import { type Toolset, toolsets } from './tools/define.ts';
import { type DeviceKeys, KeyFileProblem, readKeys } from './tools/keys.ts';
import { nearest } from './vocabulary.ts';
import { carrierAddresses, type Listener } from './web/callbacks.ts';

/** A problem of the configuration, in a line for the operator. */
export class ConfigError extends Error {}

/** A secret: the text itself, or where it stands. */
const Secret = z.union([z.string().min(1), z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })], {
  error: 'is a text, { "env": "NAME" } or { "file": "path" }',
});
type Secret = z.output<typeof Secret>;

/** An address over which secrets may travel: https, or plain http on loopback; undefined when it is none. */
function safeUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url && !url.username && !url.hash && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) ? url : undefined;
}

/** An address of a provider; plain http for a sandbox that is served on a port. */
const Url = z.string().transform((text, context) => {
  const url = safeUrl(text);
  if (url && !url.search) return text.replace(/\/+$/, '');
  context.addIssue({
    code: 'custom',
    message: 'is an https address (plain http on loopback only). Example: https://community.thingpark.io',
  });
  return z.NEVER;
});

/** Where people reach the HTTP mode, as an origin. */
const PublicUrl = z.string().transform((text, context) => {
  const url = safeUrl(text);
  if (url && !url.search && url.pathname === '/') return url.origin;
  context.addIssue({
    code: 'custom',
    message: 'is an https address without a path (plain http on loopback only). Example: https://iot-ops.example.com',
  });
  return z.NEVER;
});

const common = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'has letters, digits, dot, dash and underscore, at most 40. Example: thingpark-eu'),
  writes: z.enum(['on', 'off']).default('off'),
  allowGuessed: z.boolean().default(false),
  /** The urls name a sandbox that is served on a port. */
  sandbox: z.boolean().default(false),
  /** Requests a second that the provider takes, where the operator knows; learned otherwise. */
  requestsPerSecond: z.number().positive().max(10_000).optional(),
};

const ConnectionConfig = z.discriminatedUnion('provider', [
  z
    .strictObject({
      ...common,
      provider: z.literal('thingpark'),
      oss: z
        .strictObject({
          url: Url,
          realm: z.enum(['users-auth', 'admins-auth']).default('users-auth'),
          clientId: z.string().min(1),
          clientSecret: Secret,
        })
        .optional(),
      dx: z.strictObject({ adminUrl: Url, coreUrl: Url.optional(), clientId: z.string().min(1), clientSecret: Secret }).optional(),
    })
    .refine((one) => one.oss || one.dx, { path: ['oss'], error: 'needs oss, dx or both' }),
  z.strictObject({
    ...common,
    provider: z.literal('thingspace'),
    url: Url.default('https://thingspace.verizon.com'),
    appKey: Secret,
    appSecret: Secret,
    username: z.string().min(1),
    password: Secret,
    account: z.string().min(1).optional(),
    /** Over HTTP: who may call back at /callbacks/<connection>, and from where. */
    callbacks: z
      .strictObject({
        username: z.string().min(1),
        password: Secret,
        /** The carrier's published addresses; `proxy` where one stands before us and checks them; or a list. */
        from: z.union([z.enum(['carrier', 'proxy']), z.array(z.string().min(1)).min(1)]).default('carrier'),
      })
      .optional(),
  }),
  z.strictObject({
    ...common,
    provider: z.literal('iotx'),
    url: Url.default('https://api.iot-x.com'),
    accessKey: Secret,
    productKey: z.enum(['both', 'product', 'service']).default('both'),
    /** Amounts come without one. */
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'is an ISO 4217 code. Example: EUR')
      .optional(),
  }),
]);

const FileConfig = z.strictObject({
  connections: z.array(ConnectionConfig).default([]),
  policy: Policy.prefault({}),
  /** Over HTTP: who may call, `name: token`. */
  callers: z.record(z.string().min(1), Secret).default({}),
  /** Who may approve outside the chat, each with the hash of a PIN or a TOTP secret. */
  approvers: z.record(z.string().min(1), z.strictObject({ pin: Secret.optional(), totp: Secret.optional() })).default({}),
  /** Told of every change that begins to wait for them. */
  webhook: z.strictObject({ url: Secret, secret: Secret }).optional(),
  /** Rules for changes, YAML; the built-in default without it. Read again when it is written. */
  policyFile: z.string().min(1).optional(),
  toolsets: z.array(z.enum(toolsets)).min(1).optional(),
  readOnly: z.boolean().optional(),
  /** JSON of names and secret values, for `{ "secret": "name" }` in an input. */
  secretsFile: z.string().optional(),
  /** Keys of devices, DevEUI to keys, CSV or JSON. */
  keysFile: z.string().optional(),
  stateDir: z.string().optional(),
  /** A file, best on another machine's disk, to which each head of the record is appended. */
  headsFile: z.string().min(1).optional(),
  http: z
    .strictObject({
      host: z.string().optional(),
      allowedHosts: z.array(z.string()).default([]),
      allowedOrigins: z.array(z.string()).default([]),
      /** For links to the console; its host and origin are allowed. */
      publicUrl: PublicUrl.optional(),
    })
    .prefault({}),
});

export interface Config {
  connections: (ConnectionSettings & { live: boolean })[];
  policy: Policy;
  policyFile: string | undefined;
  callers: Map<string, string>;
  approvers: Approver[];
  webhook: { url: string; secret: string } | undefined;
  /** Undefined: what a day's work needs of each. */
  toolsets: readonly Toolset[] | undefined;
  readOnly: boolean;
  secrets: Map<string, string>;
  /** Keys of devices by DevEUI. */
  keys: Map<string, DeviceKeys>;
  stateDir: string;
  headsFile: string | undefined;
  /** Whether changes are kept in the state directory or end with the process. */
  state: 'file' | 'memory';
  /** Who may call back, for which connection. */
  listeners: Listener[];
  http: { host: string; allowedHosts: string[]; allowedOrigins: string[]; publicUrl: string | undefined };
  /** Everything secret in the configuration, for the redactor. */
  known: string[];
}

/** What the command line adds to file and environment. */
export interface Flags {
  config?: string | undefined;
  toolsets?: string | undefined;
  readOnly?: boolean | undefined;
  connection?: string[] | undefined;
  host?: string | undefined;
  state?: string | undefined;
  policy?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** File, environment and flags, in rising order of precedence, as one configuration. */
export function readConfig(flags: Flags, env: Env): Config {
  for (const name of Object.keys(env)) {
    if (!name.startsWith(prefix) || variables.includes(name)) continue;
    const near = nearest(name, variables);
    throw new ConfigError(`unknown environment variable ${name}${near ? `, nearest is ${near}` : ''}`);
  }
  const path = flags.config ?? env['IOT_OPS_CONFIG'];
  const file = path === undefined ? {} : readJson(path, 'configuration');
  const fromEnv = connectionsFromEnv(env);
  const merged = isObject(file)
    ? {
        ...file,
        connections: [...(Array.isArray(file['connections']) ? file['connections'] : []), ...fromEnv],
        ...withApprovers(file['approvers'], env['IOT_OPS_APPROVERS_FILE']),
      }
    : file;
  const parsed = FileConfig.safeParse(merged);
  if (!parsed.success) throw configProblem(parsed.error, merged);
  const config = parsed.data;
  const known: string[] = [];
  const secret = (value: Secret, field: string): string => {
    const text = typeof value === 'string' ? value : 'env' in value ? fromVariable(value.env, env, field) : readText(value.file, field);
    known.push(text);
    return text;
  };
  const connections = config.connections.map((one) => settingsOf(one, secret));
  const listeners = config.connections.flatMap((one): Listener[] => {
    if (one.provider !== 'thingspace' || !one.callbacks) return [];
    const { username, password, from } = one.callbacks;
    const addresses = from === 'carrier' ? carrierAddresses : from === 'proxy' ? [] : from;
    return [{ connection: one.name, username, password: secret(password, `connections.${one.name}.callbacks.password`), from: addresses }];
  });
  const names = connections.map((one) => one.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new ConfigError(`connections: the name ${twice} is used twice`);
  const state = flags.state ?? env['IOT_OPS_STATE_DIR'] ?? config.stateDir;
  const secretsPath = env['IOT_OPS_SECRETS_FILE'] ?? config.secretsFile;
  const secrets = secretsPath === undefined ? new Map<string, string>() : readSecrets(secretsPath);
  const keysPath = env['IOT_OPS_KEYS_FILE'] ?? config.keysFile;
  const callers = new Map([
    ...Object.entries(config.callers).map(([name, token]): [string, string] => [name, secret(token, `callers.${name}`)]),
    ...callersFromFile(env['IOT_OPS_CALLERS_FILE']),
  ]);
  for (const [name, token] of callers) if (token.length < 16) throw new ConfigError(`callers.${name}: a token has at least 16 characters`);
  known.push(...secrets.values(), ...callers.values());
  const approvers = approversOf(config.approvers, secret);
  const webhook = webhookOf(config.webhook, secret);
  const { publicUrl } = config.http;
  const publicHost = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
  return {
    connections,
    policy: config.policy,
    policyFile: flags.policy ?? env['IOT_OPS_POLICY_FILE'] ?? config.policyFile,
    callers,
    approvers,
    webhook,
    toolsets: readToolsets(flags.toolsets ?? env['IOT_OPS_TOOLSETS']) ?? config.toolsets,
    readOnly: flags.readOnly ?? readBoolean('IOT_OPS_READ_ONLY', env['IOT_OPS_READ_ONLY']) ?? config.readOnly ?? false,
    secrets,
    keys: keysPath === undefined ? new Map() : keysIn(keysPath),
    headsFile: config.headsFile,
    stateDir: (state === 'memory' ? undefined : state) ?? defaultStateDir(env),
    listeners,
    state: state === 'memory' ? 'memory' : 'file',
    http: {
      host: flags.host ?? config.http.host ?? '127.0.0.1',
      allowedHosts: [...config.http.allowedHosts, ...publicHost],
      allowedOrigins: [...config.http.allowedOrigins, ...publicHost],
      publicUrl,
    },
    known,
  };
}

type SecretText = (value: Secret, field: string) => string;

/** The approvers of the configuration and those of a file of their own; nobody stands in both. */
function withApprovers(listed: unknown, path: string | undefined): { approvers?: unknown } {
  if (path === undefined) return listed === undefined ? {} : { approvers: listed };
  const more = readJson(path, 'approvers');
  if (!isObject(more))
    throw new ConfigError(`the approvers file ${path} is a JSON object of names. Example: { "maria": { "pin": "scrypt$..." } }`);
  if (listed !== undefined && !isObject(listed)) return { approvers: listed };
  const twice = Object.keys(more).find((name) => listed !== undefined && name in listed);
  if (twice) throw new ConfigError(`approvers.${twice}: stands in the configuration and in ${path}; keep one`);
  return { approvers: { ...listed, ...more } };
}

function approversOf(listed: z.output<typeof FileConfig>['approvers'], secret: SecretText): Approver[] {
  return Object.entries(listed).map(([name, { pin, totp }], i, all) => {
    const at = `approvers.${name}`;
    const prints = `"iot-ops-mcp approver ${name}${totp === undefined ? '' : ' --totp'}" prints it`;
    if (!approverName.test(name))
      throw new ConfigError(`${at}: a name has letters, digits, dot, dash, underscore and @, at most 40. Example: maria`);
    // Two people are counted by their names.
    if (all.findIndex(([other]) => other.toLowerCase() === name.toLowerCase()) !== i)
      throw new ConfigError(`${at}: the name is used twice, in upper and lower case`);
    if ((pin === undefined) === (totp === undefined)) throw new ConfigError(`${at}: has either pin or totp; ${prints}`);
    if (pin !== undefined) {
      const hash = secret(pin, `${at}.pin`);
      if (!isPinHash(hash)) throw new ConfigError(`${at}.pin: is the hash of a PIN; ${prints}`);
      return { name, pin: hash };
    }
    const key = secret(totp as Secret, `${at}.totp`);
    if (!isTotpSecret(key)) throw new ConfigError(`${at}.totp: is a secret in base32, 26 characters or more; ${prints}`);
    return { name, totp: key };
  });
}

const leastSecret = 16;

function webhookOf(webhook: z.output<typeof FileConfig>['webhook'], secret: SecretText): Config['webhook'] {
  if (!webhook) return undefined;
  const [url, key] = [secret(webhook.url, 'webhook.url'), secret(webhook.secret, 'webhook.secret')];
  // What stands there may be a chat's own secret: it is not said again.
  if (!safeUrl(url))
    throw new ConfigError('webhook.url: is an https address (plain http on loopback only). Example: https://chat.example.com/hook');
  const size = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64').length : key.length;
  if (size < leastSecret)
    throw new ConfigError(
      `webhook.secret: has at least ${leastSecret} characters, or is whsec_ and base64 of at least ${leastSecret} bytes`,
    );
  return { url, secret: key };
}

function settingsOf(
  one: z.output<typeof ConnectionConfig>,
  secret: (value: Secret, field: string) => string,
): ConnectionSettings & { live: boolean } {
  const base = {
    name: one.name,
    sandbox: one.sandbox,
    writes: one.writes === 'on',
    allowGuessed: one.allowGuessed,
    perSecond: one.requestsPerSecond,
    live: !one.sandbox,
  };
  const at = (field: string): string => `connections.${one.name}.${field}`;
  switch (one.provider) {
    case 'thingpark': {
      const oss = one.oss && { ...one.oss, clientSecret: secret(one.oss.clientSecret, at('oss.clientSecret')) };
      const dx = one.dx && {
        ...one.dx,
        coreUrl: one.dx.coreUrl ?? one.dx.adminUrl.replace('/admin/', '/core/'),
        clientSecret: secret(one.dx.clientSecret, at('dx.clientSecret')),
      };
      return { ...base, provider: 'thingpark', thingpark: { oss, dx } };
    }
    case 'thingspace': {
      const { url, username, account } = one;
      const keys = {
        appKey: secret(one.appKey, at('appKey')),
        appSecret: secret(one.appSecret, at('appSecret')),
        password: secret(one.password, at('password')),
      };
      return { ...base, provider: 'thingspace', thingspace: { url, username, account, ...keys } };
    }
    case 'iotx':
      return {
        ...base,
        provider: 'iotx',
        iotx: { url: one.url, accessKey: secret(one.accessKey, at('accessKey')), productKey: one.productKey, currency: one.currency },
      };
  }
}

/** One connection per provider may stand in the environment alone; it bears the provider's name. */
function connectionsFromEnv(env: Env): unknown[] {
  return Object.entries(connectionVariables).flatMap(([provider, of]) => {
    const connection: Record<string, unknown> = { name: provider, provider };
    let any = false;
    for (const [name, path] of Object.entries(of)) {
      const value = env[`${prefix}${name}`];
      const file = isSecretSetting(path) ? env[`${prefix}${name}_FILE`] : undefined;
      if (value !== undefined && file !== undefined)
        throw new ConfigError(`${prefix}${name} and ${prefix}${name}_FILE are both set; keep one`);
      if (value === undefined && file === undefined) continue;
      any = true;
      const [outer, inner] = path.split('.') as [string, string | undefined];
      const set = file === undefined ? value : { file };
      if (inner === undefined) connection[outer] = set;
      else connection[outer] = { ...(connection[outer] as object | undefined), [inner]: set };
    }
    return any ? [connection] : [];
  });
}

function configProblem(error: z.ZodError, config: unknown): ConfigError {
  const lines = error.issues.slice(0, 5).map((issue) => {
    const where = issue.path
      .map((part, i) => (typeof part === 'number' && issue.path[i - 1] === 'connections' ? nameAt(config, part) : String(part)))
      .join('.');
    if (issue.code === 'unrecognized_keys') {
      const key = issue.keys[0] ?? '';
      const near = nearest(key, settingNames());
      return `${where ? `${where}.` : ''}${key}: unknown setting${near ? `, nearest is ${near}` : ''}`;
    }
    const missing = issue.code !== 'custom' && valueAt(config, issue.path) === undefined;
    return `${where || 'configuration'}: ${missing ? `is missing${variableFor(where)}` : issue.message.replace(/^Invalid input: /, '')}`;
  });
  return new ConfigError(lines.join('\n'));
}

/** The names of all settings, as the schema has them. */
function settingNames(): string[] {
  const namesIn = (part: unknown): string[] => {
    if (Array.isArray(part)) return part.flatMap(namesIn);
    if (!isObject(part)) return [];
    const own = isObject(part['properties']) ? Object.keys(part['properties']) : [];
    return [...own, ...Object.values(part).flatMap(namesIn)];
  };
  return [...new Set(namesIn(z.toJSONSchema(FileConfig, { io: 'input', unrepresentable: 'any' })))];
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, part) => (at === null || typeof at !== 'object' ? undefined : Reflect.get(at, part)), config);
}

function nameAt(config: unknown, index: number): string {
  const list = isObject(config) ? config['connections'] : undefined;
  const one: unknown = Array.isArray(list) ? list[index] : undefined;
  return isObject(one) && typeof one['name'] === 'string' ? one['name'] : String(index);
}

function variableFor(where: string): string {
  const path = where.split('.').slice(2).join('.');
  const provider = where.split('.')[1] ?? '';
  const of = Object.entries(connectionVariables).find(([name]) => name === provider)?.[1];
  const name = of && Object.entries(of).find(([, one]) => one === path)?.[0];
  return name ? ` (${prefix}${name})` : '';
}

function readToolsets(text: string | undefined): Toolset[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  return names.map((name) => {
    const known = toolsets.find((one) => one === name);
    if (known) return known;
    const near = nearest(name, toolsets);
    throw new ConfigError(`unknown toolset "${name}"${near ? `, nearest is ${near}` : ''}; there are ${toolsets.join(', ')}`);
  });
}

function readBoolean(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(1|true|on|yes)$/i.test(text)) return true;
  if (/^(0|false|off|no|)$/i.test(text)) return false;
  throw new ConfigError(`${name}: on or off, got "${text}"`);
}

function fromVariable(name: string, env: Env, field: string): string {
  const text = env[name];
  if (!text) throw new ConfigError(`${field}: the environment variable ${name} is not set`);
  return text;
}

function readText(path: string, field: string): string {
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (text === '') throw new ConfigError(`${field}: the file ${path} is empty`);
    return text;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${field}: the file ${path} cannot be read`);
  }
}

function readJson(path: string, what: string): unknown {
  if (!existsSync(path)) throw new ConfigError(`the ${what} file ${path} does not exist`);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new ConfigError(`the ${what} file ${path} is not JSON`);
  }
}

function readSecrets(path: string): Map<string, string> {
  const parsed = z.record(z.string(), z.string().min(1)).safeParse(readJson(path, 'secrets'));
  if (!parsed.success) throw new ConfigError(`the secrets file ${path} is a JSON object of names and texts`);
  return new Map(Object.entries(parsed.data));
}

function keysIn(path: string): Map<string, DeviceKeys> {
  if (!existsSync(path)) throw new ConfigError(`the key file ${path} does not exist`);
  try {
    return readKeys(readText(path, 'keysFile'));
  } catch (error) {
    if (error instanceof KeyFileProblem) throw new ConfigError(`the key file ${path}: ${error.message}`);
    throw error;
  }
}

/** Lines of `name: token`; `#` begins a comment. */
function callersFromFile(path: string | undefined): [string, string][] {
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

/** Where state is kept: the platform's own place for it. */
function defaultStateDir(env: Env): string {
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'iot-ops-mcp');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'iot-ops-mcp');
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'iot-ops-mcp');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
