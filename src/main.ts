/** The bin: commands and flags. stdout belongs to the protocol; everything else goes to stderr. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { Command, InvalidArgumentError, Option } from 'commander';
import { policyFile } from './changes/rules/policy-file.ts';
import type { Fetch } from './clients/http/client.ts';
import { CallError } from './clients/http/errors.ts';
import { liveFetch } from './clients/http/live-fetch.ts';
import { postsTo } from './clients/thingspace/callbacks.ts';
import { type Clock, fixedClock, systemClock } from './clock.ts';
import { type Config, ConfigError, type Flags, readConfig } from './config.ts';
import { takeOver } from './front/early.ts';
import { latchOf, makeProduct, type Product, sandboxListener, version } from './server.ts';
import { memoryStore } from './store/memory.ts';
import { stopSwitch } from './store/stop.ts';
import type { ChangeStore } from './store/store.ts';
import { isLoopback } from './vocabulary.ts';

interface Options extends Flags {
  fleet: number;
  seed: number;
  clock?: number;
  port?: number;
  /** Port of the console over stdio; true for any free one. */
  console?: number | true;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
// A host that closes our stderr does not end the program.
process.stderr.on('error', () => undefined);

function integer(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) throw new InvalidArgumentError(`a whole number from ${least} to ${most}.`);
    return value;
  };
}

function instantOption(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('an ISO 8601 instant such as 2026-11-22T08:00:00Z.');
  return ms;
}

function hashOption(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('64 hex digits in lower case, as "audit verify" prints them.');
  return text;
}

function common(command: Command): Command {
  return command
    .addOption(new Option('--config <file>', 'JSON configuration'))
    .addOption(new Option('--toolsets <a,b>', 'only these toolsets'))
    .addOption(new Option('--read-only', 'offer no tool that changes something'))
    .addOption(new Option('--connection <name...>', 'only these connections'))
    .addOption(new Option('--state <dir>', 'where changes of configured connections are kept, or "memory"'))
    .addOption(policyOption())
    .addOption(sandboxFleet())
    .addOption(sandboxSeed())
    .addOption(sandboxClock());
}

const policyOption = (): Option => new Option('--policy <file>', 'rules for changes, YAML');
const sandboxFleet = (): Option =>
  new Option('--fleet <n>', 'devices per provider in the sandbox, 12 to 100000').argParser(integer(12, 100_000)).default(240);
const sandboxSeed = (): Option => new Option('--seed <n>', 'seed of the sandbox').argParser(integer(0, 2 ** 31)).default(1);
const sandboxClock = (): Option => new Option('--clock <ISO>', 'fix the time of sandbox and server').argParser(instantOption);
const port = (usual: number): Option => new Option('--port <n>', 'port, 0 for any free one').argParser(integer(0, 65_535)).default(usual);

function clockOf(options: Options): Clock {
  return options.clock === undefined ? systemClock : fixedClock(options.clock);
}

/** What a server stands on beside its flags. */
interface Ground {
  config: Config;
  clock: Clock;
  store: ChangeStore;
  /** Seals plans of a store in a file. */
  key?: Buffer;
}

async function groundOf(options: Options): Promise<Ground> {
  const config = readConfig(options, process.env);
  return { config, clock: clockOf(options), ...(await keptIn(config)) };
}

function productOn({ config, clock, store, key }: Ground, options: Options, posting?: Fetch): Product {
  const product = makeProduct({
    config,
    clock,
    only: options.connection ?? [],
    fleet: options.fleet,
    seed: options.seed,
    repeatable: options.clock !== undefined,
    posting,
    store,
    key,
  });
  for (const { name } of product.connections.filter((one) => !one.sandbox)) say(`connection ${name} is live`);
  sayUnreadable(config);
  if (key) takeUpOften(product, clock);
  product.resume().catch((error: unknown) => say(`changes of an earlier run could not be taken up: ${String(error)}`));
  return product;
}

