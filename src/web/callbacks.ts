/** The listener for carrier callbacks: hints about requests under way. What they say is checked by reading. */
import { createHash, timingSafeEqual } from 'node:crypto';

import type { Hint } from '../changes/follower.ts';
import { isObject } from '../text/is-object.ts';

/** What may call back for one connection. */
export interface Listener {
  connection: string;
  /** Reads a message of this provider. */
  hintOf(message: Readonly<Record<string, unknown>>): Hint;
  /** Sent back in clear inside every message, the only secret there is. */
  username: string;
  password: string;
  /** Source addresses that may call; empty: a proxy stands before us and checks them. */
  from: readonly string[];
}

export interface CallbackDoor {
  /** Answers `POST /callbacks/{connection}`; the sender's address where the server knows it. */
  receive(request: Request, connection: string, address: string | undefined): Promise<Response>;
}

const longest = 8 * 1024;
const remembered = 10_000;

export function callbackDoor(listeners: readonly Listener[], tell: (connection: string, hint: Hint) => void): CallbackDoor {
  // The carrier repeats what it believes unheard, four times in twenty minutes.
  const seen = new Set<string>();

  const isNew = (connection: string, text: string): boolean => {
    const mark = createHash('sha256')
      .update(`${connection}\0${text.replace(/"callbackCount"\s*:\s*\d+/, '')}`)
      .digest('base64url');
    if (seen.has(mark)) return false;
    seen.add(mark);
    const oldest = seen.values().next().value;
    if (seen.size > remembered && oldest !== undefined) seen.delete(oldest);
    return true;
  };

  return {
    async receive(request, connection, address) {
      const listener = listeners.find((one) => one.connection === connection);
      if (!listener || request.method !== 'POST') return new Response(null, { status: 404 });
      if (listener.from.length > 0 && !(address !== undefined && listener.from.includes(plainAddress(address))))
        return new Response(null, { status: 403 });
      const text = await capped(request);
      if (text === undefined) return new Response(null, { status: 413 });
      const message = parse(text);
      if (!message) return new Response(null, { status: 400 });
      const known = same(textOf(message['username']), listener.username) && same(textOf(message['password']), listener.password);
      if (!known) return new Response(null, { status: 401 });
      // Answered before anything is done with it: the carrier waits for nobody.
      if (isNew(connection, text)) setImmediate(() => tell(connection, listener.hintOf(message)));
      return new Response(null, { status: 202 });
    },
  };
}

async function capped(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > longest || !request.body) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > longest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An IPv4 address as such, also where the socket shows it mapped into IPv6. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '');
}

function same(a: string, b: string): boolean {
  const [left, right] = [createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest()];
  return timingSafeEqual(left, right);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
