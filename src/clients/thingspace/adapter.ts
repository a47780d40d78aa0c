/** ProviderAdapter for ThingSpace: every call needs a bearer token and a session token. Refused logins are not repeated, because they lock the user. */
import type { Clock } from '../../clock.ts';
import { isObject, memberOf } from '../../text/is-object.ts';
import type { ProviderAdapter } from '../http/client.ts';
import type { LoginLockout } from '../http/login-lockout.ts';
import { bearerRefused, isInternalError, parseErrorResponse } from './error-response.ts';
import { plans } from './plans.ts';
import { session as sessionCalls } from './session.ts';
import { makeSignIn, type ThingspaceSettings } from './sign-in.ts';

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
      const { code, message } = parseErrorResponse(response);
      return { code, message };
    },
    unwrap(entry, body, headers) {
      // The Global-IoT variant returns an account that contains the plans.
      if (entry.id === plans.list.id && !Array.isArray(body)) return memberOf(body, 'servicePlans') ?? body;
      // The token of the next page is in a header: copied into the body, so that the caller can request that page.
      const next = nextIn(headers.get('location'));
      return next !== undefined && isObject(body) ? { ...body, next } : body;
    },
  };
}

/** Some successful answers carry the members of an error without a value. */
function isFilled(value: unknown): boolean {
  return (typeof value === 'string' && value.trim() !== '') || (typeof value === 'number' && value !== 0);
}

/** The token in `/groups/{account}/name/{group}/?next={token}`. */
function nextIn(location: string | null | undefined): string | undefined {
  return new URLSearchParams(location?.split('?')[1] ?? '').get('next') || undefined;
}
