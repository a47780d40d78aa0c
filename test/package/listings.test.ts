/** The files for hosts and registries: valid, of one version, naming known settings, and started as a host starts them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, it, onTestFinished } from 'vitest';

import { dockerfile } from '../../scripts/listings/dockerfile.ts';
import { facts } from '../../scripts/listings/facts.ts';
import { installLinks } from '../../scripts/listings/hosts.ts';
import { mcpb, mcpbManifest } from '../../scripts/listings/mcpb.ts';
import { ServerJson } from '../../scripts/listings/schemas.ts';
import { hostSettings } from '../../scripts/listings/settings.ts';
import { unzip, zip } from '../../scripts/listings/zip.ts';
import { variablesOf } from '../../src/environment-variables.ts';
import { providers } from '../../src/providers/index.ts';
import { root, temporaryFolder } from '../bin/processes.ts';

interface Start {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const json = <T>(path: string): T => JSON.parse(read(path)) as T;
const manifest = json<{ version: string; mcpName: string }>('package.json');
const plugin = json<{ version: string; userConfig: Record<string, unknown>; mcpServers: Record<string, Start> }>(
  '.claude-plugin/plugin.json',
);
const gemini = json<{ version: string; mcpServers: Record<string, Start>; contextFileName: string; settings: { envVar: string }[] }>(
  'gemini-extension.json',
);

/** Starts a server as a host would and gives its name and version, the number of tools and the first line of a read. */
async function firstAnswers(command: string, args: string[], cwd: string, env: Record<string, string>) {
  const client = new Client({ name: 'host', version: '1' });
  onTestFinished(() => client.close());
  await client.connect(
    new StdioClientTransport({ command, args, cwd, env: { PATH: dirname(process.execPath), HOME: cwd, ...env }, stderr: 'ignore' }),
  );
  const { tools } = await client.listTools();
  const result = await client.callTool({ name: 'list_devices', arguments: { limit: 1 } });
  const [first] = result.content as { text: string }[];
  return { server: client.getServerVersion(), tools: tools.length, text: first?.text ?? '', isError: result.isError ?? false };
}

/** The archive's files in a folder of their own. */
function unpacked(archive: Buffer): string {
  const folder = temporaryFolder();
  for (const { path, data } of unzip(archive)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), data);
  }
  return folder;
}

describe('listings', () => {
  it('all listings name the version and the name of package.json', () => {
    const server = ServerJson.parse(json('server.json'));
    expect([server.version, server.packages[0]?.version, plugin.version, gemini.version, mcpbManifest().version]).toEqual(
      Array.from({ length: 5 }, () => manifest.version),
    );
    expect([server.name, /server\.name="([^"]+)"/.exec(read('Dockerfile'))?.[1]]).toEqual([manifest.mcpName, manifest.mcpName]);
    const starts = [plugin.mcpServers['iot-ops'], gemini.mcpServers['iot-ops']].map((one) => [one?.command, one?.args]);
    expect(starts).toEqual(Array.from({ length: 2 }, () => ['npx', ['-y', `iot-ops-mcp@${manifest.version}`, 'stdio']]));
  });

  it('a server.json with a long description, a version range or an unknown member is refused', () => {
    const server = json<Record<string, unknown>>('server.json');
    expect(ServerJson.safeParse({ ...server, description: 'x'.repeat(101) }).success).toBe(false);
    expect(ServerJson.safeParse({ ...server, version: '^0.1.0' }).success).toBe(false);
    expect(ServerJson.safeParse({ ...server, remote: [] }).success).toBe(false);
  });

  it('every setting that a host asks for is a variable of the program, and every variable of a provider is asked for', () => {
    const known = variablesOf(providers);
    const asked = hostSettings.map(({ variable }) => variable);
    expect(asked.filter((name) => !known.includes(name))).toEqual([]);
    const own = providers.flatMap(({ variables }) => Object.keys(variables).map((name) => `IOT_OPS_${name}`));
    expect(own.filter((name) => !asked.includes(name))).toEqual([]);
    expect(gemini.settings.map(({ envVar }) => envVar)).toEqual(asked);
    expect(Object.keys(plugin.userConfig)).toEqual(hostSettings.map(({ key }) => key));
  });

  it('secrets are marked as such for every host, and nothing else is', () => {
    const secret = hostSettings.filter((one) => one.secret).map(({ variable }) => variable);
    expect(secret).toEqual([
      'IOT_OPS_THINGPARK_OSS_CLIENT_SECRET',
      'IOT_OPS_THINGPARK_DX_CLIENT_SECRET',
      'IOT_OPS_THINGSPACE_APP_KEY',
      'IOT_OPS_THINGSPACE_APP_SECRET',
      'IOT_OPS_THINGSPACE_PASSWORD',
      'IOT_OPS_IOTX_ACCESS_KEY',
    ]);
    const [npm] = ServerJson.parse(json('server.json')).packages;
    expect(npm?.environmentVariables.filter((one) => one.isSecret).map(({ name }) => name)).toEqual(secret);
    const fields = Object.entries(mcpbManifest().user_config).filter(([, field]) => field.sensitive);
    expect(fields.map(([key]) => `IOT_OPS_${key.toUpperCase()}`)).toEqual(secret);
  });

  it('the links of docs/install.md carry the command of the published package', () => {
    const page = read('docs/install.md');
    expect(page).toContain(installLinks());
    const [vscode = '', cursor = ''] = [...page.matchAll(/\]\((https:[^)]*config=[^)]*)\)/g)].map(
      ([, url]) => new URL(url ?? '').searchParams.get('config') ?? '',
    );
    const start = { command: 'npx', args: ['-y', `iot-ops-mcp@${manifest.version}`, 'stdio'] };
    expect(JSON.parse(vscode)).toEqual(start);
    expect(JSON.parse(Buffer.from(cursor, 'base64').toString())).toEqual(start);
  });

  it('the Claude Code plugin starts on the sandbox while none of its fields is filled in', { timeout: 30_000 }, async () => {
    const env = plugin.mcpServers['iot-ops']?.env ?? {};
    expect(env['IOT_OPS_IOTX_ACCESS_KEY']).toBe('$' + '{user_config.iotx_access_key}');
    const answers = await firstAnswers(process.execPath, [join(root, 'dist/iot-ops-mcp.mjs'), 'stdio'], temporaryFolder(), env);
    expect(answers).toMatchObject({ server: { version: manifest.version }, isError: false });
    expect(read(gemini.contextFileName)).toContain('apply_change');
  });
});

