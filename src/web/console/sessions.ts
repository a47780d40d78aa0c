/** Console sessions, kept in memory of this process. A session may view changes and stop all changes, but every approval needs a PIN or code. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';

import type { RandomBytes } from '../../approvers/approver.ts';
import type { Clock } from '../../clock.ts';
import { ownOrigin } from './own-origin.ts';

/** Milliseconds. */
export const sessionLifetime = 8 * 3_600_000;
const maxSessions = 1000;

export interface Session {
  /** The approver who signed in; undefined for a session opened with a one-time link. */
  name: string | undefined;
  /** CSRF token, required in every form of this session. */
  csrf: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface Sessions {
  /** Starts a session and sets its cookie. At 1000 sessions the oldest is dropped. */
  open(c: Context, name: string | undefined): void;
  /** The session of the request's cookie, unless it is expired. */
  find(c: Context): Session | undefined;
  /** Ends the session and deletes its cookie. */
  close(c: Context): void;
}

const cookieName = 'iot-ops-console';

export interface SessionOptions {
  clock: Clock;
  random: RandomBytes;
  /** Public origin of the console. */
  publicUrl: string | undefined;
}

export function makeSessions({ clock, random, publicUrl }: SessionOptions): Sessions {
  const sessions = new Map<string, Session>();
  const token = (): string => Buffer.from(random(32)).toString('base64url');
  // With `__Secure-` the cookie can only be set over https. `__Host-` is stricter but requires the path `/`.
  const prefixOf = (c: Context): 'secure' | undefined => (ownOrigin(c.req.raw, publicUrl).startsWith('https:') ? 'secure' : undefined);
  const attributesOf = (c: Context): CookieOptions => {
    const prefix = prefixOf(c);
    return { path: '/console', httpOnly: true, sameSite: 'Strict', ...(prefix && { prefix, secure: true }) };
  };
  const idOf = (c: Context): string => getCookie(c, cookieName, prefixOf(c)) ?? '';
  return {
    open(c, name) {
      for (const [id, { expiresAt }] of sessions) if (expiresAt <= clock.now()) sessions.delete(id);
      const oldest = sessions.keys().next().value;
      if (sessions.size >= maxSessions && oldest !== undefined) sessions.delete(oldest);
      const id = token();
      sessions.set(id, { name, csrf: token(), expiresAt: clock.now() + sessionLifetime });
      setCookie(c, cookieName, id, { ...attributesOf(c), maxAge: sessionLifetime / 1000 });
    },
    find(c) {
      const session = sessions.get(idOf(c));
      return session && session.expiresAt > clock.now() ? session : undefined;
    },
    close(c) {
      sessions.delete(idOf(c));
      deleteCookie(c, cookieName, attributesOf(c));
    },
  };
}
