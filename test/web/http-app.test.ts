/** The HTTP app: Host and Origin checks, caller tokens, paths and body limits, with and without a TCP port. */
import { request as rawRequest } from 'node:http';
import { describe, expect, it, onTestFinished, test } from 'vitest';

import { fixedClock } from '../../src/clock.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { makeProduct } from '../../src/server.ts';
import { type HttpApp, type HttpAppOptions, makeHttpApp } from '../../src/web/http-app.ts';
import { listen } from '../../src/web/listen.ts';

const opsToken = 'caller-token-of-ops-01';
const ciToken = 'caller-token-of-ci-002';
const callers = new Map([
  ['ops', opsToken],
  ['ci', ciToken],
]);

async function makeApp(options: Partial<HttpAppOptions> = {}, adjust: (config: Config) => void = () => undefined): Promise<HttpApp> {
  const config = readConfig({}, {});
  adjust(config);
  const product = await makeProduct({
    config,
    clock: fixedClock(Date.parse('2026-11-22T08:00:00Z')),
    connectionNames: [],
    fleetSize: 12,
    seed: 1,
    deterministic: true,
  });
  const web = makeHttpApp({ build: product.build, log: product.log, callers: new Map(), allowedHosts: [], allowedOrigins: [], ...options });
  onTestFinished(async () => {
    await web.close();
    await product.close();
  });
  return web;
}

const mcp = {
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
  'mcp-protocol-version': '2025-11-25',
};
const bodyOf = (method: string, params: object = {}): string => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
const list = bodyOf('tools/list');

interface RequestOptions {
  method?: string;
  headers?: Record<string, string | undefined>;
  body?: string;
  path?: string;
}

/** Sends a request to the app without a TCP port. */
async function send(web: HttpApp, { method = 'POST', headers = {}, body = list, path = '/mcp' }: RequestOptions = {}): Promise<Response> {
  const request = new Request(`http://127.0.0.1${path}`, { method, ...(method === 'GET' ? {} : { body }) });
  for (const [name, value] of Object.entries({ host: '127.0.0.1:8383', ...mcp, ...headers })) {
    if (value !== undefined) request.headers.set(name, value);
  }
  return web.fetch(request);
}

/** The response to a JSON-RPC request, as JSON or as one server-sent event. */
async function answerOf(response: Response): Promise<{ result?: { tools?: unknown[]; structuredContent?: Record<string, unknown> } }> {
  const text = await response.text();
  return JSON.parse(text.startsWith('{') ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? 'null'));
}

const callTool = (name: string, args: object): string => bodyOf('tools/call', { name, arguments: args });

describe('makeHttpApp: Host and Origin', () => {
  it.each<[string, Record<string, string | undefined>, number]>([
    ['the loopback address as Host', { host: '127.0.0.1:8383' }, 200],
    ['localhost as Host', { host: 'localhost:8383' }, 200],
    ['the IPv6 loopback address as Host', { host: '[::1]:8383' }, 200],
    ['no Host', { host: undefined }, 403],
    ['a foreign Host (DNS rebinding)', { host: 'evil.example:8383' }, 403],
    ['a Host that starts with an allowed one', { host: '127.0.0.1.evil.example' }, 403],
    ['a loopback Origin', { origin: 'http://localhost:6274' }, 200],
    ['a foreign Origin', { origin: 'https://evil.example' }, 403],
    ['an Origin that starts with an allowed one', { origin: 'http://localhost.evil.example' }, 403],
    ['the Origin "null" of a local file', { origin: 'null' }, 403],
  ])('a request with %s passes or fails the Host and Origin checks', async (_, headers, status) => {
    const web = await makeApp();
    expect((await send(web, { headers })).status).toBe(status);
  });

  it('Host and Origin are checked on every path, the health check included', async () => {
    const web = await makeApp({ adminApi: async () => Response.json({ open: true }) });
    for (const path of ['/mcp', '/health', '/_sandbox/state', '/other']) {
      expect((await send(web, { method: 'GET', path, headers: { host: 'evil.example' } })).status).toBe(403);
      expect((await send(web, { method: 'GET', path, headers: { origin: 'https://evil.example' } })).status).toBe(403);
    }
  });

  it('allowedHosts and allowedOrigins are accepted besides loopback, and nothing else', async () => {
    const web = await makeApp({ allowedHosts: ['mcp.example.com'], allowedOrigins: ['app.example.com'] });
    expect((await send(web, { headers: { host: 'mcp.example.com' } })).status).toBe(200);
    expect((await send(web, { headers: { host: 'other.example.com' } })).status).toBe(403);
    expect((await send(web, { headers: { origin: 'https://app.example.com' } })).status).toBe(200);
    expect((await send(web, { headers: { origin: 'https://other.example.com' } })).status).toBe(403);
  });
});

