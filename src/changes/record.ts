/** Adds log entries to changes and ends them. */
import type { Clock } from '../clock.ts';
import { type Change, forget, type Status } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';

export interface Recorder {
  /** The change's log with one more entry. Stores nothing. */
  note(change: Change, what: string): Change['log'];
  /** Ends a change whose status is in `from` and deletes its inputs. Returns the stored change, also if another call was first. */
  end(change: Change, status: Status, from: readonly Status[], patch?: Partial<Change>): Promise<Change>;
}

/** Makes the recorder of a gate. */
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
