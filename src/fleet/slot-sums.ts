/** Sums the records of a provider into time slots: what is not understood makes a slot unknown or a lower limit, never zero. */
import type { Slot } from './source.ts';

/** Figures that are summed. */
type Figure = 'upBytes' | 'downBytes' | 'bytes' | 'sms';

export interface SlotSums {
  /** Adds one record. A time (ms since 1970) or an amount that is not understood is undefined; a record outside of the window counts nothing. */
  add(at: number | undefined, figure: Figure, amount: number | undefined): void;
  /** Says that records of a figure are missing: a slot without a record of it is unknown then, not zero. */
  lacks(figure: Figure): void;
  /** Number of records that were not understood. */
  notUnderstood(): number;
  slots(): Slot[];
}

interface Sum {
  known: number;
  sum: number;
  unread: number;
}

/** Sums into the slots that begin at `starts`; the window is [from, to). */
export function slotSums(starts: readonly number[], { from, to }: { from: number; to: number }, figures: readonly Figure[]): SlotSums {
  const sums = starts.map((at) => ({ at, of: new Map<Figure, Sum>() }));
  const lacking = new Set<Figure>();
  let notUnderstood = 0;

  const slotOf = ({ at, of }: (typeof sums)[number]): Slot => {
    const slot: Slot = { at };
    for (const figure of figures) {
      const { known, sum, unread } = of.get(figure) ?? { known: 0, sum: 0, unread: 0 };
      const incomplete = unread > 0 || lacking.has(figure);
      if (known === 0 && incomplete) continue;
      slot[figure] = sum;
      if (unread > 0) slot.atLeast = true;
    }
    return slot;
  };

  return {
    add(at, figure, amount) {
      if (at !== undefined && (at < from || at >= to)) return;
      if (at === undefined || amount === undefined) notUnderstood += 1;
      if (at === undefined) {
        lacking.add(figure);
        return;
      }
      const slot = sums.findLast((one) => one.at <= at);
      if (!slot) return;
      const sum = slot.of.get(figure) ?? { known: 0, sum: 0, unread: 0 };
      slot.of.set(
        figure,
        amount === undefined ? { ...sum, unread: sum.unread + 1 } : { ...sum, known: sum.known + 1, sum: sum.sum + amount },
      );
    },
    lacks: (figure) => void lacking.add(figure),
    notUnderstood: () => notUnderstood,
    slots: () => sums.map(slotOf),
  };
}
