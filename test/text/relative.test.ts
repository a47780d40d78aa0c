import { expect, it } from 'vitest';

import { relative } from '../../src/text/relative.ts';

it.each([
  [-30_000, 'less than a minute ago'],
  [30_000, 'in less than a minute'],
  [-3 * 60_000, '3 min ago'],
  [89 * 60_000, 'in 89 min'],
  [-2 * 3_600_000, '2 h ago'],
  [35 * 3_600_000, 'in 35 h'],
  [-3 * 86_400_000, '3 days ago'],
])('relative describes a distance of %d ms as "%s"', (away, words) => {
  expect(relative(1e12 + away, 1e12)).toBe(words);
});
