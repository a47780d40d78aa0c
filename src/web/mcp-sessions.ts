/**
 * Sessions of clients of 2025 protocol revisions that can be asked. Such a client is asked on the stream of its own call, and answers with
 * another POST, which must reach the same server object. Only an `initialize` that declares elicitation begins a session; all other
 * requests are served without one.
 */
import {
  type AuthInfo,
  isInitializeRequest,
  type McpServerFactory,
  readRequestBody,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

import type { Clock } from '../clock.ts';
import { day } from '../durations.ts';

export interface SessionOptions {
  clock: Clock;
  /** 24 random bytes or more as text, different each time. */
  newId: () => string;
  /** Begins every session id, so that a proxy can route by it: letters, digits and dashes. */
  serverId: string;
  /**
   * A session without a request for this long ends, in ms; a day when absent, because many hosts do not begin a new session by themselves.
   * A call that waits for a person counts as a request.
   */
  idleMs?: number;
  /** The most sessions in all, and of one caller; 1000 and 200 when absent. */
  most?: number;
  mostOfCaller?: number;
}

export interface McpSessions {
  /** The answer to a request of a session, or to one that begins a session; undefined for every other request, whose body is unread. */
  fetch(request: Request, authInfo: AuthInfo | undefined): Promise<Response | undefined>;
  /** Sessions that are open. */
  readonly size: number;
  close(): Promise<void>;
}

interface Session {
  caller: string | undefined;
  transport: WebStandardStreamableHTTPServerTransport;
  /** Ends the server of the session, and with it the transport. */
  end(): Promise<void>;
  /** POST requests whose answer is not complete. */
  open: number;
  /** When the last request ended, ms since 1970. */
  seen: number;
  cancelTimer(): void;
}

interface Deps extends SessionOptions {
  build: McpServerFactory;
  maxBodySize: number;
}

export function makeMcpSessions(options: Deps): McpSessions {
  const { build, clock, newId, serverId, maxBodySize, idleMs = day, most = 1000, mostOfCaller = 200 } = options;
  const live = new Map<string, Session>();

  function forget(id: string): void {
    live.get(id)?.cancelTimer();
    live.delete(id);
  }

  async function end(id: string): Promise<void> {
    const session = live.get(id);
    forget(id);
    await session?.end();
  }

  /** Ends the session once it has been idle for long enough. */
  function watch(id: string, session: Session, ms: number): void {
    session.cancelTimer = clock.later(ms, () => {
      const left = session.open > 0 ? idleMs : session.seen + idleMs - clock.now();
      if (left > 0) watch(id, session, left);
      else void end(id);
    });
  }

  /** Ends the longest idle session where there is no room for another one. False when all are in use. */
  async function makeRoom(caller: string | undefined): Promise<boolean> {
    const ofCaller = [...live].filter(([, session]) => session.caller === caller);
    const full = ofCaller.length >= mostOfCaller ? ofCaller : live.size >= most ? [...live] : undefined;
    if (!full) return true;
    const [longest] = full.filter(([, { open }]) => open === 0).sort(([, a], [, b]) => a.seen - b.seen);
    if (!longest) return false;
    await end(longest[0]);
    return true;
  }

  async function begin(request: Request, body: unknown, authInfo: AuthInfo | undefined): Promise<Response> {
    const caller = authInfo?.clientId;
    if (!(await makeRoom(caller))) return tooMany();
    const server = await build({ era: 'legacy', requestInfo: request, ...(authInfo ? { authInfo } : {}) });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => `${serverId}.${newId()}`,
      maxRequestBodySize: maxBodySize,
      onsessioninitialized(id) {
        live.set(id, session);
        watch(id, session, idleMs);
      },
      onsessionclosed: forget,
    });
    const session: Session = {
      caller,
      transport,
      end: () => server.close(),
      open: 0,
      seen: clock.now(),
      cancelTimer: () => undefined,
    };
    await server.connect(transport);
    return serve(session, request, { parsedBody: body, ...(authInfo ? { authInfo } : {}) });
  }

  async function serve(session: Session, request: Request, how: { authInfo?: AuthInfo; parsedBody?: unknown }): Promise<Response> {
    // An open GET stream alone keeps no session alive: it tells nothing of the client.
    if (request.method !== 'POST') return session.transport.handleRequest(request, how);
    session.open += 1;
    const done = (): void => {
      session.open -= 1;
      session.seen = clock.now();
    };
    try {
      return whenRead(await session.transport.handleRequest(request, how), done);
    } catch (error) {
      done();
      throw error;
    }
  }

  return {
    async fetch(request, authInfo) {
      const id = request.headers.get('mcp-session-id');
      if (id !== null) {
        const session = live.get(id);
        // Another caller's session is answered like one that does not exist.
        return session && session.caller === authInfo?.clientId ? serve(session, request, authInfo ? { authInfo } : {}) : lost();
      }
      // Every request of 2026-07-28 names its method in a header.
      if (request.method !== 'POST' || request.headers.has('mcp-method')) return undefined;
      const body = await initializeOf(request, maxBodySize);
      return body === undefined ? undefined : begin(request, body, authInfo);
    },
    get size() {
      return live.size;
    },
    async close() {
      await Promise.all([...live.keys()].map(end));
    },
  };
}

/** The body of an `initialize` that declares elicitation. The request itself stays unread. */
async function initializeOf(request: Request, maxBodySize: number): Promise<unknown> {
  try {
    const read = await readRequestBody(request.clone(), maxBodySize);
    if (read.tooLarge || !read.text.includes('"initialize"')) return undefined;
    const body: unknown = JSON.parse(read.text);
    return isInitializeRequest(body) && body.params.capabilities.elicitation !== undefined ? body : undefined;
  } catch {
    // The handler of the request says what is wrong with it.
    return undefined;
  }
}

/** The response, with `done` called once when its body has been read or given up. */
function whenRead(response: Response, done: () => void): Response {
  if (!response.body) {
    done();
    return response;
  }
  const reader = response.body.getReader();
  let ended = false;
  const endOnce = (): void => {
    if (!ended) done();
    ended = true;
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const part = await reader.read();
        if (part.value !== undefined) controller.enqueue(part.value);
        if (!part.done) return;
        endOnce();
        controller.close();
      } catch (error) {
        endOnce();
        controller.error(error);
      }
    },
    async cancel(reason) {
      endOnce();
      await reader.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
}

function failure(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status });
}

/** As the specification asks for: the client must initialize again. */
const lost = (): Response =>
  failure(404, -32_001, 'Session not found: it has ended, or its server has. Initialize again, without a session id.');

const tooMany = (): Response =>
  failure(
    503,
    -32_000,
    'Too many sessions are in use. Close one, or wait until a call in one has ended; without elicitation no session is needed.',
  );
