import { sandboxThingspace } from '../../clients/thingspace/sandbox-account.ts';
import type { tokens as contracts } from '../../clients/thingspace/tokens.ts';
import { hour } from '../../durations.ts';
import { asObject, asText, type Handlers, SandboxRefusal } from '../handler.ts';
import { seededHex } from '../random.ts';
import { missingCredentials } from './errors.ts';

const lifetimeMs = hour;

/** Checks the app key and secret in the Basic header. */
function authenticateClient(headers: Headers): void {
  const basic = /^Basic (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (basic === undefined) throw new SandboxRefusal(401, missingCredentials().body);
  const valid = Buffer.from(basic, 'base64').toString('utf8') === `${sandboxThingspace.appKey}:${sandboxThingspace.appSecret}`;
  if (!valid) throw new SandboxRefusal(401, { error: 'invalid_client', error_description: 'Client authentication failed' });
}

function requireGrant(body: unknown): void {
  if (asObject(body)['grant_type'] === 'client_credentials') return;
  throw new SandboxRefusal(400, { error: 'invalid_request', error_description: 'Missing grant_type parameter value' });
}

export const tokens: Handlers<typeof contracts> = {
  token({ world, body, headers }) {
    authenticateClient(headers);
    requireGrant(body);
    const ts = world.thingspace;
    const now = world.clock.now();
    if (!ts.bearer || ts.bearer.until <= now) {
      ts.bearersIssued += 1;
      ts.bearer = { value: seededHex(32, world.seed, 'ts-bearer', ts.bearersIssued, now).toLowerCase(), until: now + lifetimeMs };
    }
    const { value, until } = ts.bearer;
    return {
      status: 200,
      body: {
        access_token: value,
        scope: 'am_application_scope default',
        token_type: 'Bearer',
        expires_in: Math.floor((until - now) / 1000),
      },
    };
  },

  revoke({ world, body, headers }) {
    authenticateClient(headers);
    requireGrant(body);
    const ts = world.thingspace;
    const token = asText(asObject(body)['token']) ?? '';
    if (ts.bearer?.value === token) ts.bearer = undefined;
    return { status: 200, headers: { revokedaccesstoken: token } };
  },
};
