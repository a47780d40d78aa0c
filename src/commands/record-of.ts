/** The record that the servers on a state directory keep. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ConfigError, type Flags, readConfig } from '../config.ts';
import { sqliteStore } from '../store/sqlite.ts';

/** A ConfigError where no change was ever kept. */
export function recordOf(options: Flags): ReturnType<typeof sqliteStore> {
  const { stateDir } = readConfig(options, process.env);
  const path = join(stateDir, 'changes.db');
  if (!existsSync(path)) throw new ConfigError(`there is no record at ${path}; name the state directory of the servers with --state`);
  return sqliteStore(path);
}
