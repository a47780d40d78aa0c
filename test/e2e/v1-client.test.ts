/** The client of SDK 1.x against the real program: as a child over stdio, and on a port over HTTP. */
import { type ChildProcess, spawn } from 'node:child_process';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';

import type { StructuredJson } from '../support/json.ts';
import { type TestClient, type ToolAnswer, yes } from '../support/test-server.ts';
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

describe('client of @modelcontextprotocol/sdk 1.x', () => {
  it('the SDK 1.x client does the six jobs over stdio with elicitation', async () => {
    const transport = new StdioClientTransport({ command: process.execPath, args: [program, 'stdio', ...sandbox], stderr: 'pipe' });
    const { client, call, asked } = await dial(transport);
    expect(client.getServerVersion()?.name).toBe('iot-ops-mcp');
    expect(client.getInstructions()).toContain('SANDBOX');
    await sixJobs(call, () => asked.length, true);
  });

  it('the SDK 1.x client does the six jobs over HTTP in two steps', async () => {
    const child = spawn(process.execPath, [program, 'http', '--port', '0', ...sandbox], { stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => void child.kill());
    const { call, asked } = await dial(new StreamableHTTPClientTransport(new URL(await addressOf(child))) as Transport);
    await sixJobs(call, () => asked.length, false);
  });
});
