/** The sandbox's admin API below `/_sandbox/`: state, events, faults, limits, clock. On loopback only. */
import { z } from 'zod';

import type { FixedClock } from '../clock.ts';
import { durationMs } from '../vocabulary.ts';
import { SandboxRefusal } from './handler.ts';
import { LimitRule, makeLimiter } from './limiter.ts';
import type { ServedWorld } from './make-world.ts';

const ClockChange = z.union([z.strictObject({ advance: z.string() }), z.strictObject({ set: z.string() })]);

export function makeAdminApi(world: ServedWorld): (request: Request) => Promise<Response> {
  return async (request) => {
    const path = new URL(request.url).pathname.replace(/^\/_sandbox\//, '');
    const key = `${request.method} ${path}`;
    const body: unknown = request.method === 'GET' || request.method === 'DELETE' ? undefined : await request.json().catch(() => undefined);
    try {
      return answer(world, key, body);
    } catch (error) {
      if (error instanceof z.ZodError) return Response.json({ error: z.prettifyError(error) }, { status: 400 });
      if (error instanceof SandboxRefusal) return Response.json({ error: error.response.body }, { status: error.response.status });
      throw error;
    }
  };
}

function answer(world: ServedWorld, key: string, body: unknown): Response {
  switch (key) {
    case 'GET state':
      return Response.json(stateOf(world));
    case 'GET faults':
      return Response.json({ faults: world.faults.list() });
    case 'POST faults':
      world.faults.arm(body);
      return Response.json({ faults: world.faults.list() });
    case 'DELETE faults':
      world.faults.clear();
      return Response.json({ faults: [] });
    case 'GET limits':
      return Response.json({ limits: limitsOf(world) });
    case 'POST limits':
      world.limiters.push(makeLimiter(limitRuleOf(world, body), world.clock.now()));
      return Response.json({ limits: limitsOf(world) });
    case 'DELETE limits':
      world.limiters = [];
      return Response.json({ limits: [] });
    case 'GET clock':
      return Response.json({ now: new Date(world.clock.now()).toISOString() });
    case 'POST clock':
      return moveClock(world, ClockChange.parse(body));
    case 'POST happen':
      return Response.json(runEvent(world, body));
    default:
      return Response.json(
        {
          error: `there is no ${key}`,
          routes: ['GET state', 'GET|POST|DELETE faults', 'GET|POST|DELETE limits', 'GET|POST clock', 'POST happen'],
        },
        { status: 404 },
      );
  }
}

function stateOf(world: ServedWorld) {
  world.eventQueue.runDue();
  return {
    now: new Date(world.clock.now()).toISOString(),
    seed: world.seed,
    fleet: world.fleet,
    devices: Object.fromEntries(world.providers.map((one) => [one.name, one.deviceCount(world)])),
    pending: world.eventQueue.pending(),
    faults: world.faults.list(),
    requests: world.requestLog.slice(-200),
  };
}

function limitRuleOf(world: ServedWorld, body: unknown): LimitRule {
  const names = world.providers.map((one) => one.name);
  return LimitRule.extend({ provider: z.enum(names).optional() }).parse(body);
}

function limitsOf(world: ServedWorld) {
  return world.limiters.map(({ rule, taken, refused }) => ({ ...rule, taken, refused }));
}

function moveClock(world: ServedWorld, move: z.output<typeof ClockChange>): Response {
  const clock = world.clock as Partial<FixedClock>;
  if (!clock.advance) return Response.json({ error: 'the clock runs in real time; start with --clock ISO to move it' }, { status: 409 });
  const ms = 'advance' in move ? durationMs(move.advance) : Date.parse(move.set) - world.clock.now();
  if (ms === undefined || Number.isNaN(ms) || ms < 0)
    return Response.json({ error: 'advance: an ISO 8601 duration such as PT5S; set: a later instant' }, { status: 400 });
  clock.advance(ms);
  world.eventQueue.runDue();
  return Response.json({ now: new Date(world.clock.now()).toISOString() });
}

/** Runs the event that `what` names; a ZodError with the known ones where there is no such event. */
function runEvent(world: ServedWorld, body: unknown): unknown {
  const events = world.providers.flatMap((one) => one.events);
  const nameOf = (schema: (typeof events)[number]['schema']): string => schema.shape.what.value;
  const { what } = z.looseObject({ what: z.enum(events.map((one) => nameOf(one.schema))) }).parse(body);
  const event = events.find((one) => nameOf(one.schema) === what);
  return event?.run(world, event.schema.parse(body));
}
