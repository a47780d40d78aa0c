// Packs the built package, installs it in an empty folder and asks the server over stdio, all with the Node that runs this file.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
// On Windows npm is a script, which needs a shell.
const npm = (args, cwd) => execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });

function lineOf(lines, child) {
  return new Promise((done, failed) => {
    child.once('exit', (code) => failed(new Error(`the server ended with ${code}`)));
    const timer = setTimeout(() => failed(new Error('no answer within 30 s')), 30_000);
    lines.once('line', (line) => {
      clearTimeout(timer);
      done(JSON.parse(line));
    });
  });
}

/** The results of an initialize and of a read. */
async function answers(child) {
  const lines = createInterface({ input: child.stdout });
  const ask = (message) => {
    const answer = lineOf(lines, child);
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    return answer;
  };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'smoke', version: '1' } };
  const hello = await ask({ id: 1, method: 'initialize', params });
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  const list = await ask({ id: 2, method: 'tools/call', params: { name: 'list_devices', arguments: { limit: 1 } } });
  return { version: hello.result?.serverInfo?.version, list: list.result };
}

try {
  npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], root);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  npm(['install', '--no-audit', '--no-fund', join(folder, tarball)], folder);
  const packages = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  const bin = join(folder, 'node_modules', 'iot-ops-mcp', 'dist', 'iot-ops-mcp.mjs');
  const child = spawn(process.execPath, [bin, 'stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  const { version, list } = await answers(child);
  child.stdin.end();
  const expected = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  const faults = [
    ...(packages.join() === 'iot-ops-mcp' ? [] : [`installed ${packages.join(', ')}`]),
    ...(version === expected ? [] : [`the server says it is version ${version}, package.json ${expected}`]),
    ...(list && !list.isError && list.structuredContent ? [] : [`list_devices answered ${JSON.stringify(list)}`]),
  ];
  console.log(faults.length === 0 ? `version ${version} runs on Node ${process.version}` : faults.join('\n'));
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
