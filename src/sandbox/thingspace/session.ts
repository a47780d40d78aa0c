import { sandboxThingspace } from '../../clients/thingspace/sandbox-account.ts';
import type { session as contracts } from '../../clients/thingspace/session.ts';
import { minute } from '../../durations.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { seededUuid } from '../random.ts';
import type { World } from '../world.ts';
import { apiError } from './errors.ts';

const idleTimeoutMs = 20 * minute;
const maxFailedLogins = 5;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Checks the session token and extends the session by 20 minutes. Assumption: an unknown or ended session counts as expired. */
export function authenticateSession(world: World, headers: Headers): void {
  const { sessions } = world.thingspace;
  const token = headers.get('vz-m2m-token');
  if (!token) throw apiError('REQUEST_FAILED.SessionToken.Format', 'The session token header is missing.');
  if (!guid.test(token)) throw apiError('INPUT_INVALID.SessionToken.Invalid', 'The session token is not a valid GUID.');
  const used = sessions.get(token);
  const now = world.clock.now();
  if (used === undefined || now - used > idleTimeoutMs) {
    sessions.delete(token);
    throw apiError('REQUEST_FAILED.SessionToken.Expired', 'The session token has expired.');
  }
  sessions.set(token, now);
}

export const session: Handlers<typeof contracts> = {
  login({ world, body }) {
    const ts = world.thingspace;
    const username = asText(asObject(body)['username']);
    const password = asText(asObject(body)['password']);
    if (username === undefined || password === undefined) throw apiError('DeserializationFailed', 'username and password are required.');
    // The error code for a locked user is not documented.
    if (ts.failedLogins >= maxFailedLogins) throw apiError('REQUEST_FAILED.User.Locked', 'The user is locked, contact support.');
    if (username !== sandboxThingspace.username || password !== ts.password) {
      ts.failedLogins += 1;
      throw apiError('INPUT_INVALID.Password.Invalid', 'The user name or password is not valid.');
    }
    ts.failedLogins = 0;
    ts.sessionsIssued += 1;
    const sessionToken = seededUuid(world.seed, 'ts-session', ts.sessionsIssued, world.clock.now());
    ts.sessions.set(sessionToken, world.clock.now());
    return { status: 200, body: { sessionToken } };
  },

  logout({ world, headers }) {
    const sessionToken = headers.get('vz-m2m-token') ?? '';
    world.thingspace.sessions.delete(sessionToken);
    return { status: 200, body: { sessionToken } };
  },

  // Existing sessions stay valid, because the documents do not say that they end.
  resetPassword({ world, body }) {
    const ts = world.thingspace;
    const old = asText(asObject(body)['oldPassword']);
    if (old === undefined) throw apiError('DeserializationFailed', 'oldPassword is required.');
    if (old !== ts.password) throw apiError('INPUT_INVALID.Password.Invalid', 'The old password is not valid.');
    ts.password = `New-${seededUuid(world.seed, 'ts-password', old, world.clock.now()).slice(0, 12)}`;
    return { status: 200, body: { newPassword: ts.password } };
  },
};