describe('makeHttpApp: callers', () => {
  it.each<[string, string | undefined]>([
    ['no token', undefined],
    ['an empty token', 'Bearer '],
    ['a wrong token', 'Bearer caller-token-of-ops-02'],
    ['a prefix of a token', 'Bearer caller-token-of-ops-0'],
    ['a token and one more character', `Bearer ${opsToken}x`],
    ['another scheme', `Basic ${opsToken}`],
    ['a token without a scheme', opsToken],
    ['a caller name as token', 'Bearer ops'],
  ])('a request with %s is answered 401 with the next step', async (_, authorization) => {
    const response = await send(await makeApp({ callers }), { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({
      error: 'unauthorized',
      next: 'Send the caller token as "Authorization: Bearer <token>".',
    });
  });

  it('a token identifies its caller, and only that caller can apply its plan', async () => {
    const web = await makeApp({ callers });
    const as = (token: string, body: string) => send(web, { headers: { authorization: `Bearer ${token}` }, body });
    const suspend = callTool('suspend_sim', { sims: [{ iccid: '89148000000077000037' }] });
    const planned = (await answerOf(await as(opsToken, suspend))).result?.structuredContent?.['change'] as Record<string, string>;
    expect(planned['status']).toBe('planned');
    const apply = callTool('apply_change', { change: planned['id'], confirm: planned['confirm'] });
    expect((await answerOf(await as(ciToken, apply))).result).toMatchObject({
      isError: true,
      _meta: { 'iot-ops-mcp/error': { kind: 'Refusal', field: 'change' } },
    });
    expect((await answerOf(await as(opsToken, apply))).result?.structuredContent).toMatchObject({
      change: { status: 'accepted', approvedBy: 'the person at ops' },
    });
  });

  it('no token is required when none is configured', async () => {
    expect((await answerOf(await send(await makeApp()))).result?.tools?.length).toBeGreaterThan(10);
  });
});

describe('makeHttpApp: paths', () => {
  it('GET /health returns ok without a token', async () => {
    const response = await send(await makeApp({ callers }), { method: 'GET', path: '/health' });
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });
  it.each(['/', '/sse', '/mcp/', '/_sandbox/state', '/_sandbox/faults'])(
    '%s is answered 404 with the path of the MCP endpoint',
    async (path) => {
      const response = await send(await makeApp(), { path });
      expect([response.status, await response.json()]).toEqual([404, { error: 'not found', next: 'The MCP endpoint is /mcp.' }]);
    },
  );
  it('/_sandbox/* is passed to the sandbox admin API when there is one', async () => {
    const web = await makeApp({ adminApi: async (request) => Response.json({ asked: new URL(request.url).pathname }) });
    expect(await (await send(web, { method: 'GET', path: '/_sandbox/state' })).json()).toEqual({ asked: '/_sandbox/state' });
  });
});

describe('makeHttpApp: bodies', () => {
  const padded = (size: number): string => {
    const bare = bodyOf('tools/list', { _meta: { pad: '' } });
    return bodyOf('tools/list', { _meta: { pad: 'x'.repeat(size - bare.length) } });
  };
  it('a body of 1 MiB is accepted and one byte more is answered 413', async () => {
    const web = await makeApp();
    expect((await send(web, { body: padded(1 << 20) })).status).toBe(200);
    expect((await send(web, { body: padded((1 << 20) + 1) })).status).toBe(413);
  });
  it('a body that is not JSON is answered 400 without a stack trace', async () => {
    const response = await send(await makeApp(), { body: '{ not json' });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/at .*\.ts|node_modules/);
  });
});

describe('listen', () => {
  async function onPort(web: HttpApp): Promise<URL> {
    const listening = await listen(web.fetch, '127.0.0.1', 0);
    onTestFinished(() => listening.close());
    return new URL(listening.url);
  }

  it('Host, Origin and token are checked on a TCP port too', async () => {
    const url = await onPort(await makeApp({ callers }));
    const status = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const request = rawRequest({ host: '127.0.0.1', port: url.port, path: '/mcp', method: 'POST', headers: { ...mcp, ...headers } });
        request.on('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        request.on('error', reject);
        request.end(list);
      });
    const authorization = `Bearer ${opsToken}`;
    expect(await status({ authorization })).toBe(200);
    expect(await status({ authorization, host: 'evil.example' })).toBe(403);
    expect(await status({ authorization, origin: 'https://evil.example' })).toBe(403);
    expect(await status({ authorization: 'Bearer wrong-token-of-nobody' })).toBe(401);
    expect(await status({})).toBe(401);
  });

  it('a body over 1 MiB is refused and the server keeps running', async () => {
    const url = await onPort(await makeApp());
    const big = await fetch(`${url}mcp`, { method: 'POST', headers: mcp, body: 'x'.repeat(3 << 20) }).then(
      (response) => response.status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(big);
    expect((await fetch(`${url}health`)).status).toBe(200);
  });

  it('an error in the handler is answered 500 without its message, and a `broken` error destroys the socket', async () => {
    class Broken extends Error {}
    const listening = await listen(
      (request) => {
        if (request.url.endsWith('/broken')) throw new Broken('cut');
        throw new Error('a secret inside');
      },
      '127.0.0.1',
      0,
      (error) => error instanceof Broken,
    );
    onTestFinished(() => listening.close());
    const failed = await fetch(`${listening.url}/x`);
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain('secret');
    await expect(fetch(`${listening.url}/broken`)).rejects.toThrow('fetch failed');
    expect((await fetch(`${listening.url}/x`)).status).toBe(500);
  });

  it('listen rejects with EADDRINUSE when the port is taken', async () => {
    const first = await listen(() => new Response(), '127.0.0.1', 0);
    onTestFinished(() => first.close());
    await expect(listen(() => new Response(), '127.0.0.1', Number(new URL(first.url).port))).rejects.toThrow('EADDRINUSE');
  });
});

test('a read-only server lists no changing tool over HTTP', async () => {
  const web = await makeApp({}, (config) => {
    config.readOnly = true;
  });
  const tools = (await answerOf(await send(web))).result?.tools as { name: string; annotations: { readOnlyHint: boolean } }[];
  expect(tools.filter((tool) => !tool.annotations.readOnlyHint)).toEqual([]);
  expect(tools.map((tool) => tool.name)).toContain('list_devices');
});
