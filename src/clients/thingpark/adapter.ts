/** ProviderAdapter for ThingPark: separate credentials and tokens for the OSS and the DX APIs. OSS tokens last five minutes. */
import type { Clock } from '../../clock.ts';
import { isObject } from '../../text/is-object.ts';
import type { ProviderAdapter, ProviderResponse, Send } from '../http/client.ts';
import { type AnyEndpoint, type Api, isRead } from '../http/endpoint.ts';
import { ProviderRefused, Refusal } from '../http/errors.ts';
import { type SingleFlight, singleFlight } from '../http/single-flight.ts';
import { tokens } from './tokens.ts';

/** Credentials of the OSS APIs. */
export interface OssCredentials {
  /** `https://HOST`. */
  url: string;
  realm: 'users-auth' | 'admins-auth';
  clientId: string;
  clientSecret: string;
}

/** Credentials of the DX APIs: clientId is `<profile>/<login>`, clientSecret the user's password. */
export interface DxCredentials {
  /** `https://HOST/thingpark/dx/admin/latest/api` or `https://dx-api.thingpark.com/admin/latest/api`. */
  adminUrl: string;
  /** The same with `core` instead of `admin`. */
  coreUrl: string;
  clientId: string;
  clientSecret: string;
}

/** Settings of a ThingPark connection; `oss` and `dx` are independent of each other. */
export interface ThingparkSettings {
  name: string;
  oss?: OssCredentials | undefined;
  dx?: DxCredentials | undefined;
}

interface CachedToken {
  token: string;
  /** ms since 1970 after which a new one is fetched. */
  until: number;
}

// Tokens are renewed this many ms before they expire, so that none expires in transit.
const renewEarlyMs = 30_000;

/** Creates the ThingPark adapter. Every token it obtains is passed to `registerSecret`, so that it can be redacted. */
export function thingparkAdapter(settings: ThingparkSettings, clock: Clock, registerSecret: (secret: string) => void): ProviderAdapter {
  const cache = new Map<'oss' | 'dx', CachedToken>();
  const flights: Record<'oss' | 'dx', SingleFlight<CachedToken>> = { oss: singleFlight(), dx: singleFlight() };

  const credentials = <K extends 'oss' | 'dx'>(kind: K): NonNullable<ThingparkSettings[K]> => {
    const set = settings[kind];
    if (set) return set;
    throw new Refusal(
      `connection ${settings.name} has no ${kind} credentials`,
      `Set "${kind}" for this connection in the configuration (${kind === 'oss' ? 'url, clientId, clientSecret' : 'adminUrl, clientId, clientSecret'}).`,
      kind,
    );
  };

  const fetchToken = async (kind: 'oss' | 'dx', send: Send): Promise<CachedToken> => {
    const { clientId, clientSecret } = credentials(kind);
    const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const response =
      kind === 'oss'
        ? await send(tokens.oss, { path: { realm: credentials('oss').realm }, body }, {})
        : await send(tokens.dx, { body }, {});
    const reply = response.body as
      | { access_token?: unknown; expires_in?: unknown; error?: unknown; error_description?: unknown }
      | undefined;
    if (response.status < 200 || response.status > 299 || typeof reply?.access_token !== 'string') {
      throw new ProviderRefused({
        connection: settings.name,
        status: response.status,
        code: typeof reply?.error === 'string' ? reply.error : undefined,
        message: typeof reply?.error_description === 'string' ? reply.error_description : 'no token was issued',
        next:
          kind === 'oss'
            ? 'Check clientId and clientSecret; invalid_client may also mean the other realm (users-auth for subscribers, admins-auth for operators).'
            : 'Check clientId (<profile>/<login>) and the password.',
      });
    }
    registerSecret(reply.access_token);
    const seconds = typeof reply.expires_in === 'number' ? reply.expires_in : 300;
    const next = { token: reply.access_token, until: clock.now() + Math.max(1000, seconds * 1000 - Math.min(renewEarlyMs, seconds * 500)) };
    cache.set(kind, next);
    return next;
  };

  return {
    baseUrl: (entry) => baseOf(entry.api, credentials),
    async authHeaders(entry, send) {
      const kind = kindOf(entry.api);
      credentials(kind);
      const present = cache.get(kind);
      const { token } = present && present.until > clock.now() ? present : await flights[kind](() => fetchToken(kind, send));
      return { authorization: `Bearer ${token}` };
    },
    discardExpiredCredentials(entry, response, signed) {
      if (response.status !== 401 && !(response.status === 403 && isExpiry(response))) return false;
      const kind = kindOf(entry.api);
      if (`Bearer ${cache.get(kind)?.token}` === signed['authorization']) cache.delete(kind);
      return true;
    },
    errorMembers(body, entry) {
      if (body === null || typeof body !== 'object' || Array.isArray(body)) return undefined;
      const { code, message, error } = body as Record<string, unknown>;
      if (typeof error === 'string' && error !== '') return ['error', 'error_description', 'message', 'status', 'path', 'timestamp'];
      // A change that is answered with a small number is read back instead: the documents do not say what the numbers mean.
      const least = isRead(entry) ? 1 : 400;
      const isCode = (typeof code === 'string' && code !== '') || (typeof code === 'number' && code >= least && !isSuccess(code));
      return isCode && typeof message === 'string' && message !== '' ? ['code', 'message', 'errorId'] : undefined;
    },
    parseError({ body, status }) {
      if (isObject(body)) {
        const { code, message, error, error_description: description } = body;
        return {
          code: code === undefined ? (error === undefined ? undefined : String(error)) : String(code),
          message: String(message ?? description ?? ''),
          // `{ error, path }` is the form in which a web framework answers that it has no such route.
          fromApi: code !== undefined && code !== null && typeof message === 'string',
        };
      }
      return { message: status === 429 ? 'fair-use limit' : 'response is not JSON, possibly from a proxy', fromApi: false };
    },
  };
}

/** A gateway may repeat the HTTP status as the code. */
const isSuccess = (code: number): boolean => code >= 200 && code <= 299;

function kindOf(api: Api): 'oss' | 'dx' {
  return api === 'oss' || api === 'oss-auth' ? 'oss' : 'dx';
}

function baseOf(api: AnyEndpoint['api'], credentials: <K extends 'oss' | 'dx'>(kind: K) => NonNullable<ThingparkSettings[K]>): string {
  if (kindOf(api) === 'oss') return credentials('oss').url;
  return api === 'dx-core' ? credentials('dx').coreUrl : credentials('dx').adminUrl;
}

function isExpiry(response: ProviderResponse): boolean {
  return /expired|invalid.{0,10}token/i.test(JSON.stringify(response.body ?? ''));
}
