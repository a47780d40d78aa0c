/** Creates the product for a command that serves: configuration, clock and store from flags and environment. */
import type { Fetch } from '../clients/http/client.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { makeProduct, type Product } from '../server.ts';
import { memoryStore } from '../store/memory.ts';
import type { ChangeStore } from '../store/store.ts';
import { clockOf, type Options } from './options.ts';
import { loadConfig, log } from './process-log.ts';

export interface ServerRuntime {
  config: Config;
  clock: Clock;
  store: ChangeStore;
  /** The key that signs plans of a store in a file. */
  key?: Buffer;
}

/** Configuration, clock and store from flags and environment. Throws a ConfigError that names the problem. */
export async function bootstrap(options: Options): Promise<ServerRuntime> {
  const config = loadConfig(options);
  return { config, clock: clockOf(options), ...(await openChangeStore(config)) };
}

/** Changes of configured connections are kept in a file; those of the embedded sandbox end with the process. */
async function openChangeStore(config: Config): Promise<Pick<ServerRuntime, 'store' | 'key'>> {
  if (config.connections.length === 0 || config.state === 'memory') return { store: memoryStore() };
  const [{ openStateDirectory, securePermissions }, { headsWriter }] = await Promise.all([
    import('../store/state-directory.ts'),
    import('../store/heads.ts'),
  ]);
  const noted = config.headsFile === undefined ? undefined : headsWriter(config.headsFile, log.error);
  const opened = openStateDirectory(config.stateDir, noted);
  for (const warning of securePermissions(config.stateDir)) log.warn(warning);
  return opened;
}

/** The product, after logging what an operator should know at the start. */
export async function createProduct({ config, clock, store, key }: ServerRuntime, options: Options, posting?: Fetch): Promise<Product> {
  const product = await makeProduct({
    config,
    clock,
    connectionNames: options.connection ?? [],
    fleetSize: options.fleet,
    seed: options.seed,
    deterministic: options.clock !== undefined,
    callbackFetch: posting,
    store,
    key,
    log,
  });
  for (const { name } of product.connections.filter((one) => !one.sandbox)) log.info(`connection ${name} is live`, { connection: name });
  warnUnreadablePolicy(config, product);
  return product;
}

/**
 * Continues the unfinished changes of an earlier process and then applies every change that is approved in a terminal or at the console of
 * another server.
 */
export function startBackgroundWork({ clock, key }: ServerRuntime, product: Product): void {
  // A large change takes long: changes that are approved meanwhile do not wait for it.
  const again = (): void =>
    void clock.later(1000, () => {
      product.runApproved().catch(() => undefined);
      again();
    });
  if (key) again();
  product
    .resumeInterrupted()
    .catch((error: unknown) => product.log.error(`changes of an earlier run could not be continued: ${String(error)}`));
}

/** An unreadable policy does not prevent the start: reads work, changes are denied. */
export function warnUnreadablePolicy({ policyFile: path }: Config, { rules }: Pick<Product, 'rules'>): void {
  const [first, ...more] = rules().problem?.split('\n') ?? [];
  if (first === undefined) return;
  const rest = more.length > 0 ? ` (and ${more.length} more)` : '';
  log.warn(`the policy ${path} cannot be read, every change is denied: ${first}${rest}; "iot-ops-mcp policy check" shows all`);
}
