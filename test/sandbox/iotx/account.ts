/** An iot-x sandbox for tests, reachable through the typed client and through raw requests. */
import { type Call, makeCall } from '../../../src/clients/http/client.ts';
import { iotxAdapter } from '../../../src/clients/iotx/adapter.ts';
import { sandboxIotx } from '../../../src/clients/iotx/sandbox-account.ts';
import { type FixedClock, fixedClock } from '../../../src/clock.ts';
import type { ServedWorld } from '../../../src/sandbox/make-world.ts';
import { serve } from '../../../src/sandbox/serve.ts';
import { sandboxWorld } from '../../support/providers.ts';

export interface Account {
  world: ServedWorld;
  clock: FixedClock;
  /** Sends a raw request, by default with `accessKey`, and returns status and body. */
  request(route: string, body?: unknown, key?: string): Promise<{ status: number; body: unknown }>;
  call: Call;
}

/** 2026-11-22T08:00:00Z */
export const began = 1_795_334_400_000;

export function account(fleet = 24): Account {
  const clock = fixedClock(began);
  const world = sandboxWorld({ clock, fleet, seed: 1 });
  const dialect = iotxAdapter({ name: 'iotx', url: 'http://sandbox', accessKey: sandboxIotx.accessKey });
  const fetch = (url: string, init: RequestInit) => serve(world, new Request(url, init));
  return {
    world,
    clock,
    call: makeCall({ connection: 'iotx', adapter: dialect, fetch, clock, random: () => 0.5, timeoutMs: 10_000 }),
    async request(route, body, key = sandboxIotx.accessKey) {
      const [method = 'GET', path = '/'] = route.split(' ');
      const headers = { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
      const response = await serve(
        world,
        new Request(`http://sandbox${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
      );
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : readText(text) };
    },
  };
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An expected error response. */
export const errorResponse = (status: number, code: string, message: string) => ({
  status,
  body: { error: { message, code, children: [] } },
});
