/** How a change for many is cut: a canary that must settle first, then batches. */
import type { Policy } from './policy.ts';

/** Of so many targets, how many go first and alone; 0 where the change is small enough to go at once. */
export function canaryOf(count: number, { bulkFrom, canaryPercent }: Pick<Policy, 'bulkFrom' | 'canaryPercent'>): number {
  return count < bulkFrom ? 0 : Math.max(1, Math.ceil((count * canaryPercent) / 100));
}

/** How many targets may fail, stay unknown or have moved before the rest is held back. */
export function stopLimit(count: number, { stopPercent }: Pick<Policy, 'stopPercent'>): number {
  return Math.floor((count * stopPercent) / 100);
}

/** The steps by number, part by part: the fewest that hold `first` targets, then parts of at most `most` targets (one step at least). */
export function partsOf(steps: readonly { targets: readonly string[] }[], first: number, most: number): number[][] {
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
