/** The kill switch. While it is set, no change starts, and running changes send nothing more. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { sanitize } from '../text/sanitize.ts';
import type { ChangeStore } from './store.ts';

const longest = 200;

/** The kill switch of one machine or of all servers on a database. */
export interface KillSwitch {
  /** Why changes are stopped, at most 200 characters; undefined while they may run. */
  reason(): Promise<string | undefined> | string | undefined;
  pause(why: string): Promise<void> | void;
  /** Allows changes again. False if they were not stopped. */
  resume(): Promise<boolean> | boolean;
}

/** A file in the state directory. */
export interface FileKillSwitch extends KillSwitch {
  /** Why changes are stopped, at most 200 characters; undefined while they may run. */
  reason(): string | undefined;
  pause(why: string): void;
  /** Allows changes again. False if they were not stopped. */
  resume(): boolean;
}

/** The kill switch of a state directory. */
export function killSwitch(stateDir: string): FileKillSwitch {
  const path = join(stateDir, 'stop');
  const why = (): string | undefined => {
    try {
      return readFileSync(path, 'utf8').trim().slice(0, longest) || 'no reason given';
    } catch (error) {
      // A file that exists but cannot be read, for example one created with sudo, stops changes too.
      return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : 'the reason cannot be read';
    }
  };
  return {
    reason: why,
    pause(reason) {
      mkdirSync(stateDir, { recursive: true, mode: 0o700 });
      writeFileSync(path, `${reason}\n`, { mode: 0o600 });
    },
    resume() {
      const was = why() !== undefined;
      rmSync(path, { force: true });
      return was;
    },
  };
}

const key = 'stop';

/**
 * The kill switch of all servers on a store, beside the file of this machine: either stops. A store that cannot be read counts as set, because
 * nobody could say otherwise.
 */
export function sharedKillSwitch(file: FileKillSwitch, store: Pick<ChangeStore, 'update' | 'value'>): KillSwitch {
  return {
    async reason() {
      const here = file.reason();
      if (here !== undefined) return here;
      try {
        return await store.value<string>(key);
      } catch (error) {
        return sanitize(`the store cannot be read: ${error instanceof Error ? error.message : String(error)}`, longest);
      }
    },
    async pause(why) {
      try {
        await store.update<string>(key, () => why.trim().slice(0, longest) || 'no reason given');
      } catch (error) {
        // At least this machine sends nothing more.
        file.pause(why);
        throw error;
      }
    },
    async resume() {
      let was = file.resume();
      await store.update<string>(key, (old) => {
        was ||= old !== undefined;
        return undefined;
      });
      return was;
    },
  };
}
