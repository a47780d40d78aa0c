/** The composition root: creates MCP servers from the configuration and the providers. */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';

import type { McpRequestContext, Server, ServerContext } from '@modelcontextprotocol/server';

import { peopleOf } from './approvers/people.ts';
import { makeWebhook } from './approvers/webhook.ts';
import { type Gate, makeGate } from './changes/gate.ts';
import { hidingPlanners } from './changes/hiding-planners.ts';
import { hidingStore } from './changes/hiding-store.ts';
import { messageOf } from './changes/outcome.ts';
import type { ActivePolicy } from './changes/rules/active-policy.ts';
import { loadRules } from './changes/rules/load-rules.ts';
import type { RuleSet } from './changes/rules/rule-set.ts';
import { connectionFingerprint, makeServerAgreement } from './changes/server-agreement.ts';
import { type Connection, type ConnectionSettings, connect } from './clients/connect.ts';
import type { Fetch } from './clients/http/client.ts';
import { type LiveFetch, liveFetch } from './clients/http/live-fetch.ts';
import { type Clock, type Random, seededRandom } from './clock.ts';
import { localCaller, rightsOf } from './config/callers.ts';
import type { Config } from './config.ts';
import { minute } from './durations.ts';
import { fleetConnectionOf } from './fleet/fleet-connection.ts';
import { makeFleet } from './fleet/index.ts';
import { makeKeptWalks } from './fleet/kept-walks.ts';
import { type Logger, makeLogger, writeStderr } from './log.ts';
import { registerPrompts } from './prompts/register.ts';
import { providers as allProviders } from './providers/index.ts';
import { type Loaded, loadProviders } from './providers/load-providers.ts';
import type { ProviderModule, ReadCallback } from './providers/provider-module.ts';
import type { ResourceContext } from './resources/define.ts';
import { registerResources } from './resources/register.ts';
import type { Sandbox } from './sandbox/index.ts';
import { servicesByCaller } from './server/caller-services.ts';
import { checkCallerGroups } from './server/check-caller-groups.ts';
import { registerCompletions } from './server/completions.ts';
import { type EmbeddedSandbox, embeddedSandbox } from './server/embedded-sandbox.ts';
import { type CallToEvaluate, evaluateCall } from './server/evaluate-call.ts';
import { serverIcons } from './server/icon.ts';
import { lockoutOf } from './server/login-lockout.ts';
import { ProductServer } from './server/product-server.ts';
import { connectionNamesOf, resolveConnection, selectConnections } from './server/select-connections.ts';
import { memoryState } from './store/open-shared-state.ts';
import type { SharedState } from './store/shared-state.ts';
import type { ChangeStore } from './store/store.ts';
import { type Secrets, valueOfSecret } from './text/named-secret.ts';
import { isDegenerateKey, Redactor, secretValuesIn } from './text/redact.ts';
import { isOffered, type PartialConfig, readOnlyReason, serverInstructions, version, whyNotOffered } from './tool-surface.ts';
import type { AnyTool } from './tools/define.ts';
import { registerTools } from './tools/register.ts';
import { approvalStateCodec, type CallerServices, callerOf, type ServerSurface } from './tools/server-surface.ts';
import { registerTasks, tasksExtension } from './tools/tasks.ts';

export interface ProductOptions {
  config: Config;
  clock: Clock;
  /** Names of the connections to use; all that are configured when empty. */
  connectionNames: readonly string[];
  fleetSize: number;
  seed: number;
  /** True if the same seed and requests must give the same bytes, as with a fixed clock. */
  deterministic: boolean;
  /** The providers that the product knows; all of them when absent. */
  providers?: readonly ProviderModule[] | undefined;
  /** What servers share; in memory when absent. */
  state?: SharedState | undefined;
  /** Where changes are kept, and the key that seals plans, in place of those of `state`. */
  store?: ChangeStore | undefined;
  key?: Buffer | undefined;
  /** The log of the process; stderr as text when absent. */
  log?: Logger | undefined;
  /** Sends the embedded sandbox's callbacks to listeners on this machine; without it, none are sent. */
  callbackFetch?: Fetch | undefined;
}

