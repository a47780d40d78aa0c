/** A ThingPark sandbox for tests, reachable through the typed client and through raw requests. */
import { type Call, makeCall } from '../../../src/clients/http/client.ts';
import { type ThingparkSettings, thingparkAdapter } from '../../../src/clients/thingpark/adapter.ts';
import { sandboxThingpark } from '../../../src/clients/thingpark/sandbox-account.ts';
import { type FixedClock, fixedClock } from '../../../src/clock.ts';
import type { ServedWorld } from '../../../src/sandbox/make-world.ts';
import { serve } from '../../../src/sandbox/serve.ts';
import { sandboxWorld } from '../../support/providers.ts';

export interface Reply {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface Subscription {
  world: ServedWorld;
  clock: FixedClock;
  call: Call;
  /** Sends a raw OSS request; the route is relative to /thingpark/wireless/rest. */
  oss(route: string, body?: unknown): Promise<Reply>;
  /** Sends a raw DX Core request. */
  core(route: string, body?: unknown): Promise<Reply>;
  /** Sends a raw DX Admin request. */
  admin(route: string, body?: unknown): Promise<Reply>;
  /** Sends a raw request without adding a token. */
  raw(route: string, headers: Record<string, string>, body?: string): Promise<Reply>;
}

/** 2026-11-22T08:00:00Z */
export const began = 1_795_334_400_000;

const settings: ThingparkSettings = {
  name: 'sandbox',
  oss: { url: 'http://sandbox', realm: 'users-auth', ...sandboxThingpark.oss },
  dx: {
    adminUrl: 'http://sandbox/thingpark/dx/admin/latest/api',
    coreUrl: 'http://sandbox/thingpark/dx/core/latest/api',
    ...sandboxThingpark.dx,
  },
};

export function subscription(fleet = 24): Subscription {
  const clock = fixedClock(began);
  const world = sandboxWorld({ clock, fleet, seed: 1 });
  const fetch = (url: string, init: RequestInit): Promise<Response> => serve(world, new Request(url, init));
  const dialect = thingparkAdapter(settings, clock, () => undefined);
  const raw: Subscription['raw'] = async (route, headers, body) => {
    const [method = 'GET', path = '/'] = route.split(' ');
    const response = await fetch(`http://sandbox${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : readText(text), headers: response.headers };
  };
  const token = async (kind: 'oss' | 'dx'): Promise<string> => {
    const { clientId, clientSecret } = sandboxThingpark[kind];
    const path = kind === 'oss' ? '/users-auth/protocol/openid-connect/token' : '/thingpark/dx/admin/latest/api/oauth/token';
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
    const reply = await raw(`POST ${path}`, { 'content-type': 'application/x-www-form-urlencoded' }, form.toString());
    return String(valueAt(reply.body, 'access_token'));
  };
  const apiCaller =
    (kind: 'oss' | 'dx', mount: string) =>
    async (route: string, body?: unknown): Promise<Reply> => {
      const headers = {
        authorization: `Bearer ${await token(kind)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      return raw(route.replace(' ', ` ${mount}`), headers, body === undefined ? undefined : JSON.stringify(body));
    };
  return {
    world,
    clock,
    call: makeCall({ connection: 'sandbox', adapter: dialect, fetch, clock, random: () => 0.5, timeoutMs: 10_000 }),
    oss: apiCaller('oss', '/thingpark/wireless/rest'),
    core: apiCaller('dx', '/thingpark/dx/core/latest/api'),
    admin: apiCaller('dx', '/thingpark/dx/admin/latest/api'),
    raw,
  };
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The value at a path of a response body; undefined if there is none. */
export function valueAt(body: unknown, ...path: (string | number)[]): unknown {
  let value = body;
  for (const step of path) value = value !== null && typeof value === 'object' ? Reflect.get(value, step) : undefined;
  return value;
}

/** The list at a path of a response body; empty if there is none. */
export function listAt(body: unknown, ...path: (string | number)[]): unknown[] {
  const value = valueAt(body, ...path);
  return Array.isArray(value) ? value : [];
}

/** Status, code and message of an error response. */
export function errorOf(reply: Reply): [number, unknown, unknown] {
  return [reply.status, valueAt(reply.body, 'code'), valueAt(reply.body, 'message')];
}
