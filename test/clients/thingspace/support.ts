/** A ThingSpace client for the sandbox provider or for a custom fetch. */
import { type Call, type Fetch, makeCall } from '../../../src/clients/http/client.ts';
import { type LoginLockout, memoryLoginLockout } from '../../../src/clients/http/login-lockout.ts';
import { thingspaceAdapter } from '../../../src/clients/thingspace/adapter.ts';
import type { ThingspaceSettings } from '../../../src/clients/thingspace/sign-in.ts';
import type { FixedClock } from '../../../src/clock.ts';
import { fixedClock } from '../../../src/clock.ts';
import type { OneShotFault } from '../../../src/sandbox/faults.ts';
import type { ServedWorld } from '../../../src/sandbox/make-world.ts';
import { serve } from '../../../src/sandbox/serve.ts';
import { sandboxWorld } from '../../support/providers.ts';

export const settings: ThingspaceSettings = {
  name: 'fleet-us',
  url: 'http://sandbox',
  appKey: 'sandbox-app-key',
  appSecret: 'sandbox-app-secret',
  username: 'sandbox-user',
  password: 'sandbox-password',
};

/** A client connected to a sandbox ThingSpace. */
export interface SandboxClient {
  world: ServedWorld;
  clock: FixedClock;
  call: Call;
  lockout: LoginLockout;
  registeredSecrets: string[];
  /** The operations that reached the provider, each with its response status. */
  requests(): string[];
  /** Makes the next request of this operation fail. */
  arm(fault: OneShotFault['fault'], operation: string): void;
}

export interface SandboxClientOptions {
  fleet?: number;
  settings?: Partial<ThingspaceSettings>;
  lockout?: LoginLockout;
}

/** A ThingSpace client on a custom `fetch`; its tokens are appended to `learned`. */
export function client(parts: {
  settings?: Partial<ThingspaceSettings>;
  clock: FixedClock;
  fetch: Fetch;
  latch?: LoginLockout;
  learned?: string[];
}): Call {
  const all = { ...settings, ...parts.settings };
  return makeCall({
    connection: all.name,
    adapter: thingspaceAdapter(all, parts.clock, (secret) => parts.learned?.push(secret), parts.latch ?? memoryLoginLockout()),
    fetch: parts.fetch,
    clock: parts.clock,
    random: () => 0.5,
    timeoutMs: 30_000,
  });
}

/** A ThingSpace client connected to a new sandbox with `fleet` devices (default 24). */
export function sandboxClient(options: SandboxClientOptions = {}): SandboxClient {
  const clock = fixedClock(Date.parse('2026-03-01T12:00:00Z'));
  const world = sandboxWorld({ clock, fleet: options.fleet ?? 24, seed: 1 });
  const latch = options.lockout ?? memoryLoginLockout();
  const learned: string[] = [];
  const fetch: Fetch = (url, init) => serve(world, new Request(url, init));
  return {
    world,
    clock,
    lockout: latch,
    registeredSecrets: learned,
    call: client({ ...(options.settings ? { settings: options.settings } : {}), clock, fetch, latch, learned }),
    requests: () => world.requestLog.map(({ operation, status }) => `${operation} ${status}`),
    arm: (fault, operation) => world.faults.arm({ fault, operation, skip: 0, times: 1 }),
  };
}

/** The error that a promise rejects with. */
export async function rejectionOf(doing: Promise<unknown>): Promise<unknown> {
  try {
    await doing;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}
