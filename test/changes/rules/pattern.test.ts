import fc from 'fast-check';
import { expect, it } from 'vitest';

import { compilePattern } from '../../../src/changes/rules/pattern.ts';

it.each([
  ['gate-*', 'GATE-17', true],
  ['gate-*', 'my gate-17', false],
  ['*-north', 'pump-north', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*', '', true],
  ['a**b', 'axxb', true],
  ['*ab*bc*', 'abc', false],
  ['*ab*bc*', 'abbc', true],
  ['exact', 'exact', true],
  ['exact', 'exactly', false],
])('the pattern %j against %j gives %j', (pattern, name, matches) => {
  expect(compilePattern(pattern)(name)).toBe(matches);
});

it('a pattern matches as its regular expression does', () => {
  const text = fc.stringMatching(/^[ab*]{0,12}$/);
  fc.assert(
    fc.property(text, fc.stringMatching(/^[ab]{0,12}$/), (pattern, name) => {
      const regex = new RegExp(`^${pattern.replace(/\*+/g, '.*')}$`);
      expect(compilePattern(pattern)(name)).toBe(regex.test(name));
    }),
  );
});

it('a pattern with many wildcards is matched against a long name without backtracking', () => {
  const matches = compilePattern(`${'*a'.repeat(100)}*b`);
  const started = process.cpuUsage().user;
  for (let i = 0; i < 200; i++) expect(matches('a'.repeat(400))).toBe(false);
  // Microseconds. A backtracking matcher needs minutes for one of the 200 comparisons.
  expect(process.cpuUsage().user - started).toBeLessThan(5_000_000);
});
