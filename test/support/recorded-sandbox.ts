/** The whole product on the sandbox over a port: a test alters what the requests ask for or are answered, and sees what arrived. */
import { onTestFinished } from 'vitest';

import { type FixedClock, fixedClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import type { ServedWorld } from '../../src/sandbox/make-world.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { listen } from '../../src/web/listen.ts';
import { operations, providers, sandboxProviders } from './providers.ts';
import { startTestServer, startTime, type TestServer, type TestServerOptions } from './test-server.ts';

/** A request before the sandbox gets it. */
export interface PortRequest {
  method: string;
  /** Path and query. */
  path: string;
  body: string;
}

export interface RecordedSandbox extends Omit<TestServer, 'world'> {
  world: ServedWorld;
  /** The requests of operations with effects as they arrived: `DELETE /thingpark/... body`. Logins are left out. */
  wire: string[];
}

export interface RecordedSandboxOptions extends TestServerOptions {
  /** The request that the sandbox gets instead; the same one where it returns nothing. */
  redirect?: (request: PortRequest) => Partial<PortRequest> | undefined;
  /** The answer that is sent instead; a JSON body may be altered in place. */
  answer?: (request: PortRequest, body: unknown) => unknown;
  /** The connections count as live ones: `live-thingpark` in place of `sandbox-thingpark`. */
  live?: boolean;
}

const reads = new Set<string>(operations.filter(({ effects }) => effects.length === 0).map(({ id }) => id));

/** Starts it with the tools for all operations. It is closed when the test ends. */
export async function startRecordedSandbox(options: RecordedSandboxOptions = {}): Promise<RecordedSandbox> {
  const { redirect, answer, live = false, ...more } = options;
  const clock: FixedClock = more.clock ?? fixedClock(startTime);
  const { world } = makeSandbox({ providers: sandboxProviders, clock, fleet: more.fleet ?? 60, seed: 1 });
  const handle = portHandler(world);
  const wire: string[] = [];
  const served = await listen(
    async (request) => {
      const { origin } = new URL(request.url);
      const { method } = request;
      const asked = { method, path: request.url.slice(origin.length), body: method === 'GET' ? '' : await request.text() };
      const sent = { ...asked, ...redirect?.(asked) };
      const logged = world.requestLog.length;
      const init = { method: sent.method, headers: request.headers, ...(sent.body === '' ? {} : { body: sent.body }) };
      const response = await handle(new Request(`${origin}${sent.path}`, init));
      const operation = world.requestLog[logged]?.operation;
      if (operation !== undefined && !reads.has(operation) && !/token|session|login/i.test(asked.path))
        wire.push(`${method} ${sent.path} ${sent.body}`.trim());
      if (answer === undefined) return response;
      const text = await response.text();
      const body: unknown = /^\s*[[{]/.test(text) ? JSON.parse(text) : text;
      const instead = answer(asked, body) ?? body;
      if (instead instanceof Response) return instead;
      const { status } = response;
      return status === 204
        ? new Response(null, { status })
        : new Response(typeof instead === 'string' ? instead : JSON.stringify(instead), { status, headers: response.headers });
    },
    '127.0.0.1',
    0,
  );
  onTestFinished(() => served.close());
  const server = await startTestServer({
    ...more,
    clock,
    flags: { toolsets: 'fleet,thingpark,thingspace,iotx,operations,changes', ...more.flags },
    adjust: (config) => {
      const connections = sandboxConnections(providers, served.url);
      config.connections = live
        ? connections.map((one) => ({ ...one, name: one.name.replace('sandbox-', 'live-'), sandbox: false }))
        : connections;
      more.adjust?.(config);
    },
  });
  const { product, fetch, connectClient } = server;
  return { product, clock, world, fetch, connectClient, wire };
}

/** The example input of an operation, a copy to be changed. */
export function exampleOf(id: string): Record<string, unknown> {
  const example = operations.find((one) => one.id === id)?.example;
  if (example === undefined) throw new Error(`there is no operation ${id}`);
  return structuredClone(example) as Record<string, unknown>;
}
