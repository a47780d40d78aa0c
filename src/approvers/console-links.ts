/** One-time links into the console. Anybody with access to the state directory can create one; it works for the first request only. */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { minute } from '../durations.ts';
import type { ChangeStore } from '../store/store.ts';
import type { RandomBytes } from './approver.ts';

/** How long a link is valid, ms. */
export const linkLifetime = 10 * minute;

const mostLinks = 50;
const key = 'console links';

export interface ConsoleLinks {
  /** Returns a new token of 192 bits. Only its hash is stored. */
  create(): Promise<string>;
  /** Uses a token up. True only the first time, and only while it is valid. */
  redeem(token: string): Promise<boolean>;
}

interface StoredLink {
  hash: string;
  until: number;
}

/** Makes console links on a store. At most 50 are valid at a time; a new one replaces the oldest. */
export function makeConsoleLinks({ store, clock, random }: { store: ChangeStore; clock: Clock; random: RandomBytes }): ConsoleLinks {
  const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
  const time = (): Promise<number> => store.time(clock.now());
  return {
    async create() {
      const token = Buffer.from(random(24)).toString('base64url');
      const now = await time();
      await store.update<StoredLink[]>(key, (old = []) => [
        ...old.filter(({ until }) => until > now).slice(1 - mostLinks),
        { hash: hashOf(token), until: now + linkLifetime },
      ]);
      return token;
    },
    async redeem(token) {
      const [now, hash] = [await time(), hashOf(token)];
      let spent = false;
      await store.update<StoredLink[]>(key, (old = []) => {
        spent = old.some((one) => one.hash === hash && one.until > now);
        const remaining = old.filter((one) => one.hash !== hash && one.until > now);
        return remaining.length > 0 ? remaining : undefined;
      });
      return spent;
    },
  };
}

const address = 'console address';

/** Stores the URL of this server's console, for `iot-ops-mcp console`. */
export async function storeConsoleAddress(store: ChangeStore, url: string): Promise<void> {
  await store.update<string>(address, () => url);
}

/** The console URL of the server that started last; undefined if none has stored one. */
export async function readConsoleAddress(store: ChangeStore): Promise<string | undefined> {
  return store.update<string>(address, (url) => url);
}
