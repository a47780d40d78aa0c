/** ProviderAdapter for ThingSpace: every call needs a bearer token and a session token. Refused logins are not repeated, because they lock the user. */
import type { Clock } from '../../clock.ts';
import type { ProviderAdapter, ProviderResponse, Send } from '../http/client.ts';
import { ProviderRefused, Refusal, TooManyRequests, UnknownAnswer } from '../http/errors.ts';
import type { LoginLockout } from '../http/login-lockout.ts';
import { retryAfterMs } from '../http/retry.ts';
import { singleFlight } from '../http/single-flight.ts';
import { parseErrorResponse } from './error-response.ts';
import { plans } from './plans.ts';
import { session as sessionCalls } from './session.ts';
import { tokens } from './tokens.ts';

/** Settings of a ThingSpace connection. */
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
  /** ms since 1970 of the last call that used it. */
  lastUsed: number;
}

// Bearers are renewed 300 s before they expire, as existing clients do, so that none expires in transit.
const renewEarlyMs = 300_000;
// A session ends after 20 minutes without use; log in again slightly earlier.
const maxIdleMs = 19 * 60_000;

/**
 * Creates the ThingSpace adapter. Every token it obtains is passed to `registerSecret`, so that it can be redacted. A refused login locks `lockout`;
 * while locked, calls throw a Refusal and nothing is sent.
 */
