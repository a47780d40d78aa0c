/** The inner door: a session for a user of the account. Five refused logins in a row lock the user; only support unlocks. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';

const SessionToken = () => z.looseObject({ sessionToken: z.string() });

const login = endpoint({
  id: 'thingspace.session.login',
  api: 'm2m',
  route: 'POST /api/m2m/v1/session/login',
  effects: ['session'],
  sure: 'documented',
  source: 'start-connectivity-management-session page, SDK, seen in a run',
  doubts: ['whether a user may hold several sessions at once is not documented'],
  help: 'Starts a session that ends after 20 minutes without use; takes the bearer only.',
  // A password is sent as it is: the rule on characters cannot bind it.
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
  doubts: ['a lost answer loses the login: the old password stops working at once and only this answer holds the new one'],
  help: 'Replaces the password of the user by a random one, which the answer holds.',
  body: () => z.strictObject({ oldPassword: z.string().min(1) }),
  reply: () => z.looseObject({ newPassword: z.string() }),
  example: { body: { oldPassword: 'password' } },
});

export const session = { login, logout, resetPassword };
