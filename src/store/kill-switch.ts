/** The kill switch: a file in the state directory. While it exists, no change starts, and running changes send nothing more. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const longest = 200;

export interface KillSwitch {
  /** Why changes are stopped, at most 200 characters; undefined while they may run. */
  reason(): string | undefined;
  pause(why: string): void;
  /** Allows changes again. False if they were not stopped. */
  resume(): boolean;
}

/** The kill switch of a state directory. */
export function killSwitch(stateDir: string): KillSwitch {
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