/** A policy that cannot be read stops no start: reads go on, changes are denied. */
function sayUnreadable({ policyFile: path }: Config): void {
  const [first, ...more] = policyFile(path)().problem?.split('\n') ?? [];
  if (first === undefined) return;
  const rest = more.length > 0 ? ` (and ${more.length} more)` : '';
  say(`the policy ${path} cannot be read, every change is denied: ${first}${rest}; "iot-ops-mcp policy check" shows all`);
}

/** What named people approve in a terminal, or at another server's console, is carried out by whoever has its connection. */
function takeUpOften(product: Product, clock: Clock): void {
  const again = (): void => void clock.later(1000, () => product.takeUp().then(again, again));
  again();
}

/** Changes of configured connections outlive the process; those of the embedded sandbox end with its world. */
async function keptIn(config: Config): Promise<Pick<Ground, 'store' | 'key'>> {
  if (config.connections.length === 0 || config.state === 'memory') return { store: memoryStore() };
  const [{ sqliteStore }, { stateKey }, { headsFile }] = await Promise.all([
    import('./store/sqlite.ts'),
    import('./store/key.ts'),
    import('./store/heads.ts'),
  ]);
  const noted = config.headsFile === undefined ? undefined : headsFile(config.headsFile, say);
  return { store: sqliteStore(join(config.stateDir, 'changes.db'), noted), key: stateKey(config.stateDir) };
}

async function stdio(options: Options): Promise<void> {
  const ground = await groundOf(options);
  const product = productOn(ground, options);
  if (options.console !== undefined) await consoleBeside(ground, product, options.console === true ? 0 : options.console);
  const { serveStdio, StdioServerTransport } = await import('@modelcontextprotocol/server/stdio');
  const early = takeOver();
  serveStdio(product.build, {
    ...(early ? { transport: new StdioServerTransport(early.stdin, early.stdout) } : {}),
    onerror: (error) => say(`mcp: ${error.message}`),
  });
}

async function http(options: Options): Promise<void> {
  const ground = await groundOf(options);
  const { config } = ground;
  const posting = liveFetch();
  const product = productOn(ground, options, posting.fetch);
  const { host } = config.http;
  const loopback = isLoopback(host);
  if (config.callers.size === 0 && (product.live || !loopback)) {
    throw new ConfigError(
      `${product.live ? 'a live connection' : `an address beyond loopback (${host})`} over HTTP needs caller tokens: set callers in the configuration, or IOT_OPS_CALLERS_FILE with lines "name: token"`,
    );
  }
  const { makeWeb } = await import('./web/app.ts');
  const { listen } = await import('./web/listen.ts');
  const played = product.sandbox && !product.live && loopback;
  const door = played ? await secondDoorOf(product) : undefined;
  const playsCarrier = played && product.connections.some((one) => one.name === sandboxListener.connection);
  const listeners = playsCarrier ? [...config.listeners, sandboxListener] : config.listeners;
  const { callbackDoor } = await import('./web/callbacks.ts');
  const hear = (connection: string, hint: Parameters<Product['hint']>[1]): void => {
    product.hint(connection, hint).catch((error: unknown) => say(`a callback could not be followed: ${String(error)}`));
  };
  const people = await consoleOf(ground, product);
  const web = makeWeb({
    build: product.build,
    console: people.door,
    callers: config.callers,
    allowedHosts: config.http.allowedHosts,
    allowedOrigins: config.http.allowedOrigins,
    secondDoor: door,
    callbacks: listeners.length > 0 ? callbackDoor(listeners, hear) : undefined,
  });
  const listening = await listen(web.fetch, host, options.port ?? 8383);
  const address = `${listening.url}/mcp`;
  const auth = config.callers.size > 0 ? ', "headers": { "Authorization": "Bearer <caller token>" }' : '';
  say(`iot-ops-mcp ${version} serves MCP at ${address}`);
  say(
    product.connections.every((one) => one.sandbox)
      ? 'This is the SANDBOX: invented devices, nothing real changes.'
      : `Connections: ${product.connections.map((one) => one.name).join(', ')}`,
  );
  say('Client configuration:');
  say(`  { "mcpServers": { "iot-ops": { "type": "http", "url": "${address}"${auth} } } }`);
  say(`  claude mcp add --transport http iot-ops ${address}`);
  if (playsCarrier && postsTo(Number(new URL(listening.url).port))) {
    const { connection, username, password } = sandboxListener;
    say(`Its carrier calls back to ${listening.url}/callbacks/${connection} once that is registered, with ${username} / ${password}`);
  }
  await people.announce(config.http.publicUrl ?? listening.url);
  onEnd(async () => {
    await listening.close();
    await web.close();
    await product.close();
    await posting.close();
  });
}

