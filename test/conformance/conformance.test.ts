/** The official conformance suite against the HTTP server: the product with a baseline, and the fixtures of the suite. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
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
import { type HttpApp, makeHttpApp } from '../../src/web/http-app.ts';
import { listen } from '../../src/web/listen.ts';
import { startTime } from '../support/test-server.ts';
import { everythingWeb } from './everything.ts';

const timeoutMs = 180_000;
const suite = dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json'));
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The server scenarios that the suite lists as required for a revision. */
async function requiredBy(revision: string): Promise<string[]> {
  const list = await readFile(join(suite, 'requirements', `${revision}.yaml`), 'utf8');
  const servers = /^server:\n((?:[ #].*\n|\n)+)/m.exec(list)?.[1] ?? '';
  return [...servers.matchAll(/^ +- (\S+)/gm)].map(([, name = '']) => name);
}

/** Runs the suite for one revision and returns exit code, required scenarios that did not run or failed, and its summary. */
async function runSuite(web: HttpApp, revision: string, baseline: string) {
  // The server logs rejected requests on stderr, which the suite provokes on purpose.
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
  const args = ['server', '--url', url, '--requirements', revision, '--expected-failures', pathOf(baseline)];
  const child = spawn(process.execPath, [join(suite, 'dist', 'index.js'), ...args, '-o', results], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
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

describe('conformance of the product', () => {
  const product = async (): Promise<HttpApp> => {
    const made = await makeProduct({
      config: readConfig({}, {}),
      clock: fixedClock(startTime),
      connectionNames: [],
      fleetSize: 24,
      seed: 1,
      deterministic: true,
    });
    onTestFinished(() => made.close());
    const sessions = { clock: fixedClock(startTime), newId: randomUUID, serverId: 'product' };
    return makeHttpApp({ build: made.build, log: made.log, callers: new Map(), sessions, allowedHosts: [], allowedOrigins: [] });
  };

  test.each(['2026-07-28', '2025-11-25'])(
    'the product passes every scenario of %s outside of the baseline',
    async (revision) => {
      const { code, printed } = await runSuite(await product(), revision, `baseline-${revision}.yml`);
      expect(printed).toContain('Baseline check passed');
      expect(printed).not.toMatch(/Unexpected failures|Stale baseline/i);
      expect(code).toBe(0);
    },
    timeoutMs,
  );
});

describe('conformance of the fixtures of the suite', () => {
  test(
    'the fixtures pass every required scenario of 2026-07-28',
    async () => {
      const { code, printed, missing, failed, required } = await runSuite(everythingWeb(), '2026-07-28', 'everything-2026-07-28.yml');
      expect(printed).toContain('Baseline check passed');
      expect({ missing, failed, required }).toEqual({ missing: [], failed: [], required: 37 });
      expect(code).toBe(0);
    },
    timeoutMs,
  );

  test(
    'the fixtures pass every required scenario of 2025-11-25',
    async () => {
      const { code, printed, missing, failed, required } = await runSuite(everythingWeb(), '2025-11-25', 'everything-2025-11-25.yml');
      expect(printed).toContain('Baseline check passed');
      expect({ missing, failed, required }).toEqual({ missing: [], failed: [], required: 30 });
      expect(code).toBe(0);
    },
    timeoutMs,
  );
});
