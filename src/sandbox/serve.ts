/** Plays all three providers under their real paths: a plain `Request -> Response`. */
import { type AnyEndpoint, methodOf, pathOf, type Route } from '../clients/http/endpoint.ts';
import { type Ask, type Played, Refuse, type Told } from './behaviour.ts';
import { Cut } from './faults.ts';
import { playedIotx } from './iotx/index.ts';
import { playedThingpark } from './thingpark/index.ts';
import { playedThingspace } from './thingspace/index.ts';
import { see, type World } from './world.ts';

interface Door {
  played: Played;
  entry: AnyEndpoint;
  behaviour: (ask: Ask) => Told;
  method: string;
  pattern: RegExp;
  names: string[];
  /** How many literal segments: the most literal door wins. */
  literal: number;
}

const order = [playedThingpark, playedThingspace, playedIotx];

function doorOf(played: Played, entry: AnyEndpoint, behaviour: Door['behaviour'], route: Route, mount: string): Door {
  const path = pathOf({ route });
  const names: string[] = [];
  const pattern = `${mount}${path}`
    .split('/')
    .map((segment) => {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name) names.push(name);
      return name ? '([^/]+)' : segment.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+');
    })
    .join('/');
  return {
    played,
    entry,
    behaviour,
    method: methodOf({ route }),
    pattern: new RegExp(`^${pattern}$`, 'i'),
    names,
    literal: path.split('/').filter((s) => !s.startsWith('{')).length,
  };
}

let doors: Door[] | undefined;

function allDoors(): Door[] {
  doors ??= order
    .flatMap((played) =>
      played.routes.flatMap(({ entry, behaviour, also }) =>
        (played.mounts[entry.api] ?? ['']).flatMap((mount) =>
          [entry.route, ...also].map((route) => doorOf(played, entry, behaviour, route, mount)),
        ),
      ),
    )
    .sort((a, b) => b.literal - a.literal);
  return doors;
}

/** Which provider a stray path belongs to, by its first segments. */
function ownerOf(path: string): Played {
  if (path.startsWith('/api/')) return playedThingspace;
  if (/^\/(thingpark|users-auth|admins-auth|core|admin)\//.test(path)) return playedThingpark;
  return playedIotx;
}

/** Answers one provider request; throws Cut when the connection shall break. */
export async function serve(world: World, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname;
  const matching = allDoors().filter((door) => door.pattern.test(path));
  const door = matching.find((one) => one.method === request.method);
  const text = await request.text();
  world.happenings.catchUp();
  if (!door) return respond((matching[0]?.played ?? ownerOf(path)).missing(matching.length > 0));

  const { entry, played } = door;
  const values = door.pattern.exec(path)?.slice(1) ?? [];
  const ask: Ask = {
    world,
    path: Object.fromEntries(door.names.map((name, i) => [name, decode(values[i] ?? '')])),
    query: url.searchParams,
    body: readBody(text, request.headers.get('content-type') ?? ''),
    headers: request.headers,
  };
  const note = (status: number): void => see(world, { at: world.clock.now(), operation: entry.id, method: request.method, path, status });

  const limiter = world.limiters.find((one) => !one.rule.provider || entry.id.startsWith(`${one.rule.provider}.`));
  if (limiter && !limiter.pass(world.clock.now())) {
    note(429);
    const { retryAfter } = limiter.rule;
    return respond({ ...played.failure(429), headers: retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {} });
  }
  const faults = world.faults.meet(entry.id);
  for (const fault of faults) {
    if (fault.fault === 'slow') await world.clock.sleep(fault.ms ?? 1000, request.signal);
    if (fault.fault === 'expired-token') played.expire(world);
    if (fault.fault === 'cut') {
      note(0);
      throw new Cut();
    }
    if (fault.fault === '429' || fault.fault === '500' || fault.fault === '503') {
      const told = played.failure(Number(fault.fault));
      const wait = fault.ms === undefined ? {} : { 'retry-after': String(Math.ceil(fault.ms / 1000)) };
      note(told.status);
      return respond({ ...told, headers: { ...told.headers, ...wait } });
    }
    if (fault.fault === 'html') {
      note(502);
      return new Response('<html><body><h1>502 Bad Gateway</h1></body></html>', { status: 502, headers: { 'content-type': 'text/html' } });
    }
  }
  const told = answer(door, ask);
  note(told.status);
  if (faults.some((fault) => fault.fault === 'lost-answer')) throw new Cut();
  if (faults.some((fault) => fault.fault === 'half')) throw new Cut();
  return respond(told);
}

function answer(door: Door, ask: Ask): Told {
  try {
    door.played.admit(door.entry, ask);
    const told = door.behaviour(ask);
    const wrap = door.played.wrap;
    return wrap && told.body !== undefined && told.status < 300 ? { ...told, body: wrap(door.entry, told.body) } : told;
  } catch (error) {
    if (error instanceof Refuse) return error.told;
    throw error;
  }
}

function respond(told: Told): Response {
  const text = typeof told.body === 'string' ? told.body : told.body === undefined ? null : JSON.stringify(told.body);
  const type = typeof told.body === 'string' ? (told.body.startsWith('<') ? 'application/xml' : 'text/plain') : 'application/json';
  const bare = told.status === 204 || told.status === 304;
  return new Response(bare ? null : text, {
    status: told.status,
    headers: { ...(text === null || bare ? {} : { 'content-type': type }), ...told.headers },
  });
}

function readBody(text: string, type: string): unknown {
  if (text === '') return undefined;
  if (type.includes('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
