/** `iot-ops-mcp unlock`: allows a connection to log in again after a refused login. */
import { type Config, ConfigError, type Flags } from '../config.ts';
import { providers } from '../providers/index.ts';
import { sharedLockout } from '../server/login-lockout.ts';
import { memoryState, openExistingState } from '../store/open-shared-state.ts';
import type { SharedState } from '../store/shared-state.ts';
import { loadConfig, log } from './process-log.ts';

export async function unlock(name: string, options: Flags): Promise<void> {
  const config = loadConfig(options);
  const state = (await openExistingState(config)) ?? memoryState(config);
  try {
    await unlockIn(state, config, name);
  } finally {
    await state.close();
  }
}

async function unlockIn(state: SharedState, config: Config, name: string): Promise<void> {
  const lockouts = config.connections.flatMap((connection) => {
    const provider = providers.find((one) => one.name === connection.provider);
    const lockout = provider && sharedLockout(connection, provider, state);
    return lockout ? [{ name: connection.name, lockout }] : [];
  });
  const found = lockouts.find((one) => one.name === name);
  if (!found) {
    const names = lockouts.map((one) => one.name);
    throw new ConfigError(`there is no connection ${name} with a login lockout; there are: ${names.join(', ') || 'none'}`);
  }
  log.notice(
    (await found.lockout.clear())
      ? `${name}: the login lockout is cleared; the next call logs in once.`
      : `${name}: the login was not locked out.`,
  );
}
