/** The sandbox: the providers in this process or on a port. */
import type { Fetch } from '../clients/http/client.ts';
import { serve } from './serve.ts';
import { makeWorld, type World, type WorldOptions } from './world.ts';

export interface Sandbox {
  world: World;
  /** The sandbox without a port. */
  fetch: (...ask: Parameters<Fetch>) => Promise<Response>;
}

export function makeSandbox(options: WorldOptions): Sandbox {
  const world = makeWorld(options);
  return { world, fetch: (url, init) => serve(world, new Request(url, init)) };
}
