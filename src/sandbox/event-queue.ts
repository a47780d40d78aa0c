/** Queue of scheduled world events, ordered by the sandbox clock. */
import type { Clock } from '../clock.ts';

export interface EventQueue {
  /** Schedules `run` for `ms` milliseconds from now. It runs at the first `runDue` at or after that time. */
  schedule(ms: number, run: () => void): void;
  /** Runs all due events by time, then by insertion order, including events that become due while it runs. */
  runDue(): void;
  /** Number of events that have not run. */
  pending(): number;
}

export function makeEventQueue(clock: Clock): EventQueue {
  let queue: { at: number; order: number; run: () => void }[] = [];
  let order = 0;
  return {
    schedule(ms, run) {
      queue.push({ at: clock.now() + ms, order: order++, run });
    },
    runDue() {
      for (;;) {
        const due = queue.filter((one) => one.at <= clock.now()).sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (!due) return;
        queue = queue.filter((one) => one !== due);
        due.run();
      }
    },
    pending: () => queue.length,
  };
}
