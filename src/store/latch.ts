/** The login latch on disk: every chat window may start a server of its own, and five refused logins lock the user. */
import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Remembers that a login was refused until a person clears it or the credentials change. */
export interface FileLatch {
  closed(): Promise<string | undefined>;
  close(why: string): Promise<void>;
  /** Opens it again; false when it was not closed. */
  clear(): Promise<boolean>;
}

/** A latch for these credentials: the file's name is a keyed hash of them, the key is readable by its owner only. */
export function fileLatch(stateDir: string, credentials: readonly string[]): FileLatch {
  const file = async (): Promise<string> => {
    const hash = createHmac('sha256', await keyIn(stateDir))
      .update(JSON.stringify(credentials))
      .digest('hex')
      .slice(0, 32);
    return join(stateDir, `latch-${hash}.txt`);
  };
  return {
    async closed() {
      return readFile(await file(), 'utf8').catch(() => undefined);
    },
    async close(why) {
      await writeFile(await file(), why, { mode: 0o600 });
    },
    async clear() {
      const path = await file();
      const was = await readFile(path, 'utf8').catch(() => undefined);
      await rm(path, { force: true });
      return was !== undefined;
    },
  };
}

/** The state directory's own key, made once; of two that make it at the same time the first wins. */
async function keyIn(stateDir: string): Promise<Buffer> {
  const path = join(stateDir, 'key');
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const present = await readFile(path).catch(() => undefined);
  if (present) return present;
  const mine = join(stateDir, `key-${randomBytes(8).toString('hex')}`);
  await writeFile(mine, randomBytes(32), { mode: 0o600 });
  // Linked when it is whole: another process may read at any moment.
  await link(mine, path).catch(() => undefined);
  await rm(mine);
  return readFile(path);
}