export function thingspaceAdapter(
  settings: ThingspaceSettings,
  clock: Clock,
  registerSecret: (secret: string) => void,
  lockout: LoginLockout,
): ProviderAdapter {
  const connection = settings.name;
  const basic = `Basic ${Buffer.from(`${settings.appKey}:${settings.appSecret}`, 'utf8').toString('base64')}`;
  const bearers = singleFlight<Bearer>();
  const sessions = singleFlight<Session>();
  let bearer: Bearer | undefined;
  let session: Session | undefined;

  const unlock = `To allow logins again, run "iot-ops-mcp unlock ${connection}" or change the credentials. Five refused logins in a row lock the user at the carrier.`;

  const refuseIfLocked = async (): Promise<void> => {
    const why = await lockout.lockedReason();
    if (why !== undefined) throw new Refusal(`connection ${connection} is locked: ${why}`, `Nothing was sent. ${unlock}`);
  };

  const tooMany = (response: ProviderResponse): TooManyRequests =>
    new TooManyRequests(connection, retryAfterMs(response.headers, clock.now()) ?? 5000);

  const fetchBearer = async (send: Send): Promise<Bearer> => {
    const response = await send(tokens.token, { body: { grant_type: 'client_credentials' } }, { authorization: basic });
    if (response.status === 429) throw tooMany(response);
    const { code, message } = parseErrorResponse(response);
    if (!succeeded(response)) {
      const next = 'Check appKey and appSecret of this connection; no user login was attempted.';
      throw new ProviderRefused({
        connection,
        status: response.status,
        code,
        message,
        ...(response.status < 500 ? { next } : {}),
      });
    }
    const token = memberOf(response.body, 'access_token');
    if (token === undefined) throw new UnknownAnswer(connection, tokens.token.id, response.status, 'access_token is missing');
    registerSecret(token);
    const seconds = Number(memberOf(response.body, 'expires_in') ?? 3600);
    const life = Number.isFinite(seconds) ? seconds * 1000 : 3_600_000;
    // Until its hour is over, the provider returns the same bearer: a short remaining lifetime is used up to half.
    bearer = { token, until: clock.now() + Math.max(1000, life - Math.min(renewEarlyMs, life / 2)) };
    return bearer;
  };

  const bearerFor = async (send: Send): Promise<string> => {
    const current = bearer && bearer.until > clock.now() ? bearer : await bearers(() => fetchBearer(send));
    return current.token;
  };

  const forgetBearer = (token: string): void => {
    if (bearer?.token === token) bearer = undefined;
  };

  const login = async (send: Send, retry = true): Promise<Session> => {
    const token = await bearerFor(send);
    const { username, password } = settings;
    const response = await send(sessionCalls.login, { body: { username, password } }, { authorization: `Bearer ${token}` });
    if (response.status === 429) throw tooMany(response);
    if (succeeded(response)) {
      const value = memberOf(response.body, 'sessionToken');
      if (value === undefined) throw new UnknownAnswer(connection, sessionCalls.login.id, response.status, 'sessionToken is missing');
      registerSecret(value);
      session = { token: value, lastUsed: clock.now() };
      return session;
    }
    // The gateway rejected the bearer before username and password were checked.
    if (retry && bearerRefused(response)) {
      forgetBearer(token);
      return login(send, false);
    }
    const { code, message, source } = parseErrorResponse(response);
    const isInternal = isInternalError(response);
    const countsTowardsLock =
      !isInternal &&
      source !== 'gateway' &&
      response.status >= 400 &&
      response.status < 500 &&
      (response.status === 400 || source === 'api');
    if (countsTowardsLock) await lockout.lock(`the login was refused${code === undefined ? '' : ` with ${code}`}`);
    throw new ProviderRefused({
      connection,
      status: response.status,
      code,
      message,
      providerFault: isInternal,
      ...(countsTowardsLock ? { next: `Check username and password. ${unlock}` } : {}),
    });
  };

  const sessionFor = async (send: Send): Promise<string> => {
    const fresh = session && clock.now() - session.lastUsed < maxIdleMs ? session : undefined;
    const current =
      fresh ??
      (await sessions(async () => {
        await refuseIfLocked();
        return login(send);
      }));
    current.lastUsed = clock.now();
    return current.token;
  };

  return {
    baseUrl: () => settings.url,
    async authHeaders(entry, send) {
      if (entry.api === 'ts-oauth') return { authorization: basic };
      if (entry.id === sessionCalls.login.id) {
        await refuseIfLocked();
        return { authorization: `Bearer ${await bearerFor(send)}` };
      }
      const token = await sessionFor(send);
      return { authorization: `Bearer ${await bearerFor(send)}`, 'vz-m2m-token': token };
    },
    discardExpiredCredentials(entry, response, signed) {
      if (entry.api === 'ts-oauth' || entry.id === sessionCalls.login.id) return false;
      const sessionEnded = /SessionToken\.(Expired|Invalid)/i.test(parseErrorResponse(response).code ?? '');
      if (!sessionEnded && !bearerRefused(response)) return false;
      if (!sessionEnded) forgetBearer((signed['authorization'] ?? '').replace(/^Bearer /, ''));
      // A call is renewed only once, and the gateway rejects the bearer before the session is checked: both are fetched again.
      if (session?.token === signed['vz-m2m-token']) session = undefined;
      return true;
    },
    isProviderFault: isInternalError,
    errorMembers(body) {
      if (!isObject(body)) return undefined;
      const { errorCode, errorMessage, fault } = body as Record<string, unknown>;
      if (fault !== null && typeof fault === 'object') return ['fault'];
      return isFilled(errorCode) || isFilled(errorMessage) ? ['errorCode', 'errorMessage'] : undefined;
    },
    parseError(response) {
      const { code, message } = parseErrorResponse(response);
      return { code, message };
    },
    unwrap(entry, body, headers) {
      // The Global-IoT variant returns an account that contains the plans.
      if (entry.id === plans.list.id && !Array.isArray(body)) return pick(body, 'servicePlans') ?? body;
      // The token of the next page is in a header: copied into the body, so that the caller can request that page.
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

/** Some successful answers carry the members of an error without a value. */
function isFilled(value: unknown): boolean {
  return (typeof value === 'string' && value.trim() !== '') || (typeof value === 'number' && value !== 0);
}

function succeeded(response: ProviderResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

/** UnexpectedError comes with status 400, also after the carrier's own timeout of 30 s: the request may have taken effect. */
function isInternalError(response: ProviderResponse): boolean {
  return /\.UnexpectedError$/i.test(parseErrorResponse(response).code ?? '');
}

function bearerRefused(response: ProviderResponse): boolean {
  return response.status === 401 || parseErrorResponse(response).code === '900901';
}

function pick(body: unknown, name: string): unknown {
  return body !== null && typeof body === 'object' ? Object.entries(body).find(([key]) => key === name)?.[1] : undefined;
}

function memberOf(body: unknown, name: string): string | undefined {
  const value = pick(body, name);
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}
