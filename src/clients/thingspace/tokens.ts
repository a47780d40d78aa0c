/** OAuth bearer tokens of an app key, the first of two login steps. Not available through tools. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { SafeText } from './safe-text.ts';

const token = endpoint({
  id: 'thingspace.tokens.token',
  api: 'ts-oauth',
  route: 'POST /api/ts/v1/oauth2/token',
  effects: ['session'],
  sure: 'documented',
  source: 'getting-credentials page, SDK, observed live',
  help: 'Issues the bearer of an app key, sent as Basic; within one hour the same bearer is returned, with less remaining time.',
  encoding: 'form',
  body: () => z.strictObject({ grant_type: z.literal('client_credentials') }),
  reply: () =>
    z.looseObject({
      access_token: z.string(),
      /** In seconds. */
      expires_in: z.union([z.number(), z.string()]).nullish(),
      token_type: z.string().nullish(),
      scope: z.string().nullish(),
    }),
  example: { body: { grant_type: 'client_credentials' } },
});

const revoke = endpoint({
  id: 'thingspace.tokens.revoke',
  api: 'ts-oauth',
  route: 'POST /api/ts/v1/oauth2/revoke',
  effects: ['session'],
  sure: 'documented',
  source: 'getting-credentials page',
  doubts: ['logs out every process that shares the app key'],
  help: 'Revokes a leaked bearer; the next token call issues a new one.',
  encoding: 'form',
  body: () => z.strictObject({ grant_type: z.literal('client_credentials'), token: SafeText() }),
  example: { body: { grant_type: 'client_credentials', token: 'access-token' } },
});

export const tokens = { token, revoke };
