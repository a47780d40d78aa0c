import type { ConnectionSettings } from '../clients/connect.ts';
import { type LoginLockout, memoryLoginLockout } from '../clients/http/login-lockout.ts';
import type { ProviderModule } from '../providers/provider-module.ts';
import { type FileLoginLockout, fileLoginLockout } from '../store/login-lockout.ts';

/** The lockout of a login, shared by all processes on a state directory; undefined where the provider locks nobody. */
export function sharedLockout(connection: ConnectionSettings, provider: ProviderModule, stateDir: string): FileLoginLockout | undefined {
  const login = provider.loginOf?.(connection.settings);
  return login && fileLoginLockout(stateDir, login);
}

/** The lockout that a connection uses: one of this process only where no login can be locked. */
export function lockoutOf(connection: ConnectionSettings, provider: ProviderModule, stateDir: string): LoginLockout {
  return (connection.embedded ? undefined : sharedLockout(connection, provider, stateDir)) ?? memoryLoginLockout();
}
