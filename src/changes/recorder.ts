/** Adds log entries to changes and ends them. */
import type { Clock } from '../clock.ts';
import { type Change, type Status, withoutInput } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';

export interface Recorder {
  /** The change's log with one more entry. Stores nothing. */
  withLogEntry(change: Change, what: string): Change['log'];
  /** Ends a change whose status is in `from` and deletes its inputs. Returns the stored change, also if another call was first. */
  end(change: Change, status: Status, from: readonly Status[], patch?: Partial<Change>): Promise<Change>;
}

/** Makes the recorder of a gate. */
export function makeRecorder(store: ChangeStore, clock: Clock): Recorder {
  const withLogEntry: Recorder['withLogEntry'] = (change, what) => [...change.log, { at: clock.now(), what }];
  return {
    withLogEntry,
    async end(change, status, from, patch = {}) {
      const log = withLogEntry(change, patch.explanation ? `${status}: ${patch.explanation}` : status);
      const moved = await store.move(change.id, from, {
        ...patch,
        status,
        log,
        steps: change.steps.map(withoutInput),
        inputs: [],
        ended: clock.now(),
      });
      return moved ?? (await store.get(change.id)) ?? change;
    },
  };
}
