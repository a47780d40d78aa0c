/** stdout and stderr of the real program: readers that leave early, and the formats of the log. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { sqliteStore } from '../../src/store/sqlite.ts';
import { waitingChange } from '../approvers/waiting.ts';
import { root, runCommand, temporaryFile, temporaryFolder } from './processes.ts';

/** Runs a command whose stdout or stderr has no reader from the start. */
function runWithout(stream: 'stdout' | 'stderr', args: readonly string[]): Promise<{ code: number | null; other: string }> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('IOT_OPS_')));
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], { env: { ...clean, XDG_STATE_HOME: temporaryFolder() } });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end();
  child[stream].destroy();
  let other = '';
  child[stream === 'stdout' ? 'stderr' : 'stdout'].setEncoding('utf8').on('data', (text: string) => {
    other += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, other })));
}

/** A state directory with `count` recorded changes. */
async function stateDir(count: number): Promise<string> {
  const path = temporaryFolder();
  const store = sqliteStore(join(path, 'changes.db'));
  for (let i = 0; i < count; i++) await store.add(waitingChange(`chg_${i}`));
  store.close();
  return path;
}

describe('a reader of stdout that has gone', () => {
  it.each([[['tools']], [['--help']], [['policy', 'check']], [['policy', 'test', 'list_devices', '{}']]])(
    'iot-ops-mcp %j ends quietly with exit code 0',
    async (args) => {
      expect(await runWithout('stdout', args)).toEqual({ code: 0, other: '' });
    },
  );

  it('the commands that print from the state directory end quietly with exit code 0', async () => {
    const state = await stateDir(300);
    for (const args of [['approvals'], ['audit', 'verify'], ['audit', 'export'], ['audit', 'export', '--format', 'csv']])
      expect(await runWithout('stdout', [...args, '--state', state])).toEqual({ code: 0, other: '' });
  });

  it('audit verify still fails for a head that is not in the record', async () => {
    const state = await stateDir(1);
    const { code, other } = await runWithout('stdout', ['audit', 'verify', '--head', 'a'.repeat(64), '--state', state]);
    expect(code).toBe(1);
    expect(other).toMatch(/^iot-ops-mcp: the head a{64} is not in the record/);
  });
});

it('a reader of stderr that has gone changes nothing', async () => {
  const { code, other } = await runWithout('stderr', ['tools', '--connection', 'nobody']);
  expect({ code, other }).toEqual({ code: 1, other: '' });
  const live = { name: 'iotx', provider: 'iotx', accessKey: 'planted-access-key' };
  // Writes a line to the log before it prints.
  const tools = await runWithout('stderr', ['tools', '--config', temporaryFile({ connections: [live] })]);
  expect(tools.code).toBe(0);
  expect(tools.other).toContain('list_devices');
});

describe('the format and level of the log', () => {
  it('IOT_OPS_LOG_FORMAT=json writes JSON lines, errors and usage errors included', async () => {
    const env = { IOT_OPS_LOG_FORMAT: 'json' };
    const unknown = await runCommand(['tools', '--connection', 'nobody'], env);
    expect([unknown.code, JSON.parse(unknown.err)]).toEqual([
      1,
      { time: expect.any(String), level: 'error', message: expect.stringMatching(/^iot-ops-mcp: there is no connection nobody/) },
    ]);
    const usage = await runCommand(['tools', '--fleet', '1'], env);
    expect(JSON.parse(usage.err)).toMatchObject({ level: 'error', message: expect.stringContaining('--fleet') });
  });

  it('the configuration sets format and level, and the environment wins', async () => {
    const live = { name: 'iotx', provider: 'iotx', accessKey: 'planted-access-key' };
    const config = temporaryFile({ connections: [live], log: { format: 'json' } });
    const { err } = await runCommand(['tools', '--config', config]);
    expect(JSON.parse(err)).toMatchObject({ level: 'info', message: 'connection iotx is live', connection: 'iotx' });
    expect((await runCommand(['tools', '--config', config], { IOT_OPS_LOG_FORMAT: 'text' })).err).toBe('connection iotx is live\n');
    expect((await runCommand(['tools', '--config', config], { IOT_OPS_LOG_LEVEL: 'warn' })).err).toBe('');
  });

  it('unknown formats, levels and members are errors', async () => {
    const errorOf = async (log: unknown, env = {}): Promise<string> =>
      (await runCommand(['tools', '--config', temporaryFile({ log })], env)).err;
    expect(await errorOf({}, { IOT_OPS_LOG_FORMAT: 'xml' })).toBe('iot-ops-mcp: IOT_OPS_LOG_FORMAT: text, json, got "xml"\n');
    expect(await errorOf({}, { IOT_OPS_LOG_LEVEL: 'loud' })).toBe('iot-ops-mcp: IOT_OPS_LOG_LEVEL: debug, info, warn, error, got "loud"\n');
    expect(await errorOf({ format: 'xml' })).toContain('iot-ops-mcp: log.format');
    expect(await errorOf({ colour: true })).toContain('colour');
  });
});
