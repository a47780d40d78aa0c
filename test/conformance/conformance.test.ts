/** The official suite against our HTTP front: the product with a baseline of what does not apply, and the suite's own fixtures. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { fixedClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { makeProduct } from '../../src/server.ts';
import { makeWeb, type Web } from '../../src/web/app.ts';
import { listen } from '../../src/web/listen.ts';
import { began } from '../support/product.ts';
import { everythingWeb } from './everything.ts';

const generous = 180_000;
const suite = dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json'));
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The server scenarios that a revision requires, as the suite lists them. */
async function requiredBy(revision: string): Promise<string[]> {
  const list = await readFile(join(suite, 'requirements', `${revision}.yaml`), 'utf8');
  const servers = /^server:\n((?:[ #].*\n|\n)+)/m.exec(list)?.[1] ?? '';
  return [...servers.matchAll(/^ +- (\S+)/gm)].map(([, name = '']) => name);
}

/** What the suite said of one revision: its exit code, the required scenarios that did not run or not pass, its summary. */
async function judged(web: Web, revision: string, baseline: string) {
  // What is refused on purpose is told on stderr.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const listening = await listen(web.fetch, '127.0.0.1', 0);
  const results = await mkdtemp(join(tmpdir(), 'conformance-'));
  onTestFinished(async () => {
    vi.restoreAllMocks();
    await listening.close();
    await web.close();
    await rm(results, { recursive: true });
  });
  const url = `${listening.url}/mcp`;
  const args = ['server', '--url', url, '--requirements', revision, '--expected-failures', beside(baseline)];
  const child = spawn(process.execPath, [join(suite, 'dist', 'index.js'), ...args, '-o', results], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: generous,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const all = stripVTControlCharacters(output);
  const printed = all.slice(Math.max(0, all.indexOf('=== SUMMARY')));
  const ran = [...printed.matchAll(/^([✓✗]) (\S+): /gm)];
  const failing = ran.filter(([, mark]) => mark === '✗').map(([, , name]) => name);
  const required = await requiredBy(revision);
  return {
    code,
    printed,
    missing: required.filter((name) => !ran.some(([, , one]) => one === name)),
    failed: required.filter((name) => failing.includes(name)),
    required: required.length,
  };
}

describe('the product', () => {
  const product = (): Web => {
    const made = makeProduct({ config: readConfig({}, {}), clock: fixedClock(began), only: [], fleet: 24, seed: 1, repeatable: true });
    onTestFinished(() => made.close());
    return makeWeb({ build: made.build, callers: new Map(), allowedHosts: [], allowedOrigins: [] });
  };

  test.each(['2026-07-28', '2025-11-25'])(
    '%s: nothing fails but what does not apply',
    async (revision) => {
      const { code, printed } = await judged(product(), revision, `baseline-${revision}.yml`);
      expect(printed).toContain('Baseline check passed');
      expect(printed).not.toMatch(/Unexpected failures|Stale baseline/i);
      expect(code).toBe(0);
    },
    generous,
  );
});

describe("the suite's own fixtures on our front", () => {
  test(
    '2026-07-28: every required scenario passes',
    async () => {
      const { code, printed, missing, failed, required } = await judged(everythingWeb(), '2026-07-28', 'everything-2026-07-28.yml');
      expect(printed).toContain('Baseline check passed');
      expect({ missing, failed, required }).toEqual({ missing: [], failed: [], required: 37 });
      expect(code).toBe(0);
    },
    generous,
  );

  test(
    '2025-11-25: every required scenario passes but those in which a server without sessions would ask',
    async () => {
      const { code, printed, missing, failed, required } = await judged(everythingWeb(), '2025-11-25', 'everything-2025-11-25.yml');
      expect(printed).toContain('Baseline check passed');
      expect({ missing, required }).toEqual({ missing: [], required: 30 });
      expect(failed).toEqual([
        'tools-call-sampling',
        'tools-call-elicitation',
        'elicitation-sep1034-defaults',
        'elicitation-sep1330-enums',
      ]);
      expect(code).toBe(0);
    },
    generous,
  );
});