describe('the MCP bundle', () => {
  it('the packed bundle starts with plain Node from its own folder and answers on the sandbox', { timeout: 60_000 }, async () => {
    const folder = unpacked(mcpb(root));
    const { server } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ReturnType<typeof mcpbManifest>;
    const args = server.mcp_config.args.map((arg) => arg.replace('$' + '{__dirname}', folder));
    const empty = Object.fromEntries(Object.keys(server.mcp_config.env).map((name) => [name, '']));
    const answers = await firstAnswers(process.execPath, args, folder, empty);
    expect(answers).toMatchObject({ server: { name: 'iot-ops-mcp', version: manifest.version }, isError: false });
    expect(answers.tools).toBeGreaterThan(30);
    expect(answers.text).toContain('240');
    for (const path of ['icon.png', 'LICENSE', 'THIRD-PARTY-NOTICES.txt'])
      expect(readFileSync(join(folder, path)).length).toBeGreaterThan(1000);
  });

  it('the same build packs to the same bytes, and a damaged archive is noticed', () => {
    const archive = zip([{ path: 'a/b.txt', data: Buffer.from('hello '.repeat(50)) }]);
    expect(unzip(archive).map(({ path, data }) => [path, data.toString()])).toEqual([['a/b.txt', 'hello '.repeat(50)]]);
    const sum = archive.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 16;
    archive.writeUInt32LE(1, sum);
    expect(() => unzip(archive)).toThrow('a/b.txt is damaged');
    expect(mcpb(root).equals(mcpb(root))).toBe(true);
  });
});

describe('the Dockerfile', () => {
  /** Faults of a Dockerfile that run-time users would meet. */
  function faults(text: string): string[] {
    const lines = text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const found: string[] = [];
    const stages = lines.flatMap((line) => /^FROM \S+ AS (\S+)/.exec(line)?.[1] ?? []);
    const user = lines.filter((line) => line.startsWith('USER ')).at(-1);
    if (!user || /^USER (root|0)\b/.test(user)) found.push('runs as root');
    for (const line of lines) {
      if (/^FROM \S+:latest|^FROM [^\s:@]+(\s|$)/.test(line)) found.push(`no fixed version: ${line}`);
      if (line.startsWith('ADD ')) found.push(`ADD in place of COPY: ${line}`);
      const from = /--from=(\S+)/.exec(line)?.[1];
      if (from && !stages.includes(from)) found.push(`no stage ${from}`);
      if (/^(ENTRYPOINT|CMD) /.test(line) && !line.includes('[')) found.push(`needs a shell: ${line}`);
    }
    return found;
  }

  it('the image runs as a user without rights, without a shell, from fixed versions', () => {
    expect(faults(dockerfile())).toEqual([]);
    expect(read('Dockerfile')).toBe(dockerfile());
    expect(dockerfile()).toContain(`LABEL io.modelcontextprotocol.server.name="${facts.mcpName}"`);
  });

  it('the checks of the Dockerfile find what they are for', () => {
    expect(faults('FROM node\nADD . /app\nCOPY --from=biuld /a /b\nCMD node a.mjs\n')).toEqual([
      'runs as root',
      'no fixed version: FROM node',
      'ADD in place of COPY: ADD . /app',
      'no stage biuld',
      'needs a shell: CMD node a.mjs',
    ]);
  });
});