export interface Product {
  /** One server per connection (stdio) or per request (HTTP). */
  build(request: McpRequestContext): Server;
  connections: readonly Connection[];
  tools: readonly AnyTool[];
  instructions: string;
  /** The embedded sandbox, where a connection uses it. */
  sandbox: (() => Promise<Sandbox>) | undefined;
  /** Whether at least one connection uses a real provider. */
  live: boolean;
  /** The rules in force at this moment. */
  rules(): RuleSet;
  /** Reads the change of a pending request again after a callback about it. */
  handleCallback: Gate['handleCallback'];
  /** The log, without any secret that this process knows. */
  log: Logger;
  /** A copy of a value in which no secret that this process knows appears. */
  redact<T>(value: T): T;
  /** Follows the unfinished changes of an ended process. */
  resumeInterrupted(): Promise<void>;
  /** Applies changes that approvers have approved: one change, or all that this process can apply. */
  runApproved(id?: string): Promise<void>;
  /** The policy decision for a tool call, in lines; nothing is stored or sent. `at` in ms since 1970, now when absent. */
  evaluatePolicy(tool: string, input: Record<string, unknown>, asked: { caller: string; at?: number | undefined }): Promise<string[]>;
  /** Parses the callbacks of a provider; undefined if it sends none. */
  parseCallback(provider: string): ReadCallback | undefined;
  /** Why this server cannot take changes: its store cannot be read. Undefined while it can. */
  notReady(): Promise<string | undefined>;
  /** Tells the other servers on the store of this one, and why they would differ; nothing where there are no others. */
  announceToServers(): Promise<void>;
  /** Ends what is being sent after the request under way, waits until that is read and recorded, and closes the connections. */
  close(): Promise<void>;
}

const requestTimeoutMs = 60_000;

