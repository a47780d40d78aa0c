/** The sandbox: the providers in this process or on a port. */
import type { Fetch } from '../clients/http/client.ts';
import { makeWorld, type ServedWorld, type WorldOptions } from './make-world.ts';
import { serve } from './serve.ts';

export interface Sandbox {
  world: ServedWorld;
  /** The sandbox without a port. */
  fetch: (...ask: Parameters<Fetch>) => Promise<Response>;
}

export function makeSandbox(options: WorldOptions): Sandbox {
  const world = makeWorld(options);
  return { world, fetch: (url, init) => serve(world, new Request(url, init)) };
}
