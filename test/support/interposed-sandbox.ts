/** The sandbox on a port, with answers of its own choice: replaced before a handler runs, or altered after it. */
import { onTestFinished } from 'vitest';

import { type FixedClock, fixedClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import type { World } from '../../src/sandbox/world.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { listen } from '../../src/web/listen.ts';
import { providers, sandboxProviders } from './providers.ts';
import { startTestServer, startTime, type TestClient, type TestServer, yes } from './test-server.ts';

/** `METHOD /path` of a request and its body, without sign-in requests. */
export interface SeenRequest {
  line: string;
  url: URL;
  body: string;
}

/** What a test puts between client and sandbox; may be replaced while the server runs. */
export interface Interposition {
  /** Answers in place of the sandbox; undefined lets the request through. */
  answer?: ((request: SeenRequest) => Response | undefined) | undefined;
  /** Returns the JSON to answer in place of the sandbox's. */
  alter?: ((request: SeenRequest, answer: unknown) => unknown) | undefined;
  /** Answers wait for it. */
  hold?: Promise<void> | undefined;
}

export interface InterposedServer extends Pick<TestClient, 'call' | 'asked'>, Pick<TestServer, 'product'> {
  world: World;
  clock: FixedClock;
  sent: SeenRequest[];
  between: Interposition;
}

/** A server whose connections lead to the sandbox through `between`; `only` keeps the connections whose name contains it. */
export async function startInterposed(only: string, between: Interposition = {}, person = yes): Promise<InterposedServer> {
  const clock = fixedClock(startTime);
  const { world } = makeSandbox({ providers: sandboxProviders, clock, fleet: 12, seed: 1 });
  const handle = portHandler(world);
  const sent: SeenRequest[] = [];
  const interpose = async (request: Request): Promise<Response> => {
    if (/token|session\/log/.test(request.url)) return handle(request);
    const url = new URL(request.url);
    const seen = { line: `${request.method} ${url.pathname}`, url, body: await request.clone().text() };
    sent.push(seen);
    await between.hold;
    const own = between.answer?.(seen);
    if (own) return own;
    const response = await handle(request);
    if (!between.alter || response.status === 204) return response;
    const text = await response.text();
    const headers = new Headers(response.headers);
    headers.delete('content-length');
    if (!/^\s*[[{]/.test(text)) return new Response(text, { status: response.status, headers });
    return new Response(JSON.stringify(between.alter(seen, JSON.parse(text))), { status: response.status, headers });
  };
  const served = await listen(interpose, '127.0.0.1', 0);
  onTestFinished(() => served.close());
  const { product, connectClient } = await startTestServer({
    clock,
    flags: { toolsets: 'fleet,thingpark,thingspace,iotx,changes,operations' },
    adjust: (config) => {
      config.connections = sandboxConnections(providers, served.url).filter(({ name }) => name.includes(only));
    },
  });
  const { call, asked } = await connectClient({ transport: 'stdio', era: 'auto', person });
  return { call, asked, product, world, clock, sent, between };
}
