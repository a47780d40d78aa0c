import type { Clock } from '../../src/clock.ts';

/** A clock for many sleepers: time jumps to the next wake-up when everyone sleeps. */
export interface SimClock extends Clock {
  /** Runs until nobody sleeps any more. */
  drain(): Promise<void>;
}

export function simClock(start = 0): SimClock {
  let now = start;
  let order = 0;
  let sleepers: { at: number; order: number; wake: () => void }[] = [];
  const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers.push({ at: now + ms, order: order++, wake: resolve });
      }),
    later(ms, run) {
      const sleeper = { at: now + ms, order: order++, wake: run };
      sleepers.push(sleeper);
      return () => {
        sleepers = sleepers.filter((other) => other !== sleeper);
      };
    },
    async drain() {
      for (;;) {
        await idle();
        let next = sleepers[0];
        if (!next) return;
        for (const one of sleepers) if (one.at < next.at || (one.at === next.at && one.order < next.order)) next = one;
        const waking = next;
        sleepers = sleepers.filter((one) => one !== waking);
        now = Math.max(now, waking.at);
        waking.wake();
      }
    },
  };
}
