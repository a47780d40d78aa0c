/** The second door: what is, what happens, what breaks, what time it is. On loopback only. */
import { z } from 'zod';

import type { FixedClock } from '../clock.ts';
import { durationMs } from '../vocabulary.ts';
import { Refuse } from './behaviour.ts';
import { Fault } from './faults.ts';
import { LimitRule, makeLimiter } from './limiter.ts';
import { uplink } from './thingpark/devices.ts';
import type { State } from './thingspace/seed.ts';
import type { World } from './world.ts';

const Happening = z.discriminatedUnion('what', [
  /** An uplink of a LoRaWAN device now; the first one of an OTAA device is its join. */
  z.strictObject({ what: z.literal('uplink'), devEui: z.string() }),
  /** Rename a ThingPark device behind the server's back, for drift. */
  z.strictObject({ what: z.literal('rename'), devEui: z.string(), name: z.string() }),
  /** A line's state changes outside this API. */
  z.strictObject({ what: z.literal('line-state'), iccid: z.string(), state: z.enum(['active', 'suspend', 'deactive', 'pre-active']) }),
]);

const ClockMove = z.union([z.strictObject({ advance: z.string() }), z.strictObject({ set: z.string() })]);

export function secondDoor(world: World): (request: Request) => Promise<Response> {
  return async (request) => {
    const path = new URL(request.url).pathname.replace(/^\/_sandbox\//, '');
    const key = `${request.method} ${path}`;
    const body: unknown = request.method === 'GET' || request.method === 'DELETE' ? undefined : await request.json().catch(() => undefined);
    try {
      switch (key) {
        case 'GET state':
          return Response.json(stateOf(world));
        case 'GET faults':
          return Response.json({ faults: world.faults.list() });
        case 'POST faults':
          world.faults.arm(Fault.parse(body));
          return Response.json({ faults: world.faults.list() });
        case 'DELETE faults':
          world.faults.clear();
          return Response.json({ faults: [] });
        case 'GET limits':
          return Response.json({ limits: limitsOf(world) });
        case 'POST limits':
          world.limiters.push(makeLimiter(LimitRule.parse(body), world.clock.now()));
          return Response.json({ limits: limitsOf(world) });
        case 'DELETE limits':
          world.limiters = [];
          return Response.json({ limits: [] });
        case 'GET clock':
          return Response.json({ now: new Date(world.clock.now()).toISOString() });
        case 'POST clock':
          return moveClock(world, ClockMove.parse(body));
        case 'POST happen':
          return Response.json(happen(world, Happening.parse(body)));
        default:
          return Response.json(
            {
              error: `there is no ${key}`,
              doors: ['GET state', 'GET|POST|DELETE faults', 'GET|POST|DELETE limits', 'GET|POST clock', 'POST happen'],
            },
            { status: 404 },
          );
      }
    } catch (error) {
      if (error instanceof z.ZodError) return Response.json({ error: z.prettifyError(error) }, { status: 400 });
      if (error instanceof Refuse) return Response.json({ error: error.told.body }, { status: error.told.status });
      throw error;
    }
  };
}

function stateOf(world: World) {
  world.happenings.catchUp();
  return {
    now: new Date(world.clock.now()).toISOString(),
    seed: world.seed,
    fleet: world.fleet,
    devices: { thingpark: world.thingpark.devices.size, thingspace: world.thingspace.devices.length, iotx: world.iotx.subscribers.size },
    pending: world.happenings.pending(),
    faults: world.faults.list(),
    requests: world.seen.slice(-200),
  };
}

function limitsOf(world: World) {
  return world.limiters.map(({ rule, taken, refused }) => ({ ...rule, taken, refused }));
}

function moveClock(world: World, move: z.output<typeof ClockMove>): Response {
  const clock = world.clock as Partial<FixedClock>;
  if (!clock.advance) return Response.json({ error: 'the clock runs in real time; start with --clock ISO to move it' }, { status: 409 });
  const ms = 'advance' in move ? durationMs(move.advance) : Date.parse(move.set) - world.clock.now();
  if (ms === undefined || Number.isNaN(ms) || ms < 0)
    return Response.json({ error: 'advance: an ISO 8601 duration such as PT5S; set: a later instant' }, { status: 400 });
  clock.advance(ms);
  world.happenings.catchUp();
  return Response.json({ now: new Date(world.clock.now()).toISOString() });
}

function happen(world: World, what: z.output<typeof Happening>) {
  switch (what.what) {
    case 'uplink':
      return { device: uplink(world, what.devEui).EUI, lastUplink: new Date(world.clock.now()).toISOString() };
    case 'rename': {
      const device = world.thingpark.devices.get(what.devEui.toUpperCase());
      if (!device) throw new Refuse(404, { message: 'Device not found' });
      device.name = what.name;
      device.version += 1;
      return { device: device.EUI, name: device.name };
    }
    case 'line-state':
      return setLine(world, what.iccid, what.state);
  }
}

function setLine(world: World, iccid: string, state: State) {
  const line = world.thingspace.devices.find((one) => one.iccid === iccid);
  if (!line) throw new Refuse(404, { message: 'no such line' });
  line.state = state;
  return { iccid, state };
}
