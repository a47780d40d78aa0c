/** Connections, policy and flags in one configuration; a half-filled one fails at start and names what is missing. */
import type { Approver } from './approvers/approver.ts';
import type { Policy } from './changes/policy.ts';
import type { ConnectionSettings } from './clients/connect.ts';
import { type CallersConfig, callersOf } from './config/callers.ts';
import { ConfigError } from './config/config-error.ts';
import { configErrorOf } from './config/config-problem.ts';
import {
  connectionsFromEnv,
  defaultStateDir,
  readBoolean,
  readChoice,
  readToolsets,
  readVariable,
  refuseUnknown,
} from './config/environment.ts';
import { readJson, readKeyFile, readSecrets, readText } from './config/files.ts';
import { approversOf, webhookOf, withApprovers } from './config/people.ts';
import { type CommonSettings, type FileConfig, fileSchema } from './config/schema.ts';
import { databaseUrl, sealKeysOf } from './config/store-settings.ts';
import { type Env, present } from './environment-variables.ts';
import { type LogSettings, logFormats, logLevels } from './log.ts';
import { providers } from './providers/index.ts';
import type { ListenerSettings, ProviderModule, ReadSecret } from './providers/provider-module.ts';
import { isObject } from './text/is-object.ts';
import { type NamedSecret, valueOfSecret } from './text/named-secret.ts';
import type { FileDevice } from './tools/key-file.ts';

export { ConfigError } from './config/config-error.ts';

/** A file that the configuration was read from. */
export interface ConfigFile {
  path: string;
  /** The setting that names it. */
  setting: string;
  /** Whether it holds a secret. */
  secret: boolean;
}

export interface Config extends CallersConfig {
  connections: ConnectionSettings[];
  policy: Policy;
  policyFile: string | undefined;
  approvers: Approver[];
  webhook: { url: string; secret: string } | undefined;
  /** Undefined: the tools of a working day, of every provider. */
  toolsets: readonly string[] | undefined;
  readOnly: boolean;
  secrets: Map<string, NamedSecret>;
  /** Keys of devices by DevEUI. */
  keys: Map<string, FileDevice>;
  /** Columns of the key file that are not read, as a sentence names them. */
  unreadKeyColumns: readonly string[];
  stateDir: string;
  headsFile: string | undefined;
  /** Whether changes are kept in the state directory or in a database, or end with the process. */
  state: 'file' | 'memory' | 'postgres';
  /** URL of the database, with its credentials. */
  storeUrl: string | undefined;
  /** Days after which ended changes are deleted; undefined: never. */
  retentionDays: number | undefined;
  /** Keys that seal plans in a database, the current one first; none without a database. */
  sealKeys: readonly Buffer[];
  /** Who may send callbacks, for which connection. */
  listeners: (ListenerSettings & { connection: string; provider: string })[];
  log: LogSettings;
  http: { host: string; allowedHosts: string[]; allowedOrigins: string[]; publicUrl: string | undefined; serverId: string | undefined };
  /** Everything secret in the configuration, for the redactor. */
  secretValues: string[];
  /** The files that all of this was read from, policy and approvers included. */
  files: readonly ConfigFile[];
}

/** What the command line adds to file and environment. */
export interface Flags {
  config?: string | undefined;
  toolsets?: string | undefined;
  readOnly?: boolean | undefined;
  connection?: string[] | undefined;
  host?: string | undefined;
  state?: string | undefined;
  store?: string | undefined;
  policy?: string | undefined;
}

/** File, environment and flags, in rising order of precedence, as one configuration. */
export function readConfig(flags: Flags, environment: Env, known: readonly ProviderModule[] = providers): Config {
  const env = present(environment);
  refuseUnknown(env, known);
  const file = parseFile(flags.config ?? env['IOT_OPS_CONFIG'], env, known);
  const secrets: string[] = [];
  const files: ConfigFile[] = [];
  const secret: ReadSecret = (value, field) => {
    if (typeof value === 'object' && 'file' in value) files.push({ path: value.file, setting: field, secret: true });
    const text = typeof value === 'string' ? value : 'env' in value ? readVariable(value.env, env, field) : readText(value.file, field);
    secrets.push(text);
    return text;
  };
  const approvers = approversOf(file.approvers, secret);
  const state = flags.state ?? env['IOT_OPS_STATE_DIR'] ?? file.stateDir;
  const config: Config = {
    ...connectionsOf(file, known, secret),
    policy: file.policy,
    policyFile: flags.policy ?? env['IOT_OPS_POLICY_FILE'] ?? file.policyFile,
    ...callersOf(file, env, secret, approvers),
    approvers,
    webhook: webhookOf(file.webhook, secret),
    toolsets: readToolsets(flags.toolsets ?? env['IOT_OPS_TOOLSETS'], known) ?? file.toolsets,
    readOnly: flags.readOnly ?? readBoolean('IOT_OPS_READ_ONLY', env['IOT_OPS_READ_ONLY']) ?? file.readOnly ?? false,
    secrets: readSecrets(env['IOT_OPS_SECRETS_FILE'] ?? file.secretsFile),
    ...readKeyFile(env['IOT_OPS_KEYS_FILE'] ?? file.keysFile),
    headsFile: file.headsFile,
    stateDir: (state === 'memory' ? undefined : state) ?? defaultStateDir(env),
    retentionDays: file.retentionDays,
    ...storeOf(flags, env, file, secret, state === 'memory'),
    log: {
      format: readChoice('IOT_OPS_LOG_FORMAT', env['IOT_OPS_LOG_FORMAT'], logFormats) ?? file.log.format ?? 'text',
      level: readChoice('IOT_OPS_LOG_LEVEL', env['IOT_OPS_LOG_LEVEL'], logLevels) ?? file.log.level ?? 'info',
    },
    http: httpOf(file.http, flags),
    secretValues: secrets,
    files,
  };
  secrets.push(...[...config.secrets.values()].map(valueOfSecret), ...config.callers.values());
  files.push(...namedFiles(flags, env, file, secrets));
  return config;
}

