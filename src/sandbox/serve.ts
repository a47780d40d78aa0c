/** Serves the providers of a sandbox under their real paths: a plain `Request -> Response`. */
import { type AnyEndpoint, methodOf, pathOf, type Route } from '../clients/http/endpoint.ts';
import { ConnectionCut, type OneShotFault } from './faults.ts';
import { type SandboxProvider, SandboxRefusal, type SandboxRequest, type SandboxResponse } from './handler.ts';
import { logRequest, type World } from './world.ts';

interface SandboxRoute {
  provider: SandboxProvider;
  entry: AnyEndpoint;
  handler: (ask: SandboxRequest) => SandboxResponse;
  method: string;
  pattern: RegExp;
  names: string[];
  /** How many literal segments: the most literal route wins. */
  literal: number;
}

function toRoute(
  provider: SandboxProvider,
  entry: AnyEndpoint,
  handler: SandboxRoute['handler'],
  route: Route,
  mount: string,
): SandboxRoute {
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
    provider,
    entry,
    handler,
    method: methodOf({ route }),
    pattern: new RegExp(`^${pattern}$`, 'i'),
    names,
    literal: path.split('/').filter((s) => !s.startsWith('{')).length,
  };
}

interface Routes {
  routes: readonly SandboxRoute[];
  /** The provider that answers an unknown path, by the first segment of the path; only segments that one provider alone uses. */
  owners: ReadonlyMap<string, SandboxProvider>;
}

const routesByProviders = new WeakMap<readonly SandboxProvider[], Routes>();

function routes(providers: readonly SandboxProvider[]): Routes {
  const present = routesByProviders.get(providers) ?? makeRoutes(providers);
  routesByProviders.set(providers, present);
  return present;
}

function makeRoutes(providers: readonly SandboxProvider[]): Routes {
  const mounted = providers.flatMap((provider) =>
    provider.routes.flatMap(({ entry, handler, aliases }) =>
      (provider.mounts[entry.api] ?? ['']).flatMap((mount) =>
        [entry.route, ...aliases].map((route) => ({ provider, entry, handler, route, mount })),
      ),
    ),
  );
  const bySegment = Map.groupBy(mounted, ({ route, mount }) => firstSegment(`${mount}${pathOf({ route })}`));
  const owners = [...bySegment].flatMap(([segment, those]): [string, SandboxProvider][] => {
    const [first, ...others] = new Set(those.map(({ provider }) => provider));
    return first && others.length === 0 ? [[segment, first]] : [];
  });
  return {
    routes: mounted
      .map(({ provider, entry, handler, route, mount }) => toRoute(provider, entry, handler, route, mount))
      .sort((a, b) => b.literal - a.literal),
    owners: new Map(owners),
  };
}

function firstSegment(path: string): string {
  return (path.split('/')[1] ?? '').toLowerCase();
}

/** The answer to a path that no provider owns. */
const unknownPath: SandboxResponse = { status: 404, body: { error: 'no provider of this sandbox has this path' } };

