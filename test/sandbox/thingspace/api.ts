/** Test client for the simulated ThingSpace that builds every request itself, without the product's client. */
import { type FixedClock, fixedClock } from '../../../src/clock.ts';
import type { ServedWorld } from '../../../src/sandbox/make-world.ts';
import { serve } from '../../../src/sandbox/serve.ts';
import { sandboxWorld } from '../../support/providers.ts';

export interface Reply {
  status: number;
  /** The parsed body when it is JSON, otherwise its text. */
  body: unknown;
  headers: Headers;
}

export interface Api {
  world: ServedWorld;
  clock: FixedClock;
  /** Sends the request with exactly these headers. */
  raw(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Reply>;
  /** Sends JSON with bearer token and session. */
  send(method: string, path: string, body?: unknown): Promise<Reply>;
  /** POST below /api/m2m/v1. */
  post(path: string, body: unknown): Promise<Reply>;
  /** GET below /api/m2m/v1. */
  get(path: string): Promise<Reply>;
}

export const basic = `Basic ${Buffer.from('sandbox-app-key:sandbox-app-secret').toString('base64')}`;
const form = 'application/x-www-form-urlencoded';

export function newWorld(fleet = 24): { world: ServedWorld; clock: FixedClock } {
  const clock = fixedClock(Date.parse('2026-03-01T12:00:00Z'));
  return { world: sandboxWorld({ clock, fleet, seed: 1 }), clock };
}

export function rawApi(fleet = 24): Pick<Api, 'world' | 'clock' | 'raw'> {
  const { world, clock } = newWorld(fleet);
  return {
    world,
    clock,
    async raw(method, path, headers, body) {
      const response = await serve(
        world,
        new Request(`http://sandbox${path}`, { method, headers, ...(body === undefined ? {} : { body }) }),
      );
      const text = await response.text();
      return { status: response.status, body: parse(text), headers: response.headers };
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Returns a client with bearer token and session. */
export async function loggedIn(fleet = 24): Promise<Api> {
  const api = rawApi(fleet);
  const bearer = await tokenOf(api);
  const session = await sessionOf(api, bearer);
  const headers = { authorization: `Bearer ${bearer}`, 'vz-m2m-token': session };
  const send: Api['send'] = (method, path, body) =>
    api.raw(
      method,
      path,
      body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body === undefined ? undefined : JSON.stringify(body),
    );
  return { ...api, send, post: (path, body) => send('POST', `/api/m2m/v1${path}`, body), get: (path) => send('GET', `/api/m2m/v1${path}`) };
}

export async function tokenOf({ raw }: Pick<Api, 'raw'>): Promise<string> {
  const reply = await raw(
    'POST',
    '/api/ts/v1/oauth2/token',
    { authorization: basic, 'content-type': form },
    'grant_type=client_credentials',
  );
  return textAt(reply.body, 'access_token');
}

export async function sessionOf({ raw }: Pick<Api, 'raw'>, bearer: string): Promise<string> {
  const credentials = JSON.stringify({ username: 'sandbox-user', password: 'sandbox-password' });
  const reply = await raw(
    'POST',
    '/api/m2m/v1/session/login',
    { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    credentials,
  );
  return textAt(reply.body, 'sessionToken');
}

/** Returns a nested member, undefined when the path does not exist. */
export function at(body: unknown, ...path: (string | number)[]): unknown {
  let value = body;
  for (const step of path) value = value !== null && typeof value === 'object' ? Reflect.get(value, step) : undefined;
  return value;
}

/** Like `at`, but throws when the member is not a string. */
export function textAt(body: unknown, ...path: (string | number)[]): string {
  const value = at(body, ...path);
  if (typeof value !== 'string') throw new Error(`expected a string at ${path.join('.')} of ${JSON.stringify(body)}`);
  return value;
}

/** Like `at`, but throws when the member is not a list. */
export function rowsAt(body: unknown, ...path: (string | number)[]): unknown[] {
  const value = at(body, ...path);
  if (!Array.isArray(value)) throw new Error(`expected a list at ${path.join('.')} of ${JSON.stringify(body)}`);
  return value;
}

export const code = (reply: Reply): unknown => at(reply.body, 'errorCode');
export const faultCode = (reply: Reply): unknown => at(reply.body, 'fault', 'code');
