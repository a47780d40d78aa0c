/** The client of SDK 1.x against the real program: as a child over stdio, and on a port over HTTP. */
import { type ChildProcess, spawn } from 'node:child_process';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';

import type { StructuredJson } from '../support/json.ts';
import { tools } from '../support/providers.ts';
import { startTestServer, type TestClient, type TestServerOptions, type ToolAnswer, yes } from '../support/test-server.ts';
import { toolCases } from '../support/tool-cases.ts';
import { sixJobs } from './six-jobs.ts';

const program = 'src/main.ts';
const sandbox = ['--fleet', '24', '--clock', '2026-11-22T08:00:00Z'];

async function dial(transport: Transport): Promise<{ client: Client; call: TestClient['call']; asked: string[] }> {
  const asked: string[] = [];
  const client = new Client({ name: 'older', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    asked.push(params.message);
    return yes({ message: params.message, fields: 'requestedSchema' in params ? Object.keys(params.requestedSchema.properties) : [] });
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    client,
    asked,
    async call(name, args = {}): Promise<ToolAnswer> {
      const result = await client.callTool({ name, arguments: args });
      const first = Array.isArray(result.content) ? result.content[0] : undefined;
      return {
        text: first?.text ?? '',
        isError: result.isError === true,
        structured: result.structuredContent as unknown as StructuredJson,
      };
    },
  };
}

/** The URL that the HTTP server prints on stderr. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += String(chunk);
      const address = /serves MCP at (\S+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    child.once('exit', () => reject(new Error(`it ended: ${said}`)));
  });
}

/** A client that has listed the tools: from then on it checks structured answers against the output schemas, those of errors too. */
async function dialListed(options: TestServerOptions = {}) {
  const { product, world } = await startTestServer({
    flags: { toolsets: 'thingpark,thingspace,iotx,fleet,changes,operations' },
    adjust: (config) => void config.secrets.set('plant-broker', 'the-real-broker-password'),
    ...options,
  });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const served = serveStdio(product.build, { transport: theirs });
  onTestFinished(() => served.close());
  const { client, call } = await dial(ours as Transport);
  const { tools: listed } = await client.listTools();
  expect(listed.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  return { call, world };
}

describe('client of @modelcontextprotocol/sdk 1.x that has listed the tools', () => {
  it('the words of a refused input arrive from every tool', async () => {
    const { call } = await dialListed();
    for (const { name, example } of tools) {
      const { isError, text } = await call(name, { ...(example as object), nonsense: 1 });
      expect([name, isError, text]).toEqual([name, true, expect.stringMatching(new RegExp(`^${name}: .*nonsense`))]);
    }
  });

  it('the words of a refused connection arrive from every tool that takes one', async () => {
    const { call } = await dialListed();
    const taking = tools.filter(
      (tool) => 'connection' in (z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any' }).properties ?? {}),
    );
    expect(taking.length).toBeGreaterThan(30);
    for (const { name, example } of taking.filter((tool) => tool.name !== 'list_changes')) {
      const { isError, text } = await call(name, { ...(example as object), connection: 'nowhere' });
      expect([name, isError, text]).toEqual([
        name,
        true,
        expect.stringMatching(/^connection: (there is no nowhere|no connection with devices fits)\. (Candidates|There are): sandbox-/),
      ]);
    }
  });

  it('the words of a refused change arrive from every change tool', async () => {
    const { call, world } = await dialListed({ rules: 'rules: [{ name: nothing today, then: deny }]' });
    for (const { tool, args, first } of toolCases) {
      first?.(world);
      const { isError, text, structured } = await call(tool, args);
      expect([tool, isError, text]).toEqual([tool, true, expect.stringMatching(/^REFUSED \((policy|lifecycle)\): /)]);
      expect(structured.change.status).toBe('refused');
    }
  });

  it('the words of an unknown change arrive from every tool that takes one', async () => {
    const { call } = await dialListed();
    for (const name of ['apply_change', 'get_change', 'resume_change', 'cancel_change', 'undo_change']) {
      const { isError, text } = await call(name, { change: 'chg_none', ...(name === 'apply_change' ? { confirm: 'x' } : {}) });
      expect([name, isError, text]).toEqual([name, true, expect.stringMatching(/^change: there is no change chg_none/)]);
    }
  });
});

describe('client of @modelcontextprotocol/sdk 1.x', () => {
  it('the SDK 1.x client does the six jobs over stdio with elicitation', async () => {
    const transport = new StdioClientTransport({ command: process.execPath, args: [program, 'stdio', ...sandbox], stderr: 'pipe' });
    const { client, call, asked } = await dial(transport);
    expect(client.getServerVersion()?.name).toBe('iot-ops-mcp');
    expect(client.getInstructions()).toContain('SANDBOX');
    await sixJobs(call, () => asked.length, true);
  });

  it('the SDK 1.x client does the six jobs over HTTP with elicitation, in a session', async () => {
    const child = spawn(process.execPath, [program, 'http', '--port', '0', ...sandbox], { stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => void child.kill());
    const transport = new StreamableHTTPClientTransport(new URL(await addressOf(child)));
    const { call, asked } = await dial(transport as Transport);
    expect(transport.sessionId).toMatch(/^[0-9a-f]{8}\.[\w-]{32}$/);
    await sixJobs(call, () => asked.length, true);
    await transport.terminateSession();
  });
});
