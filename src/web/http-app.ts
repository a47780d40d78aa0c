/** The HTTP app: host and origin checks, the MCP endpoint, callbacks, the console and, for a sandbox, its admin API. */
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  type McpServerFactory,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { Hono, type MiddlewareHandler } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import type { Logger } from '../log.ts';
import { constantTimeEqual } from '../text/constant-time-equal.ts';
import { sanitize } from '../text/sanitize.ts';
import type { CallbackHandler } from './callbacks.ts';
import type { ConsoleRoutes } from './console/routes.ts';
import { makeMcpSessions, type SessionOptions } from './mcp-sessions.ts';

export interface HttpAppOptions {
  build: McpServerFactory;
  log: Logger;
  /** Bearer token by caller name. Empty: no token is required; the caller of this function must then bind to loopback only. */
  callers: ReadonlyMap<string, string>;
  /** How clients of 2025 revisions that declare elicitation get a session, in which they are asked; absent: none gets one. */
  sessions?: SessionOptions | undefined;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
  /** Why this server cannot take changes, for load balancers; undefined while it can. Always able when absent. */
  notReady?: (() => Promise<string | undefined>) | undefined;
  /** Handles `/_sandbox/*`; absent with live connections. */
  adminApi?: ((request: Request) => Promise<Response>) | undefined;
  /** Handles `POST /callbacks/<connection>`. */
  callbacks?: CallbackHandler | undefined;
  /** Handles `/console` and everything under it. */
  console?: ConsoleRoutes | undefined;
}

export interface HttpApp {
  /** `address` is the remote address of the socket, where known. */
  fetch(request: Request, address?: string): Response | Promise<Response>;
  close(): Promise<void>;
}

interface AppEnv {
  Bindings: { address?: string | undefined };
  /** The name of the caller, where tokens are configured. */
  Variables: { caller?: string };
}

/** The answer to a GET at the address of callbacks, by which the address is recognised. */
export const callbacksArePosted = (connection: string): string => `callbacks of ${connection} are posted here`;

/** The answer to an unknown path names it. */
export const whereMcpIs = 'The MCP endpoint is /mcp.';

/** Bytes. */
const maxBodySize = 1 << 20;

/** Builds the HTTP app. Every request passes the Host and Origin checks first, `/health` and `/ready` included. */
export function makeHttpApp(options: HttpAppOptions): HttpApp {
  const handler = createMcpHandler(options.build, {
    maxRequestBodySize: maxBodySize,
    onerror: (error) => options.log.error(`mcp: ${sanitize(error.message, 500)}`),
  });
  const hosts = [...localhostAllowedHostnames(), ...options.allowedHosts];
  const origins = [...localhostAllowedOrigins(), ...options.allowedOrigins];
  const app = new Hono<AppEnv>();

  app.use('*', async (c, next) => {
    const refused = hostHeaderValidationResponse(c.req.raw, hosts) ?? originValidationResponse(c.req.raw, origins);
    if (refused) return refused;
    return next();
  });
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/ready', async (c) => {
    const why = await options.notReady?.();
    return why === undefined ? c.json({ status: 'ready' }) : c.json({ status: 'not ready', why: sanitize(why, 300) }, 503);
  });
  if (options.callers.size > 0) app.use('/mcp', requireCaller(options.callers));
  const sessions = options.sessions && makeMcpSessions({ ...options.sessions, build: options.build, maxBodySize });
  app.all('/mcp', async (c) => {
    const { caller } = c.var;
    const authInfo = caller === undefined ? undefined : { token: '', clientId: caller, scopes: [] };
    return (await sessions?.fetch(c.req.raw, authInfo)) ?? handler.fetch(c.req.raw, authInfo ? { authInfo } : {});
  });
  if (options.callbacks) {
    const callbacks = options.callbacks;
    app.post('/callbacks/:connection', (c) => callbacks.receive(c.req.raw, c.req.param('connection'), c.env.address));
    // A GET shows whether an address leads here, without delivering anything.
    app.get('/callbacks/:connection', (c) => {
      const connection = c.req.param('connection');
      if (!callbacks.listens(connection)) return c.notFound();
      return c.json({ error: callbacksArePosted(connection) }, 405, { allow: 'POST' });
    });
  }
  if (options.console) {
    const consoleRoutes = options.console;
    for (const path of ['/console', '/console/*']) app.all(path, (c) => consoleRoutes.fetch(c.req.raw));
  }
  if (options.adminApi) {
    const adminApi = options.adminApi;
    app.all('/_sandbox/*', (c) => adminApi(c.req.raw));
  }
  app.notFound((c) => c.json({ error: 'not found', next: whereMcpIs }, 404));
  return {
    fetch: (request, address) => app.fetch(request, { address }),
    close: async () => void (await Promise.all([sessions?.close(), handler.close()])),
  };
}

/** Requires the token of a caller and sets `caller` to its name. */
function requireCaller(callers: ReadonlyMap<string, string>): MiddlewareHandler<AppEnv> {
  // A missing, malformed and wrong token are answered alike.
  const refused = { message: unauthorized };
  return bearerAuth<AppEnv>({
    verifyToken(given, c) {
      // Compares with every token, so that the time does not tell which caller is close.
      for (const [name, token] of callers) if (constantTimeEqual(given, token)) c.set('caller', name);
      return c.var.caller !== undefined;
    },
    noAuthenticationHeader: refused,
    invalidAuthenticationHeader: refused,
    invalidToken: refused,
  });
}

function unauthorized(): Response {
  return Response.json(
    { error: 'unauthorized', next: 'Send the caller token as "Authorization: Bearer <token>".' },
    { status: 401, headers: { 'www-authenticate': 'Bearer' } },
  );
}
