/** How a change is written on: a line in its log, an end without anything left to do. */
import type { Clock } from '../clock.ts';
import { type Change, forget, type Status } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';

export interface Recorder {
  /** The log with one more line. */
  note(change: Change, what: string): Change['log'];
  /** Ends a change that stands at one of `from`; whoever comes second gets it as it stands. Its inputs are forgotten. */
  end(change: Change, status: Status, from: readonly Status[], patch?: Partial<Change>): Promise<Change>;
}

export function makeRecorder(store: ChangeStore, clock: Clock): Recorder {
  const note: Recorder['note'] = (change, what) => [...change.log, { at: clock.now(), what }];
  return {
    note,
    async end(change, status, from, patch = {}) {
      const log = note(change, patch.explanation ? `${status}: ${patch.explanation}` : status);
      const moved = await store.move(change.id, from, {
        ...patch,
        status,
        log,
        steps: change.steps.map(forget),
        inputs: [],
        ended: clock.now(),
      });
      return moved ?? (await store.get(change.id)) ?? change;
    },
  };
}
