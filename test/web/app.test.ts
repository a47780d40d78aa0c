/** The HTTP front: who may knock, with and without a port. */
import { request as rawRequest } from 'node:http';
import { describe, expect, it, onTestFinished, test } from 'vitest';

import { fixedClock } from '../../src/clock.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { makeProduct } from '../../src/server.ts';
import { makeWeb, type Web, type WebOptions } from '../../src/web/app.ts';
import { listen } from '../../src/web/listen.ts';

const opsToken = 'caller-token-of-ops-01';
const ciToken = 'caller-token-of-ci-002';
const callers = new Map([
  ['ops', opsToken],
  ['ci', ciToken],
]);

function front(options: Partial<WebOptions> = {}, adjust: (config: Config) => void = () => undefined): Web {
  const config = readConfig({}, {});
  adjust(config);
  const product = makeProduct({
    config,
    clock: fixedClock(Date.parse('2026-11-22T08:00:00Z')),
    only: [],
    fleet: 12,
    seed: 1,
    repeatable: true,
  });
  const web = makeWeb({ build: product.build, callers: new Map(), allowedHosts: [], allowedOrigins: [], ...options });
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

interface Knock {
  method?: string;
  headers?: Record<string, string | undefined>;
  body?: string;
  path?: string;
}

/** A knock at the front without a port. */
async function knock(web: Web, { method = 'POST', headers = {}, body = list, path = '/mcp' }: Knock = {}): Promise<Response> {
  const request = new Request(`http://127.0.0.1${path}`, { method, ...(method === 'GET' ? {} : { body }) });
  for (const [name, value] of Object.entries({ host: '127.0.0.1:8383', ...mcp, ...headers })) {
    if (value !== undefined) request.headers.set(name, value);
  }
  return web.fetch(request);
}

/** The answer to a JSON-RPC request, plain or as one event. */
async function answerOf(response: Response): Promise<{ result?: { tools?: unknown[]; structuredContent?: Record<string, unknown> } }> {
  const text = await response.text();
  return JSON.parse(text.startsWith('{') ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? 'null'));
}

const callTool = (name: string, args: object): string => bodyOf('tools/call', { name, arguments: args });

describe('host and origin', () => {
  it.each<[string, Record<string, string | undefined>, number]>([
    ['loopback by number', { host: '127.0.0.1:8383' }, 200],
    ['loopback by name', { host: 'localhost:8383' }, 200],
    ['loopback by IPv6', { host: '[::1]:8383' }, 200],
    ['no host', { host: undefined }, 403],
    ['a foreign host (DNS rebinding)', { host: 'evil.example:8383' }, 403],
    ['a host that begins like ours', { host: '127.0.0.1.evil.example' }, 403],
    ['an origin on loopback', { origin: 'http://localhost:6274' }, 200],
    ['a foreign origin', { origin: 'https://evil.example' }, 403],
    ['an origin that begins like ours', { origin: 'http://localhost.evil.example' }, 403],
    ['the origin of a file', { origin: 'null' }, 403],
  ])('%s', async (_, headers, status) => {
    const web = front();
    expect((await knock(web, { headers })).status).toBe(status);
  });

  it('guards every path, the health check too', async () => {
    const web = front({ secondDoor: async () => Response.json({ open: true }) });
    for (const path of ['/mcp', '/health', '/_sandbox/state', '/other']) {
      expect((await knock(web, { method: 'GET', path, headers: { host: 'evil.example' } })).status).toBe(403);
      expect((await knock(web, { method: 'GET', path, headers: { origin: 'https://evil.example' } })).status).toBe(403);
    }
  });

  it('takes what an operator allows, and no more', async () => {
    const web = front({ allowedHosts: ['mcp.example.com'], allowedOrigins: ['app.example.com'] });
    expect((await knock(web, { headers: { host: 'mcp.example.com' } })).status).toBe(200);
    expect((await knock(web, { headers: { host: 'other.example.com' } })).status).toBe(403);
    expect((await knock(web, { headers: { origin: 'https://app.example.com' } })).status).toBe(200);
    expect((await knock(web, { headers: { origin: 'https://other.example.com' } })).status).toBe(403);
  });
});