/** Answers one provider request; throws Cut when the connection shall break. */
export async function serve(world: World, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname;
  const { routes: known, owners } = routes(world.providers);
  const matching = known.filter((route) => route.pattern.test(path));
  const route = matching.find((one) => one.method === request.method);
  const text = await request.text();
  world.eventQueue.runDue();
  if (!route)
    return toResponse(
      (matching[0]?.provider ?? owners.get(firstSegment(path)) ?? world.providers.find((one) => one.atRoot))?.notFound(
        matching.length > 0,
      ) ?? unknownPath,
    );

  const { entry, provider } = route;
  const values = route.pattern.exec(path)?.slice(1) ?? [];
  const sandboxRequest: SandboxRequest = {
    world,
    path: Object.fromEntries(route.names.map((name, i) => [name, decode(values[i] ?? '')])),
    query: url.searchParams,
    body: readBody(text, request.headers.get('content-type') ?? ''),
    headers: request.headers,
  };
  const logStatus = (status: number): void =>
    logRequest(world, { at: world.clock.now(), operation: entry.id, method: request.method, path, status });

  const limiter = world.limiters.find((one) => !one.rule.provider || one.rule.provider === provider.name);
  if (limiter && !limiter.pass(world.clock.now())) {
    logStatus(429);
    const { retryAfter } = limiter.rule;
    return toResponse({ ...provider.errorResponse(429), headers: retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {} });
  }
  const faults = world.faults.takeMatching(entry.id, provider);
  for (const fault of faults) {
    if (fault.fault === 'slow') await world.clock.sleep(fault.ms ?? 1000, request.signal);
    const own = provider.faults[fault.fault];
    const delay = own?.delay?.(fault.ms) ?? 0;
    if (delay > 0) await world.clock.sleep(delay, request.signal);
    if (fault.fault === 'expired-token') provider.expireCredentials(world);
    if (fault.fault === 'cut') {
      logStatus(0);
      throw new ConnectionCut();
    }
    const refused = own?.before?.(world, fault.ms) ?? faultResponse(fault, provider);
    if (refused) {
      logStatus(refused.status);
      return toResponse(refused);
    }
  }
  const hasFault = (kind: OneShotFault['fault']): boolean => faults.some((one) => one.fault === kind);
  const handled = runHandler(route, sandboxRequest);
  const changed = faults.reduce((sofar, { fault }) => provider.faults[fault]?.after?.(sofar) ?? sofar, handled);
  const response = hasFault('500-after') ? provider.errorResponse(500) : changed;
  logStatus(response.status);
  if (hasFault('lost-answer') || hasFault('half')) throw new ConnectionCut();
  return toResponse(response, hasFault('truncated'));
}

/** The refusal that a fault is, before anything took effect. */
function faultResponse({ fault, ms }: OneShotFault, provider: SandboxProvider): SandboxResponse | undefined {
  const retryAfter: Record<string, string> = ms === undefined ? {} : { 'retry-after': String(Math.ceil(ms / 1000)) };
  const html = { 'content-type': 'text/html' };
  switch (fault) {
    case '429':
    case '500':
    case '503': {
      const response = provider.errorResponse(Number(fault));
      return { ...response, headers: { ...response.headers, ...retryAfter } };
    }
    case 'html':
      return { status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>', headers: html };
    case 'html-429':
      return { status: 429, body: '<html><body><h1>429 Too Many Requests</h1></body></html>', headers: { ...html, ...retryAfter } };
    default:
      return undefined;
  }
}

function runHandler(route: SandboxRoute, request: SandboxRequest): SandboxResponse {
  try {
    route.provider.authenticate(route.entry, request);
    const response = route.handler(request);
    const wrap = route.provider.wrapBody;
    return wrap && response.body !== undefined && response.status < 300
      ? { ...response, body: wrap(route.entry, response.body) }
      : response;
  } catch (error) {
    if (error instanceof SandboxRefusal) return error.response;
    throw error;
  }
}

/** `cut`: the body ends in its middle, and nothing else says so. */
function toResponse(response: SandboxResponse, truncated = false): Response {
  const whole = typeof response.body === 'string' ? response.body : response.body === undefined ? null : JSON.stringify(response.body);
  const text = truncated && whole !== null ? whole.slice(0, Math.ceil(whole.length / 2)) : whole;
  const type = typeof response.body === 'string' ? (response.body.startsWith('<') ? 'application/xml' : 'text/plain') : 'application/json';
  const withoutBody = response.status === 204 || response.status === 304;
  return new Response(withoutBody ? null : text, {
    status: response.status,
    headers: { ...(text === null || withoutBody ? {} : { 'content-type': type }), ...response.headers },
  });
}

function readBody(text: string, type: string): unknown {
  if (text === '') return undefined;
  if (type.includes('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/.exec(type)?.[1];
  if (boundary) return formParts(text, boundary);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The parts of a form by their names. */
function formParts(text: string, boundary: string): Record<string, string> {
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
