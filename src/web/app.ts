/** The HTTP front: guards first, then the MCP endpoint and, for a sandbox, its second door. */
import { timingSafeEqual } from 'node:crypto';

import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  type McpServerFactory,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { Hono } from 'hono';

import type { CallbackDoor } from './callbacks.ts';
import type { ConsoleDoor } from './console/door.ts';

export interface WebOptions {
  build: McpServerFactory;
  /** Who may call, `name -> token`; empty: anybody on loopback. */
  callers: ReadonlyMap<string, string>;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
  /** Answers `/_sandbox/...`; absent with live connections. */
  secondDoor?: ((request: Request) => Promise<Response>) | undefined;
  /** Answers `/callbacks/<connection>`. */
  callbacks?: CallbackDoor | undefined;
  /** Answers `/console` and everything under it. */
  console?: ConsoleDoor | undefined;
}

export interface Web {
  /** `address` is where the request came from, as far as the server knows. */
  fetch(request: Request, address?: string): Response | Promise<Response>;
  close(): Promise<void>;
}

const longestBody = 1 << 20;

export function makeWeb(options: WebOptions): Web {
  const handler = createMcpHandler(options.build, {
    maxRequestBodySize: longestBody,
    onerror: (error) => process.stderr.write(`mcp: ${error.message}\n`),
  });
  const hosts = [...localhostAllowedHostnames(), ...options.allowedHosts];
  const origins = [...localhostAllowedOrigins(), ...options.allowedOrigins];
  const app = new Hono<{ Bindings: { address?: string | undefined } }>();

  app.use('*', async (c, next) => {
    const refused = hostHeaderValidationResponse(c.req.raw, hosts) ?? originValidationResponse(c.req.raw, origins);
    if (refused) return refused;
    return next();
  });
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.all('/mcp', async (c) => {
    const caller = callerOf(c.req.raw, options.callers);
    if (caller === undefined) return unauthorized();
    return handler.fetch(c.req.raw, caller === anybody ? {} : { authInfo: { token: '', clientId: caller, scopes: [] } });
  });
  if (options.callbacks) {
    const callbacks = options.callbacks;
    app.post('/callbacks/:connection', (c) => callbacks.receive(c.req.raw, c.req.param('connection'), c.env.address));
  }
  if (options.console) {
    const door = options.console;
    for (const path of ['/console', '/console/*']) app.all(path, (c) => door.fetch(c.req.raw));
  }
  if (options.secondDoor) {
    const door = options.secondDoor;
    app.all('/_sandbox/*', (c) => door(c.req.raw));
  }
  app.notFound((c) => c.json({ error: 'not found', next: 'The MCP endpoint is /mcp.' }, 404));
  return { fetch: (request, address) => app.fetch(request, { address }), close: () => handler.close() };
}

const anybody = '';

/** The token's name; '' where no tokens are asked for; undefined when the token is missing or wrong. */
function callerOf(request: Request, callers: ReadonlyMap<string, string>): string | undefined {
  if (callers.size === 0) return anybody;
  const given = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  let found: string | undefined;
  for (const [name, token] of callers) if (same(given, token)) found = name;
  return found;
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function unauthorized(): Response {
  return Response.json(
    { error: 'unauthorized', next: 'Send the caller token as "Authorization: Bearer <token>".' },
    { status: 401, headers: { 'www-authenticate': 'Bearer' } },
  );
}
