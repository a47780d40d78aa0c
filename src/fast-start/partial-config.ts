/** The configuration's outline, read without checking it: undefined as soon as anything is not plain, and the program behind answers. */
import { readFileSync } from 'node:fs';
import { isSecretSetting, present, toolsetsOf, variablePrefix, variablesOf } from '../environment-variables.ts';
import { providers } from '../providers/index.ts';
import { sandboxName } from '../providers/provider-module.ts';
import { isObject } from '../text/is-object.ts';
import type { PartialConfig, PartialConnection } from '../tool-surface.ts';

/** The sandbox's size, seed and clock, where changes are kept and the rules for them change nothing in what is offered. */
const ignoredFlags = ['--fleet', '--seed', '--clock', '--state', '--policy'];

interface Flags {
  config?: string;
  toolsets?: string;
  readOnly: boolean;
}

export function partialConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): PartialConfig | undefined {
  const env = present(environment);
  const variables = variablesOf(providers);
  const flags = readFlags(args);
  if (!flags) return undefined;
  if (Object.keys(env).some((name) => name.startsWith(variablePrefix) && !variables.includes(name))) return undefined;
  const path = flags.config ?? env['IOT_OPS_CONFIG'];
  const file = path === undefined ? {} : readFile(path);
  if (!file || file['toolsets'] !== undefined || file['readOnly'] !== undefined) return undefined;
  // The caller over stdio may be limited to some connections.
  if (isObject(file['callers']) && file['callers']['local'] !== undefined) return undefined;
  const listed = file['connections'] ?? [];
  if (!Array.isArray(listed)) return undefined;
  const connections = [...listed.map(connectionOf), ...fromEnv(env)];
  if (connections.some((one) => one === undefined)) return undefined;
  const chosen = (flags.toolsets ?? env['IOT_OPS_TOOLSETS'])?.split(',').map((name) => name.trim());
  if (chosen?.some((name) => !toolsetsOf(providers).includes(name)) || env['IOT_OPS_READ_ONLY'] !== undefined) return undefined;
  const known = connections.filter((one) => one !== undefined);
  return { providers, connections: known.length > 0 ? known : sandboxConnections(), toolsets: chosen, readOnly: flags.readOnly };
}

function sandboxConnections(): PartialConnection[] {
  return providers.map((provider) => ({ name: sandboxName(provider), provider: provider.name, sandbox: true, writes: true }));
}

function readFlags(args: readonly string[]): Flags | undefined {
  const flags: Flags = { readOnly: false };
  const rest = args[0] === 'stdio' ? args.slice(1) : [...args];
  for (let i = 0; i < rest.length; i++) {
    const flag = rest[i];
    const value = rest[i + 1];
    if (flag === '--read-only') flags.readOnly = true;
    else if (value === undefined || value.startsWith('-')) return undefined;
    else if (flag === '--config') flags.config = value;
    else if (flag === '--toolsets') flags.toolsets = value;
    else if (!ignoredFlags.includes(flag ?? '')) return undefined;
    if (flag !== '--read-only') i += 1;
  }
  return flags;
}

function readFile(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function connectionOf(value: unknown): PartialConnection | undefined {
  if (!isObject(value)) return undefined;
  const { name, provider, writes = 'off', sandbox = false } = value;
  const known = providers.find((one) => one.name === provider)?.name;
  return typeof name === 'string' && known && typeof sandbox === 'boolean'
    ? { name, provider: known, sandbox, writes: writes === 'on' }
    : undefined;
}

function fromEnv(env: Readonly<Record<string, string | undefined>>): PartialConnection[] {
  return providers.flatMap((provider) => {
    const { name } = provider;
    const variables = Object.entries(provider.variables);
    const isSet = ([variable, path]: [string, string]): boolean =>
      env[`${variablePrefix}${variable}`] !== undefined ||
      (isSecretSetting(provider, path) && env[`${variablePrefix}${variable}_FILE`] !== undefined);
    const writes = variables.find(([, path]) => path === 'writes')?.[0];
    return variables.some(isSet)
      ? [{ name, provider: name, sandbox: false, writes: writes !== undefined && env[`${variablePrefix}${writes}`] === 'on' }]
      : [];
  });
}
