import { sandboxIotx } from '../../clients/iotx/sandbox-account.ts';
import type { session as contracts } from '../../clients/iotx/session.ts';
import type { Behaviours } from '../behaviour.ts';
import { hexOf } from '../chance.ts';
import { refuse } from './envelope.ts';

const lifetimeSeconds = 899;

export const session: Behaviours<typeof contracts> = {
  login({ world, query }) {
    const { keys } = world.iotx;
    const known = sandboxIotx.login;
    if (query.get('username') !== known.username || query.get('password') !== known.password)
      throw refuse(401, 'Invalid user name or password.');
    const now = world.clock.now();
    const token = `iotx-${hexOf(32, world.seed, 'iotx-token', keys.size, now).toLowerCase()}`;
    const permissions = keys.get(sandboxIotx.accessKey)?.permissions ?? [];
    keys.set(token, { permissions, disabled: false, until: now + lifetimeSeconds * 1000 });
    return { status: 200, body: { token_type: 'access', access_token: token, expires_in: String(lifetimeSeconds) } };
  },
};
