import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';

import { root } from './processes.ts';

const guard = join(root, 'src/guard.mjs');

/** An installed Node older than 22, if there is one. */
const older = ['/usr/bin/node', '/usr/local/bin/node', '/opt/homebrew/bin/node'].find((path) => {
  const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  return version && Number(/^v(\d+)/.exec(version)?.[1]) < 22;
});

/** Runs the guard as if Node had this version. */
function under(version: string): { status: number | null; stderr: string } {
  const source = readFileSync(guard, 'utf8')
    .replace(/^#!.*\n/, '')
    .replaceAll('process.versions.node', JSON.stringify(version))
    .replaceAll('process.version', JSON.stringify(`v${version}`))
    .replace(/import\('\.\/[\w-]+\.mjs'\)/, 'Promise.resolve()');
  const node = older ?? process.execPath;
  const { status, stderr } = spawnSync(node, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
  return { status, stderr };
}

it.each(['18.20.0', '20.20.2', '22.0.0', '22.18.0'])('the guard refuses Node %s in one line', (version) => {
  expect(under(version)).toEqual({
    status: 1,
    stderr: `iot-ops-mcp needs Node >= 22.19, this is v${version}. Install a newer Node, or point the MCP client at one.\n`,
  });
});

it.each(['22.19.0', '23.0.0', '24.21.0'])('the guard accepts Node %s', (version) => {
  expect(under(version)).toEqual({ status: 0, stderr: '' });
});

test('the guard itself runs on an old Node', () => {
  const run = spawnSync(older ?? process.execPath, [guard], { encoding: 'utf8' });
  expect(run.status).toBe(1);
  // On a supported Node the guard imports the program, which is next to it only in dist.
  expect(run.stderr).toMatch(older ? /^iot-ops-mcp needs Node >= 22\.19, this is v\d+\.\d+\.\d+\..*\n$/ : /Cannot find module .*\.mjs/);
});
