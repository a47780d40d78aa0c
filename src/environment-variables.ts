/** Our environment variables, read by the configuration and by the fast start. */
import type { ProviderModule } from './providers/provider-module.ts';

export const variablePrefix = 'IOT_OPS_';

export type Env = Readonly<Record<string, string | undefined>>;

const generalVariables = [
  'CONFIG',
  'TOOLSETS',
  'READ_ONLY',
  'SECRETS_FILE',
  'KEYS_FILE',
  'STATE_DIR',
  'STORE',
  'SEAL_KEY',
  'FORMER_SEAL_KEY',
  'CALLERS_FILE',
  'POLICY_FILE',
  'APPROVERS_FILE',
  'LOG_FORMAT',
  'LOG_LEVEL',
];

/** All our variables. */
export function variablesOf(providers: readonly ProviderModule[]): readonly string[] {
  const own = providers.flatMap((provider) =>
    Object.entries(provider.variables).flatMap(([name, path]) => (isSecretSetting(provider, path) ? [name, `${name}_FILE`] : [name])),
  );
  return [...generalVariables, ...own].map((name) => `${variablePrefix}${name}`);
}

/** Whether a setting may also be named by a variable that ends in `_FILE`. */
export function isSecretSetting({ secretSettings }: ProviderModule, path: string): boolean {
  return secretSettings.includes(path);
}

/**
 * The variables that are set. Some hosts pass an optional setting that the user left out as an empty text, or as its own
 * placeholder (`${user_config.account}`): both count as absent.
 */
export function present(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== '' && !/^\$\{user_config\.[^}]*\}$/.test(value)),
  );
}

/** The toolsets that may be chosen: a provider's name is the toolset of its own tools. */
export function toolsetsOf(providers: readonly ProviderModule[]): readonly string[] {
  return ['fleet', ...providers.map(({ name }) => name), 'changes', 'operations'];
}
