/** Who has the console open: in this process, for eight hours. A session sees and stops; it approves nothing. */
import type { RandomBytes } from '../../approvers/approver.ts';
import type { Clock } from '../../clock.ts';

export const sessionLife = 8 * 3_600_000;
const mostSessions = 1000;

export interface Session {
  /** The approver who signed in; undefined when a link opened it. */
  name: string | undefined;
  /** Every form of this session carries it. */
  csrf: string;
  until: number;
}

export interface Sessions {
  /** A new session; the Set-Cookie header that hands it out. */
  open(name: string | undefined, secure: boolean): string;
  /** The session whose cookie a request carries. */
  find(request: Request, secure: boolean): Session | undefined;
  /** Ends it; the Set-Cookie header that takes the cookie away. */
  close(request: Request, secure: boolean): string;
}

export function makeSessions({ clock, random }: { clock: Clock; random: RandomBytes }): Sessions {
  const sessions = new Map<string, Session>();
  const token = (): string => Buffer.from(random(32)).toString('base64url');
  // The prefix lets no other host and nothing unencrypted set it; `__Host-` would need the path `/`.
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
      for (const [id, { until }] of sessions) if (until <= clock.now()) sessions.delete(id);
      const oldest = sessions.keys().next().value;
      if (sessions.size >= mostSessions && oldest !== undefined) sessions.delete(oldest);
      const id = token();
      sessions.set(id, { name, csrf: token(), until: clock.now() + sessionLife });
      return cookie(secure, id, sessionLife / 1000);
    },
    find(request, secure) {
      const session = sessions.get(idOf(request, secure));
      return session && session.until > clock.now() ? session : undefined;
    },
    close(request, secure) {
      sessions.delete(idOf(request, secure));
      return cookie(secure, '', 0);
    },
  };
}
