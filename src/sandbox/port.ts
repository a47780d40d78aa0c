import { secondDoor } from './second-door.ts';
import { serve } from './serve.ts';
import type { World } from './world.ts';

/** The sandbox as it stands on a port: the providers under their real paths, and the second door. */
export function portHandler(world: World): (request: Request) => Promise<Response> {
  const door = secondDoor(world);
  return (request) => (new URL(request.url).pathname.startsWith('/_sandbox/') ? door(request) : serve(world, request));
}
