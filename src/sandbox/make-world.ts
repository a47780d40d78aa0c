/** Makes the state of the sandbox. The state of a provider is made when it is first needed. */
import { makeEventQueue } from './event-queue.ts';
import { Faults } from './faults.ts';
import type { SandboxProvider } from './handler.ts';
import type { SeedContext, World } from './world.ts';

export interface WorldOptions extends Pick<SeedContext, 'clock' | 'fleet' | 'seed' | 'deliver'> {
  providers: readonly SandboxProvider[];
}

/** The state, with the providers that serve it. */
export interface ServedWorld extends World {
  readonly providers: readonly SandboxProvider[];
}

export function makeWorld(options: WorldOptions): ServedWorld {
  const base: SeedContext & WorldOptions = {
    ...options,
    startedAt: options.clock.now(),
    eventQueue: makeEventQueue(options.clock),
    faults: new Faults(options.providers),
    limiters: [],
    requestLog: [],
  };
  const states = Object.fromEntries(options.providers.map(({ name, seed }) => [name, lazily(() => seed(base))]));
  const members = Object.entries(states).map(([name, state]): [string, PropertyDescriptor] => [name, { get: state, enumerable: true }]);
  // Each member is what the provider's own seed made, as it declared in ProviderStates.
  return Object.defineProperties(base, Object.fromEntries(members)) as SeedContext & WorldOptions & World;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
