/** ProviderAdapter for ThingSpace: every call needs a bearer token and a session token. Refused logins are not repeated, because they lock the user. */
import type { Clock } from '../../clock.ts';
import { isObject, memberOf } from '../../text/is-object.ts';
import type { ProviderAdapter } from '../http/client.ts';
import { ProviderRefused } from '../http/errors.ts';
import type { LoginLockout } from '../http/login-lockout.ts';
import { bearerRefused, isInternalError, parseErrorResponse, textIn } from './error-response.ts';
import { flagOf } from './fields.ts';
import { plans } from './plans.ts';
import { session as sessionCalls } from './session.ts';
import { makeSignIn, type ThingspaceSettings } from './sign-in.ts';
import { requestStateOf } from './sim-state.ts';

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
  const signIn = makeSignIn(settings, clock, registerSecret, lockout);

  return {
    baseUrl: () => settings.url,
    async authHeaders(entry, send) {
      if (entry.api === 'ts-oauth') return { authorization: signIn.basic };
      if (entry.id === sessionCalls.login.id) {
        await signIn.refuseIfLocked();
        return { authorization: `Bearer ${await signIn.bearerFor(send)}` };
      }
      const token = await signIn.sessionFor(send);
      return { authorization: `Bearer ${await signIn.bearerFor(send)}`, 'vz-m2m-token': token };
    },
    discardExpiredCredentials(entry, response, signed) {
      if (entry.api === 'ts-oauth' || entry.id === sessionCalls.login.id) return false;
      const sessionEnded = /SessionToken\.(Expired|Invalid)/i.test(parseErrorResponse(response).code ?? '');
      if (!sessionEnded && !bearerRefused(response)) return false;
      if (!sessionEnded) signIn.forgetBearer((signed['authorization'] ?? '').replace(/^Bearer /, ''));
      // A call is renewed only once, and the gateway rejects the bearer before the session is checked: both are fetched again.
      signIn.forgetSession(signed['vz-m2m-token']);
      return true;
    },
    isProviderFault: isInternalError,
    errorMembers(body) {
      if (isObject(memberOf(body, 'fault'))) return ['fault'];
      const members = ['errorCode', 'errorMessage'];
      return members.some((name) => isFilled(memberOf(body, name))) ? members : undefined;
    },
    parseError(response) {
      const { code, message, source } = parseErrorResponse(response);
      return { code, message, fromApi: source === 'api' };
    },
    unwrap(entry, body, headers) {
      const refusal = refusalInSuccess(body);
      if (refusal) throw new ProviderRefused({ connection: settings.name, status: 200, ...refusal });
      // The Global-IoT variant returns an account that contains the plans.
      if (entry.id === plans.list.id && !Array.isArray(body)) return memberOf(body, 'servicePlans') ?? body;
      // The token of the next page is in a header: copied into the body, so that the caller can request that page.
      const next = nextIn(headers.get('location'));
      return next !== undefined && isObject(body) ? { ...body, next } : body;
    },
  };
}

/**
 * The refusal that a response with a success status contains beside the members of `errorMembers`: an OAuth error, `success: false`, or a
 * failed status with a reason. With a requestId the request was accepted, and its own status decides.
 */
function refusalInSuccess(body: unknown): { code?: string; message: string } | undefined {
  if (!isObject(body) || memberOf(body, 'requestId') !== undefined) return undefined;
  const { code, message, source } = parseErrorResponse({ body, status: 200 });
  if (source === 'oauth') return { ...(code === undefined ? {} : { code }), message };
  const words = textIn(body, 'message') ?? textIn(body, 'errorMessage') ?? textIn(body, 'reason');
  if (flagOf(memberOf(body, 'success')) === false) return { message: words ?? 'success is false, no reason given' };
  if (words !== undefined && requestStateOf(memberOf(body, 'status')) === 'failed') return { message: words };
  return undefined;
}

/** Some successful answers carry the members of an error without a value. */
function isFilled(value: unknown): boolean {
  return (typeof value === 'string' && value.trim() !== '') || (typeof value === 'number' && value !== 0);
}

/** The token in `/groups/{account}/name/{group}/?next={token}`. */
function nextIn(location: string | null | undefined): string | undefined {
  return new URLSearchParams(location?.split('?')[1] ?? '').get('next') || undefined;
}
