/** Many concurrent callers with equal JSON-RPC ids on one port: every response reaches its own caller. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'undici';
import { expect, onTestFinished } from 'vitest';

const callers = 64;

/** Starts the server in its own process on a free port and returns its URL. */
async function startServer(): Promise<string> {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'http', '--port', '0', '--fleet', String(2 * callers)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  let stderr = '';
  for await (const text of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    stderr += text;
    const url = /serves MCP at (http:\S+)\/mcp/.exec(stderr)?.[1];
    if (url) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error(`the server ended: ${stderr}`);
}

/** Delays every 500th device read, so that responses overtake each other. */
async function makeSomeSlow(url: string, calls: number): Promise<void> {
  const client = new Client(url);
  for (let skip = 100; skip < calls; skip += 500) {
    const body = JSON.stringify({ fault: 'slow', operation: 'thingpark.devices.read', skip, times: 1, ms: 5 });
    const { statusCode, body: answer } = await client.request({ method: 'POST', path: '/_sandbox/faults', body });
    await answer.dump();
    expect(statusCode).toBe(200);
  }
  await client.close();
}

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'caller', version: '1' },
};
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const modernHeaders = { ...headers, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' };
const legacyHeaders = { ...headers, 'mcp-protocol-version': '2025-11-25' };

interface Answer {
  id: number;
  result?: { structuredContent?: { device?: { device?: string }; devices?: { device: string }[] } };
}

/** The single message of a response, as JSON or as the event stream of the older protocol. */
function message(text: string): Answer {
  return JSON.parse(text.startsWith('{') ? text : text.slice(text.indexOf('data: ') + 6));
}

/** Calls a tool on a kept-alive connection and returns the raw response body. */
async function post(client: Client, modern: boolean, id: number, params: { name: string; arguments: Record<string, unknown> }) {
  const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: modern ? { ...params, _meta: meta } : params });
  const named = modern ? { ...modernHeaders, 'mcp-name': params.name } : legacyHeaders;
  const response = await client.request({ method: 'POST', path: '/mcp', headers: named, body });
  return response.body.text();
}

/** One device per caller. */
async function devicesOf(url: string): Promise<string[]> {
  const client = new Client(url);
  const listed = message(await post(client, false, 1, { name: 'list_devices', arguments: { provider: 'thingpark', limit: callers } }));
  await client.close();
  return listed.result?.structuredContent?.devices?.map((row) => row.device) ?? [];
}

/** One caller that repeatedly reads its own device; returns the wrong responses, at most three. */
async function ask(url: string, device: string, modern: boolean, times: number): Promise<string[]> {
  const client = new Client(url);
  const params = { name: 'get_device', arguments: { device, connection: 'sandbox-thingpark' } };
  const wrong: string[] = [];
  for (let i = 0; i < times && wrong.length < 3; i++) {
    const id = i % 10;
    const text = await post(client, modern, id, params);
    const answer = message(text);
    if (answer.id !== id || answer.result?.structuredContent?.device?.device !== device)
      wrong.push(`${device} ${id}: ${text.slice(0, 300)}`);
  }
  await client.close();
  return wrong;
}

/** Sends `calls` tool calls of 64 callers with equal ids, in both protocols, and expects every response at its own caller. */
export async function expectRouted(calls: number): Promise<void> {
  const url = await startServer();
  await makeSomeSlow(url, calls);
  const devices = await devicesOf(url);
  expect(new Set(devices).size).toBe(callers);
  const share = (caller: number): number => Math.floor(calls / callers) + (caller < calls % callers ? 1 : 0);
  const wrong = await Promise.all(devices.map((device, caller) => ask(url, device, caller % 2 === 0, share(caller))));
  expect(wrong.flat()).toEqual([]);
  const left = await (await fetch(`${url}/_sandbox/faults`)).json();
  expect(left).toEqual({ faults: [] });
}
