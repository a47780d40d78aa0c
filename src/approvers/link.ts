/** One-time links into the console: made by whoever has the state directory, spent by the first who opens one. */
import { createHash } from 'node:crypto';

import type { Clock } from '../clock.ts';
import type { ChangeStore } from '../store/store.ts';
import type { RandomBytes } from './approver.ts';

/** Milliseconds for which a link can be opened. */
export const linkLife = 10 * 60_000;

const mostLinks = 50;
const key = 'console links';

export interface Links {
  /** A new token of 192 bits; only its hash is kept. */
  make(): Promise<string>;
  /** True once for each token, within its time. */
  spend(token: string): Promise<boolean>;
}

interface Kept {
  hash: string;
  until: number;
}

export function makeLinks({ store, clock, random }: { store: ChangeStore; clock: Clock; random: RandomBytes }): Links {
  const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
  const time = (): Promise<number> => store.time(clock.now());
  return {
    async make() {
      const token = Buffer.from(random(24)).toString('base64url');
      const now = await time();
      await store.turn<Kept[]>(key, (old = []) => [
        ...old.filter(({ until }) => until > now).slice(1 - mostLinks),
        { hash: hashOf(token), until: now + linkLife },
      ]);
      return token;
    },
    async spend(token) {
      const [now, hash] = [await time(), hashOf(token)];
      let spent = false;
      await store.turn<Kept[]>(key, (old = []) => {
        spent = old.some((one) => one.hash === hash && one.until > now);
        const left = old.filter((one) => one.hash !== hash && one.until > now);
        return left.length > 0 ? left : undefined;
      });
      return spent;
    },
  };
}

const address = 'console address';

/** Says in the store where this server's console is, for `iot-ops-mcp console`. */
export async function sayAddress(store: ChangeStore, url: string): Promise<void> {
  await store.turn<string>(address, () => url);
}

/** Where the console of the server that started last is; undefined when none has said so. */
export async function heardAddress(store: ChangeStore): Promise<string | undefined> {
  return store.turn<string>(address, (url) => url);
}
