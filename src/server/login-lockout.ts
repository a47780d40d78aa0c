import type { ConnectionSettings } from '../clients/connect.ts';
import { type Latch, memoryLatch } from '../clients/http/latch.ts';
import type { ProviderModule } from '../providers/provider-module.ts';
import { type FileLatch, fileLatch } from '../store/latch.ts';

/** The lockout of a login, shared by all processes on a state directory; undefined where the provider locks nobody. */
export function sharedLockout(connection: ConnectionSettings, provider: ProviderModule, stateDir: string): FileLatch | undefined {
  const login = provider.loginOf?.(connection.settings);
  return login && fileLatch(stateDir, login);
}

/** The lockout that a connection uses: one of this process only where no login can be locked. */
export function lockoutOf(connection: ConnectionSettings, provider: ProviderModule, stateDir: string): Latch {
  return (connection.embedded ? undefined : sharedLockout(connection, provider, stateDir)) ?? memoryLatch();
}
