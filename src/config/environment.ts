/** Settings from environment variables. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Env, isSecretSetting, toolsetsOf, variablePrefix, variablesOf } from '../environment-variables.ts';
import type { ProviderModule } from '../providers/provider-module.ts';
import { nearest } from '../vocabulary.ts';
import { ConfigError } from './config-error.ts';

/** Throws a ConfigError for an unknown variable with our prefix. */
export function refuseUnknown(env: Env, providers: readonly ProviderModule[]): void {
  const variables = variablesOf(providers);
  const unknown = Object.keys(env).find((name) => name.startsWith(variablePrefix) && !variables.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, variables);
  throw new ConfigError(`unknown environment variable ${unknown}${near ? `, nearest is ${near}` : ''}`, 'unknown');
}

/** The connections that the environment describes: at most one per provider, named after it. */
export function connectionsFromEnv(env: Env, providers: readonly ProviderModule[]): unknown[] {
  return providers.flatMap((provider) => {
    const given = Object.entries(provider.variables).flatMap(([name, path]): [string, unknown][] => {
      const value = env[`${variablePrefix}${name}`];
      const file = isSecretSetting(provider, path) ? env[`${variablePrefix}${name}_FILE`] : undefined;
      if (value !== undefined && file !== undefined)
        throw new ConfigError(`${variablePrefix}${name} and ${variablePrefix}${name}_FILE are both set; keep one`);
      return value === undefined && file === undefined ? [] : [[path, file === undefined ? value : { file }]];
    });
    if (given.length === 0) return [];
    const connection: Record<string, unknown> = { name: provider.name, provider: provider.name };
    for (const [path, value] of given) {
      const [outer, inner] = path.split('.') as [string, string | undefined];
      connection[outer] = inner === undefined ? value : { ...(connection[outer] as object | undefined), [inner]: value };
    }
    return [connection];
  });
}

export function readToolsets(text: string | undefined, providers: readonly ProviderModule[]): string[] | undefined {
  const toolsets = toolsetsOf(providers);
  return text?.split(',').map((part) => {
    const name = part.trim();
    if (toolsets.includes(name)) return name;
    const near = nearest(name, toolsets);
    throw new ConfigError(`unknown toolset "${name}"${near ? `, nearest is ${near}` : ''}; there are ${toolsets.join(', ')}`);
  });
}

/** One of the listed values. */
export function readChoice<T extends string>(name: string, text: string | undefined, choices: readonly T[]): T | undefined {
  const found = choices.find((one) => one === text);
  if (text !== undefined && found === undefined) throw new ConfigError(`${name}: ${choices.join(', ')}, got "${text}"`);
  return found;
}

export function readBoolean(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(1|true|on|yes)$/i.test(text)) return true;
  if (/^(0|false|off|no)$/i.test(text)) return false;
  throw new ConfigError(`${name}: on or off, got "${text}"`);
}

export function readVariable(name: string, env: Env, field: string): string {
  const text = env[name];
  if (text === undefined) throw new ConfigError(`${field}: the environment variable ${name} is not set`, 'secret-missing');
  return text;
}

/** The platform's default directory for application state. */
export function defaultStateDir(env: Env): string {
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'iot-ops-mcp');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'iot-ops-mcp');
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'iot-ops-mcp');
}
