/** The layers of all providers, loaded once for the tests that look at them without a server. */
import type { Connection } from '../../src/clients/connect.ts';
import { type FleetConnection, fleetConnectionOf } from '../../src/fleet/fleet-connection.ts';
import { providers } from '../../src/providers/index.ts';
import { loadProviders, loadSandboxes } from '../../src/providers/load-providers.ts';
import { makeWorld, type ServedWorld, type WorldOptions } from '../../src/sandbox/make-world.ts';

export { providers };

export const providerNames = providers.map(({ name }) => name);

export const loaded = await loadProviders(providers);

export const {
  catalogue: { operations, operationOf },
  planners: { all: planners, plannerOf, isNeverRun },
  tools,
} = loaded;

export const sandboxProviders = await loadSandboxes(providers);

/** The connections whose devices belong to the fleet. */
export function fleetMembers(connections: readonly Connection[]): FleetConnection[] {
  return connections.flatMap((one) => fleetConnectionOf(one, loaded.layersOf(one.provider).fleet) ?? []);
}

/** The state of a sandbox with all providers. */
export function sandboxWorld(options: Omit<WorldOptions, 'providers'>): ServedWorld {
  return makeWorld({ ...options, providers: sandboxProviders });
}
