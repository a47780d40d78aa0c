/** The state of the sandbox: one clock, one seed, and the state of each provider. */
import type { Clock } from '../clock.ts';
import type { EventQueue } from './event-queue.ts';
import type { Faults } from './faults.ts';
import type { Limiter } from './limiter.ts';

/** Posts to a listener and gives the status of its answer; rejects where it cannot be reached. */
export type DeliverCallback = (url: string, body: unknown) => Promise<number>;

/** One request as it came, secrets left out: proves that nothing was sent twice. */
export interface LoggedRequest {
  at: number;
  operation: string;
  method: string;
  path: string;
  status: number;
}

/** What a seed may know. */
export interface SeedContext {
  clock: Clock;
  /** Devices per provider, 12 to 100,000. */
  fleet: number;
  seed: number;
  /** How providers post to listeners; absent: messages stay in their outbox. */
  deliver?: DeliverCallback | undefined;
  /** When the world began, ms since 1970; history is seeded back from here. */
  startedAt: number;
  eventQueue: EventQueue;
  faults: Faults;
  /** Limits in force, none unless switched on. */
  limiters: Limiter[];
  requestLog: LoggedRequest[];
}

/** The whole state. Each provider's state file declares its own member here, under the provider's name. */
export interface World extends SeedContext {}

const maxLoggedRequests = 5000;

/** Adds a request to the record, which keeps the newest. */
export function logRequest(world: World, entry: LoggedRequest): void {
  world.requestLog.push(entry);
  if (world.requestLog.length > maxLoggedRequests) world.requestLog.splice(0, world.requestLog.length - maxLoggedRequests);
}
