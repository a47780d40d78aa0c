/** How clients of other makers are told about the server: file, format and text of each. docs/clients.md is printed from it. */

/** A server that the client starts, or one that runs at an address. */
export type Reached =
  | { command: string; args: readonly string[] }
  /** `tokenVariable`: the environment variable that holds the caller token, where the server wants one. */
  | { url: string; tokenVariable?: string };

export interface HostConfiguration {
  host: HostName;
  /** The file, or where else it is typed. */
  where: string;
  language: 'json' | 'toml' | 'sh';
  text: string;
}

/** The clients of people. */
export const hostNames = ['Claude Desktop', 'Claude Code', 'VS Code', 'Cursor', 'Codex', 'Gemini CLI'] as const;
export type HostName = (typeof hostNames)[number];

/** The name of the server in the client. */
const name = 'iot-ops';

const isStarted = (at: Reached): at is Extract<Reached, { command: string }> => 'command' in at;

/** The configuration of every client. */
export function hostConfigurations(at: Reached): HostConfiguration[] {
  return hostNames.map((host) => ({ host, ...makers[host](at) }));
}

const makers: Record<HostName, (at: Reached) => Omit<HostConfiguration, 'host'>> = {
  'Claude Desktop': (at) =>
    isStarted(at)
      ? json('Settings, Developer, Edit Config: `claude_desktop_config.json`', { mcpServers: { [name]: started(at) } })
      : json('`claude_desktop_config.json`, through a bridge; no question passes it', {
          mcpServers: { [name]: { command: 'npx', args: bridgeArgs(at) } },
        }),
  'Claude Code': (at) => ({
    where: 'a terminal',
    language: 'sh',
    text: isStarted(at)
      ? `claude mcp add ${name} -- ${[at.command, ...at.args].map(quoted).join(' ')}`
      : [
          `claude mcp add --transport http ${name} ${at.url}`,
          ...(at.tokenVariable ? [`--header "Authorization: Bearer $${at.tokenVariable}"`] : []),
        ].join(' '),
  }),
  'VS Code': (at) =>
    json(
      '`.vscode/mcp.json`',
      isStarted(at)
        ? { servers: { [name]: { type: 'stdio', ...started(at) } } }
        : {
            ...(at.tokenVariable ? { inputs: [{ type: 'promptString', id: 'token', description: 'Caller token', password: true }] } : {}),
            servers: { [name]: { type: 'http', url: at.url, ...authorized(at, `\${input:token}`) } },
          },
    ),
  Cursor: (at) =>
    json('`~/.cursor/mcp.json`', {
      mcpServers: { [name]: isStarted(at) ? started(at) : { url: at.url, ...authorized(at, `\${env:${at.tokenVariable}}`) } },
    }),
  Codex: (at) => ({
    where: '`~/.codex/config.toml`',
    language: 'toml',
    text: [
      `[mcp_servers.${name}]`,
      ...(isStarted(at)
        ? [`command = ${JSON.stringify(at.command)}`, `args = [${at.args.map((arg) => JSON.stringify(arg)).join(', ')}]`]
        : [`url = ${JSON.stringify(at.url)}`, ...(at.tokenVariable ? [`bearer_token_env_var = ${JSON.stringify(at.tokenVariable)}`] : [])]),
    ].join('\n'),
  }),
  'Gemini CLI': (at) =>
    json('`~/.gemini/settings.json`', {
      mcpServers: { [name]: isStarted(at) ? started(at) : { httpUrl: at.url, ...authorized(at, `\${${at.tokenVariable}}`) } },
    }),
};

const started = ({ command, args }: { command: string; args: readonly string[] }) => ({ command, args });

const bridgeArgs = ({ url, tokenVariable }: { url: string; tokenVariable?: string }): string[] => [
  '-y',
  'mcp-remote',
  url,
  ...(tokenVariable ? ['--header', `Authorization: Bearer \${${tokenVariable}}`] : []),
];

const authorized = ({ tokenVariable }: { tokenVariable?: string }, value: string): { headers?: Record<string, string> } =>
  tokenVariable === undefined ? {} : { headers: { Authorization: `Bearer ${value}` } };

/** A list of texts stands on one line. */
const json = (where: string, value: unknown): Omit<HostConfiguration, 'host'> => ({
  where,
  language: 'json',
  text: JSON.stringify(value, null, 2).replace(/\[\n\s+("[^[\]{}]*")\n\s*\]/g, (_, items: string) => `[${items.replace(/,\n\s+/g, ', ')}]`),
});

/** A word of a POSIX shell. */
const quoted = (word: string): string => (/^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