describe('callers', () => {
  it.each<[string, string | undefined]>([
    ['no token', undefined],
    ['an empty one', 'Bearer '],
    ['a wrong one', 'Bearer caller-token-of-ops-02'],
    ['a beginning', 'Bearer caller-token-of-ops-0'],
    ['a right one and more', `Bearer ${opsToken}x`],
    ['another scheme', `Basic ${opsToken}`],
    ['the bare token', opsToken],
    ['a name', 'Bearer ops'],
  ])('%s is answered 401 with the next step', async (_, authorization) => {
    const response = await knock(front({ callers }), { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({
      error: 'unauthorized',
      next: 'Send the caller token as "Authorization: Bearer <token>".',
    });
  });

  it('are let in by their token, and are who it names', async () => {
    const web = front({ callers });
    const as = (token: string, body: string) => knock(web, { headers: { authorization: `Bearer ${token}` }, body });
    const suspend = callTool('suspend_sim', { sims: [{ iccid: '89148000000077000037' }] });
    const planned = (await answerOf(await as(opsToken, suspend))).result?.structuredContent?.['change'] as Record<string, string>;
    expect(planned['status']).toBe('planned');
    const apply = callTool('apply_change', { change: planned['id'], confirm: planned['summary'] });
    expect((await answerOf(await as(ciToken, apply))).result?.structuredContent).toMatchObject({
      error: { kind: 'Refusal', field: 'change' },
    });
    expect((await answerOf(await as(opsToken, apply))).result?.structuredContent).toMatchObject({
      change: { status: 'accepted', approvedBy: 'the person at ops' },
    });
  });

  it('need no token where none is configured', async () => {
    expect((await answerOf(await knock(front()))).result?.tools?.length).toBeGreaterThan(10);
  });
});

describe('paths', () => {
  it('/health says that it lives, without a token', async () => {
    const response = await knock(front({ callers }), { method: 'GET', path: '/health' });
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });
  it.each(['/', '/sse', '/mcp/', '/_sandbox/state', '/_sandbox/faults'])('%s leads nowhere', async (path) => {
    const response = await knock(front(), { path });
    expect([response.status, await response.json()]).toEqual([404, { error: 'not found', next: 'The MCP endpoint is /mcp.' }]);
  });
  it('/_sandbox leads to the second door where there is one', async () => {
    const web = front({ secondDoor: async (request) => Response.json({ asked: new URL(request.url).pathname }) });
    expect(await (await knock(web, { method: 'GET', path: '/_sandbox/state' })).json()).toEqual({ asked: '/_sandbox/state' });
  });
});

describe('bodies', () => {
  const padded = (size: number): string => {
    const bare = bodyOf('tools/list', { _meta: { pad: '' } });
    return bodyOf('tools/list', { _meta: { pad: 'x'.repeat(size - bare.length) } });
  };
  it('of 1 MiB are read, of one byte more are not', async () => {
    const web = front();
    expect((await knock(web, { body: padded(1 << 20) })).status).toBe(200);
    expect((await knock(web, { body: padded((1 << 20) + 1) })).status).toBe(413);
  });
  it('that are no JSON are refused without a stack', async () => {
    const response = await knock(front(), { body: '{ not json' });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/at .*\.ts|node_modules/);
  });
});

describe('on a port', () => {
  async function onPort(web: Web): Promise<URL> {
    const listening = await listen(web.fetch, '127.0.0.1', 0);
    onTestFinished(() => listening.close());
    return new URL(listening.url);
  }

  it('the same guards stand, for any Host that a client writes', async () => {
    const url = await onPort(front({ callers }));
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

  it('a body over 1 MiB is refused and the front goes on', async () => {
    const url = await onPort(front());
    const big = await fetch(`${url}mcp`, { method: 'POST', headers: mcp, body: 'x'.repeat(3 << 20) }).then(
      (response) => response.status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(big);
    expect((await fetch(`${url}health`)).status).toBe(200);
  });

  it('a handler that throws is answered 500 without its words; a broken one cuts the socket', async () => {
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

  it('a port that is taken is said', async () => {
    const first = await listen(() => new Response(), '127.0.0.1', 0);
    onTestFinished(() => first.close());
    await expect(listen(() => new Response(), '127.0.0.1', Number(new URL(first.url).port))).rejects.toThrow('EADDRINUSE');
  });
});

test('read-only over HTTP lists no tool that changes something', async () => {
  const web = front({}, (config) => {
    config.readOnly = true;
  });
  const tools = (await answerOf(await knock(web))).result?.tools as { name: string; annotations: { readOnlyHint: boolean } }[];
  expect(tools.filter((tool) => !tool.annotations.readOnlyHint)).toEqual([]);
  expect(tools.map((tool) => tool.name)).toContain('list_devices');
});
