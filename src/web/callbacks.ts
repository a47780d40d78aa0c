/** Receives carrier callbacks. A callback is only a hint: the change it concerns is verified by reading from the provider. */
import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import type { CallbackReport } from '../changes/status-poller.ts';
import { constantTimeEqual } from '../text/constant-time-equal.ts';
import { isObject } from '../text/is-object.ts';

/** Who may call back for one connection. */
export interface CallbackListener {
  connection: string;
  /** Reads a message of this provider. */
  parseCallback(message: Readonly<Record<string, unknown>>): readonly CallbackReport[];
  /** The carrier sends these credentials in clear text in the body of every message; there is no other authentication. */
  username: string;
  password: string;
  /** Allowed source addresses. Empty: any, for a proxy in front that checks them. */
  from: readonly string[];
}

export interface CallbackHandler {
  /** Handles `POST /callbacks/{connection}`: 202 accepted, 400 no JSON object, 401 wrong credentials, 403 source address not allowed, 404 no listener, 413 over 8 KiB. */
  receive(request: Request, connection: string, address: string | undefined): Promise<Response>;
  /** Whether callbacks of this connection are taken. */
  listens(connection: string): boolean;
}

/** Bytes. */
const maxBodySize = 8 * 1024;
const maxRemembered = 10_000;

/** Passes each new callback to `onCallback` once, after the response. */
export function makeCallbackHandler(
  listeners: readonly CallbackListener[],
  onCallback: (connection: string, reports: readonly CallbackReport[]) => void,
): CallbackHandler {
  // The carrier repeats a callback up to four times in twenty minutes when it sees no response; only `callbackCount` differs.
  const seen = new Set<string>();

  const isNew = (connection: string, text: string): boolean => {
    const hash = createHash('sha256')
      .update(`${connection}\0${text.replace(/"callbackCount"\s*:\s*\d+/, '')}`)
      .digest('base64url');
    if (seen.has(hash)) return false;
    seen.add(hash);
    const oldest = seen.values().next().value;
    if (seen.size > maxRemembered && oldest !== undefined) seen.delete(oldest);
    return true;
  };

  const app = new Hono<CallbackEnv>();
  app.post('*', async (c, next) => {
    const { connection, address } = c.env;
    const listener = listeners.find((one) => one.connection === connection);
    if (!listener) return c.body(null, 404);
    if (listener.from.length > 0 && !(address !== undefined && listener.from.includes(plainAddress(address)))) return c.body(null, 403);
    c.set('listener', listener);
    return next();
  });
  app.post('*', bodyLimit({ maxSize: maxBodySize, onError: (c) => c.body(null, 413) }), async (c) => {
    const { connection } = c.env;
    const { listener } = c.var;
    const text = await c.req.text();
    const message = parse(text);
    if (!message) return c.body(null, 400);
    const isAuthentic =
      constantTimeEqual(textOf(message['username']), listener.username) &&
      constantTimeEqual(textOf(message['password']), listener.password);
    if (!isAuthentic) return c.body(null, 401);
    // Processed after the response, so that the carrier does not wait for it.
    if (isNew(connection, text)) setImmediate(() => onCallback(connection, listener.parseCallback(message)));
    return c.body(null, 202);
  });
  return {
    receive: async (request, connection, address) => app.fetch(request, { connection, address }),
    listens: (connection) => listeners.some((one) => one.connection === connection),
  };
}

interface CallbackEnv {
  Bindings: { connection: string; address: string | undefined };
  Variables: { listener: CallbackListener };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The IPv4 address of an IPv4-mapped IPv6 address; any other address unchanged. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
