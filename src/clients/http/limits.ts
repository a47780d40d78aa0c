/** One pace per connection, shared by every call: told where documents give a limit, learned from refusals where they do not. */
import type { Clock } from '../../clock.ts';
import { TooManyRequests } from './errors.ts';

/** A documented limit: so many requests in so many ms. */
export interface Limit {
  requests: number;
  perMs: number;
}

/** Leave to send one request; says how it went. */
export interface Turn {
  accepted(): void;
  /** Refused as one too many; everybody pauses for `retryAfter` ms. */
  limited(retryAfter: number): void;
  /** Ended otherwise: nothing is learned. */
  ended(): void;
}

export interface Pacer {
  /** Waits for a turn; an approved change goes before reads. Throws TooManyRequests when the wait is longer than anybody should wait. */
  turn(first: boolean, signal?: AbortSignal): Promise<Turn>;
  /** Requests a second at this moment, for the curious. */
  readonly rate: number;
}

// A told limit is kept with a little to spare, for clocks differ.
const toldShare = 0.98;
// Until the first refusal: this many a second for parallel callers, doubling; a lone caller is bounded by its own waiting.
const firstRate = 40;
const doubling = 500;
const firstBurst = 16;
// The rate really accepted is measured over this many ms before a refusal.
const measured = 1000;
const shareAfter = 0.95;
// Refused again so soon after the pause: what was measured was a burst, the limit lies well below.
const soon = 3000;
const shareAfterSoon = 0.8;
// Then up to just below where it was refused, stay there, and only after a while look whether more is taken by now.
const holdShare = 0.98;
const firstHold = 0;
const nextHold = 20_000;
const longestHold = 300_000;
/** Share a second by which the rate grows. */
const growth = 0.015;
const blindGrowth = 0.3;
// Fewer than these before a refusal say nothing about a rate: a lone caller met somebody else's traffic or a quota.
const enough = 8;
const late = 0.02;
const longestWait = 60_000;
/** After so many ms without a call what was learned counts no more. */
const forgotten = 600_000;

interface Waiter {
  first: boolean;
  go(): void;
  fail(error: unknown): void;
  signal: AbortSignal | undefined;
}

export function makePacer(connection: string, clock: Clock, told?: Limit): Pacer {
  const toldRate = told ? (told.requests / told.perMs) * 1000 * toldShare : undefined;
  // What the kept share spares may go at once: a window never holds more than it may.
  const burst = told ? Math.max(1, Math.floor(told.requests * (1 - toldShare) + 1e-9)) : firstBurst;
  let learned = false;
  let rate = toldRate ?? firstRate;
  let grownAt = clock.now();
  let credit = burst;
  let creditAt = clock.now();
  let pausedUntil = 0;
  let epoch = 0;
  /** The rate at which the last refusal came. */
  let ceiling = 0;
  let hold = firstHold;
  let heldUntil = 0;
  let resumedAt = 0;
  let flying = 0;
  let pumping = false;
  const accepted: number[] = [];
  const queue: Waiter[] = [];

  // A timer wakes a little late: what was missed meanwhile may still go.
  const mostCredit = (): number => (learned ? Math.max(2, rate * late) : burst);

  /** Lets the rate grow and the credit come in with the time that has passed. */
  const catchUp = (): void => {
    const now = clock.now();
    const past = now - grownAt;
    if (toldRate === undefined && past > 0) {
      grownAt = now;
      if (past > forgotten) {
        learned = false;
        rate = firstRate;
        hold = firstHold;
      } else if (learned) {
        const grown = rate * (1 + ((ceiling > 0 ? growth : blindGrowth) * past) / 1000);
        rate = now < heldUntil ? Math.max(rate, Math.min(grown, ceiling * holdShare)) : grown;
      } else if (flying > 0 || queue.length > 0) rate = Math.min(1e6, rate * 2 ** (past / doubling));
    }
    if (now <= creditAt) return;
    credit = Math.min(mostCredit(), credit + ((now - creditAt) * rate) / 1000);
    creditAt = now;
  };

  /** ms until the next request may go. */
  const wait = (): number => {
    catchUp();
    const now = clock.now();
    if (pausedUntil > now) return pausedUntil - now;
    // A lone caller who waits for each answer before the next question is slow enough by itself, until a refusal says otherwise.
    if (toldRate === undefined && !learned && flying === 0) return 0;
    return credit >= 1 ? 0 : Math.max(1, ((1 - credit) * 1000) / rate);
  };

  /** From a refusal at full pace: the limit is about what was really accepted just before. */
  const lesson = (now: number): void => {
    const span = Math.max(now - (accepted[0] ?? now), measured / 4);
    ceiling = Math.min((accepted.length / Math.min(measured, span)) * 1000, rate);
    const tooSoon = learned && now - resumedAt < soon;
    rate = ceiling * (tooSoon ? shareAfterSoon : shareAfter);
    heldUntil = pausedUntil + (tooSoon ? 0 : hold);
    if (!tooSoon) hold = hold === firstHold ? nextHold : Math.min(longestHold, hold * 2);
    resumedAt = pausedUntil;
    learned = true;
  };

  const take = (): Turn => {
    credit = Math.max(0, credit - 1);
    flying += 1;
    const mine = epoch;
    let open = true;
    const close = (): boolean => {
      if (!open) return false;
      open = false;
      flying -= 1;
      return true;
    };
    return {
      accepted() {
        if (!close() || toldRate !== undefined) return;
        const now = clock.now();
        accepted.push(now);
        while (accepted.length > 0 && now - (accepted[0] as number) > measured) accepted.shift();
      },
      limited(retryAfter) {
        if (!close()) return;
        const now = clock.now();
        pausedUntil = Math.max(pausedUntil, now + retryAfter);
        // The others of the same burst say nothing new: one refusal, one lesson.
        if (mine < epoch) return;
        epoch += 1;
        if (toldRate === undefined) {
          while (accepted.length > 0 && now - (accepted[0] as number) > measured) accepted.shift();
          if (accepted.length >= enough) lesson(now);
          else if (flying > 0) {
            // Refused in parallel with next to nothing accepted: go slowly, and find the way up again.
            rate = Math.max(1, Math.min(rate, firstRate) / 2);
            ceiling = 0;
            learned = true;
          }
        }
        credit = 0;
        creditAt = pausedUntil;
        grownAt = pausedUntil;
      },
      ended: () => void close(),
    };
  };

  const pump = async (): Promise<void> => {
    try {
      while (queue.length > 0) {
        const ms = wait();
        if (ms > 0) {
          await clock.sleep(ms);
          continue;
        }
        const next = Math.max(
          queue.findIndex((waiter) => waiter.first),
          0,
        );
        const [waiter] = queue.splice(next, 1);
        if (!waiter) continue;
        if (waiter.signal?.aborted) waiter.fail(waiter.signal.reason);
        else waiter.go();
      }
    } finally {
      // In the same breath as the queue ran empty: whoever comes next must find it so.
      pumping = false;
    }
  };

  return {
    get rate() {
      return rate;
    },
    async turn(first, signal) {
      const pause = pausedUntil - clock.now();
      if (pause > longestWait) throw new TooManyRequests(connection, pause);
      if (queue.length === 0 && wait() === 0) return take();
      return new Promise<Turn>((resolve, reject) => {
        queue.push({ first, signal, fail: reject, go: () => resolve(take()) });
        if (pumping) return;
        pumping = true;
        pump().catch((error: unknown) => {
          for (const waiter of queue.splice(0)) waiter.fail(error);
        });
      });
    },
  };
}