/** Loads the providers and connects them to gate, tools and policy. Throws a Refusal if a chosen connection is not configured. */
export async function makeProduct(options: ProductOptions): Promise<Product> {
  const { config, clock, providers = allProviders } = options;
  const state = options.state ?? memoryState(config);
  const keys = sealKeysOf(options, state);
  const redactor = new Redactor();
  for (const secret of [...config.secretValues, ...[...config.secrets.values()].map(valueOfSecret)]) redactor.add(secret);
  const log = (options.log ?? textLog(clock)).redactedBy((text) => redactor.text(text));
  warnOfSecrets(config.secrets, log);
  warnOfUnreadColumns(config.unreadKeyColumns, log);
  const random: Random = options.deterministic ? seededRandom(options.seed) : Math.random;
  const selected = selectConnections(config, options.connectionNames, providers);
  const loaded = await loadProviders(providers);
  const { catalogue } = loaded;
  const planners = hidingPlanners(loaded.planners, redactor);
  checkCallerGroups(config, { connections: connectionNamesOf(config, providers), tools: loaded.tools });
  const rules = await loadRules(config.policyFile, catalogue.operations);

  const sandbox = embeddedSandbox(providers, { clock, fleet: options.fleetSize, seed: options.seed, posting: options.callbackFetch });
  const live = liveFetch();
  const connections = makeConnections(selected, { config, clock, chance: random, providers, loaded, redactor, live, sandbox, state });
  const connectionNamed = (name: string): Connection | undefined => connections.find((one) => one.name === name);

  const members = connections
    .map((connection) => fleetConnectionOf(connection, loaded.layersOf(connection.provider).fleet))
    .filter((member) => member !== undefined);
  const walks = makeKeptWalks(clock);
  const fleet = makeFleet(members, clock, walks);
  const { store, secretsOf } = hidingStore(options.store ?? state.store, redactor);
  const policy: ActivePolicy = {
    ruleSet: rules,
    readOnly: config.readOnly ? readOnlyReason : undefined,
    approvers: config.approvers.length,
    budgetEntries: (since) => store.spent(since),
  };
  const unattended = (name: string): boolean => policy.approvers === 0 && connectionNamed(name)?.sandbox === true;
  const announce = webhookOf(config, live, { clock, log });
  const session = options.deterministic ? 'repeatable' : randomBytes(4).toString('hex');
  const agreement = makeServerAgreement({
    store,
    clock,
    session,
    version,
    policy: () => rules().version,
    connections: Object.fromEntries(selected.map((one) => [one.name, connectionFingerprint(keys[0], one)])),
  });
  const gate = makeGate({
    store,
    planners,
    keys,
    clock,
    policy: config.policy,
    connection: connectionNamed,
    rules,
    people: peopleOf(config.approvers, config.callerSettings),
    unattended,
    session,
    total: (connection, signal) => fleet.total(connection.name, signal),
    announce: (change) => void announce?.(change),
    stopped: state.killSwitch.reason,
    conflictOn: async (name) => (state.severalServers ? agreement.conflictOn(name) : undefined),
    newId: () => `chg_${options.deterministic ? randomId(random) : randomBytes(8).toString('hex').slice(0, 12)}`,
  });

  const partialConfig: PartialConfig = { providers, connections, toolsets: config.toolsets, readOnly: config.readOnly };
  const services = {
    fleet,
    gate,
    catalogue,
    planners,
    clock,
    connections,
    policy,
    auditOfDay: (day: string) => store.auditOfDay(day),
    connection: (name: string | undefined, of?: readonly string[]) => resolveConnection(connections, name, of),
    keys: (devEui: string) => config.keys.get(devEui),
  };
  const servicesOf = servicesByCaller({ all: services, members, clock, walks, rightsOf: (caller) => rightsOf(caller, config) });
  const surface: ServerSurface = {
    tools: loaded.tools.filter((tool) => isOffered(tool, partialConfig)),
    whyNotOffered(name) {
      const tool = loaded.tools.find((one) => one.name === name);
      return tool && whyNotOffered(tool, partialConfig);
    },
    services,
    servicesOf,
    policy: config.policy,
    approverCount: config.approvers.length,
    log,
    redactor,
    secrets: config.secrets,
    secretsOf,
    codec: approvalStateCodec(state.severalServers ? keys.map(questionKeyOf) : [randomBytes(32)]),
  };
  const instructions = serverInstructions(partialConfig);
  const evaluate = (call: CallToEvaluate): Promise<string[]> => evaluateCall(call, surface, { book: rules(), unattended });

  return {
    build: ({ authInfo }) =>
      buildServer(authInfo?.clientId ?? localCaller, { surface, servicesOf, partialConfig, prompts: loaded.prompts }),
    connections,
    tools: surface.tools,
    instructions,
    sandbox: selected.some(({ embedded }) => embedded) ? sandbox.get : undefined,
    live: selected.some((settings) => !settings.sandbox),
    rules,
    handleCallback: (connection, reports) => gate.handleCallback(connection, redactor.value(reports)),
    parseCallback: (provider) => loaded.layersOf(provider).parseCallback,
    log,
    redact: (value) => redactor.knownValue(value),
    notReady: () => store.newestLine().then(() => undefined, messageOf),
    announceToServers: async () => (state.severalServers ? agreement.announce() : undefined),
    resumeInterrupted: () => gate.resumePolling(),
    runApproved: (id) => gate.runApproved(id),
    evaluatePolicy: (tool, input, { caller, at = clock.now() }) => evaluate({ tool, input, caller, at }),
    async close() {
      await gate.close();
      await live.close();
    },
  };
}

interface BuildDeps {
  surface: ServerSurface;
  servicesOf(caller: string): ResourceContext & CallerServices;
  partialConfig: PartialConfig;
  prompts: Loaded['prompts'];
}

/** What a server offers does not change while it runs. What it says of connections depends on the caller. */
const listHint = { ttlMs: 10 * minute, cacheScope: 'public' } as const;
const cacheHints = {
  'tools/list': listHint,
  'prompts/list': listHint,
  'resources/list': listHint,
  'resources/templates/list': listHint,
  'server/discover': { ...listHint, cacheScope: 'private' },
} as const;

/** The MCP server of one connection or request. Its instructions name the connections that the caller may reach. */
function buildServer(caller: string, { surface, servicesOf, partialConfig, prompts }: BuildDeps): Server {
  const { redactor, codec, secretsOf } = surface;
  const contextOf = (ctx: ServerContext) => servicesOf(callerOf(ctx));
  const server = new ProductServer(
    { name: 'iot-ops-mcp', title: 'IoT operations', version, icons: serverIcons },
    {
      capabilities: { tools: {}, resources: {}, prompts: {}, completions: {}, extensions: { [tasksExtension]: {} } },
      cacheHints,
      instructions: serverInstructions({ ...partialConfig, connections: servicesOf(caller).connections }),
      requestState: { verify: codec.verify },
    },
  );
  server.hooks = registerTools(server, surface);
  registerTasks(server, surface);
  registerResources(server, contextOf, redactor, callerOf);
  registerPrompts(server, prompts, (ctx) => redactor.with(secretsOf(callerOf(ctx))));
  registerCompletions(server, prompts, contextOf);
  return server;
}

