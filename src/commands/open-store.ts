/** Opens the store of a state directory. */
import { ConfigError, type Flags } from '../config.ts';
import type { FileStore } from '../store/sqlite.ts';
import { hasRecord, openRecord, recordFile } from '../store/state-directory.ts';
import { loadConfig } from './process-log.ts';

/** Undefined if no change was ever stored. Throws a StoreFailed if the record was deleted or replaced. */
export function openStoreIfPresent(stateDir: string): FileStore | undefined {
  return hasRecord(stateDir) ? openRecord(stateDir) : undefined;
}

/** Throws a ConfigError if no change was ever stored. */
export function openStore(options: Flags): FileStore {
  const { stateDir } = loadConfig(options);
  const record = openStoreIfPresent(stateDir);
  if (!record) throw new ConfigError(`there is no record at ${recordFile(stateDir)}; name the state directory of the servers with --state`);
  return record;
}
