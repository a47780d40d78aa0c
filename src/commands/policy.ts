/** `iot-ops-mcp policy`: the rules in words, and their decision for a call. */
import { loadRules } from '../changes/rules/load-rules.ts';
import { policyLines, policyWarnings } from '../changes/rules/report.ts';
import { ConfigError, type Flags } from '../config.ts';
import { providers } from '../providers/index.ts';
import { loadProviders } from '../providers/load-providers.ts';
import { makeProduct } from '../server.ts';
import { isObject } from '../text/is-object.ts';
import { warnUnreadablePolicy } from './bootstrap.ts';
import { clockOf, type Options } from './options.ts';
import { printLine } from './print.ts';
import { loadConfig, log } from './process-log.ts';

/** Throws a ConfigError with all problems if the policy cannot be read. */
export async function policyCheck(path: string | undefined, options: Flags): Promise<void> {
  const config = loadConfig(options);
  const file = path ?? config.policyFile;
  const { catalogue } = await loadProviders(providers);
  const book = (await loadRules(file, catalogue.operations))();
  if (book.problem !== undefined) throw new ConfigError(`the policy ${file} cannot be read, every change is denied:\n${book.problem}`);
  for (const line of policyLines(book)) printLine(line);
  const known = { connections: config.connections.map(({ name }) => name), callers: [...config.callers.keys()] };
  for (const doubt of policyWarnings(book, known)) log.notice(doubt);
}

/** `at` in ms since 1970. */
export async function policyTest(
  tool: string,
  input: string,
  { caller, at, ...options }: Options & { caller: string; at?: number },
): Promise<void> {
  const config = loadConfig(options);
  // The store is in memory, so that the test leaves no record and nothing is applied.
  const product = await makeProduct({
    config,
    clock: clockOf(options),
    connectionNames: options.connection ?? [],
    fleetSize: options.fleet,
    seed: options.seed,
    deterministic: options.clock !== undefined,
    log,
  });
  warnUnreadablePolicy(config, product);
  try {
    for (const line of await product.evaluatePolicy(tool, inputOf(input), { caller, at })) printLine(line);
  } finally {
    await product.close();
  }
}

function inputOf(text: string): Record<string, unknown> {
  const example = `Example: '{ "sims": [{ "iccid": "89148000000077000037" }] }'`;
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {}
  throw new ConfigError(`the input is a JSON object. ${example}`);
}
