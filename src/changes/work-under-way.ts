import type { Clock } from '../clock.ts';

/** The changes that this process is sending, so that it can end without losing the answer of a request. */
export interface WorkUnderWay {
  /** Remembers work until it has ended, and returns it. */
  add<T>(work: Promise<T>): Promise<T>;
  isClosing(): boolean;
  /** Resolves when `close` is called. */
  closing: Promise<void>;
  /** Nothing more is sent from now on. Resolves when all work has ended, after 70 s at the latest: no request takes longer than 60 s. */
  close(): Promise<void>;
}

const longestWait = 70_000;

export function makeWorkUnderWay(clock: Pick<Clock, 'sleep'>): WorkUnderWay {
  const running = new Set<Promise<unknown>>();
  const { promise: closing, resolve } = Promise.withResolvers<void>();
  let isClosing = false;
  return {
    add(work) {
      running.add(work);
      const forget = (): void => void running.delete(work);
      work.then(forget, forget);
      return work;
    },
    isClosing: () => isClosing,
    closing,
    async close() {
      isClosing = true;
      resolve();
      if (running.size === 0) return;
      const ended = new AbortController();
      const all = Promise.allSettled(running).then(() => ended.abort());
      await Promise.race([all, clock.sleep(longestWait, ended.signal).catch(() => undefined)]);
    },
  };
}
