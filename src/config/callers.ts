/** The callers of the configuration: tokens, the people who use them, and the groups that limit them. */
import { type CallerRights, unlimited } from '../changes/caller-rights.ts';
import type { Env } from '../environment-variables.ts';
import type { ReadSecret } from '../providers/provider-module.ts';
import { nearest } from '../vocabulary.ts';
import { ConfigError } from './config-error.ts';
import { readCallers } from './files.ts';
import type { FileConfig } from './schema.ts';

/** The caller over stdio, and over HTTP where no tokens are configured. It has no token. */
export const localCaller = 'local';

export interface CallerSettings {
  /** Names of the approvers who use it. */
  people: readonly string[];
  /** Name of its caller group. */
  group?: string | undefined;
}

/** The limits and rights of the callers in a group. */
export type CallerGroup = Omit<CallerRights, 'group'>;

export interface CallersConfig {
  /** Bearer token over HTTP by caller name. */
  callers: Map<string, string>;
  /** What is configured of a caller besides its token. */
  callerSettings: Map<string, CallerSettings>;
  callerGroups: Map<string, CallerGroup>;
}

/** The callers of the configuration and of the callers file, which may hold the tokens of callers in the configuration. */
export function callersOf(file: FileConfig, env: Env, secret: ReadSecret, approvers: readonly { name: string }[]): CallersConfig {
  const callers = new Map<string, string>();
  const callerSettings = new Map<string, CallerSettings>();
  const callerGroups = new Map(Object.entries(file.callerGroups));
  const lines = new Map(readCallers(env['IOT_OPS_CALLERS_FILE']));
  for (const [name, { token, person, group }] of Object.entries(file.callers)) {
    const at = `callers.${name}`;
    if (name === localCaller && (token !== undefined || lines.has(name)))
      throw new ConfigError(`${at}: is the caller over stdio and has no token; choose another name`);
    if (name !== localCaller && token === undefined && !lines.has(name))
      throw new ConfigError(`${at}.token: is missing, here and in IOT_OPS_CALLERS_FILE`);
    if (token !== undefined) callers.set(name, secret(token, at));
    const known = (kind: string, one: string, names: readonly string[], hint: string): void => {
      if (names.includes(one)) return;
      const near = nearest(one, names);
      throw new ConfigError(`${at}.${kind}: there is no ${hint} ${one}${near ? `, nearest is ${near}` : ''}`);
    };
    const names = approvers.map((one) => one.name);
    for (const one of person ?? []) known('person', one, names, 'approver');
    if (group !== undefined) known('group', group, [...callerGroups.keys()], 'caller group');
    if (person !== undefined || group !== undefined) callerSettings.set(name, { people: person ?? [], group });
  }
  if (lines.has(localCaller)) throw new ConfigError('callers.local: is the caller over stdio and has no token; choose another name');
  for (const [name, token] of lines) callers.set(name, token);
  for (const [name, token] of callers) checkToken(name, token);
  return { callers, callerSettings, callerGroups };
}

function checkToken(name: string, token: string): void {
  if (token.length < 16) throw new ConfigError(`callers.${name}: a token has at least 16 characters`);
  // RFC 6750; a header with any other character is answered 401.
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token))
    throw new ConfigError(`callers.${name}: a token has letters, digits and - . _ ~ + /, and may end with =`);
}

/** What a caller may reach: the limits of its group; its own changes only, unless it is the local one or its group may audit. */
export function rightsOf(caller: string, { callerSettings, callerGroups }: Omit<CallersConfig, 'callers'>): CallerRights {
  const group = callerSettings.get(caller)?.group;
  if (group === undefined) return caller === localCaller ? unlimited : { audit: false };
  // A group that is not there cannot be meant to lift limits.
  return { ...(callerGroups.get(group) ?? { audit: false, connections: [], tools: [] }), group };
}
