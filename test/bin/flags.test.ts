import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';

import { root, runCommand, startServer, startStdioServer, temporaryFile } from './processes.ts';

const verizon = {
  name: 'fleet-us',
  provider: 'thingspace',
  appKey: 'planted-app-key',
  appSecret: 'planted-app-secret',
  username: 'user-1',
  password: 'planted-password',
};

test('--help lists the commands and --version prints the version', async () => {
  const help = await runCommand(['--help']);
  expect(help.code).toBe(0);
  for (const command of ['stdio', 'http', 'sandbox', 'tools', 'unlock'])
    expect(help.out).toMatch(new RegExp(`^ {2}${command} \\[options\\]`, 'm'));
  const http = await runCommand(['http', '--help']);
  for (const flag of ['--port', '--host', '--config', '--toolsets', '--read-only', '--connection', '--fleet', '--seed', '--clock'])
    expect(http.out).toContain(flag);
  expect((await runCommand(['--version'])).out).toBe('0.1.0\n');
});

it.each<[string[], Record<string, string>, RegExp]>([
  [['--tolsets', 'fleet'], {}, /unknown option '--tolsets'\n\(Did you mean --toolsets\?\)/],
  [['serve'], {}, /too many arguments|unknown command/],
  [['tools', '--toolsets', 'fleeet'], {}, /unknown toolset "fleeet", nearest is fleet/],
  [['tools', '--fleet', '11'], {}, /--fleet.* '11' is invalid\. a whole number from 12 to 100000\./],
  [['tools', '--fleet', '100001'], {}, /a whole number from 12 to 100000\./],
  [['tools', '--fleet', '1e3'], {}, /a whole number from 12 to 100000\./],
  [['tools', '--seed', '-1'], {}, /--seed/],
  [['tools', '--clock', 'nonsense'], {}, /'nonsense' is invalid\. an ISO 8601 instant such as 2026-11-22T08:00:00Z\./],
  [['tools', '--clock', '2026-11-22'], {}, /an ISO 8601 instant/],
  [['http', '--port', '70000'], {}, /a whole number from 0 to 65535\./],
  [['tools', '--connection', 'sandbox-thingprk'], {}, /there is no connection sandbox-thingprk, nearest is sandbox-thingpark/],
  [['tools', '--config', '/nowhere.json'], {}, /the configuration file \/nowhere\.json does not exist/],
  [['tools'], { IOT_OPS_TOOLSET: 'fleet' }, /unknown environment variable IOT_OPS_TOOLSET, nearest is IOT_OPS_TOOLSETS/],
  [['tools'], { IOT_OPS_THINGSPACE_APP_KEY: 'k-1' }, /connections\.thingspace\.appSecret: is missing \(IOT_OPS_THINGSPACE_APP_SECRET\)/],
  [['unlock', 'nobody'], {}, /there is no connection nobody with a login lockout; there are: none/],
  [['http', '--port', '0', '--host', '0.0.0.0'], {}, /an address beyond loopback \(0\.0\.0\.0\) over HTTP needs caller tokens/],
])('invalid arguments %j are refused in one line', async (args, env, words) => {
  const { code, out, err } = await runCommand(args, env);
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toMatch(words);
  expect(err).not.toMatch(/\n\s+at /);
});

test('the tools command lists tools, and --toolsets and --read-only reduce the list', async () => {
  const names = async (args: string[], env = {}): Promise<string[]> =>
    (await runCommand(['tools', ...args], env)).out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/\s+/, 3).join(' '));
  const all = await names([]);
  expect(all).toEqual(
    expect.arrayContaining([
      'list_devices fleet read',
      'add_lorawan_device thingpark change',
      'suspend_sim thingspace CHANGE',
      'toggle_product iotx CHANGE',
      'apply_change changes CHANGE',
      'change_operation operations CHANGE',
    ]),
  );
  expect(await names(['--toolsets', 'fleet'])).toEqual([
    'list_devices fleet read',
    'summarize_fleet fleet read',
    'find_device fleet read',
    'get_device fleet read',
    'get_traffic_history fleet read',
  ]);
  expect(await names([], { IOT_OPS_TOOLSETS: 'fleet' })).toHaveLength(5);
  const reads = all.filter((line) => line.endsWith(' read'));
  expect(await names(['--read-only'])).toEqual(reads);
  expect(reads.length).toBeLessThan(all.length);
  expect(await names(['--connection', 'sandbox-iotx'])).not.toContain('suspend_sim thingspace CHANGE');
});

test('http with a live connection and no callers does not start and shows no secret', async () => {
  const config = temporaryFile({ connections: [verizon] });
  const { code, err } = await runCommand(['http', '--port', '0', '--config', config]);
  expect(code).toBe(1);
  expect(err).toContain('a live connection over HTTP needs caller tokens: set callers in the configuration, or IOT_OPS_CALLERS_FILE');
  expect(err).not.toContain('planted');
});

