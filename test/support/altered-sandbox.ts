/** The whole product on the sandbox over a port, whose answers a test alters or replaces. */
import { onTestFinished } from 'vitest';

import { type FixedClock, fixedClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { listen } from '../../src/web/listen.ts';
import type { Json } from './json.ts';
import { providers, sandboxProviders } from './providers.ts';
import { startTestServer, startTime, type TestClient, yes } from './test-server.ts';

/** A request as the sandbox got it. */
export interface AlteredRequest {
  method: string;
  path: string;
}

/** Returns the answer to send instead of `answer`, which it may also alter in place; a Response is sent as it is. */
export type Alter = (answer: Json, request: AlteredRequest) => unknown;

export interface AlteredSandbox {
  call: TestClient['call'];
  clock: FixedClock;
  /** Sets what happens to the answers of requests whose path matches; the rest stays as it is. Replaces what was set before. */
  alter(path: RegExp, how: Alter): void;
}

interface Options {
  /** Names of the only connections, without `sandbox-`. */
  only?: readonly ('thingpark' | 'thingspace' | 'iotx')[];
  fleet?: number;
}

/** Starts it with one client whose person approves everything. It is closed when the test ends. */
export async function startAlteredSandbox({ only, fleet = 12 }: Options = {}): Promise<AlteredSandbox> {
  const clock = fixedClock(startTime);
  const { world } = makeSandbox({ providers: sandboxProviders, clock, fleet, seed: 1 });
  const handle = portHandler(world);
  let altered: { path: RegExp; how: Alter } | undefined;
  const served = await listen(
    async (request) => {
      const path = new URL(request.url).pathname;
      const response = await handle(request);
      if (!altered?.path.test(path) || /token|session/.test(path)) return response;
      const text = await response.text();
      const answer: Json = /^\s*[[{]/.test(text) ? JSON.parse(text) : text;
      const instead = altered.how(answer, { method: request.method, path }) ?? answer;
      if (instead instanceof Response) return instead;
      return Response.json(instead, { status: response.status });
    },
    '127.0.0.1',
    0,
  );
  onTestFinished(() => served.close());
  const { connectClient } = await startTestServer({
    clock,
    flags: { toolsets: 'fleet,thingpark,thingspace,iotx,changes,operations' },
    adjust: (config) => {
      config.connections = sandboxConnections(providers, served.url).filter(
        ({ name }) => only === undefined || only.some((one) => name === `sandbox-${one}`),
      );
    },
  });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
  return {
    call,
    clock,
    alter(path, how) {
      altered = { path, how };
    },
  };
}
