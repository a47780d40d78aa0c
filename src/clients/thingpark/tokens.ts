/** ThingPark tokens: Keycloak issues those of the OSS APIs, DX Admin those of the DX APIs. Not available through tools. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';

const Token = () =>
  z.looseObject({
    access_token: z.string(),
    expires_in: z.number().nullish(),
    token_type: z.string().nullish(),
    scope: z.string().nullish(),
  });

const oss = endpoint({
  id: 'thingpark.tokens.oss',
  api: 'oss-auth',
  route: 'POST /{realm}/protocol/openid-connect/token',
  path: { realm: 'none' },
  effects: ['session'],
  sure: 'documented',
  source: 'Control plane documentation; realm admins-auth observed',
  help: 'Issues a five-minute bearer token for the OSS APIs; realm users-auth, or admins-auth for operators.',
  encoding: 'form',
  body: () => z.strictObject({ grant_type: z.literal('client_credentials'), client_id: z.string(), client_secret: z.string() }),
  reply: Token,
  example: {
    path: { realm: 'users-auth' },
    body: { grant_type: 'client_credentials', client_id: 'sub-199900001/ops', client_secret: 'client-secret' },
  },
});

const dx = endpoint({
  id: 'thingpark.tokens.dx',
  api: 'dx-token',
  route: 'POST /oauth/token',
  effects: ['session'],
  sure: 'documented',
  source: 'DX Admin API v141',
  help: 'Issues a DX bearer token; while one is valid, the same is returned again.',
  encoding: 'form',
  query: () =>
    z.strictObject({
      renewToken: z.boolean().optional(),
      validityPeriod: z.enum(['5minutes', '12hours', '7days', '90days', 'infinite']).optional(),
    }),
  body: () => z.strictObject({ grant_type: z.literal('client_credentials'), client_id: z.string(), client_secret: z.string() }),
  reply: Token,
  example: {
    query: { validityPeriod: '12hours' },
    body: { grant_type: 'client_credentials', client_id: 'tpe-api/jane@example.com', client_secret: 'password' },
  },
});

const revoke = endpoint({
  id: 'thingpark.tokens.revoke',
  api: 'dx-token',
  route: 'POST /oauth/revoke_token',
  effects: ['session'],
  sure: 'documented',
  source: 'DX Admin API v141',
  help: 'Revokes a DX token, also for other clients that use it.',
  query: () => z.strictObject({ access_token: z.string() }),
  example: { query: { access_token: 'token' } },
});

const info = endpoint({
  id: 'thingpark.tokens.info',
  api: 'dx-token',
  route: 'GET /oauth/tokeninfo',
  effects: [],
  sure: 'documented',
  source: 'DX Admin API v141, working clients',
  help: 'Reads the owner and scope of a DX token, and its remaining seconds.',
  query: () => z.strictObject({ access_token: z.string() }),
  reply: () =>
    z.looseObject({
      expires_in: z.number().nullish(),
      client_id: z.string().nullish(),
      customer_id: z.string().nullish(),
      operator_id: z.string().nullish(),
      token_type: z.string().nullish(),
      scope: z.string().nullish(),
    }),
  example: { query: { access_token: 'token' } },
});

export const tokens = { oss, dx, revoke, info };
