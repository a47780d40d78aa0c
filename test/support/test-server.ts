/** Starts the whole product with a real MCP client: any protocol version, with or without elicitation, over stdio or HTTP. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { onTestFinished } from 'vitest';
import type { Fetch } from '../../src/clients/http/client.ts';
import { type FixedClock, fixedClock } from '../../src/clock.ts';
import { type Config, type Flags, readConfig } from '../../src/config.ts';
import type { Logger } from '../../src/log.ts';
import type { ProviderModule } from '../../src/providers/provider-module.ts';
import type { ServedWorld } from '../../src/sandbox/make-world.ts';
import { makeProduct, type Product } from '../../src/server.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { errorMeta } from '../../src/tools/results.ts';
import { type CallbackListener, makeCallbackHandler } from '../../src/web/callbacks.ts';
import { makeHttpApp } from '../../src/web/http-app.ts';
import type { SessionOptions } from '../../src/web/mcp-sessions.ts';
import type { StructuredJson } from './json.ts';

/** The start time of every test. */
export const startTime = Date.parse('2026-11-22T08:00:00Z');

/** Answers an approval question as the person at the client. */
export type Person = (question: { message: string; fields: string[] }) => ElicitationAnswer | Promise<ElicitationAnswer>;
type ElicitationAnswer = {
  action: 'accept' | 'decline' | 'cancel';
  content?: Record<string, string | boolean>;
};

/** Approves, and types what the question asks for. */
export const yes: Person = ({ message, fields }) => ({
  action: 'accept',
  content: fields.includes('approve') ? { approve: true } : { confirm: message.slice(message.lastIndexOf(': ') + 2) },
});
export const no: Person = () => ({ action: 'decline' });

export interface ClientOptions {
  transport: 'stdio' | 'http';
  /** `auto` negotiates the newest protocol, `legacy` is 2025-11-25. */
  era: 'auto' | 'legacy';
  /** Absent: the client does not support elicitation. */
  person?: Person | undefined;
  /** HTTP only: the token of the caller. */
  token?: string;
  /** HTTP only: gets a copy of each request before it is sent. */
  onRequest?: (request: Request) => void;
}

export const allClients: readonly (Pick<ClientOptions, 'transport' | 'era'> & { elicits: boolean; title: string })[] = (
  ['stdio', 'http'] as const
).flatMap((transport) =>
  (['auto', 'legacy'] as const).flatMap((era) =>
    [true, false].map((elicits) => ({
      transport,
      era,
      elicits,
      title: `${transport}, ${era === 'auto' ? '2026-07-28' : '2025-11-25'}, ${elicits ? 'with' : 'without'} elicitation`,
    })),
  ),
);

export interface ToolAnswer {
  text: string;
  isError: boolean;
  structured: StructuredJson;
}

export interface TestClient {
  client: Client;
  call(
    name: string,
    args?: Record<string, unknown>,
    options?: {
      signal?: AbortSignal;
      onprogress?: (progress: { progress: number; total?: number | undefined; message?: string | undefined }) => void;
    },
  ): Promise<ToolAnswer>;
  /** The questions that the person was asked so far. */
  asked: string[];
}

export interface TestServer {
  product: Product;
  clock: FixedClock;
  world: ServedWorld;
  /** The HTTP app, for requests that no client would send. */
  fetch(request: Request): Promise<Response>;
  connectClient(options: ClientOptions): Promise<TestClient>;
}

export interface TestServerOptions {
  fleet?: number;
  /** Seed of the random source and so of change ids; servers that share a store need different seeds. */
  seed?: number;
  flags?: Flags;
  env?: Record<string, string>;
  only?: string[];
  policy?: Partial<Config['policy']>;
  adjust?: (config: Config) => void;
  /** The change store and the key that seals it, for a server after a restart. */
  store?: ChangeStore;
  key?: Buffer;
  /** Callback listeners of the server. */
  callbacks?: readonly CallbackListener[];
  /** Whether the sandbox carrier posts callbacks to this server, whatever loopback port the listener URL names. */
  deliverCallbacks?: boolean;
  /** The text of the policy file. */
  rules?: string | undefined;
  /** A clock shared with other servers; absent: a clock of its own. */
  clock?: FixedClock;
  /** Names of people who may approve outside of the chat. */
  approvers?: readonly string[];
  /** Stderr when absent. */
  log?: Logger;
  /** Limits of the sessions of 2025 clients. */
  sessions?: Partial<SessionOptions>;
  /** All providers of the product when absent. */
  providers?: readonly ProviderModule[];
}

