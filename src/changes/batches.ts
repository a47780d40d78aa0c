/** Splits a large change into a canary, which must settle first, and batches. */
import type { Policy } from './policy.ts';

/** Number of canary targets; 0 if the change is small enough to be sent at once. */
export function canarySize(count: number, { bulkFrom, canaryPercent }: Pick<Policy, 'bulkFrom' | 'canaryPercent'>): number {
  return count < bulkFrom ? 0 : Math.max(1, Math.ceil((count * canaryPercent) / 100));
}

/** Number of targets that may fail, stay unknown or have changed before the remaining batches are held back. */
export function failureLimit(count: number, { stopPercent }: Pick<Policy, 'stopPercent'>): number {
  return Math.floor((count * stopPercent) / 100);
}

/**
 * The indexes of the steps, batch by batch. The first batch takes the fewest steps that cover `first` targets; each later one holds at most
 * `most` targets, but at least one step.
 */
export function batchesOf(steps: readonly { targets: readonly string[] }[], first: number, most: number): number[][] {
  const parts: number[][] = [[]];
  let held = 0;
  for (const [i, { targets }] of steps.entries()) {
    const full = parts.length === 1 ? held >= first : held > 0 && held + targets.length > most;
    if (full) {
      parts.push([]);
      held = 0;
    }
    parts.at(-1)?.push(i);
    held += targets.length;
  }
  return parts.filter((part) => part.length > 0);
}
