/** Signs in at ThingSpace: fetches the bearer token, logs in for the session token, and renews both. */
import type { Clock } from '../../clock.ts';
import { hour, minute } from '../../durations.ts';
import type { ProviderResponse, Send } from '../http/client.ts';
import { ProviderRefused, Refusal, TooManyRequests, UnknownAnswer } from '../http/errors.ts';
import type { LoginLockout } from '../http/login-lockout.ts';
import { retryAfterMs } from '../http/retry.ts';
import { singleFlight } from '../http/single-flight.ts';
import { bearerRefused, isInternalError, parseErrorResponse, textIn } from './error-response.ts';
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
const maxIdleMs = 19 * minute;

/** The credentials of one connection, as they are now. */
export interface SignIn {
  /** The `Authorization` header that fetches a bearer. */
  readonly basic: string;
  /** Throws a Refusal while logins are locked. */
  refuseIfLocked(): Promise<void>;
  /** The bearer token, fetched where the present one has expired. */
  bearerFor(send: Send): Promise<string>;
  /** The session token. Logs in where there is no session in use. */
  sessionFor(send: Send): Promise<string>;
  /** Forgets this bearer, so that the next call fetches one. */
  forgetBearer(token: string): void;
  /** Forgets this session, so that the next call logs in. */
  forgetSession(token: string | undefined): void;
}

export function makeSignIn(
  settings: ThingspaceSettings,
  clock: Clock,
  registerSecret: (secret: string) => void,
  lockout: LoginLockout,
): SignIn {
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
    const token = textIn(response.body, 'access_token');
    if (token === undefined) throw new UnknownAnswer(connection, tokens.token.id, response.status, 'access_token is missing');
    registerSecret(token);
    const seconds = Number(textIn(response.body, 'expires_in') ?? 3600);
    const life = Number.isFinite(seconds) ? seconds * 1000 : hour;
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

  const forgetSession = (token: string | undefined): void => {
    if (session?.token === token) session = undefined;
  };

  const login = async (send: Send, retry = true): Promise<Session> => {
    const token = await bearerFor(send);
    const { username, password } = settings;
    const response = await send(sessionCalls.login, { body: { username, password } }, { authorization: `Bearer ${token}` });
    if (response.status === 429) throw tooMany(response);
    if (succeeded(response)) {
      const value = textIn(response.body, 'sessionToken');
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

  return { basic, refuseIfLocked, bearerFor, sessionFor, forgetBearer, forgetSession };
}

function succeeded(response: ProviderResponse): boolean {
  return response.status >= 200 && response.status < 300;
}
