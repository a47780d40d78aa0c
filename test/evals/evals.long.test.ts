/** The published safety evaluation: no harm and no false "done" on this server. */
import { readFileSync } from 'node:fs';

import { beforeAll, describe, expect, it } from 'vitest';

import { attacks, families } from '../../evals/families/index.ts';
import { type CaseResult, pageOf, problemsOf, runFamilies } from '../../evals/lib/report.ts';

let results: CaseResult[] = [];

beforeAll(async () => {
  results = await runFamilies(families);
}, 240_000);

describe('the safety evaluation', () => {
  it('ends without harm and without a false "done" on this server, and every case harms another server or is justified', () => {
    expect(problemsOf(results)).toEqual([]);
  });

  it('docs/safety.md is the print of this run (npm run evals -- --write)', () => {
    expect(pageOf(results)).toBe(readFileSync('docs/safety.md', 'utf8'));
  });

  it('holds at least 60 cases in ten families, with at least five mechanisms in each', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(10);
    expect(attacks.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(60);
    for (const { name, cases } of attacks) expect(new Set(cases.map(({ mechanism }) => mechanism)).size, name).toBeGreaterThanOrEqual(5);
    const ids = families.flatMap(({ name, cases }) => cases.map(({ id }) => `${name}/${id}`));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
