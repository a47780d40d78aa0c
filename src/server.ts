/** The one composition root: configuration in, MCP servers out. */
import { randomBytes, randomUUID } from 'node:crypto';

import { type McpRequestContext, ProtocolError, Server } from '@modelcontextprotocol/server';

import { makeWebhook } from './approvers/webhook.ts';
import { type Gate, makeGate } from './changes/gate.ts';
import type { InForce } from './changes/rules/in-force.ts';
import { builtIn, type Rulebook } from './changes/rules/rulebook.ts';
import { type Connection, type ConnectionSettings, connect } from './clients/connect.ts';
import type { Fetch } from './clients/http/client.ts';
import { Refusal } from './clients/http/errors.ts';
import { liveFetch } from './clients/http/live-fetch.ts';
import { memoryLatch } from './clients/thingspace/latch.ts';
import { type Chance, type Clock, seededChance } from './clock.ts';
import type { Config } from './config.ts';
import { makeFleet } from './fleet/index.ts';
import { completePrompt, registerPrompts } from './prompts/register.ts';
import type { World } from './resources/define.ts';
import { completeResource, registerResources } from './resources/register.ts';
import type { Sandbox } from './sandbox/index.ts';
import { fileLatch } from './store/latch.ts';
import { memoryStore } from './store/memory.ts';
import { stopSwitch } from './store/stop.ts';
import type { ChangeStore } from './store/store.ts';
import { instruct, isOffered, type Sketch, sandboxNames, version, whyAbsent } from './surface.ts';
import { Redactor } from './text/redact.ts';
import type { AnyTool, Context } from './tools/define.ts';
import { tools } from './tools/index.ts';
import { callerOf, questionCodec, registerTools, type Surface } from './tools/register.ts';
import { rehearse } from './tools/rehearse.ts';
import { fillSecrets } from './tools/secrets.ts';
import { nearest, type Provider, providers } from './vocabulary.ts';
import type { Listener } from './web/callbacks.ts';

export interface ProductOptions {
  config: Config;
  clock: Clock;
  /** Names of the connections to use; all that are configured when empty. */
  only: readonly string[];
  fleet: number;
  seed: number;
  /** A fixed clock wants the same story to give the same bytes. */
  repeatable: boolean;
  /** Where changes are kept; in memory when absent. */
  store?: ChangeStore | undefined;
  /** The rules in force at any moment, as `rulesOf` gives them; the built-in default when absent and no policy file is set. */
  rules?: (() => Rulebook) | undefined;
  /** Seals plans; the same for all servers on one store. */
  key?: Buffer | undefined;
  /** By which the embedded sandbox posts callbacks to listeners on this machine; absent: it posts none. */
  posting?: Fetch | undefined;
}

export interface Product {
  /** One server per connection (stdio) or per request (HTTP). */
  build(request: McpRequestContext): Server;
  connections: readonly Connection[];
  tools: readonly AnyTool[];
  instructions: string;
  /** The sandbox's second door, while any connection is played here. */
  sandbox: (() => Promise<Sandbox>) | undefined;
  live: boolean;
  /** A callback about a request under way: its change is looked at again. */
  hint: Gate['hint'];
  /** A copy of a value in which no secret that this process knows appears. */
  redact<T>(value: T): T;
  /** Follows what an ended process left behind. */
  resume(): Promise<void>;
  /** Carries out what named people have approved: one change, or all that this process can. */
  takeUp(id?: string): Promise<void>;
  /** What the policy would say of a tool call, in lines; nothing is kept or sent. `at` in ms since 1970, now when absent. */
  rehearse(tool: string, input: Record<string, unknown>, asked: { caller: string; at?: number | undefined }): Promise<string[]>;
  close(): Promise<void>;
}

/** The address under which the sandbox of this process is called; nothing listens there. */
const inside = 'http://sandbox.invalid';
const timeoutMs = 60_000;

