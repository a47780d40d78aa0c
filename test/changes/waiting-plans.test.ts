/** The open previews of a caller are few and together no larger than one call may be. */
import { expect, it } from 'vitest';

import { beyondBounds } from '../../src/changes/waiting-plans.ts';

const sized = (...sizes: number[]) => sizes.map((size, i) => ({ id: i, size }));
const ids = (open: { id: number; size: number }[], size: number): number[] => beyondBounds(open, size).map(({ id }) => id);

it('Small previews end from the twentieth on', () => {
  expect(ids(sized(...Array.from({ length: 19 }, () => 10)), 10)).toEqual([]);
  expect(ids(sized(...Array.from({ length: 22 }, () => 10)), 10)).toEqual([19, 20, 21]);
});

it('Large previews end so that all together have at most 8 million characters, the newest of them stay', () => {
  expect(ids(sized(3_000_000, 1_000_000), 4_000_000)).toEqual([]);
  expect(ids(sized(3_000_000, 1_000_001, 10), 4_000_000)).toEqual([1, 2]);
  expect(ids(sized(10), 9_000_000)).toEqual([0]);
});
