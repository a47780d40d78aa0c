/** Many callers with equal JSON-RPC ids at once on one port: every answer reaches the one who asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'undici';
import { expect, onTestFinished, test } from 'vitest';

const callers = 64;
const calls = 100_000;
const generous = 600_000;

/** The product as it is started by hand, in a process of its own, on a free port. */
async function started(): Promise<string> {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'http', '--port', '0', '--fleet', String(2 * callers)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  let said = '';
  for await (const text of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += text;
    const url = /serves MCP at (http:\S+)\/mcp/.exec(said)?.[1];
    if (url) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error(`the server ended: ${said}`);
}

/** Every five hundredth read of a device takes its time, so that answers overtake each other. */
async function makeSomeSlow(url: string): Promise<void> {
  const door = new Client(url);
  for (let skip = 100; skip < calls; skip += 500) {
    const body = JSON.stringify({ fault: 'slow', operation: 'thingpark.devices.read', skip, times: 1, ms: 5 });
    const { statusCode, body: answer } = await door.request({ method: 'POST', path: '/_sandbox/faults', body });
    await answer.dump();
    expect(statusCode).toBe(200);
  }
  await door.close();
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

/** The one message of an answer, as JSON or as the event stream of the older protocol. */
function message(text: string): Answer {
  return JSON.parse(text.startsWith('{') ? text : text.slice(text.indexOf('data: ') + 6));
}

/** One call of a tool on a kept connection, and its answer as it came. */
async function post(client: Client, modern: boolean, id: number, params: { name: string; arguments: Record<string, unknown> }) {
  const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: modern ? { ...params, _meta: meta } : params });
  const named = modern ? { ...modernHeaders, 'mcp-name': params.name } : legacyHeaders;
  const response = await client.request({ method: 'POST', path: '/mcp', headers: named, body });
  return response.body.text();
}

/** As many devices as there are callers. */
async function devicesOf(url: string): Promise<string[]> {
  const client = new Client(url);
  const listed = message(await post(client, false, 1, { name: 'list_devices', arguments: { provider: 'thingpark', limit: callers } }));
  await client.close();
  return listed.result?.structuredContent?.devices?.map((row) => row.device) ?? [];
}

/** One caller on one kept connection, who asks for nothing but the own device; what came back wrong. */
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

test(
  `${callers} callers, equal ids, ${calls.toLocaleString('en')} calls in both protocols: not one answer to the wrong one`,
  async () => {
    const url = await started();
    await makeSomeSlow(url);
    const devices = await devicesOf(url);
    expect(new Set(devices).size).toBe(callers);
    const share = (caller: number): number => Math.floor(calls / callers) + (caller < calls % callers ? 1 : 0);
    const wrong = await Promise.all(devices.map((device, caller) => ask(url, device, caller % 2 === 0, share(caller))));
    expect(wrong.flat()).toEqual([]);
    const left = await (await fetch(`${url}/_sandbox/faults`)).json();
    expect(left).toEqual({ faults: [] });
  },
  generous,
);
