/** Opens the store of a state directory. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ConfigError, type Flags } from '../config.ts';
import { type FileStore, sqliteStore } from '../store/sqlite.ts';
import { loadConfig } from './process-log.ts';

/** Undefined if no change was ever stored. */
export function openStoreIfPresent(stateDir: string): FileStore | undefined {
  const path = join(stateDir, 'changes.db');
  return existsSync(path) ? sqliteStore(path) : undefined;
}

/** Throws a ConfigError if no change was ever stored. */
export function openStore(options: Flags): FileStore {
  const { stateDir } = loadConfig(options);
  const record = openStoreIfPresent(stateDir);
  if (!record)
    throw new ConfigError(`there is no record at ${join(stateDir, 'changes.db')}; name the state directory of the servers with --state`);
  return record;
}
