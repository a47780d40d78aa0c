/** The login latch on disk: every chat window may start a server of its own, and five refused logins lock the user. */
import { createHmac } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { stateKey } from './key.ts';

/** Remembers that a login was refused until a person clears it or the credentials change. */
export interface FileLatch {
  closed(): Promise<string | undefined>;
  close(why: string): Promise<void>;
  /** Opens it again; false when it was not closed. */
  clear(): Promise<boolean>;
}

/** A latch for these credentials: the file's name is a keyed hash of them, the key is readable by its owner only. */
export function fileLatch(stateDir: string, credentials: readonly string[]): FileLatch {
  const file = (): string => {
    const hash = createHmac('sha256', stateKey(stateDir)).update(JSON.stringify(credentials)).digest('hex');
    return join(stateDir, `latch-${hash.slice(0, 32)}.txt`);
  };
  return {
    async closed() {
      return readFile(file(), 'utf8').catch(() => undefined);
    },
    async close(why) {
      await writeFile(file(), why, { mode: 0o600 });
    },
    async clear() {
      const path = file();
      const was = await readFile(path, 'utf8').catch(() => undefined);
      await rm(path, { force: true });
      return was !== undefined;
    },
  };
}
