/** The whole product on the sandbox over a port: a test sees the requests, and alters what they ask for or are answered. */
import { onTestFinished } from 'vitest';

import { type FixedClock, fixedClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import type { ServedWorld } from '../../src/sandbox/make-world.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { listen } from '../../src/web/listen.ts';
import type { Json } from './json.ts';
import { operations, providers, sandboxProviders } from './providers.ts';
import { startTestServer, startTime, type TestClient, type TestServer, type TestServerOptions, yes } from './test-server.ts';

/** A request as the server sent it. */
export interface PortRequest {
  method: string;
  path: string;
  /** Empty, or with its `?`. */
  query: string;
  body: string;
}

/** What stands between server and sandbox. Sign-in requests pass; members may be replaced while the server runs. */
export interface Between {
  /** Answers wait for it. */
  hold?: Promise<void>;
  /** The request that the sandbox gets instead; the same one where it returns nothing. */
  redirect?(request: PortRequest): Partial<PortRequest> | undefined;
  /** Answers in place of the sandbox; undefined lets the request through. */
  answer?(request: PortRequest): Response | undefined;
  /** Returns what is answered instead of the sandbox's `answer`, which it may also alter in place; a Response is sent as it is. */
  alter?(answer: Json, request: PortRequest): unknown;
}

export interface SandboxOnPort extends Omit<TestServer, 'world' | 'clock'> {
  world: ServedWorld;
  clock: FixedClock;
  between: Between;
  /** All requests but those that sign in. */
  requests: PortRequest[];
  /** The requests of operations with effects as they arrived: `DELETE /thingpark/... body`. */
  wire: string[];
}

export interface SandboxOnPortOptions extends Omit<TestServerOptions, 'only'> {
  /** Names of the only connections, without `sandbox-`. */
  only?: readonly ('thingpark' | 'thingspace' | 'iotx')[];
  /** The connections count as live ones: `live-thingpark` in place of `sandbox-thingpark`. */
  live?: boolean;
  between?: Between;
}

const reads = new Set<string>(operations.filter(({ effects }) => effects.length === 0).map(({ id }) => id));

/** Starts it with the tools for all operations. It is closed when the test ends. */
export async function startSandboxOnPort(options: SandboxOnPortOptions = {}): Promise<SandboxOnPort> {
  const { only, live = false, between = {}, ...more } = options;
  const clock = more.clock ?? fixedClock(startTime);
  const { world } = makeSandbox({ providers: sandboxProviders, clock, fleet: more.fleet ?? 60, seed: 1 });
  const handle = portHandler(world);
  const requests: PortRequest[] = [];
  const wire: string[] = [];
  const respond = async (request: Request): Promise<Response> => {
    const { origin, pathname: path, search: query } = new URL(request.url);
    if (/token|session\/log/i.test(path)) return handle(request);
    const { method, headers } = request;
    const asked = { method, path, query, body: method === 'GET' ? '' : await request.text() };
    requests.push(asked);
    await between.hold;
    const own = between.answer?.(asked);
    if (own) return own;
    const sent = { ...asked, ...between.redirect?.(asked) };
    const logged = world.requestLog.length;
    const init = { method: sent.method, headers, ...(sent.body === '' ? {} : { body: sent.body }) };
    const response = await handle(new Request(`${origin}${sent.path}${sent.query}`, init));
    const operation = world.requestLog[logged]?.operation;
    if (operation !== undefined && !reads.has(operation)) wire.push(`${method} ${sent.path}${sent.query} ${sent.body}`.trim());
    return between.alter ? altered(response, asked, between.alter) : response;
  };
  const served = await listen(respond, '127.0.0.1', 0);
  onTestFinished(() => served.close());
  const { product, fetch, connectClient } = await startTestServer({
    ...more,
    clock,
    flags: { toolsets: 'fleet,thingpark,thingspace,iotx,operations,changes', ...more.flags },
    adjust: (config) => {
      const connections = sandboxConnections(providers, served.url).filter(
        ({ name }) => only === undefined || only.some((one) => name === `sandbox-${one}`),
      );
      config.connections = live
        ? connections.map((one) => ({ ...one, name: one.name.replace('sandbox-', 'live-'), sandbox: false }))
        : connections;
      more.adjust?.(config);
    },
  });
  return { product, clock, world, fetch, connectClient, between, requests, wire };
}

async function altered(response: Response, asked: PortRequest, alter: NonNullable<Between['alter']>): Promise<Response> {
  const text = await response.text();
  const answer: Json = /^\s*[[{]/.test(text) ? JSON.parse(text) : text;
  const instead = alter(answer, asked) ?? answer;
  if (instead instanceof Response) return instead;
  const { status } = response;
  if (status === 204) return new Response(null, { status });
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(typeof instead === 'string' ? instead : JSON.stringify(instead), { status, headers });
}

export interface PortClient extends SandboxOnPort, Pick<TestClient, 'call' | 'asked'> {
  /** Alters the answers of requests whose path matches; the rest stays as it is. Replaces what was set before. */
  alter(path: RegExp, how: NonNullable<Between['alter']>): void;
}

/** The same on a small fleet, with one client whose person approves everything. */
export async function startPortClient(options: SandboxOnPortOptions = {}): Promise<PortClient> {
  const running = await startSandboxOnPort({ fleet: 12, ...options });
  const { call, asked } = await running.connectClient({ transport: 'stdio', era: 'auto', person: yes });
  const alter: PortClient['alter'] = (path, how) => {
    running.between.alter = (answer, request) => (path.test(request.path) ? how(answer, request) : undefined);
  };
  return { ...running, call, asked, alter };
}

/** The example input of an operation, a copy to be changed. */
export function exampleOf(id: string): Record<string, unknown> {
  const example = operations.find((one) => one.id === id)?.example;
  if (example === undefined) throw new Error(`there is no operation ${id}`);
  return structuredClone(example) as Record<string, unknown>;
}
