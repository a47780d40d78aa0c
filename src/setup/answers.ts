/** What a person answers to `init`, and the configuration that follows from it. */
import { join } from 'node:path';
import { z } from 'zod';

import { approverName, hashPin, type RandomBytes } from '../approvers/approver.ts';
import { configErrorOf } from '../config/config-problem.ts';
import { fileSchema } from '../config/schema.ts';
import { ConfigError } from '../config.ts';
import { isSecretSetting } from '../environment-variables.ts';
import type { ProviderModule } from '../providers/provider-module.ts';
import { hostNames } from './hosts.ts';

/** Settings by their path in the connection, `oss.clientId`; secrets as they are. */
const ConnectionAnswers = z.strictObject({
  provider: z.string(),
  /** The name of the provider when absent. */
  name: z.string().optional(),
  settings: z.record(z.string(), z.string()),
  /** Whether changes may run after approval. */
  writes: z.boolean().default(false),
});

export const Answers = z.strictObject({
  connections: z.array(ConnectionAnswers).min(1, 'needs at least one connection'),
  approver: z.strictObject({ name: z.string(), pin: z.string() }).optional(),
  /** Whose configuration is printed; that of every client when absent. */
  client: z.enum(hostNames).optional(),
});
export type Answers = z.output<typeof Answers>;
export type ConnectionAnswers = z.output<typeof ConnectionAnswers>;

/** A file to be written, readable by its owner only. */
export interface NewFile {
  path: string;
  content: string;
}

/** Parses answers that a program gives. Throws a ConfigError that names the field; no message repeats a value. */
export function parseAnswers(text: string): Answers {
  const example =
    'Example: { "connections": [{ "provider": "iotx", "settings": { "accessKey": "..." } }], "approver": { "name": "maria", "pin": "..." } }';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError(`the answers are not JSON. ${example}`, 'not-json');
  }
  const parsed = Answers.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(`answers.${issue?.path.join('.')}: ${issue?.message}. ${example}`);
}

/** The setting nested as in a connection of the configuration: `oss.url` inside `oss`. */
export function nested(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(settings)) {
    const [outer, inner] = path.split('.') as [string, string | undefined];
    result[outer] = inner === undefined ? value : { ...(result[outer] as object | undefined), [inner]: value };
  }
  return result;
}

/** The files of an installation in `folder`: secrets one by one, the configuration last. Throws a ConfigError if a setting is not valid. */
export async function filesOf(
  { connections, approver }: Answers,
  folder: string,
  { providers, random }: { providers: readonly ProviderModule[]; random: RandomBytes },
): Promise<NewFile[]> {
  const parts = connections.map((answers) => connectionFiles(answers, folder, providers));
  const person = approver && (await approverFile(approver, folder, random));
  const config = {
    connections: parts.map(({ connection }) => connection),
    ...(person ? { approvers: { [person.name]: { pin: { file: person.file.path } } } } : {}),
  };
  const plain = { ...config, connections: parts.map(({ withSecrets }) => withSecrets) };
  const parsed = fileSchema(providers).safeParse(plain);
  if (!parsed.success) throw configErrorOf(parsed.error, plain, providers);
  return [
    ...parts.flatMap(({ files }) => files),
    ...(person ? [person.file] : []),
    { path: join(folder, 'config.json'), content: `${JSON.stringify(config, null, 2)}\n` },
  ];
}

async function approverFile({ name, pin }: { name: string; pin: string }, folder: string, random: RandomBytes) {
  if (!approverName.test(name))
    throw new ConfigError('approver.name: has 1 to 40 letters, digits, dots, dashes, underscores or @. Example: maria', 'approver');
  return { name, file: { path: join(folder, 'secrets', `approver.${name}.pin`), content: await hashPin(pin, random) } };
}

function connectionFiles(answers: ConnectionAnswers, folder: string, providers: readonly ProviderModule[]) {
  const provider = providers.find((one) => one.name === answers.provider);
  if (!provider)
    throw new ConfigError(`answers: there is no provider ${answers.provider}; there are ${providers.map(({ name }) => name).join(', ')}`);
  const name = answers.name ?? provider.name;
  const common = { name, provider: provider.name, ...(answers.writes ? { writes: 'on' } : {}) };
  const files = Object.entries(answers.settings)
    .filter(([path]) => isSecretSetting(provider, path))
    .map(([setting, content]) => ({ setting, path: join(folder, 'secrets', `${name}.${setting}`), content }));
  const references = Object.fromEntries(files.map(({ setting, path }) => [setting, { file: path }]));
  return {
    connection: { ...common, ...nested({ ...answers.settings, ...references }) },
    withSecrets: { ...common, ...nested(answers.settings) },
    files: files.map(({ path, content }) => ({ path, content })),
  };
}

/** What is wrong with one setting of a connection that is not complete yet; undefined where it is accepted. */
export function settingProblem(provider: ProviderModule, path: string, settings: Readonly<Record<string, string>>): string | undefined {
  const connection = { name: provider.name, provider: provider.name, ...nested(settings) };
  const { error } = fileSchema([provider]).safeParse({ connections: [connection] });
  return error?.issues.find(({ path: at }) => at.slice(2).join('.') === path)?.message;
}