/** Starts the whole product on a fixed clock and a small sandbox. It is closed when the test ends. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const clock = options.clock ?? fixedClock(startTime);
  const config = readConfig(options.flags ?? {}, options.env ?? {}, options.providers);
  Object.assign(config.policy, options.policy);
  options.adjust?.(config);
  const postHere: Fetch = async (url, { body }) => {
    const request = new Request(url, { method: 'POST', headers: { host: '127.0.0.1' }, body: String(body) });
    return web.fetch(request);
  };
  if (options.rules !== undefined) config.policyFile = writePolicyFile(options.rules);
  config.approvers.push(...(options.approvers ?? []).map((name) => ({ name })));
  const product = await makeProduct({
    config,
    clock,
    connectionNames: options.only ?? [],
    fleetSize: options.fleet ?? 24,
    seed: options.seed ?? 1,
    deterministic: true,
    providers: options.providers,
    store: options.store,
    key: options.key,
    log: options.log,
    ...(options.deliverCallbacks ? { callbackFetch: postHere } : {}),
  });
  let sessionCount = 0;
  const web = makeHttpApp({
    build: product.build,
    log: product.log,
    callers: config.callers,
    sessions: { clock, newId: () => `session-${sessionCount++}`, serverId: 'test', ...options.sessions },
    allowedHosts: [],
    allowedOrigins: [],
    ...(options.callbacks
      ? { callbacks: makeCallbackHandler(options.callbacks, (connection, hint) => void product.handleCallback(connection, hint)) }
      : {}),
  });
  onTestFinished(async () => {
    await web.close();
    await product.close();
  });
  const sandbox = product.sandbox ? await product.sandbox() : undefined;
  return {
    product,
    clock,
    get world() {
      if (!sandbox) throw new Error('no sandbox in this story');
      return sandbox.world;
    },
    fetch: async (request) => web.fetch(request),
    connectClient: (how) => dial(product, web.fetch, how),
  };
}

/** Writes a policy file into a new directory and returns its path. */
export function writePolicyFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'policy-')), 'policy.yaml');
  writeFileSync(path, text);
  return path;
}

async function dial(product: Product, fetch: (request: Request) => Response | Promise<Response>, how: ClientOptions): Promise<TestClient> {
  const asked: string[] = [];
  const capabilities = how.person ? { elicitation: { form: {} } } : {};
  const client = new Client({ name: 'story', version: '1' }, { capabilities, versionNegotiation: { mode: how.era } });
  if (how.person) {
    const person = how.person;
    client.setRequestHandler('elicitation/create', async (request) => {
      const { message } = request.params;
      const fields = 'requestedSchema' in request.params ? Object.keys(request.params.requestedSchema.properties) : [];
      asked.push(message);
      return person({ message, fields });
    });
  }
  if (how.transport === 'http') {
    const headers: Record<string, string> = { host: '127.0.0.1', ...(how.token ? { authorization: `Bearer ${how.token}` } : {}) };
    await client.connect(
      new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), {
        fetch: async (url, init) => {
          const request = new Request(url, init);
          for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
          how.onRequest?.(request.clone());
          return fetch(request);
        },
      }),
    );
  } else {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const served = serveStdio(product.build, { transport: theirs });
    onTestFinished(() => served.close());
    await client.connect(ours);
  }
  onTestFinished(() => client.close());
  return {
    client,
    asked,
    async call(name, args = {}, options = {}) {
      const result = await client.callTool({ name, arguments: args }, options);
      const first = Array.isArray(result.content) ? result.content[0] : undefined;
      return {
        text: first && 'text' in first ? String(first.text) : '',
        isError: result.isError === true,
        structured: structuredOf(result),
      };
    },
  };
}

/** The structured answer; the facts of an error are in `_meta`, and tests read them as `structured.error`. */
export function structuredOf({ structuredContent, _meta }: { structuredContent?: unknown; _meta?: Record<string, unknown> | undefined }) {
  const error = _meta?.[errorMeta];
  return (structuredContent ?? (error === undefined ? undefined : { error })) as StructuredJson;
}

/** Applies a planned change in the second step, for a client without elicitation; returns any other answer unchanged. */
export async function applyInSecondStep(call: TestClient['call'], answer: ToolAnswer): Promise<ToolAnswer> {
  const { id, status, summary, confirm = summary } = answer.structured.change;
  return status === 'planned' ? call('apply_change', { change: id, confirm }) : answer;
}

/** Polls a change until it has ended. */
export async function waitUntilEnded(call: TestClient['call'], change: string): Promise<ToolAnswer> {
  for (let asked = 0; asked < 500; asked++) {
    const answer = await call('get_change', { change, waitSeconds: 20 });
    if (!['applying', 'accepted'].includes(answer.structured.change.status)) return answer;
    await runPendingTasks();
  }
  throw new Error(`${change} does not end`);
}

/** The number of requests of an operation that reached the provider. */
export function countRequests(world: ServedWorld, operation: string): number {
  return world.requestLog.filter((one) => one.operation === operation).length;
}

/** Lets everything run that waits for neither the clock nor a request. */
export async function runPendingTasks(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}
