/** The sandbox: all three providers in the box, in this process or on a port. */
import type { Fetch } from '../clients/http/client.ts';
import { sandboxIotx } from './iotx/seed.ts';
import { serve } from './serve.ts';
import { sandboxThingpark } from './thingpark/seed.ts';
import { sandboxThingspace } from './thingspace/seed.ts';
import { makeWorld, type World, type WorldOptions } from './world.ts';

export { deliverHere } from './thingspace/deliver-here.ts';

export interface Sandbox {
  world: World;
  /** The sandbox without a port. */
  fetch: (...ask: Parameters<Fetch>) => Promise<Response>;
}

export function makeSandbox(options: WorldOptions): Sandbox {
  const world = makeWorld(options);
  return { world, fetch: (url, init) => serve(world, new Request(url, init)) };
}

/** What a client needs to get in, for each provider. */
export const sandboxCredentials = { thingpark: sandboxThingpark, thingspace: sandboxThingspace, iotx: sandboxIotx } as const;
