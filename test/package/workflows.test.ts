/** The workflows, read without running them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { root } from '../bin/processes.ts';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  'runs-on': string;
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  strategy?: { matrix: Record<string, unknown[]> };
  'timeout-minutes'?: number;
  steps: Step[];
}
interface Workflow {
  on: { push?: { branches?: string[]; tags?: string[] } };
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

const folder = join(root, '.github/workflows');
const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;
const runners = ['ubuntu-24.04', 'macos-15', 'windows-2025'];

/** What GitHub would reject or what a release should not depend on. */
function faults(text: string): string[] {
  const { jobs, permissions } = parse(text) as Workflow;
  const found: string[] = [];
  if (permissions?.['contents'] !== 'read' || Object.keys(permissions).length !== 1) found.push('the workflow may do more than read');
  for (const [, action = '', pin = ''] of text.matchAll(/uses: ([^@\s]+)@(.*)$/gm))
    if (!/^[0-9a-f]{40} # v\d/.test(pin)) found.push(`${action} is not pinned to a commit with its version`);
  for (const [name, job] of Object.entries(jobs)) {
    const matrix = job.strategy?.matrix ?? {};
    const labels = job['runs-on'] === `$\{{ matrix.os }}` ? (matrix['os'] ?? []) : [job['runs-on']];
    for (const label of labels) if (!runners.includes(String(label))) found.push(`${name}: no runner ${String(label)}`);
    for (const need of [job.needs ?? []].flat()) if (!(need in jobs)) found.push(`${name}: needs ${need}, which is no job`);
    for (const [, key = ''] of JSON.stringify(job).matchAll(/\$\{\{ matrix\.(\w+) \}\}/g))
      if (!(key in matrix)) found.push(`${name}: matrix has no ${key}`);
    if (job['timeout-minutes'] === undefined) found.push(`${name}: no time limit`);
    for (const { run = '' } of job.steps) {
      for (const [, script = ''] of run.matchAll(/npm run (?:-s )?([\w:-]+)/g))
        if (!(script in scripts)) found.push(`${name}: no script ${script}`);
      for (const [, path = ''] of run.matchAll(/\bnode (scripts\/\S+)/g))
        if (!existsSync(join(root, path))) found.push(`${name}: no file ${path}`);
      if (/\$\{\{\s*github\.(event|head_ref)/.test(run)) found.push(`${name}: text of an event in a shell`);
    }
  }
  return found;
}

describe('the workflows', () => {
  it('every workflow is sound: pinned actions, known runners, jobs, scripts and matrix values', () => {
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.flatMap(faults)).toEqual([]);
  });

  it('the package is tried on Linux, macOS and Windows with Node 22, 24 and 26', () => {
    const [workflow] = texts.map((text) => parse(text) as Workflow);
    expect(workflow?.jobs['package']?.strategy?.matrix).toEqual({ os: runners, node: [22, 24, 26] });
    expect(workflow?.jobs['package']?.steps.map(({ run }) => run)).toContain('node scripts/smoke.mjs');
  });

  it('a tag releases with provenance, after all tests, and nothing else may write', () => {
    const [workflow] = texts.map((text) => parse(text) as Workflow);
    const release = workflow?.jobs['release'];
    expect(workflow?.on.push?.tags).toEqual(['v*']);
    expect(release).toMatchObject({
      if: "startsWith(github.ref, 'refs/tags/v')",
      needs: ['test', 'package'],
      permissions: { contents: 'write', 'id-token': 'write' },
    });
    const steps = release?.steps.map(({ run }) => run ?? '') ?? [];
    const publish = steps.indexOf('npm publish --provenance --access public');
    expect(publish).toBeGreaterThan(steps.indexOf('npm run release:check'));
    expect(
      Object.entries(workflow?.jobs ?? {})
        .filter(([, job]) => job.permissions !== undefined)
        .map(([name]) => name),
    ).toEqual(['release']);
  });

  it('the checks of workflows find what they are for', () => {
    const bad = `
on: {push: {}}
permissions: {contents: write}
jobs:
  a:
    runs-on: ubuntu-99
    needs: b
    steps:
      - uses: actions/checkout@v4
      - run: npm run nothing && node scripts/nothing.mjs \${{ matrix.node }} \${{ github.event.title }}
`;
    expect(faults(bad)).toEqual([
      'the workflow may do more than read',
      'actions/checkout is not pinned to a commit with its version',
      'a: no runner ubuntu-99',
      'a: needs b, which is no job',
      'a: matrix has no node',
      'a: no time limit',
      'a: no script nothing',
      'a: no file scripts/nothing.mjs',
      'a: text of an event in a shell',
    ]);
  });
});