interface ConnectionDeps {
  config: Config;
  clock: Clock;
  chance: Random;
  providers: readonly ProviderModule[];
  loaded: Loaded;
  redactor: Redactor;
  live: LiveFetch;
  sandbox: EmbeddedSandbox;
  state: SharedState;
}

function makeConnections(chosen: readonly ConnectionSettings[], deps: ConnectionDeps): Connection[] {
  const { config, clock, chance, providers, loaded, redactor, live, sandbox, state } = deps;
  return chosen.map((settings) => {
    const provider = providers.find(({ name }) => name === settings.provider);
    if (!provider) throw new Error(`connection ${settings.name} is of provider ${settings.provider}, which this product does not have`);
    for (const secret of secretValuesIn(settings.settings)) redactor.add(secret);
    return connect(config.readOnly ? { ...settings, writes: false } : settings, loaded.layersOf(settings.provider).client, {
      fetch: settings.embedded ? sandbox.fetch : live.fetch,
      clock,
      random: chance,
      timeoutMs: requestTimeoutMs,
      registerSecret: (token) => redactor.addToken(token),
      redactor,
      loginLockout: lockoutOf(settings, provider, state),
    });
  });
}

/** The keys that seal plans. Repeatable runs print the same digests; without a key of the state, plans end with the process. */
function sealKeysOf({ key, deterministic, seed }: ProductOptions, { sealKeys }: SharedState): [Buffer, ...Buffer[]] {
  const [current, ...former] = key ? [key] : sealKeys;
  return [current ?? (deterministic ? createHash('sha256').update(`seed ${seed}`).digest() : randomBytes(32)), ...former];
}

/** The key of questions, so that any server with the same seal key takes the answer. */
const questionKeyOf = (sealKey: Buffer): Buffer => createHmac('sha256', sealKey).update('question').digest();

/** Notifies approvers of a waiting change through the webhook, if one is configured. */
function webhookOf({ webhook, http: { publicUrl } }: Config, live: LiveFetch, { clock, log }: { clock: Clock; log: Logger }) {
  return (
    webhook &&
    makeWebhook({
      ...webhook,
      fetch: live.fetch,
      clock,
      log,
      newId: randomUUID,
      link: publicUrl === undefined ? undefined : (id) => `${publicUrl}/console/changes/${id}`,
    })
  );
}

/** Says at the start which named secrets an operator should look at. */
function warnOfSecrets(secrets: Secrets, log: Logger): void {
  for (const [name, secret] of secrets) {
    if (isDegenerateKey(valueOfSecret(secret)))
      log.warn(`the named secret ${name} repeats the same few characters: everybody can guess it, and it is not redacted`);
    if (typeof secret === 'string')
      log.warn(`the named secret ${name} has no binding: it is accepted as a key of a device and as a device import file only`);
  }
}

/** Says at the start which columns of the key file are not read: one of them may be a misspelled key. */
function warnOfUnreadColumns(columns: readonly string[], log: Logger): void {
  if (columns.length === 0) return;
  const shown = columns.length > 10 ? [...columns.slice(0, 10), `${columns.length - 10} more`] : columns;
  const named = [shown.slice(0, -1).join(', '), shown.at(-1)].filter(Boolean).join(' and ');
  log.warn(
    `the key file: the ${columns.length === 1 ? 'column' : 'columns'} ${named} ${columns.length === 1 ? 'is' : 'are'} not known and not read`,
  );
}

function textLog(clock: Clock): Logger {
  return makeLogger({
    settings: () => ({ format: 'text', level: 'info' }),
    now: () => clock.now(),
    redact: (text) => text,
    write: writeStderr,
  });
}

function randomId(random: Random): string {
  return Array.from({ length: 12 }, () => Math.floor(random() * 16).toString(16)).join('');
}
