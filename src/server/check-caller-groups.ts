import type { Config } from '../config.ts';
import { ConfigError } from '../config.ts';
import { nearest } from '../vocabulary.ts';

/** Throws a ConfigError where a caller group names a connection, tool or toolset that there is not: it would limit more than is meant. */
export function checkCallerGroups(
  { callerGroups }: Pick<Config, 'callerGroups'>,
  known: { connections: readonly string[]; tools: readonly { name: string; toolset: string }[] },
): void {
  const tools = [...new Set(known.tools.flatMap(({ name, toolset }) => [name, toolset]))];
  for (const [group, limits] of callerGroups) {
    check(`callerGroups.${group}.connections`, 'connection', limits.connections, known.connections);
    check(`callerGroups.${group}.tools`, 'tool or toolset', limits.tools, tools);
  }
}

function check(at: string, what: string, names: readonly string[] = [], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new ConfigError(`${at}: there is no ${what} ${unknown}${near ? `, nearest is ${near}` : ''}`);
}
