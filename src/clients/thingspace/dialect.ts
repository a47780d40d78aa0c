/** ThingSpace's habits: two tokens on every call, a session that slides, and a login that must never be tried twice in vain. */
import type { Clock } from '../../clock.ts';
import type { Answer, Dialect, Send } from '../http/client.ts';
import { ProviderRefused, Refusal, TooManyRequests, UnknownAnswer } from '../http/errors.ts';
import type { Latch } from '../http/latch.ts';
import { retryAfterMs } from '../http/retry.ts';
import { singleFlight } from '../http/single-flight.ts';
import { plans } from './plans.ts';
import { readRefusal } from './refusal.ts';
import { session as sessionCalls } from './session.ts';
import { tokens } from './tokens.ts';

export interface ThingspaceSettings {
  name: string;
  /** The origin only: `https://thingspace.verizon.com`. */
  url: string;
  appKey: string;
  appSecret: string;
  username: string;
  password: string;
}

interface Bearer {
  token: string;
  /** ms since 1970 after which a new one is fetched. */
  until: number;
}

interface Session {
  token: string;
  /** ms since 1970 of the last call that it signed. */
  used: number;
}

// A bearer that runs out on the way is refused; renew 300 s before, as working clients do.
const early = 300_000;
// A session ends after 20 minutes without use; log in again a little before.
const idle = 19 * 60_000;