export function makeProduct(options: ProductOptions): Product {
  const { config, clock } = options;
  const redactor = new Redactor();
  for (const secret of config.known) redactor.add(secret);
  const chance: Chance = options.repeatable ? seededChance(options.seed) : Math.random;

  let made: Promise<Sandbox> | undefined;
  const sandbox = (): Promise<Sandbox> => {
    made ??= import('./sandbox/index.ts').then(({ makeSandbox, deliverHere }) =>
      makeSandbox({ clock, fleet: options.fleet, seed: options.seed, deliver: options.posting && deliverHere(options.posting) }),
    );
    return made;
  };
  const sandboxFetch: Fetch = async (url, init) => (await sandbox()).fetch(url, init);
  const live = liveFetch();

  const chosen = choose(config, options.only);
  const played = chosen.filter((settings) => urlOf(settings) === inside);
  const connections = chosen.map((settings) =>
    connect(config.readOnly ? { ...settings, writes: false } : settings, {
      fetch: urlOf(settings) === inside ? sandboxFetch : live.fetch,
      clock,
      chance,
      timeoutMs,
      learn: (secret) => redactor.add(secret),
      latch: settings.provider === 'thingspace' && urlOf(settings) !== inside ? latchOf(settings, config.stateDir) : memoryLatch(),
    }),
  );

  const { webhook } = config;
  const { publicUrl } = config.http;
  const announce =
    webhook &&
    makeWebhook({
      ...webhook,
      fetch: live.fetch,
      clock,
      newId: randomUUID,
      link: publicUrl === undefined ? undefined : (id) => `${publicUrl}/console/changes/${id}`,
    });
  const fleet = makeFleet(connections, clock);
  const connectionNamed = (name: string): Connection | undefined => connections.find((one) => one.name === name);
  const store = options.store ?? memoryStore();
  const policy: InForce = {
    book: options.rules ?? builtInOf(config),
    approvers: config.approvers.length,
    spent: (since) => store.spent(since),
  };
  const isSandbox = (name: string): boolean => connectionNamed(name)?.sandbox === true;
  const gate = makeGate({
    store,
    key: options.key ?? randomBytes(32),
    clock,
    policy: config.policy,
    connection: connectionNamed,
    rules: policy.book,
    approvers: policy.approvers,
    isSandbox,
    session: options.repeatable ? 'repeatable' : randomBytes(4).toString('hex'),
    total: (connection, signal) => fleet.total(connection.name, signal),
    announce: (change) => void announce?.(change),
    stopped: stopSwitch(config.stateDir).why,
    newId: () => `chg_${options.repeatable ? idFrom(chance) : randomBytes(8).toString('hex').slice(0, 12)}`,
  });

  const sketch: Sketch = { connections, toolsets: config.toolsets, readOnly: config.readOnly };
  const offered = tools.filter((tool) => isOffered(tool, sketch));
  const world = {
    fleet,
    gate,
    clock,
    connections,
    policy,
    audit: () => store.audit(),
    connection: (name: string | undefined, of?: readonly Provider[]) => pick(connections, name, of),
    keys: (devEui: string) => {
      const keys = config.keys.get(devEui);
      // A key is hidden from the moment it is used; a file of many thousands would slow every answer.
      for (const key of Object.values(keys ?? {})) redactor.add(key);
      return keys;
    },
  };
  const surface: Surface = {
    tools: offered,
    absent: (name) => {
      const tool = tools.find((one) => one.name === name);
      return tool && whyAbsent(tool, sketch);
    },
    context: world,
    policy: config.policy,
    redactor,
    secrets: config.secrets,
    codec: questionCodec(randomBytes(32), config.policy),
  };
  const instructions = instruct(sketch);

  return {
    build() {
      const server = new Server(
        { name: 'iot-ops-mcp', title: 'IoT operations', version },
        {
          capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} },
          instructions,
          requestState: { verify: surface.codec.verify },
        },
      );
      registerTools(server, surface);
      registerResources(server, world, redactor, callerOf);
      registerPrompts(server, redactor);
      server.setRequestHandler('completion/complete', async (request, ctx) => {
        const { ref, argument, context } = request.params;
        const others = context?.arguments ?? {};
        const values = await completions(ref, argument, others, world, ctx.mcpReq.signal);
        return { completion: { values: values.slice(0, mostValues), total: values.length, hasMore: values.length > mostValues } };
      });
      return server;
    },
    connections,
    tools: offered,
    instructions,
    sandbox: played.length > 0 ? sandbox : undefined,
    live: chosen.some((settings) => settings.live),
    hint: (connection, hint) => gate.hint(connection, hint),
    redact: (value) => redactor.value(value),
    resume: () => gate.resume(),
    takeUp: (id) => gate.takeUp(id),
    async rehearse(name, input, { caller, at = clock.now() }) {
      const tool = offered.find((one) => one.name === name);
      if (!tool) {
        const near = nearest(
          name,
          offered.map((one) => one.name),
        );
        throw new Refusal(
          surface.absent(name) ?? `there is no tool ${name}`,
          near ? `Nearest is ${near}.` : '"iot-ops-mcp tools" prints them.',
          'tool',
        );
      }
      if (tool.kind !== 'change')
        return [
          `${name} is ${tool.kind === 'read' ? 'a read: allow' : 'no change of its own: the rules are asked for the change it names'}`,
        ];
      const context: Context = { ...world, caller, signal: new AbortController().signal, progress: () => undefined };
      const unattended = (connection: string): boolean => policy.approvers === 0 && isSandbox(connection);
      const filled = fillSecrets(input, config.secrets, redactor);
      return redactor.value(await rehearse({ tool, input: filled, at, book: policy.book(), unattended }, context));
    },
    close: () => live.close(),
  };
}

/** No policy file is ever passed over. */
function builtInOf({ policyFile }: Config): () => Rulebook {
  if (policyFile !== undefined) throw new Error('a policy file is set, and its rules were not handed in');
  return () => builtIn;
}