test('http with a live connection and callers starts without the sandbox admin API', async () => {
  const config = temporaryFile({ connections: [verizon], callers: { ops: 'caller-token-of-ops-01' } });
  const { url, output, stop } = await startServer(['http', '--port', '0', '--config', config]);
  expect((await fetch(`${url}/_sandbox/state`)).status).toBe(404);
  expect((await fetch(`${url}/mcp`, { method: 'POST', body: '{}' })).status).toBe(401);
  expect(output.err).toContain('connection fleet-us is live');
  expect(output.err).not.toContain('SANDBOX');
  expect(output.err).not.toMatch(/planted|caller-token/);
  expect(await stop()).toBe(0);
});

test('http on the sandbox prints its URL, a client configuration, and that it is a sandbox', async () => {
  const { url, output, stop } = await startServer(['http', '--port', '0', '--fleet', '12', '--clock', '2026-11-22T08:00:00Z']);
  expect(output.out).toBe('');
  expect(output.err).toContain(`serves MCP at ${url}/mcp`);
  expect(output.err).toContain('This is the SANDBOX');
  expect(output.err).toContain(`{ "mcpServers": { "iot-ops": { "type": "http", "url": "${url}/mcp" } } }`);
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
  expect(await (await fetch(`${url}/_sandbox/state`)).json()).toMatchObject({ now: '2026-11-22T08:00:00.000Z', fleet: 12 });
  expect(await stop()).toBe(0);
});

test('a port in use is reported in one line', async () => {
  const { url } = await startServer(['http', '--port', '0']);
  const { code, err } = await runCommand(['http', '--port', new URL(url).port]);
  expect(code).toBe(1);
  expect(err).toMatch(/^iot-ops-mcp: .*EADDRINUSE.*\n$/);
});

test('stdio is the default command, keeps stdout to the protocol and exits with its host', async () => {
  const { hello, ask, output, leave } = await startStdioServer(['--fleet', '12']);
  expect(hello.serverInfo).toMatchObject({ name: 'iot-ops-mcp', version: '0.1.0' });
  expect(hello.instructions).toContain('SANDBOX');
  expect((await ask('tools/list')).result.tools.length).toBeGreaterThan(15);
  expect(await leave()).toBe(0);
  for (const line of output.out.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
});

test('--read-only is stated in the instructions, and change tools are not offered', async () => {
  const { hello, ask } = await startStdioServer(['--read-only', '--fleet', '12']);
  expect(hello.instructions).toContain('read-only');
  const refused = JSON.parse((await ask('tools/call', { name: 'suspend_sim', arguments: {} })).line);
  expect(refused.error.message).toContain('Tool suspend_sim is not offered: this server is read-only');
});

test('two runs with the same clock and seed print the same bytes', async () => {
  const story = async (seed: string): Promise<string[]> => {
    const { ask, call, leave } = await startStdioServer(['--clock', '2026-11-22T08:00:00Z', '--seed', seed, '--fleet', '24']);
    const planned = await call('suspend_sim', { sims: [{ iccid: '89148000000077000037' }] });
    const { id, confirm } = planned.result.structuredContent.change;
    const lines = [
      await ask('tools/list'),
      await call('list_devices', { limit: 50 }),
      await call('get_traffic_history', { device: '89148000000077000037' }),
      planned,
      await call('apply_change', { change: id, confirm }),
      await call('get_change', { change: id, waitSeconds: 50 }),
      await call('list_changes'),
    ].map((one) => one.line);
    await leave();
    return lines;
  };
  const [one, again, other] = await Promise.all([story('7'), story('7'), story('8')]);
  expect(again).toEqual(one);
  expect(other?.[1]).not.toBe(one?.[1]);
  expect(one?.[5]).toContain('"status":"applied"');
});

test('the built bin answers over stdio', async () => {
  const { hello, ask, leave } = await startStdioServer(['--fleet', '12'], {}, [builtBin()]);
  expect(hello.serverInfo.name).toBe('iot-ops-mcp');
  const names = (await ask('tools/list')).result.tools.map((tool: { name: string }) => tool.name);
  expect(names).toContain('list_devices');
  expect(await leave()).toBe(0);
}, 30_000);

/** Builds only when a source is newer than the bundle, because other tests may be running it. */
function builtBin(): string {
  const bin = join(root, 'dist/iot-ops-mcp.mjs');
  const built = statSync(bin, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const youngest = Math.max(...sources.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
  if (youngest > built) execFileSync(process.execPath, ['scripts/build.ts'], { cwd: root });
  return bin;
}
