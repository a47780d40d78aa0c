/**
 * The login lockout on disk or in a database. ThingSpace locks a user after five refused logins, and every chat window may start a server of its own, so a
 * refused login must stop further logins of all processes.
 */
import { createHmac } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { stateKey } from './key.ts';
import type { ChangeStore } from './store.ts';

/** Stores that a login was refused, until a person clears it or the credentials change. */
export interface SharedLoginLockout {
  /** Why logins are locked; undefined if they are not. */
  lockedReason(): Promise<string | undefined>;
  lock(why: string): Promise<void>;
  /** Allows logins again. False if they were not locked. */
  clear(): Promise<boolean>;
}

/** The lockout of these credentials. The file name is a keyed hash of them, so it does not reveal them. */
export function fileLoginLockout(stateDir: string, credentials: readonly string[]): SharedLoginLockout {
  const file = (): string => {
    const hash = createHmac('sha256', stateKey(stateDir)).update(JSON.stringify(credentials)).digest('hex');
    return join(stateDir, `latch-${hash.slice(0, 32)}.txt`);
  };
  return {
    async lockedReason() {
      return readFile(file(), 'utf8').catch(() => undefined);
    },
    async lock(why) {
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

/** The lockout of these credentials for all servers on a store. The name of its value is keyed, so it does not reveal them. */
export function storeLoginLockout(
  store: Pick<ChangeStore, 'update' | 'value'>,
  key: Buffer,
  credentials: readonly string[],
): SharedLoginLockout {
  const name = `login lockout ${createHmac('sha256', key).update(JSON.stringify(credentials)).digest('hex').slice(0, 32)}`;
  return {
    lockedReason: () => store.value<string>(name),
    async lock(why) {
      await store.update<string>(name, () => why);
    },
    async clear() {
      let was = false;
      await store.update<string>(name, (old) => {
        was = old !== undefined;
        return undefined;
      });
      return was;
    },
  };
}
