/** Ends plans that nobody carried out in time, and keeps the previews of each caller few and small. */
import { hour } from '../durations.ts';
import { type Change, waitingStatuses } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { planExpired } from './outcome.ts';
import type { Recorder } from './recorder.ts';

/** Expired plans that are ended at once, and previews that are deleted at once; the others follow. */
const atOnce = 100;
/** An ended preview is kept this long (ms) after its end, so that a late apply_change is told that it expired. Then only the record tells of it. */
const keptFor = hour;
/** Open previews of one caller. */
const maxPreviews = 20;
/** Characters of the open previews of one caller together: as many as one call may have. */
const maxCharacters = 8_000_000;

const replaced = 'Newer previews of the same caller took its place; nothing was sent. Call the tool again.';

export interface WaitingPlans {
  /** Ends the plans whose time is over, and deletes previews that ended an hour ago. `now` in ms since 1970. */
  sweep(now: number): Promise<void>;
  /** Makes room for one more preview: the oldest ones of its caller end. */
  makeRoomFor(preview: Pick<Change, 'caller' | 'inputs' | 'steps' | 'targets'>): Promise<void>;
}

export function makeWaitingPlans(
  store: Pick<ChangeStore, 'list' | 'listExpired' | 'forget'>,
  { end }: Pick<Recorder, 'end'>,
): WaitingPlans {
  return {
    async sweep(now) {
      for (const plan of await store.listExpired(now, atOnce))
        await end(plan, 'refused', waitingStatuses, { reason: 'expired', explanation: planExpired });
      await store.forget(now - keptFor, atOnce, 'previews');
    },
    async makeRoomFor(preview) {
      const { rows } = await store.list({ caller: preview.caller, status: 'planned' }, undefined, 500);
      const open = rows.filter((row) => row.preview).map((row) => ({ row, size: sizeOf(row) }));
      for (const { row } of beyondBounds(open, sizeOf(preview)))
        await end(row, 'refused', waitingStatuses, { reason: 'expired', explanation: replaced });
    },
  };
}

/** The open previews, newest first, that must end so that one of `size` characters has room. */
export function beyondBounds<P extends { size: number }>(open: readonly P[], size: number): P[] {
  let characters = size;
  let kept = 0;
  return open.filter((one) => {
    if (kept + 1 >= maxPreviews || characters + one.size > maxCharacters) {
      // Nothing older stays either: the previews that are left are the newest.
      kept = maxPreviews;
      return true;
    }
    kept += 1;
    characters += one.size;
    return false;
  });
}

const sizeOf = ({ inputs, steps, targets }: Pick<Change, 'inputs' | 'steps' | 'targets'>): number =>
  JSON.stringify([inputs, steps, targets]).length;
