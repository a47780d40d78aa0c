const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago or how far ahead `at` is from `now` (ms), as a person says it: `3 min ago`, `in 2 h`. */
export function relative(at: number, now: number): string {
  const away = Math.abs(at - now);
  const count =
    away < minute
      ? 'less than a minute'
      : away < 90 * minute
        ? `${Math.round(away / minute)} min`
        : away < 36 * hour
          ? `${Math.round(away / hour)} h`
          : `${Math.round(away / day)} days`;
  return at > now ? `in ${count}` : `${count} ago`;
}
