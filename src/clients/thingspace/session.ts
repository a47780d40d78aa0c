/** Sessions of an account user, required in addition to the bearer. Five refused logins in a row lock the user; only support can unlock it. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';

const SessionToken = () => z.looseObject({ sessionToken: z.string() });

const login = endpoint({
  id: 'thingspace.session.login',
  api: 'm2m',
  route: 'POST /api/m2m/v1/session/login',
  effects: ['session'],
  sure: 'documented',
  source: 'start-connectivity-management-session page, SDK, observed live',
  doubts: ['whether a user may have several sessions at once is not documented'],
  help: 'Starts a session that ends after 20 minutes without use; needs only the bearer.',
  // Passwords may contain any character, so they are not restricted to SafeText.
  body: () => z.strictObject({ username: z.string().min(1), password: z.string().min(1) }),
  reply: SessionToken,
  example: { body: { username: 'user', password: 'password' } },
});

const logout = endpoint({
  id: 'thingspace.session.logout',
  api: 'm2m',
  route: 'POST /api/m2m/v1/session/logout',
  effects: ['session'],
  sure: 'documented',
  source: 'End_Connectivity_Management_Session page, SDK',
  help: 'Ends the session.',
  reply: SessionToken,
  example: {},
});

const resetPassword = endpoint({
  id: 'thingspace.session.resetPassword',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/session/password/actions/reset',
  effects: ['session', 'destructive'],
  sure: 'documented',
  source: 'Reset_Connectivity_Management_Password page, SDK',
  doubts: ['losing the response loses the login: the old password stops working at once and only the response contains the new one'],
  help: "Replaces the user's password by a random one, returned in the response.",
  body: () => z.strictObject({ oldPassword: z.string().min(1) }),
  reply: () => z.looseObject({ newPassword: z.string() }),
  example: { body: { oldPassword: 'password' } },
});

export const session = { login, logout, resetPassword };
