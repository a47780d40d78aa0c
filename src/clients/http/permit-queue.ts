/** The callers that wait for permission to send. Approved changes go ahead of reads. */
import type { Clock } from '../../clock.ts';

/** Permission to send one request. The holder reports the outcome by exactly one of the methods; later calls are ignored. */
export interface Permit {
  /** The provider processed the request. */
  accepted(): void;
  /** The provider answered 429: all callers pause for `retryAfter` ms. */
  rateLimited(retryAfter: number): void;
  /** Any other outcome; the rate stays as it is. */
  release(): void;
}

interface Waiter {
  first: boolean;
  go(): void;
  fail(error: unknown): void;
  signal: AbortSignal | undefined;
}

export interface PermitQueue {
  readonly length: number;
  /** Waits for a permit. Rejects with the signal's reason when aborted. */
  wait(first: boolean, signal: AbortSignal | undefined): Promise<Permit>;
}

/** Creates a queue: `msUntilNext` is the time in ms until the next permit may be granted. */
export function makePermitQueue(clock: Clock, msUntilNext: () => number, grant: () => Permit): PermitQueue {
  const queue: Waiter[] = [];
  let draining = false;

  const drain = async (): Promise<void> => {
    try {
      while (queue.length > 0) {
        const ms = msUntilNext();
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
      // Reset synchronously when the queue is empty, so that the next caller restarts the loop.
      draining = false;
    }
  };

  return {
    get length() {
      return queue.length;
    },
    wait: (first, signal) =>
      new Promise<Permit>((resolve, reject) => {
        queue.push({ first, signal, fail: reject, go: () => resolve(grant()) });
        if (draining) return;
        draining = true;
        drain().catch((error: unknown) => {
          for (const waiter of queue.splice(0)) waiter.fail(error);
        });
      }),
  };
}
