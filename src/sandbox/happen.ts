/** What will happen: things the world has set in motion, run when their time has come. */
import type { Clock } from '../clock.ts';

export interface Happenings {
  /** Runs `what` once time has reached now + `ms`. */
  after(ms: number, what: () => void): void;
  /** Runs everything that is due, in the order of its time. */
  catchUp(): void;
  /** How many are still to come. */
  pending(): number;
}

export function happenings(clock: Clock): Happenings {
  let row: { at: number; order: number; what: () => void }[] = [];
  let order = 0;
  return {
    after(ms, what) {
      row.push({ at: clock.now() + ms, order: order++, what });
    },
    catchUp() {
      for (;;) {
        const due = row.filter((one) => one.at <= clock.now()).sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (!due) return;
        row = row.filter((one) => one !== due);
        due.what();
      }
    },
    pending: () => row.length,
  };
}