/** A database URL without a password may be read by anyone. */
const isPlainDatabase = (text: string): boolean => /^postgres(ql)?:/.test(text) && URL.parse(text)?.password === '';

/** The files that flags, variables and settings name. The configuration itself is secret where a secret stands in it. */
function namedFiles(flags: Flags, env: Env, file: FileConfig, secrets: readonly string[]): ConfigFile[] {
  const path = flags.config ?? env['IOT_OPS_CONFIG'];
  const text = path === undefined ? '' : readText(path, 'configuration');
  const named: (readonly [path: string | undefined, setting: string, secret: boolean])[] = [
    [path, 'configuration', secrets.some((one) => text.includes(JSON.stringify(one)) && !isPlainDatabase(one))],
    [flags.policy ?? env['IOT_OPS_POLICY_FILE'] ?? file.policyFile, 'policyFile', false],
    [env['IOT_OPS_SECRETS_FILE'] ?? file.secretsFile, 'secretsFile', true],
    [env['IOT_OPS_KEYS_FILE'] ?? file.keysFile, 'keysFile', true],
    [env['IOT_OPS_CALLERS_FILE'], 'IOT_OPS_CALLERS_FILE', true],
    [env['IOT_OPS_APPROVERS_FILE'], 'IOT_OPS_APPROVERS_FILE', true],
  ];
  return named.flatMap(([path, setting, secret]) => (path === undefined ? [] : [{ path, setting, secret }]));
}

/** Where changes are kept: a database by flag, variable or file, in this order; else the state directory, or memory. */
function storeOf(
  flags: Flags,
  env: Env,
  file: FileConfig,
  secret: ReadSecret,
  inMemory: boolean,
): Pick<Config, 'state' | 'storeUrl' | 'sealKeys'> {
  const given = flags.store ?? env['IOT_OPS_STORE'] ?? file.store;
  if (given === undefined) return { state: inMemory ? 'memory' : 'file', storeUrl: undefined, sealKeys: [] };
  if (inMemory) throw new ConfigError('store: a database cannot be used together with the state directory "memory"; leave one of them out');
  const storeUrl = databaseUrl(secret(given, 'store'), flags.store === undefined ? 'store' : '--store', flags.store !== undefined);
  const key = (value: Parameters<ReadSecret>[0] | undefined, field: string) => (value === undefined ? undefined : secret(value, field));
  const sealKeys = sealKeysOf(
    key(env['IOT_OPS_SEAL_KEY'] ?? file.sealKey, 'sealKey'),
    key(env['IOT_OPS_FORMER_SEAL_KEY'] ?? file.formerSealKey, 'formerSealKey'),
  );
  return { state: 'postgres', storeUrl, sealKeys };
}

function parseFile(path: string | undefined, env: Env, known: readonly ProviderModule[]): FileConfig {
  const file = path === undefined ? {} : readJson(path, 'configuration');
  const merged = isObject(file)
    ? {
        ...file,
        connections: [...(Array.isArray(file['connections']) ? file['connections'] : []), ...connectionsFromEnv(env, known)],
        ...withApprovers(file['approvers'], env['IOT_OPS_APPROVERS_FILE']),
      }
    : file;
  const parsed = fileSchema(known).safeParse(merged);
  if (!parsed.success) throw configErrorOf(parsed.error, merged, known);
  return parsed.data;
}

function connectionsOf(file: FileConfig, known: readonly ProviderModule[], secret: ReadSecret): Pick<Config, 'connections' | 'listeners'> {
  const listeners: Config['listeners'] = [];
  const connections = file.connections.map((one): ConnectionSettings => {
    const { name } = one;
    const provider = moduleOf(one, known);
    const own: ReadSecret = (value, field) => secret(value, `connections.${name}.${field}`);
    const settings = provider.settings(one, own);
    const listener = provider.listener?.(one, own);
    if (listener) listeners.push({ ...listener, connection: name, provider: provider.name });
    return {
      name,
      provider: provider.name,
      sandbox: one.sandbox,
      writes: one.writes === 'on',
      allowGuessed: one.allowGuessed,
      perSecond: one.requestsPerSecond,
      settings,
    };
  });
  const names = connections.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new ConfigError(`connections: the name ${twice} is used twice`);
  return { connections, listeners };
}

function moduleOf({ provider }: CommonSettings, known: readonly ProviderModule[]): ProviderModule {
  const found = known.find(({ name }) => name === provider);
  if (found) return found;
  throw new Error(`the schema accepted a provider ${provider} that is not known`);
}

/** The public URL's host may be named in Host and Origin. */
function httpOf(http: FileConfig['http'], { host }: Flags): Config['http'] {
  const { publicUrl, serverId } = http;
  const publicHost = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
  return {
    host: host ?? http.host ?? '127.0.0.1',
    allowedHosts: [...http.allowedHosts, ...publicHost],
    allowedOrigins: [...http.allowedOrigins, ...publicHost],
    publicUrl,
    serverId,
  };
}
