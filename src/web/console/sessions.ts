/** Console sessions, kept in memory of this process. A session may view changes and stop all changes, but every approval needs a PIN or code. */
import type { RandomBytes } from '../../approvers/approver.ts';
import type { Clock } from '../../clock.ts';

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
  /** Starts a session and returns its Set-Cookie header. At 1000 sessions the oldest is dropped. */
  open(name: string | undefined, secure: boolean): string;
  /** The session of the request's cookie, unless it is expired. */
  find(request: Request, secure: boolean): Session | undefined;
  /** Ends the session and returns the Set-Cookie header that deletes the cookie. */
  close(request: Request, secure: boolean): string;
}

export function makeSessions({ clock, random }: { clock: Clock; random: RandomBytes }): Sessions {
  const sessions = new Map<string, Session>();
  const token = (): string => Buffer.from(random(32)).toString('base64url');
  // With `__Secure-` the cookie can only be set over https. `__Host-` is stricter but requires the path `/`.
  const cookieName = (secure: boolean): string => `${secure ? '__Secure-' : ''}iot-ops-console`;
  const cookie = (secure: boolean, value: string, seconds: number): string =>
    `${cookieName(secure)}=${value}; Path=/console; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  const idOf = (request: Request, secure: boolean): string => {
    const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
    const start = `${cookieName(secure)}=`;
    return pairs.find((pair) => pair.startsWith(start))?.slice(start.length) ?? '';
  };
  return {
    open(name, secure) {
      for (const [id, { expiresAt }] of sessions) if (expiresAt <= clock.now()) sessions.delete(id);
      const oldest = sessions.keys().next().value;
      if (sessions.size >= maxSessions && oldest !== undefined) sessions.delete(oldest);
      const id = token();
      sessions.set(id, { name, csrf: token(), expiresAt: clock.now() + sessionLifetime });
      return cookie(secure, id, sessionLifetime / 1000);
    },
    find(request, secure) {
      const session = sessions.get(idOf(request, secure));
      return session && session.expiresAt > clock.now() ? session : undefined;
    },
    close(request, secure) {
      sessions.delete(idOf(request, secure));
      return cookie(secure, '', 0);
    },
  };
}
