import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { beforeAll, describe, expect, it } from 'vitest';

import { manifest } from '../../scripts/manifest.ts';
import { systemClock } from '../../src/clock.ts';
import { type Flags, readConfig } from '../../src/config.ts';
import { partialConfig } from '../../src/fast-start/partial-config.ts';
import { type Manifest, makeResponder } from '../../src/fast-start/responder.ts';
import { makeProduct } from '../../src/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'front-'));
const file = join(folder, 'two.json');
writeFileSync(
  file,
  JSON.stringify({
    connections: [
      { name: 'eu', provider: 'iotx', accessKey: 'key-of-the-eu-instance', writes: 'on' },
      { name: 'us', provider: 'iotx', accessKey: 'key-of-the-us-instance' },
    ],
  }),
);

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
};
const clientInfo = { name: 'test', version: '1' };
const legacy = [
  { jsonrpc: '2.0' as const, id: 'a', method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } },
  { jsonrpc: '2.0' as const, id: 7, method: 'tools/list', params: {} },
];
const modern = [
  { jsonrpc: '2.0' as const, id: 1, method: 'server/discover', params: { _meta: meta } },
  { jsonrpc: '2.0' as const, id: 2, method: 'tools/list', params: { _meta: meta } },
];

/** The answers of the full program. */
async function program(flags: Flags, env: Record<string, string>, requests: typeof legacy | typeof modern): Promise<unknown[]> {
  const product = await makeProduct({
    config: readConfig(flags, env),
    clock: systemClock,
    connectionNames: [],
    fleetSize: 12,
    seed: 1,
    deterministic: false,
  });
  const [client, server] = InMemoryTransport.createLinkedPair();
  const served = serveStdio(product.build, { transport: server });
  await client.start();
  const answers: unknown[] = [];
  for (const request of requests) {
    const answer = new Promise((done) => {
      client.onmessage = done;
    });
    await client.send(request);
    answers.push(await answer);
    if (request.method === 'initialize') await client.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }
  await served.close();
  await product.close();
  return answers;
}

let built: Manifest;
beforeAll(async () => {
  built = await manifest();
});

describe('fast-start answers', () => {
  const configurations: { title: string; args: string[]; flags: Flags; env: Record<string, string> }[] = [
    { title: 'the sandbox', args: [], flags: {}, env: {} },
    { title: 'read-only', args: ['stdio', '--read-only'], flags: { readOnly: true }, env: {} },
    { title: 'some toolsets', args: ['--toolsets', 'fleet,changes', '--fleet', '50'], flags: { toolsets: 'fleet,changes' }, env: {} },
    {
      title: 'one live connection from environment variables',
      args: [],
      flags: {},
      env: { IOT_OPS_IOTX_ACCESS_KEY: 'a-key-long-enough', IOT_OPS_IOTX_WRITES: 'on' },
    },
    { title: 'a configuration file', args: ['--config', file], flags: { config: file }, env: { IOT_OPS_TOOLSETS: 'iotx,fleet' } },
  ];
  for (const { title, args, flags, env } of configurations) {
    it.each([
      ['2025', legacy],
      ['2026', modern],
    ] as const)(`fast-start answers like the program: ${title}, protocol %s`, async (_, requests) => {
      const config = partialConfig(args, env);
      if (!config) throw new Error('fast-start declined');
      const answer = makeResponder(built, config);
      const own = requests.map((request) => answer(request));
      expect(own).toEqual(await program(flags, env, [...requests] as typeof legacy));
    });
  }
});

describe('requests and options that fast-start leaves to the program', () => {
  it.each([
    ['another command', ['http'], {}],
    ['an unknown flag', ['--fleets', '12'], {}],
    ['a named connection', ['--connection', 'sandbox-iotx'], {}],
    ['an unknown variable', [], { IOT_OPS_NONSENSE: '1' }],
    ['a missing configuration file', ['--config', join(folder, 'none.json')], {}],
    ['an unknown toolset', ['--toolsets', 'fleat'], {}],
    ['read-only by environment variable', [], { IOT_OPS_READ_ONLY: 'on' }],
  ] as const)('fast-start declines %s', (_, args, env) => {
    expect(partialConfig(args, env)).toBeUndefined();
  });

  it.each([
    ['an unsupported protocol version', { ...legacy[0], params: { ...legacy[0]?.params, protocolVersion: '1999-01-01' } }],
    ['a tools/list before initialize', legacy[1]],
    ['a tools/list with a cursor', { ...modern[1], params: { _meta: meta, cursor: 'x' } }],
    ['a request without capabilities', { ...modern[1], params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } }],
    ['a tools/call', { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'list_devices', _meta: meta } }],
    ['a notification', { jsonrpc: '2.0', method: 'notifications/initialized' }],
  ])('fast-start does not answer %s', (_, message) => {
    const config = partialConfig([], {});
    expect(config && makeResponder(built, config)(message as never)).toBeUndefined();
  });
});

describe('the built bin', () => {
  const bin = resolve(import.meta.dirname, '../../dist/iot-ops-mcp.mjs');

  it('the built bin answers each request once, by fast-start or by the program', async () => {
    expect(existsSync(bin)).toBe(true);
    const child = spawn(process.execPath, [bin], { stdio: ['pipe', 'pipe', 'pipe'] });
    const lines: { id?: unknown; result?: Record<string, unknown> }[] = [];
    let rest = '';
    const answered = (id: unknown): Promise<void> =>
      new Promise((done) => {
        const check = (): void => {
          if (lines.some((line) => line.id === id)) done();
          else setTimeout(check, 5);
        };
        check();
      });
    child.stdout.on('data', (chunk: Buffer) => {
      rest += chunk.toString('utf8');
      const whole = rest.split('\n');
      rest = whole.pop() ?? '';
      lines.push(...whole.map((line) => JSON.parse(line) as { id?: unknown }));
    });
    const send = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
    send(legacy[0] as object);
    await answered('a');
    send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    send(legacy[1] as object);
    await answered(7);
    send({ jsonrpc: '2.0', id: 8, method: 'tools/call', params: { name: 'list_devices', arguments: { count: true } } });
    send({ jsonrpc: '2.0', id: 9, method: 'tools/list', params: {} });
    await answered(8);
    await answered(9);
    child.stdin.end();
    await new Promise((done) => child.on('exit', done));
    expect(lines.map((line) => line.id).sort()).toEqual([7, 8, 9, 'a']);
    expect(lines.find((line) => line.id === 9)?.result).toEqual(lines.find((line) => line.id === 7)?.result);
    expect(JSON.stringify(lines.find((line) => line.id === 8)?.result)).toContain('720 devices');
  });
});
