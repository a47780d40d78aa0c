/** Creates the product for a command that serves: configuration, clock and store from flags and environment. */

import { announcedEvery } from '../changes/server-agreement.ts';
import type { Fetch } from '../clients/http/client.ts';
import { type Clock, sharedClock, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { day, hour } from '../durations.ts';
import { makeProduct, type Product } from '../server.ts';
import type { SharedState } from '../store/shared-state.ts';
import type { ChangeStore } from '../store/store.ts';
import { sanitize } from '../text/sanitize.ts';
import { clockOf, type Options } from './options.ts';
import { loadConfig, log } from './process-log.ts';

export interface ServerRuntime {
  config: Config;
  clock: Clock;
  state: SharedState;
}

/** Configuration, clock and shared state from flags and environment. Throws a ConfigError or StoreFailed that names the problem. */
export async function bootstrap(options: Options): Promise<ServerRuntime> {
  const config = loadConfig(options);
  const state = await openState(config);
  // Servers on several machines go by the clock of their database.
  const clock = state.clockOffset && options.clock === undefined ? await sharedClock(systemClock, state.clockOffset) : clockOf(options);
  return { config, clock, state };
}

/** Changes of configured connections are kept; those of the embedded sandbox end with the process. */
async function openState(config: Config): Promise<SharedState> {
  const { memoryState, openSharedState } = await import('../store/open-shared-state.ts');
  if (config.state !== 'postgres' && (config.connections.length === 0 || config.state === 'memory')) return memoryState(config);
  const [{ securePermissions }, { headsWriter }] = await Promise.all([import('../store/state-directory.ts'), import('../store/heads.ts')]);
  const state = await openSharedState(config, {
    ...(config.headsFile === undefined ? {} : { onHead: headsWriter(config.headsFile, log.error) }),
    onIdleError: (error) => log.warn(`a connection to the database ended: ${sanitize(error.message, 200)}`),
  });
  if (config.state === 'file') for (const warning of securePermissions(config.stateDir)) log.warn(warning);
  return state;
}

/** The product, after logging what an operator should know at the start. */
export async function createProduct({ config, clock, state }: ServerRuntime, options: Options, posting?: Fetch): Promise<Product> {
  const product = await makeProduct({
    config,
    clock,
    connectionNames: options.connection ?? [],
    fleetSize: options.fleet,
    seed: options.seed,
    deterministic: options.clock !== undefined,
    callbackFetch: posting,
    state,
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
export function startBackgroundWork({ config, clock, state }: ServerRuntime, product: Product): void {
  /** Does `work` now and then again and again; a failure is tried again the next time. */
  const every = (ms: number, work: () => Promise<void>): void => {
    work().catch(() => undefined);
    clock.later(ms, () => every(ms, work));
  };
  // A large change takes long: changes that are approved meanwhile do not wait for it.
  const again = (): void =>
    void clock.later(1000, () => {
      product.runApproved().catch(() => undefined);
      again();
    });
  if (state.sealKeys.length > 0) again();
  if (state.severalServers) every(announcedEvery, () => product.announceToServers());
  const { retentionDays } = config;
  if (retentionDays !== undefined) every(hour, () => forgetOld(state.store, clock.now() - retentionDays * day));
  product
    .resumeInterrupted()
    .catch((error: unknown) => product.log.error(`changes of an earlier run could not be continued: ${String(error)}`));
}

/** Deletes ended changes in slices, so that nothing waits long. */
async function forgetOld(store: ChangeStore, before: number): Promise<void> {
  while ((await store.forget(before, 200)) === 200);
}

/** An unreadable policy does not prevent the start: reads work, changes are denied. */
export function warnUnreadablePolicy({ policyFile: path }: Config, { rules }: Pick<Product, 'rules'>): void {
  const [first, ...more] = rules().problem?.split('\n') ?? [];
  if (first === undefined) return;
  const rest = more.length > 0 ? ` (and ${more.length} more)` : '';
  log.warn(`the policy ${path} cannot be read, every change is denied: ${first}${rest}; "iot-ops-mcp policy check" shows all`);
}
