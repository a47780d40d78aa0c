/** The whole sandbox world: one clock, one seed, three providers that come to be when first asked. */
import type { Clock } from '../clock.ts';
import { Faults } from './faults.ts';
import { type Happenings, happenings } from './happen.ts';
import { type IotxWorld, seedIotx } from './iotx/seed.ts';
import type { Limiter } from './limiter.ts';
import { seedThingpark, type ThingparkWorld } from './thingpark/seed.ts';
import { type Deliver, seedThingspace, type ThingspaceWorld } from './thingspace/seed.ts';

export interface WorldOptions {
  clock: Clock;
  /** Devices per provider, 12 to 100,000. */
  fleet: number;
  seed: number;
  /** How ThingSpace posts to listeners; absent: messages stay in its outbox. */
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

export interface World extends WorldOptions {
  /** When the world began, ms since 1970; history is seeded back from here. */
  began: number;
  happenings: Happenings;
  faults: Faults;
  /** Limits in force, none unless switched on. */
  limiters: Limiter[];
  seen: Seen[];
  thingpark: ThingparkWorld;
  thingspace: ThingspaceWorld;
  iotx: IotxWorld;
}

const keep = 5000;

/** Adds a request to the record, which keeps the newest. */
export function see(world: World, seen: Seen): void {
  world.seen.push(seen);
  if (world.seen.length > keep) world.seen.splice(0, world.seen.length - keep);
}

export function makeWorld(options: WorldOptions): World {
  const base = {
    ...options,
    began: options.clock.now(),
    happenings: happenings(options.clock),
    faults: new Faults(),
    limiters: [],
    seen: [],
  };
  const lazily = <T>(make: () => T): (() => T) => {
    let made: T | undefined;
    return () => {
      made ??= make();
      return made;
    };
  };
  const thingpark = lazily(() => seedThingpark(base));
  const thingspace = lazily(() => seedThingspace(base));
  const iotx = lazily(() => seedIotx(base));
  return {
    ...base,
    get thingpark() {
      return thingpark();
    },
    get thingspace() {
      return thingspace();
    },
    get iotx() {
      return iotx();
    },
  };
}

/** What a seed may know. */
export type Base = Omit<World, 'thingpark' | 'thingspace' | 'iotx'>;
