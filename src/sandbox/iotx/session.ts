import { sandboxIotx } from '../../clients/iotx/sandbox-account.ts';
import type { session as contracts } from '../../clients/iotx/session.ts';
import type { Handlers } from '../handler.ts';
import { seededHex } from '../random.ts';
import { iotxRefusal } from './envelope.ts';

const lifetimeSeconds = 899;

export const session: Handlers<typeof contracts> = {
  login({ world, query }) {
    const { keys } = world.iotx;
    const known = sandboxIotx.login;
    if (query.get('username') !== known.username || query.get('password') !== known.password)
      throw iotxRefusal(401, 'Invalid user name or password.');
    const now = world.clock.now();
    const token = `iotx-${seededHex(32, world.seed, 'iotx-token', keys.size, now).toLowerCase()}`;
    const permissions = keys.get(sandboxIotx.accessKey)?.permissions ?? [];
    keys.set(token, { permissions, disabled: false, expiresAt: now + lifetimeSeconds * 1000 });
    return { status: 200, body: { token_type: 'access', access_token: token, expires_in: String(lifetimeSeconds) } };
  },
};
