import { setTimeout } from 'node:timers/promises';

/** Source of time, passed in as a dependency. Server and embedded sandbox share one clock. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Waits `ms`. Rejects with the signal's reason when aborted. On a fixed clock it advances the time and returns at once. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once, when the time reaches now + `ms`. Does not keep the process alive. Returns a cancel function. */
  later(ms: number, run: () => void): () => void;
}

/** A clock that advances only through `advance` and `sleep`. */
export interface FixedClock extends Clock {
  /** Moves the time by `ms`, rounded up to whole milliseconds, and runs due timers in order, each at its own time. */
  advance(ms: number): void;
}

/** The clock of the operating system. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await setTimeout(ms, undefined, { signal });
    } catch (error) {
      // The timer rejects with an AbortError of its own.
      throw signal?.aborted ? signal.reason : error;
    }
  },
  later: (ms, run) => {
    const timer = globalThis.setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** How often the difference to a shared clock is measured again, ms. */
const measuredEvery = 60_000;

/** A clock that goes by the time of a shared source, such as a database: `offset` gives its time minus that of `base`, ms. */
export async function sharedClock(base: Clock, offset: () => Promise<number>): Promise<Clock> {
  let difference = await offset();
  const measure = (): void =>
    void base.later(measuredEvery, () => {
      // Without an answer the last difference stays.
      offset().then(
        (next) => {
          difference = next;
        },
        () => undefined,
      );
      measure();
    });
  measure();
  return { ...base, now: () => Math.round(base.now() + difference) };
}

/** A clock that starts at `start` (ms since 1970) and advances only on request, so that runs are reproducible. */
export function fixedClock(start: number): FixedClock {
  let now = start;
  let due: { at: number; run: () => void }[] = [];
  // Whole milliseconds, as on the system clock.
  const advance = (ms: number): void => {
    const end = now + Math.ceil(ms);
    for (;;) {
      const next = due.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      due = due.filter((timer) => timer !== next);
      now = Math.max(now, next.at);
      next.run();
    }
    now = end;
  };
  return {
    now: () => now,
    advance,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      advance(ms);
    },
    later(ms, run) {
      const timer = { at: now + Math.ceil(ms), run };
      due.push(timer);
      return () => {
        due = due.filter((other) => other !== timer);
      };
    },
  };
}

/** A source of random numbers in [0, 1). */
export type Random = () => number;

/** A deterministic generator (mulberry32): the same seed gives the same sequence. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Milliseconds since 1970 as an ISO 8601 instant in UTC, without milliseconds when they are zero: `2026-11-22T08:00:00Z`. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
