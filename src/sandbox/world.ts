/** The state of the sandbox: one clock, one seed, and the state of each provider, made when it is first needed. */
import type { Clock } from '../clock.ts';
import type { Played } from './behaviour.ts';
import { Faults } from './faults.ts';
import { type Happenings, happenings } from './happen.ts';
import type { Limiter } from './limiter.ts';

/** Posts to a listener and gives the status of its answer; rejects where it cannot be reached. */
export type Deliver = (url: string, body: unknown) => Promise<number>;

export interface WorldOptions {
  clock: Clock;
  /** Devices per provider, 12 to 100,000. */
  fleet: number;
  seed: number;
  providers: readonly Played[];
  /** How providers post to listeners; absent: messages stay in their outbox. */
  deliver?: Deliver | undefined;
}

/** One request as it came, secrets left out: proves that nothing was sent twice. */
export interface Seen {
  at: number;
  operation: string;
  method: string;
  path: string;
  status: number;
}

/** What a seed may know. */
export interface Base extends WorldOptions {
  /** When the world began, ms since 1970; history is seeded back from here. */
  began: number;
  happenings: Happenings;
  faults: Faults;
  /** Limits in force, none unless switched on. */
  limiters: Limiter[];
  seen: Seen[];
}

/** The whole state. Each provider's seed file declares its own member here, under the provider's name. */
export interface World extends Base {}

const keep = 5000;

/** Adds a request to the record, which keeps the newest. */
export function see(world: World, seen: Seen): void {
  world.seen.push(seen);
  if (world.seen.length > keep) world.seen.splice(0, world.seen.length - keep);
}

export function makeWorld(options: WorldOptions): World {
  const base: Base = {
    ...options,
    began: options.clock.now(),
    happenings: happenings(options.clock),
    faults: new Faults(options.providers),
    limiters: [],
    seen: [],
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
