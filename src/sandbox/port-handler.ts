import { makeAdminApi } from './admin-api.ts';
import type { ServedWorld } from './make-world.ts';
import { serve } from './serve.ts';

/** Request handler of a sandbox that listens on a port: provider routes under their real paths, the admin API under `/_sandbox/`. */
export function portHandler(world: ServedWorld): (request: Request) => Promise<Response> {
  const adminHandler = makeAdminApi(world);
  return (request) => (new URL(request.url).pathname.startsWith('/_sandbox/') ? adminHandler(request) : serve(world, request));
}
