import { sandboxThingpark } from '../../clients/thingpark/sandbox-account.ts';
import type { tokens as contracts } from '../../clients/thingpark/tokens.ts';
import { asObject, type Handlers, SandboxRefusal } from '../handler.ts';
import { seededHex } from '../random.ts';

const unauthorized = (error: string, description: string): SandboxRefusal =>
  new SandboxRefusal(401, { error, error_description: description });

function checkClientCredentials(kind: 'oss' | 'dx', body: unknown, headers: Headers): void {
  const sent = asObject(body);
  const basic = /^Basic (.+)$/.exec(headers.get('authorization') ?? '')?.[1];
  const [basicId, basicSecret] = basic ? Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s) : [];
  if (sent['grant_type'] !== 'client_credentials')
    throw new SandboxRefusal(400, { error: 'unsupported_grant_type', error_description: 'Unsupported grant_type' });
  const known = sandboxThingpark[kind];
  const fits = (sent['client_id'] ?? basicId) === known.clientId && (sent['client_secret'] ?? basicSecret) === known.clientSecret;
  if (!fits) throw unauthorized('invalid_client', 'Invalid client or Invalid client credentials');
}

export const tokens: Handlers<typeof contracts> = {
  oss({ world, path, body, headers }) {
    if (path.realm !== 'users-auth') throw unauthorized('invalid_client', 'Invalid client or Invalid client credentials');
    checkClientCredentials('oss', body, headers);
    const { tokens: issued, tokenLifetimeMs } = world.thingpark;
    const value = `oss-${seededHex(32, world.seed, 'oss-token', issued.size, world.clock.now()).toLowerCase()}`;
    issued.set(value, { kind: 'oss', value, expiresAt: world.clock.now() + tokenLifetimeMs.oss, scope: 'profile email' });
    return {
      status: 200,
      body: {
        access_token: value,
        expires_in: Math.floor(tokenLifetimeMs.oss / 1000),
        refresh_expires_in: 0,
        token_type: 'Bearer',
        'not-before-policy': 0,
        scope: 'profile email',
      },
    };
  },
  dx({ world, query, body, headers }) {
    checkClientCredentials('dx', body, headers);
    const { tokens: issued, tokenLifetimeMs } = world.thingpark;
    const now = world.clock.now();
    const life =
      {
        '5minutes': 300_000,
        '5min': 300_000,
        '12hours': 43_200_000,
        '7days': 604_800_000,
        '90days': 7_776_000_000,
        infinite: 3_153_600_000_000,
      }[query.get('validityPeriod') ?? ''] ?? tokenLifetimeMs.dx;
    const current =
      query.get('renewToken') === 'true' ? undefined : [...issued.values()].find((one) => one.kind === 'dx' && one.expiresAt > now);
    const token = current ?? {
      kind: 'dx' as const,
      value: `dx-${seededHex(32, world.seed, 'dx-token', issued.size, now).toLowerCase()}`,
      expiresAt: now + life,
      scope: 'SUBSCRIBER:983',
    };
    issued.set(token.value, token);
    return {
      status: 200,
      body: {
        access_token: token.value,
        token_type: 'bearer',
        expires_in: Math.floor((token.expiresAt - now) / 1000),
        scope: token.scope,
        client_id: sandboxThingpark.dx.clientId,
      },
    };
  },
  revoke({ world, query }) {
    world.thingpark.tokens.delete(query.get('access_token') ?? '');
    return { status: 200 };
  },
  info({ world, query }) {
    const token = world.thingpark.tokens.get(query.get('access_token') ?? '');
    const now = world.clock.now();
    if (!token || token.expiresAt <= now)
      throw new SandboxRefusal(400, { error: 'invalid_token', error_description: 'Token was not recognised' });
    return {
      status: 200,
      body: {
        expires_in: Math.floor((token.expiresAt - now) / 1000),
        client_id: sandboxThingpark[token.kind].clientId,
        customer_id: sandboxThingpark.subscriber,
        token_type: 'bearer',
        scope: token.scope,
      },
    };
  },
};
