import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { startCommand } from '../../src/commands/init.ts';
import { hostConfigurations, hostNames } from '../../src/setup/hosts.ts';

const textOf = (at: Parameters<typeof hostConfigurations>[0], host: string): string =>
  hostConfigurations(at).find((one) => one.host === host)?.text ?? '';

describe('configurations of clients', () => {
  const started = { command: '/opt/node 24/bin/node', args: ['/opt/iot-ops-mcp.mjs', 'stdio', '--config', "/home/o'neil/config.json"] };
  const served = { url: 'https://iot-ops.example.com/mcp', tokenVariable: 'IOT_OPS_TOKEN' };

  it('every client has one for a server that it starts and one for an address', () => {
    for (const at of [started, served]) expect(hostConfigurations(at).map(({ host }) => host)).toEqual([...hostNames]);
  });

  it('JSON can be parsed and holds command and arguments as they are', () => {
    for (const host of ['Claude Desktop', 'Cursor', 'Gemini CLI'])
      expect(JSON.parse(textOf(started, host))).toEqual({ mcpServers: { 'iot-ops': started } });
    expect(JSON.parse(textOf(started, 'VS Code'))).toEqual({ servers: { 'iot-ops': { type: 'stdio', ...started } } });
  });

  it('a shell gives the words back as they were', () => {
    const command = textOf(started, 'Claude Code');
    const words = execFileSync('sh', ['-c', `claude() { printf '%s\\n' "$@"; }; ${command}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    expect(words).toEqual(['mcp', 'add', 'iot-ops', '--', started.command, ...started.args]);
  });

  it('TOML strings are those of JSON', () => {
    expect(textOf(started, 'Codex')).toBe(
      `[mcp_servers.iot-ops]\ncommand = "/opt/node 24/bin/node"\nargs = ["/opt/iot-ops-mcp.mjs", "stdio", "--config", "/home/o'neil/config.json"]`,
    );
  });

  it('a token is named by its variable, and its place is the one of each client', () => {
    const places = Object.fromEntries(hostNames.map((host) => [host, textOf(served, host)]));
    expect(places['Claude Code']).toBe(
      'claude mcp add --transport http iot-ops https://iot-ops.example.com/mcp --header "Authorization: Bearer $IOT_OPS_TOKEN"',
    );
    expect(places['VS Code']).toContain(`"Authorization": "Bearer \${input:token}"`);
    expect(places['Cursor']).toContain(`"Authorization": "Bearer \${env:IOT_OPS_TOKEN}"`);
    expect(places['Codex']).toContain('bearer_token_env_var = "IOT_OPS_TOKEN"');
    expect(JSON.parse(places['Gemini CLI'] ?? '')).toEqual({
      mcpServers: { 'iot-ops': { httpUrl: served.url, headers: { Authorization: `Bearer \${IOT_OPS_TOKEN}` } } },
    });
  });

  it('without a token no header is sent', () => {
    for (const { text } of hostConfigurations({ url: 'http://127.0.0.1:8383/mcp' })) expect(text).not.toMatch(/Bearer|inputs|undefined/);
  });
});

describe('how a client starts the program', () => {
  it('by this Node and file, or again by npx', () => {
    expect(startCommand('/opt/iot-ops-mcp/dist/iot-ops-mcp.mjs', '/usr/bin/node')).toEqual({
      command: '/usr/bin/node',
      args: ['/opt/iot-ops-mcp/dist/iot-ops-mcp.mjs'],
    });
    expect(startCommand('/home/jo/.npm/_npx/0a1b/node_modules/iot-ops-mcp/dist/iot-ops-mcp.mjs', '/usr/bin/node')).toEqual({
      command: 'npx',
      args: ['-y', expect.stringMatching(/^iot-ops-mcp@\d+\.\d+\.\d+$/)],
    });
  });
});
