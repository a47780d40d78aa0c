import { day, hour, minute } from '../durations.ts';

/** The distance from `now` to `at` (both ms) in words, e.g. `3 min ago` or `in 2 h`. */
export function relative(at: number, now: number): string {
  const distance = Math.abs(at - now);
  const count =
    distance < minute
      ? 'less than a minute'
      : distance < 90 * minute
        ? `${Math.round(distance / minute)} min`
        : distance < 36 * hour
          ? `${Math.round(distance / hour)} h`
          : `${Math.round(distance / day)} days`;
  return at > now ? `in ${count}` : `${count} ago`;
}
