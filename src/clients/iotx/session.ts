/** The older login: user name and password in the query string, which ends up in logs. Never called; access keys are used instead. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, Text } from './fields.ts';

const login = endpoint({
  id: 'iotx.session.login',
  api: 'iotx',
  route: 'POST /authorization',
  effects: ['session'],
  sure: 'documented',
  source: 'manual, one revision of the authentication page',
  doubts: ['whether the login still exists: a later revision of the page requires a support ticket instead'],
  help: 'Exchanges user name and password for a token valid about 15 minutes.',
  query: () => z.strictObject({ username: z.string(), password: z.string() }),
  reply: () => z.looseObject({ token_type: Text(), access_token: z.string(), expires_in: Amount() }),
  example: { query: { username: 'jane@example.com', password: 'password' } },
});

export const session = { login };