/** The console of this process, and how its address and first link are said. */
async function consoleOf({ config, clock, store }: Ground, product: Product) {
  const [{ consoleDoor }, { makeDesk }, { makeProof }, { makeLinks, sayAddress }] = await Promise.all([
    import('./web/console/door.ts'),
    import('./approvers/approval.ts'),
    import('./approvers/approver.ts'),
    import('./approvers/link.ts'),
  ]);
  const links = makeLinks({ store, clock, random: randomBytes });
  const door = consoleDoor({
    store,
    desk: makeDesk({ store, clock }),
    proof: makeProof({ approvers: config.approvers, store, clock }),
    links,
    stop: stopSwitch(config.stateDir),
    clock,
    random: randomBytes,
    people: config.approvers.length > 0,
    allowedHosts: config.http.allowedHosts,
    publicUrl: config.http.publicUrl,
    approved: (id) => void product.takeUp(id),
    redact: product.redact,
    say,
  });
  const announce = async (url: string): Promise<void> => {
    await sayAddress(store, url);
    say(`Console: ${url}/console/link/${await links.make()} (opens once, within 10 minutes)`);
  };
  return { door, announce };
}

/** Over stdio: on a port of this machine, until the host leaves. A port that is taken is said and costs nobody the server. */
async function consoleBeside(ground: Ground, product: Product, port: number): Promise<void> {
  const { listen } = await import('./web/listen.ts');
  const { door, announce } = await consoleOf(ground, product);
  try {
    const listening = await listen(door.fetch, '127.0.0.1', port);
    process.stdin.once('close', () => void listening.close());
    await announce(listening.url);
  } catch (error) {
    say(`the console cannot listen: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function secondDoorOf(product: Product) {
  const { secondDoor } = await import('./sandbox/second-door.ts');
  const sandbox = product.sandbox;
  let door: Promise<(request: Request) => Promise<Response>> | undefined;
  return async (request: Request): Promise<Response> => {
    door ??= sandbox ? sandbox().then(({ world }) => secondDoor(world)) : undefined;
    return door ? (await door)(request) : Response.json({ error: 'no sandbox' }, { status: 404 });
  };
}

async function sandbox(options: Pick<Options, 'fleet' | 'seed' | 'clock' | 'port'>): Promise<void> {
  const { deliverHere, makeSandbox, sandboxCredentials } = await import('./sandbox/index.ts');
  const { portHandler } = await import('./sandbox/port.ts');
  const { Cut } = await import('./sandbox/faults.ts');
  const { listen } = await import('./web/listen.ts');
  const posting = liveFetch();
  const deliver = deliverHere(posting.fetch);
  const { world } = makeSandbox({ clock: clockOf(options), fleet: options.fleet, seed: options.seed, deliver });
  const listening = await listen(portHandler(world), '127.0.0.1', options.port ?? 8484, (error) => error instanceof Cut);
  const { thingpark, thingspace, iotx } = sandboxCredentials;
  say(`The sandbox of all three providers listens at ${listening.url}, under their real paths`);
  say(
    `ThingPark  OSS ${thingpark.oss.clientId} / ${thingpark.oss.clientSecret}; DX ${thingpark.dx.clientId} / ${thingpark.dx.clientSecret}`,
  );
  say(
    `ThingSpace ${thingspace.appKey} / ${thingspace.appSecret}; ${thingspace.username} / ${thingspace.password}; account ${thingspace.account}`,
  );
  say(`iot-x      access key ${iotx.accessKey}`);
  say(`Second door: ${listening.url}/_sandbox/{state,happen,faults,clock}`);
  onEnd(async () => {
    await listening.close();
    await posting.close();
  });
}

async function printTools(options: Options): Promise<void> {
  const product = productOn(await groundOf(options), options);
  const { listing } = await import('./tools/register.ts');
  for (const tool of product.tools) {
    const { annotations } = listing(tool);
    process.stdout.write(
      `${tool.name.padEnd(26)} ${tool.toolset.padEnd(11)} ${annotations?.readOnlyHint ? 'read  ' : annotations?.destructiveHint ? 'CHANGE' : 'change'}  ${tool.title}\n`,
    );
  }
}

async function unlock(name: string, options: Flags): Promise<void> {
  const config = readConfig(options, process.env);
  const settings = config.connections.find((one) => one.name === name);
  if (settings?.provider !== 'thingspace') {
    const names = config.connections.filter((one) => one.provider === 'thingspace').map((one) => one.name);
    throw new ConfigError(`there is no ThingSpace connection ${name}; there are: ${names.join(', ') || 'none'}`);
  }
  say(
    (await latchOf(settings, config.stateDir).clear())
      ? `${name}: the login latch is cleared; the next call logs in once.`
      : `${name}: the login latch was open already.`,
  );
}

function stop(why: string[], options: Flags): void {
  const reason = why.join(' ') || 'stopped from the command line';
  const { stateDir } = readConfig(options, process.env);
  stopSwitch(stateDir).stop(reason);
  say(
    `All changes are stopped for every server on ${stateDir}: nothing starts, what is queued stops, what was sent is followed to its end. "iot-ops-mcp go" lets them run again.`,
  );
}

function go(options: Flags): void {
  const { stateDir } = readConfig(options, process.env);
  say(stopSwitch(stateDir).go() ? 'Changes may run again.' : 'Changes were not stopped.');
}

/** The record of the state directory; undefined where no change was ever kept. */
async function recordOf(options: Flags) {
  const { stateDir } = readConfig(options, process.env);
  const path = join(stateDir, 'changes.db');
  if (!existsSync(path)) throw new ConfigError(`there is no record at ${path}; name the state directory of the servers with --state`);
  const { sqliteStore } = await import('./store/sqlite.ts');
  return sqliteStore(path);
}

async function auditVerify(options: Flags & { head?: string; heads?: string }): Promise<void> {
  const [{ verifyAudit }, { headsIn }] = await Promise.all([import('./store/audit.ts'), import('./store/heads.ts')]);
  const noted = [...(options.head === undefined ? [] : [options.head]), ...(options.heads === undefined ? [] : headsIn(options.heads))];
  const store = await recordOf(options);
  const { lines, head, broken, lost } = verifyAudit(store.audit(), noted);
  store.close();
  process.stdout.write(`${lines} lines as they were written, head ${head}\n`);
  if (broken !== undefined) throw new ConfigError(`the record is broken at line ${broken}: it was changed, or lines are missing`);
  if (lost !== undefined) throw new ConfigError(`the head ${lost} is not in the record: its tail was cut, or it is another record`);
}

async function auditExport(options: Flags & { format: string }): Promise<void> {
  const { asCsv, asJsonLines } = await import('./store/audit.ts');
  const store = await recordOf(options);
  for (const line of (options.format === 'csv' ? asCsv : asJsonLines)(store.audit())) process.stdout.write(`${line}\n`);
  store.close();
}

async function policyCheck(path: string | undefined, options: Flags): Promise<void> {
  const { policyDoubts, policyLines } = await import('./changes/rules/report.ts');
  const config = readConfig(options, process.env);
  const file = path ?? config.policyFile;
  const book = policyFile(file)();
  if (book.problem !== undefined) throw new ConfigError(`the policy ${file} cannot be read, every change is denied:\n${book.problem}`);
  for (const line of policyLines(book)) process.stdout.write(`${line}\n`);
  const known = { connections: config.connections.map(({ name }) => name), callers: [...config.callers.keys()] };
  for (const doubt of policyDoubts(book, known)) say(doubt);
}

async function policyTest(
  tool: string,
  input: string,
  { caller, at, ...options }: Options & { caller: string; at?: number },
): Promise<void> {
  const config = readConfig(options, process.env);
  // Kept in memory and taken up by nobody: a rehearsal leaves no trace.
  const product = makeProduct({
    config,
    clock: clockOf(options),
    only: options.connection ?? [],
    fleet: options.fleet,
    seed: options.seed,
    repeatable: options.clock !== undefined,
  });
  sayUnreadable(config);
  try {
    for (const line of await product.rehearse(tool, inputOf(input), { caller, at })) process.stdout.write(`${line}\n`);
  } finally {
    await product.close();
  }
}

function inputOf(text: string): Record<string, unknown> {
  const example = `Example: '{ "sims": [{ "iccid": "89148000000077000037" }] }'`;
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { ...value };
  } catch {}
  throw new ConfigError(`the input is a JSON object. ${example}`);
}

async function approvals(options: Flags): Promise<void> {
  const { approvalsText } = await import('./approvers/commands.ts');
  const store = await recordOf(options);
  process.stdout.write(`${await approvalsText({ store, clock: systemClock })}\n`);
  store.close();
}

async function decideAt(verb: 'approve' | 'reject', id: string, options: Flags & { as?: string; why?: string }): Promise<void> {
  const [{ decide }, { openTerminal }] = await Promise.all([import('./approvers/commands.ts'), import('./approvers/terminal.ts')]);
  const terminal = openTerminal(process.stdin, process.stderr);
  const { approvers } = readConfig(options, process.env);
  const store = await recordOf(options);
  try {
    await decide({ store, clock: systemClock, approvers }, terminal, { verb, id, as: options.as, why: options.why });
  } finally {
    store.close();
  }
}

async function approver(name: string, { totp = false }: { totp?: boolean }): Promise<void> {
  const [{ newApprover }, { openTerminal }] = await Promise.all([import('./approvers/commands.ts'), import('./approvers/terminal.ts')]);
  const line = await newApprover(name, totp, () => openTerminal(process.stdin, process.stderr), randomBytes);
  say('For "approvers" in the configuration, or for the JSON file that IOT_OPS_APPROVERS_FILE names:');
  process.stdout.write(`${line}\n`);
}

async function consoleLink(options: Flags): Promise<void> {
  const { heardAddress, makeLinks } = await import('./approvers/link.ts');
  const { http, stateDir } = readConfig(options, process.env);
  const store = await recordOf(options);
  try {
    const url = http.publicUrl ?? (await heardAddress(store));
    if (url === undefined)
      throw new ConfigError(`no server on ${stateDir} has opened a console; start "iot-ops-mcp http", or stdio with --console`);
    process.stdout.write(`${url}/console/link/${await makeLinks({ store, clock: systemClock, random: randomBytes }).make()}\n`);
  } finally {
    store.close();
  }
}

function onEnd(close: () => Promise<void>): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      ending = true;
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

const program = new Command('iot-ops-mcp')
  .description('An MCP server for IoT fleets on ThingPark, ThingSpace and iot-x. Without configuration it runs on its embedded sandbox.')
  .version(version)
  .allowExcessArguments(false)
  .configureOutput({ writeErr: (text) => process.stderr.write(text) });

common(program.command('stdio', { isDefault: true }).description('serve MCP over stdin and stdout'))
  .addOption(
    new Option('--console [port]', 'also open the web console on this machine; any free port unless said').argParser(integer(0, 65_535)),
  )
  .action(stdio);
common(program.command('http').description('serve MCP over Streamable HTTP'))
  .addOption(port(8383))
  .addOption(new Option('--host <address>', 'address to bind; loopback unless said'))
  .action(http);
program
  .command('sandbox')
  .description('serve the sandbox of all three providers under their real paths')
  .addOption(port(8484))
  .addOption(sandboxFleet())
  .addOption(sandboxSeed())
  .addOption(sandboxClock())
  .action(sandbox);
common(program.command('tools').description('print the tool surface')).action(printTools);
program
  .command('unlock <connection>')
  .description('clear the login latch of a ThingSpace connection')
  .addOption(new Option('--config <file>', 'JSON configuration'))
  .action(unlock);

const configOption = (): Option => new Option('--config <file>', 'JSON configuration');
const stateOption = (): Option => new Option('--state <dir>', 'the state directory of the servers');
program
  .command('stop [why...]')
  .description('kill switch: stop all changes of every server on the state directory')
  .addOption(configOption())
  .addOption(stateOption())
  .action(stop);
program.command('go').description('let changes run again after stop').addOption(configOption()).addOption(stateOption()).action(go);

const policy = program.command('policy').description('the rules for changes');
policy
  .command('check [file]')
  .description('print the policy in words; exit 1 and all problems when it cannot be read')
  .addOption(configOption())
  .addOption(policyOption())
  .action(policyCheck);
common(policy.command('test <tool> <input>').description('print what the policy says of a tool call, which is planned but never sent'))
  .addOption(new Option('--caller <name>', 'who would ask').default('local'))
  .addOption(new Option('--at <ISO>', 'when it would be asked; now unless said').argParser(instantOption))
  .action(policyTest);

program
  .command('approvals')
  .description('what waits for named people')
  .addOption(configOption())
  .addOption(stateOption())
  .action(approvals);
const asOption = (): Option => new Option('--as <name>', 'your name as an approver; asked for when absent');
program
  .command('approve <id>')
  .description('show a waiting change, ask for your PIN or code at the terminal, approve it')
  .addOption(asOption())
  .addOption(configOption())
  .addOption(stateOption())
  .action((id: string, options: Flags & { as?: string }) => decideAt('approve', id, options));
program
  .command('reject <id>')
  .description('the same for a no: nothing is sent')
  .addOption(new Option('--why <reason>', 'said to whoever asked'))
  .addOption(asOption())
  .addOption(configOption())
  .addOption(stateOption())
  .action((id: string, options: Flags & { as?: string; why?: string }) => decideAt('reject', id, options));
program
  .command('approver <name>')
  .description('make an approver: asks for a PIN and prints its line for the configuration')
  .addOption(new Option('--totp', 'print a new secret for an authenticator app instead'))
  .action(approver);
program
  .command('console')
  .description('print a fresh link into the console of the servers on the state directory')
  .addOption(configOption())
  .addOption(stateOption())
  .action(consoleLink);

const audit = program.command('audit').description('the record of every change on the state directory');
audit
  .command('verify')
  .description('follow its chain of hashes from the first line and print the head')
  .addOption(new Option('--head <hash>', 'a head noted earlier, which must still be in it').argParser(hashOption))
  .addOption(new Option('--heads <file>', 'heads that the servers noted (headsFile), which must all be in it'))
  .addOption(configOption())
  .addOption(stateOption())
  .action(auditVerify);
audit
  .command('export')
  .description('print it')
  .addOption(new Option('--format <format>', 'JSON Lines, or CSV with a line per target').choices(['jsonl', 'csv']).default('jsonl'))
  .addOption(configOption())
  .addOption(stateOption())
  .action(auditExport);

try {
  await program.parseAsync();
} catch (error) {
  const next = error instanceof CallError ? `. ${error.next}` : '';
  if (error instanceof ConfigError || error instanceof CallError || (error instanceof Error && 'code' in error))
    say(`iot-ops-mcp: ${error.message}${next}`);
  else say(`iot-ops-mcp: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
}
