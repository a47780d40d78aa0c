/** Serves the providers of a sandbox under their real paths: a plain `Request -> Response`. */
import { type AnyEndpoint, methodOf, pathOf, type Route } from '../clients/http/endpoint.ts';
import { ConnectionCut, type OneShotFault } from './faults.ts';
import { type SandboxProvider, SandboxRefusal, type SandboxRequest, type SandboxResponse } from './handler.ts';
import type { ServedWorld } from './make-world.ts';
import { logRequest } from './world.ts';

interface SandboxRoute {
  provider: SandboxProvider;
  entry: AnyEndpoint;
  handler: (ask: SandboxRequest) => SandboxResponse;
  method: string;
  pattern: RegExp;
  names: string[];
  /** The number of literal segments; the route with the most is matched first. */
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
  /** The provider of an unknown path, by its first segment; only for segments that a single provider uses. */
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

/** The response to a path of no provider. */
const unknownPath: SandboxResponse = { status: 404, body: { error: 'no provider of this sandbox has this path' } };

/** Answers one provider request. Throws ConnectionCut if the connection ends before the response; the body throws it if it ends in the middle. */
export async function serve(world: ServedWorld, request: Request): Promise<Response> {
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
    body: await readBody(text, request.headers.get('content-type') ?? ''),
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
  if (hasFault('lost-answer')) throw new ConnectionCut();
  if (hasFault('half')) return brokenOff(response);
  return toResponse(response, hasFault('truncated'));
}

/** The error response of a fault that is refused before anything took effect. */
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

/** `truncated`: the body ends in the middle, with nothing else that shows it. */
function toResponse(response: SandboxResponse, truncated = false): Response {
  const whole = bodyText(response);
  const text = truncated && whole !== null ? whole.slice(0, Math.ceil(whole.length / 2)) : whole;
  return new Response(text, { status: response.status, headers: headersOf(response) });
}

/** Sends status, headers and the first half of the body, then ends the connection. Without a body, it ends before the status. */
function brokenOff(response: SandboxResponse): Response {
  const whole = Buffer.from(bodyText(response) ?? '');
  if (whole.length === 0) throw new ConnectionCut();
  const parts = [whole.subarray(0, Math.ceil(whole.length / 2))];
  const body = new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part) controller.enqueue(part);
      else controller.error(new ConnectionCut());
    },
  });
  return new Response(body, { status: response.status, headers: { ...headersOf(response), 'content-length': String(whole.length) } });
}

function bodyText({ status, body }: SandboxResponse): string | null {
  if (status === 204 || status === 304 || body === undefined) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function headersOf(response: SandboxResponse): Record<string, string> {
  const { body, headers } = response;
  const type = typeof body !== 'string' ? 'application/json' : body.startsWith('<') ? 'application/xml' : 'text/plain';
  return { ...(bodyText(response) === null ? {} : { 'content-type': type }), ...headers };
}

async function readBody(text: string, type: string): Promise<unknown> {
  if (text === '') return undefined;
  if (type.includes('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  if (type.startsWith('multipart/form-data')) return formMembers(text, type);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The members of a form, with files as text; the text itself if the body is not a form. */
async function formMembers(text: string, type: string): Promise<unknown> {
  try {
    const form = await new Response(text, { headers: { 'content-type': type } }).formData();
    const members = [...form].map(async ([name, value]) => [name, typeof value === 'string' ? value : await value.text()] as const);
    return Object.fromEntries(await Promise.all(members));
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
