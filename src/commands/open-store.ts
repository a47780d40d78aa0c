/** Opens the state that the servers share, for a command. */
import { type Config, ConfigError, type Flags } from '../config.ts';
import { openExistingState } from '../store/open-shared-state.ts';
import type { SharedState } from '../store/shared-state.ts';
import { recordFile } from '../store/state-directory.ts';
import { loadConfig } from './process-log.ts';

/** Runs `work` with the state of the servers, and closes it. Throws a ConfigError if no change was ever stored. */
export async function withState<T>(options: Flags, work: (state: SharedState, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig(options);
  const state = await openExistingState(config);
  if (!state)
    throw new ConfigError(`there is no record at ${recordFile(config.stateDir)}; name the state directory of the servers with --state`);
  try {
    return await work(state, config);
  } finally {
    await state.close();
  }
}
