import type { ConnectionSettings } from '../clients/connect.ts';
import { type LoginLockout, memoryLoginLockout } from '../clients/http/login-lockout.ts';
import type { ProviderModule } from '../providers/provider-module.ts';
import type { SharedLoginLockout } from '../store/login-lockout.ts';
import type { SharedState } from '../store/shared-state.ts';

/** The lockout of a login, shared by all servers on the same state; undefined where the provider locks nobody. */
export function sharedLockout(
  connection: ConnectionSettings,
  provider: ProviderModule,
  { lockout }: Pick<SharedState, 'lockout'>,
): SharedLoginLockout | undefined {
  const login = provider.loginOf?.(connection.settings);
  return login && lockout(login);
}

/** The lockout that a connection uses: one of this process only where no login can be locked. */
export function lockoutOf(connection: ConnectionSettings, provider: ProviderModule, state: Pick<SharedState, 'lockout'>): LoginLockout {
  return (connection.embedded ? undefined : sharedLockout(connection, provider, state)) ?? memoryLoginLockout();
}