/** As many values as the protocol lets one answer hold. */
const mostValues = 100;

/** Completion for a resource's member or a prompt's argument; a provider's trouble completes nothing. */
async function completions(
  ref: { type: string; uri?: string; name?: string },
  argument: { name: string; value: string },
  others: Record<string, string>,
  world: World,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    return ref.type === 'ref/prompt'
      ? await completePrompt(ref.name ?? '', argument, others, world, signal)
      : await completeResource({ uri: ref.uri ?? '', argument, others }, world, signal);
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    return [];
  }
}

type Chosen = ConnectionSettings & { live: boolean };

/** The sandbox's own accounts, one per provider. */
export function sandboxConnections(url = inside): Chosen[] {
  const common = { sandbox: true, writes: true, allowGuessed: true, live: false };
  return [
    {
      ...common,
      name: sandboxNames.thingpark,
      provider: 'thingpark',
      thingpark: {
        oss: { url, realm: 'users-auth', clientId: 'sub-199900001/sandbox', clientSecret: 'sandbox-oss-secret' },
        dx: {
          adminUrl: `${url}/thingpark/dx/admin/latest/api`,
          coreUrl: `${url}/thingpark/dx/core/latest/api`,
          clientId: 'tpe-api/sandbox@example.com',
          clientSecret: 'sandbox-dx-password',
        },
      },
    },
    {
      ...common,
      name: sandboxNames.thingspace,
      provider: 'thingspace',
      thingspace: {
        url,
        appKey: 'sandbox-app-key',
        appSecret: 'sandbox-app-secret',
        username: 'sandbox-user',
        password: 'sandbox-password',
        account: undefined,
      },
    },
    { ...common, name: sandboxNames.iotx, provider: 'iotx', iotx: { url, accessKey: 'sandbox-iotx-full-key', productKey: 'both' } },
  ];
}

/** Who may call back for the sandbox's own ThingSpace account over HTTP: its carrier, from this machine. */
export const sandboxListener: Listener = {
  connection: sandboxNames.thingspace,
  username: 'sandbox-listener',
  password: 'sandbox-listener-password',
  from: ['127.0.0.1', '::1'],
};

/** The named connections; else all configured ones; else the sandbox. */
function choose(config: Config, only: readonly string[]): Chosen[] {
  const sandboxed = sandboxConnections();
  if (only.length === 0) return config.connections.length > 0 ? config.connections : sandboxed;
  const all = [...config.connections, ...sandboxed.filter((one) => !config.connections.some((other) => other.name === one.name))];
  return [...new Set(only)].map((name) => {
    const found = all.find((one) => one.name === name);
    if (found) return found;
    const names = all.map((one) => one.name);
    const near = nearest(name, names);
    throw new Refusal(
      `there is no connection ${name}${near ? `, nearest is ${near}` : ''}`,
      `There are: ${names.join(', ')}.`,
      'connection',
    );
  });
}

function urlOf(settings: ConnectionSettings): string | undefined {
  switch (settings.provider) {
    case 'thingpark':
      return settings.thingpark.oss?.url ?? (settings.thingpark.dx?.adminUrl.startsWith(inside) ? inside : settings.thingpark.dx?.adminUrl);
    case 'thingspace':
      return settings.thingspace.url;
    case 'iotx':
      return settings.iotx.url;
  }
}

/** The latch of a ThingSpace login: keyed by the credentials, so that other ones find it open. */
export function latchOf(settings: ConnectionSettings & { provider: 'thingspace' }, stateDir: string) {
  const { url, appKey, username, password } = settings.thingspace;
  return fileLatch(stateDir, [url, appKey, username, password]);
}

function pick(connections: readonly Connection[], name: string | undefined, of: readonly Provider[] = providers): Connection {
  const fitting = connections.filter((one) => of.includes(one.provider));
  const candidates = fitting.map((one) => one.name).join(', ') || 'none';
  if (name === undefined) {
    const only = fitting[0];
    if (fitting.length === 1 && only) return only;
    throw new Refusal(
      fitting.length === 0 ? `no ${of.join(' or ')} connection is configured` : 'connection: several fit, say which',
      `Candidates: ${candidates}.`,
      'connection',
    );
  }
  const found = fitting.find((one) => one.name === name);
  if (found) return found;
  const other = connections.find((one) => one.name === name);
  const near = nearest(
    name,
    fitting.map((one) => one.name),
  );
  throw new Refusal(
    other
      ? `connection: ${name} is a ${other.provider} connection, this needs ${of.join(' or ')}`
      : `connection: there is no ${name.slice(0, 40)}${near ? `, nearest is ${near}` : ''}`,
    `Candidates: ${candidates}.`,
    'connection',
  );
}

function idFrom(chance: Chance): string {
  return Array.from({ length: 12 }, () => Math.floor(chance() * 16).toString(16)).join('');
}