export function thingspaceDialect(settings: ThingspaceSettings, clock: Clock, learn: (secret: string) => void, latch: Latch): Dialect {
  const connection = settings.name;
  const basic = `Basic ${Buffer.from(`${settings.appKey}:${settings.appSecret}`, 'utf8').toString('base64')}`;
  const bearers = singleFlight<Bearer>();
  const sessions = singleFlight<Session>();
  let bearer: Bearer | undefined;
  let session: Session | undefined;

  const unlock = `No further login is tried until a person runs "iot-ops-mcp unlock ${connection}" or changes the credentials: five refused logins in a row lock the user at the carrier.`;

  const refuseWhenLatched = async (): Promise<void> => {
    const why = await latch.closed();
    if (why !== undefined) throw new Refusal(`connection ${connection} is latched: ${why}`, `Nothing was sent. ${unlock}`);
  };

  const tooMany = (answer: Answer): TooManyRequests =>
    new TooManyRequests(connection, retryAfterMs(answer.headers.get('retry-after'), clock.now()) ?? 5000);

  const fetchBearer = async (send: Send): Promise<Bearer> => {
    const answer = await send(tokens.token, { body: { grant_type: 'client_credentials' } }, { authorization: basic });
    if (answer.status === 429) throw tooMany(answer);
    const { code, words } = readRefusal(answer);
    if (!succeeded(answer)) {
      const next = 'Check appKey and appSecret of this connection; the login of the user was not tried.';
      throw new ProviderRefused({ connection, status: answer.status, code, words, ...(answer.status < 500 ? { next } : {}) });
    }
    const token = memberOf(answer.body, 'access_token');
    if (token === undefined) throw new UnknownAnswer(connection, tokens.token.id, answer.status, 'access_token is missing');
    learn(token);
    const seconds = Number(memberOf(answer.body, 'expires_in') ?? 3600);
    const life = Number.isFinite(seconds) ? seconds * 1000 : 3_600_000;
    // The same bearer comes again until its hour is over: a short rest is used to the half.
    bearer = { token, until: clock.now() + Math.max(1000, life - Math.min(early, life / 2)) };
    return bearer;
  };

  const bearerFor = async (send: Send): Promise<string> => {
    const held = bearer && bearer.until > clock.now() ? bearer : await bearers(() => fetchBearer(send));
    return held.token;
  };

  const forgetBearer = (token: string): void => {
    if (bearer?.token === token) bearer = undefined;
  };

  const login = async (send: Send, again = true): Promise<Session> => {
    const token = await bearerFor(send);
    const { username, password } = settings;
    const answer = await send(sessionCalls.login, { body: { username, password } }, { authorization: `Bearer ${token}` });
    if (answer.status === 429) throw tooMany(answer);
    if (succeeded(answer)) {
      const value = memberOf(answer.body, 'sessionToken');
      if (value === undefined) throw new UnknownAnswer(connection, sessionCalls.login.id, answer.status, 'sessionToken is missing');
      learn(value);
      session = { token: value, used: clock.now() };
      return session;
    }
    // The gateway turned the bearer away: the user's name and password were not looked at.
    if (again && bearerRefused(answer)) {
      forgetBearer(token);
      return login(send, false);
    }
    const { code, words, from } = readRefusal(answer);
    const trouble = isTrouble(answer);
    const counted =
      !trouble && from !== 'gateway' && answer.status >= 400 && answer.status < 500 && (answer.status === 400 || from === 'api');
    if (counted) await latch.close(`the login was refused${code === undefined ? '' : ` with ${code}`}`);
    throw new ProviderRefused({
      connection,
      status: answer.status,
      code,
      words,
      trouble,
      ...(counted ? { next: `Check username and password. ${unlock}` } : {}),
    });
  };

  const sessionFor = async (send: Send): Promise<string> => {
    const fresh = session && clock.now() - session.used < idle ? session : undefined;
    const held =
      fresh ??
      (await sessions(async () => {
        await refuseWhenLatched();
        return login(send);
      }));
    held.used = clock.now();
    return held.token;
  };

  return {
    base: () => settings.url,
    async sign(entry, send) {
      if (entry.api === 'ts-oauth') return { authorization: basic };
      if (entry.id === sessionCalls.login.id) {
        await refuseWhenLatched();
        return { authorization: `Bearer ${await bearerFor(send)}` };
      }
      const token = await sessionFor(send);
      return { authorization: `Bearer ${await bearerFor(send)}`, 'vz-m2m-token': token };
    },
    renew(entry, answer, signed) {
      if (entry.api === 'ts-oauth' || entry.id === sessionCalls.login.id) return false;
      const sessionEnded = /SessionToken\.(Expired|Invalid)/i.test(readRefusal(answer).code ?? '');
      if (!sessionEnded && !bearerRefused(answer)) return false;
      if (!sessionEnded) forgetBearer((signed['authorization'] ?? '').replace(/^Bearer /, ''));
      // A call is renewed only once and the gateway never looked at the session: after its refusal both are fetched anew.
      if (session?.token === signed['vz-m2m-token']) session = undefined;
      return true;
    },
    trouble: isTrouble,
    refusal(answer) {
      const { code, words } = readRefusal(answer);
      return { code, words };
    },
    open(entry, body, headers) {
      // The Global-IoT variant answers an account with its plans inside.
      if (entry.id === plans.list.id && !Array.isArray(body)) return pick(body, 'servicePlans') ?? body;
      // The way to the next page is a header: shown as a member, so that whoever reads the answer can go on.
      const next = nextIn(headers.get('location'));
      return next !== undefined && isObject(body) ? { ...body, next } : body;
    },
  };
}

/** The token in `/groups/{account}/name/{group}/?next={token}`. */
function nextIn(location: string | null | undefined): string | undefined {
  return new URLSearchParams(location?.split('?')[1] ?? '').get('next') || undefined;
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function succeeded(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** UnexpectedError is answered with 400, also where the carrier's own 30 s ran out: what was asked may have been done. */
function isTrouble(answer: Answer): boolean {
  return /\.UnexpectedError$/i.test(readRefusal(answer).code ?? '');
}

function bearerRefused(answer: Answer): boolean {
  return answer.status === 401 || readRefusal(answer).code === '900901';
}

function pick(body: unknown, name: string): unknown {
  return body !== null && typeof body === 'object' ? Object.entries(body).find(([key]) => key === name)?.[1] : undefined;
}

function memberOf(body: unknown, name: string): string | undefined {
  const value = pick(body, name);
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}
