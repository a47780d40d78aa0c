/** The kill switch: one file in the state directory. While it is there nothing starts, and what is queued stops. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const longest = 200;

export interface StopSwitch {
  /** Why changes are stopped; undefined while they may run. */
  why(): string | undefined;
  stop(why: string): void;
  /** Lets changes run again; false when they were not stopped. */
  go(): boolean;
}

export function stopSwitch(stateDir: string): StopSwitch {
  const path = join(stateDir, 'stop');
  const why = (): string | undefined => {
    try {
      return readFileSync(path, 'utf8').trim().slice(0, longest) || 'no reason given';
    } catch (error) {
      // What is there and cannot be read, as after sudo, stops them all the same.
      return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : 'the reason cannot be read';
    }
  };
  return {
    why,
    stop(reason) {
      mkdirSync(stateDir, { recursive: true, mode: 0o700 });
      writeFileSync(path, `${reason}\n`, { mode: 0o600 });
    },
    go() {
      const was = why() !== undefined;
      rmSync(path, { force: true });
      return was;
    },
  };
}
