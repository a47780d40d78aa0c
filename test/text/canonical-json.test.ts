import { expect, it } from 'vitest';

import { seededRandom } from '../../src/clock.ts';
import { canonicalJson, canonicalPieces } from '../../src/text/canonical-json.ts';

/** A random value of at most `depth` levels; some lists are long. */
function randomValue(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth === 0 ? 5 : 8));
  const several = <T>(make: () => T): T[] => Array.from({ length: Math.floor(random() * (random() < 0.05 ? 450 : 4)) }, make);
  if (kind === 0) return undefined;
  if (kind === 1) return null;
  if (kind === 2) return random() < 0.5;
  if (kind === 3) return Math.floor(random() * 1e6) - 5e5;
  if (kind === 4) return ['', 'a"b', '\ud800', 'ü', '\u0000', 'Z', 'a'][Math.floor(random() * 7)];
  if (kind === 5) return several(() => randomValue(random, depth - 1));
  return Object.fromEntries(several(() => [`k${Math.floor(random() * 40)}`, randomValue(random, depth - 1)]));
}

it('the pieces of a value are together the text that canonicalJson gives', () => {
  const random = seededRandom(3);
  let pieces = 0;
  for (let i = 0; i < 2000; i++) {
    const value = randomValue(random, 4);
    const all = [...canonicalPieces(value)];
    expect(all.join('')).toBe(canonicalJson(value));
    pieces += all.length;
  }
  expect(pieces).toBeGreaterThan(4000);
});

it('a long list comes in pieces of twenty items, a short one item by item', () => {
  expect([...canonicalPieces({ a: Array.from({ length: 201 }, () => 0) })]).toHaveLength(14);
  expect([...canonicalPieces([1, [2, 3]])]).toEqual(['[1', ',[2,3]', ']']);
  expect([...canonicalPieces([])]).toEqual(['[]']);
});
