/** Serves the providers of a sandbox under their real paths: a plain `Request -> Response`. */
import { type AnyEndpoint, methodOf, pathOf, type Route } from '../clients/http/endpoint.ts';
import { type Ask, type Played, Refuse, type Told } from './behaviour.ts';
import { Cut, type OneShotFault } from './faults.ts';
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

interface Routes {
  doors: readonly Door[];
  /** The provider that answers an unknown path, by the first segment of the path; only segments that one provider alone uses. */
  owners: ReadonlyMap<string, Played>;
}

const routesOf = new WeakMap<readonly Played[], Routes>();

function routes(providers: readonly Played[]): Routes {
  const present = routesOf.get(providers) ?? makeRoutes(providers);
  routesOf.set(providers, present);
  return present;
}

function makeRoutes(providers: readonly Played[]): Routes {
  const mounted = providers.flatMap((played) =>
    played.routes.flatMap(({ entry, behaviour, also }) =>
      (played.mounts[entry.api] ?? ['']).flatMap((mount) =>
        [entry.route, ...also].map((route) => ({ played, entry, behaviour, route, mount })),
      ),
    ),
  );
  const users = Map.groupBy(mounted, ({ route, mount }) => firstSegment(`${mount}${pathOf({ route })}`));
  const owners = [...users].flatMap(([segment, those]): [string, Played][] => {
    const [first, ...others] = new Set(those.map(({ played }) => played));
    return first && others.length === 0 ? [[segment, first]] : [];
  });
  return {
    doors: mounted
      .map(({ played, entry, behaviour, route, mount }) => doorOf(played, entry, behaviour, route, mount))
      .sort((a, b) => b.literal - a.literal),
    owners: new Map(owners),
  };
}

function firstSegment(path: string): string {
  return (path.split('/')[1] ?? '').toLowerCase();
}

/** The answer to a path that no provider owns. */
const nobody: Told = { status: 404, body: { error: 'no provider of this sandbox has this path' } };

/** Answers one provider request; throws Cut when the connection shall break. */
export async function serve(world: World, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname;
  const { doors, owners } = routes(world.providers);
  const matching = doors.filter((door) => door.pattern.test(path));
  const door = matching.find((one) => one.method === request.method);
  const text = await request.text();
  world.happenings.catchUp();
  if (!door)
    return respond(
      (matching[0]?.played ?? owners.get(firstSegment(path)) ?? world.providers.find((one) => one.atRoot))?.missing(matching.length > 0) ??
        nobody,
    );

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

  const limiter = world.limiters.find((one) => !one.rule.provider || one.rule.provider === played.name);
  if (limiter && !limiter.pass(world.clock.now())) {
    note(429);
    const { retryAfter } = limiter.rule;
    return respond({ ...played.failure(429), headers: retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {} });
  }
  const faults = world.faults.takeMatching(entry.id, played);
  for (const fault of faults) {
    if (fault.fault === 'slow') await world.clock.sleep(fault.ms ?? 1000, request.signal);
    const own = played.faults[fault.fault];
    const delay = own?.delay?.(fault.ms) ?? 0;
    if (delay > 0) await world.clock.sleep(delay, request.signal);
    if (fault.fault === 'expired-token') played.expire(world);
    if (fault.fault === 'cut') {
      note(0);
      throw new Cut();
    }
    const refused = own?.before?.(world, fault.ms) ?? refusalBy(fault, played);
    if (refused) {
      note(refused.status);
      return respond(refused);
    }
  }
  const met = (kind: OneShotFault['fault']): boolean => faults.some((one) => one.fault === kind);
  const done = answer(door, ask);
  const changed = faults.reduce((sofar, { fault }) => played.faults[fault]?.after?.(sofar) ?? sofar, done);
  const told = met('500-after') ? played.failure(500) : changed;
  note(told.status);
  if (met('lost-answer') || met('half')) throw new Cut();
  return respond(told, met('truncated'));
}

/** The refusal that a fault is, before anything took effect. */
function refusalBy({ fault, ms }: OneShotFault, played: Played): Told | undefined {
  const wait: Record<string, string> = ms === undefined ? {} : { 'retry-after': String(Math.ceil(ms / 1000)) };
  const html = { 'content-type': 'text/html' };
  switch (fault) {
    case '429':
    case '500':
    case '503': {
      const told = played.failure(Number(fault));
      return { ...told, headers: { ...told.headers, ...wait } };
    }
    case 'html':
      return { status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>', headers: html };
    case 'html-429':
      return { status: 429, body: '<html><body><h1>429 Too Many Requests</h1></body></html>', headers: { ...html, ...wait } };
    default:
      return undefined;
  }
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

/** `cut`: the body ends in its middle, and nothing else says so. */
function respond(told: Told, cut = false): Response {
  const whole = typeof told.body === 'string' ? told.body : told.body === undefined ? null : JSON.stringify(told.body);
  const text = cut && whole !== null ? whole.slice(0, Math.ceil(whole.length / 2)) : whole;
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
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/.exec(type)?.[1];
  if (boundary) return parts(text, boundary);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The parts of a form by their names. */
function parts(text: string, boundary: string): Record<string, string> {
  const found = text.split(`--${boundary}`).flatMap((part) => {
    const [head = '', ...body] = part.split('\r\n\r\n');
    const name = /name="([^"]+)"/.exec(head)?.[1];
    return name ? [[name, body.join('\r\n\r\n').replace(/\r\n$/, '')] as const] : [];
  });
  return Object.fromEntries(found);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
