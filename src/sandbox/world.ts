/** The state of the sandbox: one clock, one seed, and the state of each provider, made when it is first needed. */
import type { Clock } from '../clock.ts';
import { type EventQueue, makeEventQueue } from './event-queue.ts';
import { Faults } from './faults.ts';
import type { SandboxProvider } from './handler.ts';
import type { Limiter } from './limiter.ts';

/** Posts to a listener and gives the status of its answer; rejects where it cannot be reached. */
export type DeliverCallback = (url: string, body: unknown) => Promise<number>;

export interface WorldOptions {
  clock: Clock;
  /** Devices per provider, 12 to 100,000. */
  fleet: number;
  seed: number;
  providers: readonly SandboxProvider[];
  /** How providers post to listeners; absent: messages stay in their outbox. */
  deliver?: DeliverCallback | undefined;
}

/** One request as it came, secrets left out: proves that nothing was sent twice. */
export interface LoggedRequest {
  at: number;
  operation: string;
  method: string;
  path: string;
  status: number;
}

/** What a seed may know. */
export interface SeedContext extends WorldOptions {
  /** When the world began, ms since 1970; history is seeded back from here. */
  startedAt: number;
  eventQueue: EventQueue;
  faults: Faults;
  /** Limits in force, none unless switched on. */
  limiters: Limiter[];
  requestLog: LoggedRequest[];
}

/** The whole state. Each provider's seed file declares its own member here, under the provider's name. */
export interface World extends SeedContext {}

const maxLoggedRequests = 5000;

/** Adds a request to the record, which keeps the newest. */
export function logRequest(world: World, entry: LoggedRequest): void {
  world.requestLog.push(entry);
  if (world.requestLog.length > maxLoggedRequests) world.requestLog.splice(0, world.requestLog.length - maxLoggedRequests);
}

export function makeWorld(options: WorldOptions): World {
  const base: SeedContext = {
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
  return Object.defineProperties(base, Object.fromEntries(members)) as World;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
