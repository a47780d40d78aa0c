import { sandboxThingspace } from '../../clients/thingspace/sandbox-account.ts';
import type { session as contracts } from '../../clients/thingspace/session.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import { uuidOf } from '../chance.ts';
import type { World } from '../world.ts';
import { wrong } from './wrong.ts';

const idleTimeoutMs = 20 * 60_000;
const maxFailedLogins = 5;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Checks the session token and extends the session by 20 minutes. Assumption: an unknown or ended session counts as expired. */
export function admitSession(world: World, headers: Headers): void {
  const { sessions } = world.thingspace;
  const token = headers.get('vz-m2m-token');
  if (!token) throw wrong('REQUEST_FAILED.SessionToken.Format', 'The session token header is missing.');
  if (!guid.test(token)) throw wrong('INPUT_INVALID.SessionToken.Invalid', 'The session token is not a valid GUID.');
  const used = sessions.get(token);
  const now = world.clock.now();
  if (used === undefined || now - used > idleTimeoutMs) {
    sessions.delete(token);
    throw wrong('REQUEST_FAILED.SessionToken.Expired', 'The session token has expired.');
  }
  sessions.set(token, now);
}

export const session: Behaviours<typeof contracts> = {
  login({ world, body }) {
    const ts = world.thingspace;
    const username = textOf(members(body)['username']);
    const password = textOf(members(body)['password']);
    if (username === undefined || password === undefined) throw wrong('DeserializationFailed', 'username and password are required.');
    // The error code for a locked user is not documented.
    if (ts.badLogins >= maxFailedLogins) throw wrong('REQUEST_FAILED.User.Locked', 'The user is locked, contact support.');
    if (username !== sandboxThingspace.username || password !== ts.password) {
      ts.badLogins += 1;
      throw wrong('INPUT_INVALID.Password.Invalid', 'The user name or password is not valid.');
    }
    ts.badLogins = 0;
    ts.sessionsIssued += 1;
    const sessionToken = uuidOf(world.seed, 'ts-session', ts.sessionsIssued, world.clock.now());
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
    const old = textOf(members(body)['oldPassword']);
    if (old === undefined) throw wrong('DeserializationFailed', 'oldPassword is required.');
    if (old !== ts.password) throw wrong('INPUT_INVALID.Password.Invalid', 'The old password is not valid.');
    ts.password = `New-${uuidOf(world.seed, 'ts-password', old, world.clock.now()).slice(0, 12)}`;
    return { status: 200, body: { newPassword: ts.password } };
  },
};
