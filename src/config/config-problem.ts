import { z } from 'zod';
import { variablePrefix } from '../environment-variables.ts';
import type { ProviderModule } from '../providers/provider-module.ts';
import { isObject } from '../text/is-object.ts';
import { nearest } from '../vocabulary.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { fileSchema } from './schema.ts';

/** The problems of an invalid configuration, one line each, at most five. */
export function configErrorOf(error: z.ZodError, config: unknown, providers: readonly ProviderModule[]): ConfigError {
  const problems = error.issues.slice(0, 5).map((issue): ConfigProblem => {
    const where = issue.path
      .map((part, i) => (typeof part === 'number' && issue.path[i - 1] === 'connections' ? nameAt(config, part) : String(part)))
      .join('.');
    if (issue.code === 'unrecognized_keys') {
      const key = issue.keys[0] ?? '';
      const near = nearest(key, settingNames(providers));
      return { kind: 'unknown', message: `${where ? `${where}.` : ''}${key}: unknown setting${near ? `, nearest is ${near}` : ''}` };
    }
    const missing = issue.code !== 'custom' && valueAt(config, issue.path) === undefined;
    const rule = missing ? `is missing${variableFor(where, providers)}` : issue.message.replace(/^Invalid input: /, '');
    return { kind: issue.path[0] === 'approvers' ? 'approver' : 'setting', message: `${where || 'configuration'}: ${rule}` };
  });
  return new ConfigError(problems);
}

/** The names of all settings of the schema. */
function settingNames(providers: readonly ProviderModule[]): string[] {
  const namesIn = (part: unknown): string[] => {
    if (Array.isArray(part)) return part.flatMap(namesIn);
    if (!isObject(part)) return [];
    const own = isObject(part['properties']) ? Object.keys(part['properties']) : [];
    return [...own, ...Object.values(part).flatMap(namesIn)];
  };
  return [...new Set(namesIn(z.toJSONSchema(fileSchema(providers), { io: 'input', unrepresentable: 'any' })))];
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, part) => (at === null || typeof at !== 'object' ? undefined : Reflect.get(at, part)), config);
}

function nameAt(config: unknown, index: number): string {
  const list = isObject(config) ? config['connections'] : undefined;
  const one: unknown = Array.isArray(list) ? list[index] : undefined;
  return isObject(one) && typeof one['name'] === 'string' ? one['name'] : String(index);
}

/** The environment variable that could set a missing setting of the connection that the environment alone describes. */
function variableFor(where: string, providers: readonly ProviderModule[]): string {
  const [, connection, ...path] = where.split('.');
  const variables = providers.find(({ name }) => name === connection)?.variables ?? {};
  const name = Object.entries(variables).find(([, setting]) => setting === path.join('.'))?.[0];
  return name ? ` (${variablePrefix}${name})` : '';
}
