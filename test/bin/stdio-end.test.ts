/** How the stdio server ends: on a signal, with a client that has gone, and on a message that is too long. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';

import type { Change } from '../../src/store/change.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { root, startServer, temporaryFile, temporaryFolder } from './processes.ts';

/** The program as a client starts it: from the sources, and the built bin, which answers the opening itself. */
const programs = [
  ['the program', join(root, 'src/main.ts')],
  ['the built bin', join(root, 'dist/iot-ops-mcp.mjs')],
] as const;

function startProgram(program: string, args: readonly string[]) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('IOT_OPS_')));
  const child = spawn(process.execPath, [program, 'stdio', ...args], {
    env: { ...clean, NODE_COMPILE_CACHE: join(tmpdir(), 'iot-ops-mcp-compile-cache'), XDG_STATE_HOME: temporaryFolder() },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const answered = async (id: number): Promise<Record<string, unknown>> => {
    for (;;) {
      const line = output.out.split('\n').find((one) => one.includes(`"id":${id}`) && one.endsWith('}'));
      if (line) return JSON.parse(line);
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${output.err}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, output, ended, send, answered };
}

const clientInfo = { name: 'end', version: '1' };
const hello = { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } };

describe.each(programs)('%s over stdio', { timeout: 60_000 }, (_, program) => {
  it('a message of more than 10 MB ends the server with a message and exit code 1', async () => {
    const { child, output, ended, send, answered } = startProgram(program, ['--fleet', '12']);
    send(hello);
    await answered(1);
    child.stdin.write(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"${'x'.repeat(11 * 1024 * 1024)}"}}\n`);
    expect(await ended).toBe(1);
    expect(output.err).toContain('a message on stdin is longer than 10485760 bytes: nothing of it was done, and the server ends');
    expect(output.err).not.toContain('    at ');
  });

  it('a client that stops reading ends the server quietly', async () => {
    const { child, output, ended, send, answered } = startProgram(program, ['--fleet', '12']);
    send(hello);
    await answered(1);
    send({ method: 'notifications/initialized' });
    child.stdout.destroy();
    send({ id: 2, method: 'tools/list' });
    send({ id: 3, method: 'tools/call', params: { name: 'list_devices', arguments: {} } });
    expect(await ended).toBe(0);
    expect(output.err).toBe('');
  });

  it('a client that has closed stdin ends the server with exit code 0', async () => {
    const { child, ended, send, answered } = startProgram(program, ['--fleet', '12']);
    send(hello);
    await answered(1);
    child.stdin.end();
    expect(await ended).toBe(0);
  });
});

describe('a signal while a change is being sent', { timeout: 120_000 }, () => {
  const devices = ['A81758FFFE0A0001', 'A81758FFFE0A0002', 'A81758FFFE0A0003'];
  const update = 'thingpark.devices.update';

  async function setUp() {
    const carrier = await startServer(['sandbox', '--port', '0', '--fleet', '24']);
    const state = temporaryFolder();
    const lora = {
      name: 'lora',
      provider: 'thingpark',
      sandbox: true,
      writes: 'on',
      oss: { url: carrier.url, clientId: 'sub-199900001/sandbox', clientSecret: 'sandbox-oss-secret' },
    };
    const flags = ['--config', temporaryFile({ connections: [lora] }), '--state', state];
    return {
      flags,
      /** The next update is answered after three seconds. */
      slow: () =>
        fetch(`${carrier.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify({ fault: 'slow', operation: update, ms: 3000 }) }),
      async sent(): Promise<number> {
        const { requests } = (await (await fetch(`${carrier.url}/_sandbox/state`)).json()) as { requests: { operation: string }[] };
        return requests.filter((one) => one.operation === update).length;
      },
      /** The stored change, once it satisfies the condition. */
      async stored(id: string, is: (change: Change) => boolean): Promise<Change> {
        const store = sqliteStore(join(state, 'changes.db'));
        onTestFinished(() => store.close());
        for (;;) {
          const change = await store.get(id);
          if (change && is(change)) return change;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
    };
  }
  type Planned = { change: { id: string; summary: string; confirm?: string } };

  it.each(['SIGTERM', 'SIGINT'] as const)('%s over stdio: the answer is read and recorded, and nothing more is sent', async (signal) => {
    const { flags, slow, sent, stored } = await setUp();
    const { child, ended, send, answered } = startProgram(programs[0][1], flags);
    send(hello);
    await answered(1);
    send({ method: 'notifications/initialized' });
    send({ id: 2, method: 'tools/call', params: { name: 'suspend_device', arguments: { devices } } });
    const { change } = ((await answered(2))['result'] as { structuredContent: Planned }).structuredContent;
    await slow();
    const args = { change: change.id, confirm: change.confirm ?? change.summary };
    send({ id: 3, method: 'tools/call', params: { name: 'apply_change', arguments: args } });
    await stored(change.id, ({ steps }) => steps[0]?.state === 'sending');
    child.kill(signal);
    expect(await ended).toBe(0);
    const after = await stored(change.id, () => true);
    expect(after).toMatchObject({ status: 'partial', steps: [{ state: 'sent' }, { state: 'not sent' }, { state: 'not sent' }] });
    expect(after.targets.map(({ outcome }) => outcome)).toEqual(['applied', 'not sent', 'not sent']);
    expect(await sent()).toBe(1);
  });

  it('SIGTERM over HTTP: the answer is read and recorded, and nothing more is sent', async () => {
    const { flags, slow, sent, stored } = await setUp();
    const server = await startServer(['http', '--port', '0', ...flags]);
    const client = new Client(clientInfo);
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
    onTestFinished(() => client.close());
    const planned = await client.callTool({ name: 'suspend_device', arguments: { devices } });
    const { change } = planned.structuredContent as unknown as Planned;
    await slow();
    const args = { change: change.id, confirm: change.confirm ?? change.summary };
    client.callTool({ name: 'apply_change', arguments: args }).catch(() => undefined);
    await stored(change.id, ({ steps }) => steps[0]?.state === 'sending');
    expect(await server.stop()).toBe(0);
    const after = await stored(change.id, () => true);
    expect(after).toMatchObject({ status: 'partial', steps: [{ state: 'sent' }, { state: 'not sent' }, { state: 'not sent' }] });
    expect(await sent()).toBe(1);
  });
});
