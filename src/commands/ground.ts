/** What a serving command stands on, and the product on it. */
import { join } from 'node:path';

import type { Fetch } from '../clients/http/client.ts';
import type { Clock } from '../clock.ts';
import { type Config, readConfig } from '../config.ts';
import { makeProduct, type Product } from '../server.ts';
import { memoryStore } from '../store/memory.ts';
import type { ChangeStore } from '../store/store.ts';
import { clockOf, type Options } from './options.ts';
import { say } from './say.ts';

export interface Ground {
  config: Config;
  clock: Clock;
  store: ChangeStore;
  /** Seals plans of a store in a file. */
  key?: Buffer;
}

/** Configuration, time and store as flags and environment say. A ConfigError names what is wrong. */
export async function groundOf(options: Options): Promise<Ground> {
  const config = readConfig(options, process.env);
  return { config, clock: clockOf(options), ...(await keptIn(config)) };
}

/** Changes of configured connections outlive the process; those of the embedded sandbox end with its world. */
async function keptIn(config: Config): Promise<Pick<Ground, 'store' | 'key'>> {
  if (config.connections.length === 0 || config.state === 'memory') return { store: memoryStore() };
  const [{ sqliteStore }, { stateKey }, { headsFile }] = await Promise.all([
    import('../store/sqlite.ts'),
    import('../store/key.ts'),
    import('../store/heads.ts'),
  ]);
  const noted = config.headsFile === undefined ? undefined : headsFile(config.headsFile, say);
  return { store: sqliteStore(join(config.stateDir, 'changes.db'), noted), key: stateKey(config.stateDir) };
}

/** The product on its ground, with what an operator should hear at its start. */
export async function productOn({ config, clock, store, key }: Ground, options: Options, posting?: Fetch): Promise<Product> {
  const product = await makeProduct({
    config,
    clock,
    only: options.connection ?? [],
    fleet: options.fleet,
    seed: options.seed,
    repeatable: options.clock !== undefined,
    posting,
    store,
    key,
  });
  for (const { name } of product.connections.filter((one) => !one.sandbox)) say(`connection ${name} is live`);
  sayUnreadable(config, product);
  return product;
}

/**
 * A serving process takes up what an earlier one left behind and, from then on, what named people approve in a terminal or at another
 * server's console.
 */
export function takeUpWork({ clock, key }: Ground, product: Product): void {
  // A large change takes long: what is approved meanwhile does not wait for it.
  const again = (): void =>
    void clock.later(1000, () => {
      product.takeUp().catch(() => undefined);
      again();
    });
  if (key) again();
  product.resume().catch((error: unknown) => say(`changes of an earlier run could not be taken up: ${String(error)}`));
}

/** A policy that cannot be read stops no start: reads go on, changes are denied. */
export function sayUnreadable({ policyFile: path }: Config, { rules }: Pick<Product, 'rules'>): void {
  const [first, ...more] = rules().problem?.split('\n') ?? [];
  if (first === undefined) return;
  const rest = more.length > 0 ? ` (and ${more.length} more)` : '';
  say(`the policy ${path} cannot be read, every change is denied: ${first}${rest}; "iot-ops-mcp policy check" shows all`);
}
