/** The files of Claude Code, Gemini CLI and the MCP registry, and the links for VS Code and Cursor. */
import { facts } from './facts.ts';
import { hostSettings } from './settings.ts';

/** How a host starts the published package. */
export const start = { command: 'npx', args: ['-y', `${facts.packageName}@${facts.version}`, 'stdio'] };

/** JSON as the linter formats it: a list of texts stands on one line where it fits. */
function json(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(
    /^(.*)\[\n(\s+"[^\]{}]*")\n\s*\](,?)$/gm,
    (whole, before: string, items: string, comma: string) => {
      const line = `${before}[${items.trim().replace(/,\n\s+/g, ', ')}]${comma}`;
      return line.length <= 140 ? line : whole;
    },
  );
  return `${text}\n`;
}

const userSettings = Object.fromEntries(
  hostSettings.map(({ key, title, description, secret }) => [
    key,
    { type: 'string', title, description, ...(secret ? { sensitive: true } : {}), required: false },
  ]),
);

/** The environment of the server: each setting as the host substitutes it. An unset one arrives empty or as the placeholder itself. */
export const userEnvironment = Object.fromEntries(hostSettings.map(({ variable, key }) => [variable, `\${user_config.${key}}`]));

/** https://code.claude.com/docs/en/plugins-reference, checked 2026-11-27 with `claude plugin validate` 2.1.141. */
export function claudePlugin(): string {
  return json({
    name: facts.serverName,
    version: facts.version,
    description: facts.summary,
    author: { name: facts.author },
    homepage: facts.homepage,
    repository: facts.repositoryUrl,
    license: facts.license,
    keywords: facts.keywords,
    userConfig: userSettings,
    mcpServers: { [facts.serverName]: { ...start, env: userEnvironment } },
  });
}

export function claudeMarketplace(): string {
  return json({
    name: facts.packageName,
    owner: { name: facts.author },
    metadata: { description: facts.summary },
    plugins: [{ name: facts.serverName, source: './', description: facts.summary, version: facts.version, category: 'operations' }],
  });
}

/** https://geminicli.com/docs/extensions/reference, read 2026-11-27. */
export function geminiExtension(): string {
  return json({
    name: facts.packageName,
    version: facts.version,
    description: facts.summary,
    mcpServers: { [facts.serverName]: start },
    contextFileName: 'GEMINI.md',
    settings: hostSettings.map(({ variable, title, description, secret }) => ({
      name: title,
      description,
      envVar: variable,
      ...(secret ? { sensitive: true } : {}),
    })),
  });
}

/** The registry's schema of 2025-12-11. */
export function serverJson(): string {
  return json({
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: facts.mcpName,
    title: facts.title,
    description: facts.summary,
    version: facts.version,
    websiteUrl: facts.homepage,
    repository: { url: facts.repositoryUrl, source: 'github' },
    icons: [{ src: `${facts.repositoryUrl}/raw/HEAD/assets/icon.png`, mimeType: 'image/png', sizes: ['512x512'] }],
    packages: [
      {
        registryType: 'npm',
        registryBaseUrl: 'https://registry.npmjs.org',
        identifier: facts.packageName,
        version: facts.version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        packageArguments: [{ type: 'positional', value: 'stdio' }],
        environmentVariables: hostSettings.map(({ variable, description, secret, file }) => ({
          name: variable,
          description,
          isRequired: false,
          isSecret: secret,
          format: file ? 'filepath' : 'string',
        })),
      },
    ],
  });
}

/** The links that add the server to VS Code and to Cursor, on the sandbox, as a list. */
export function installLinks(): string {
  const vscode = `https://insiders.vscode.dev/redirect/mcp/install?name=${facts.serverName}&config=${encodeURIComponent(JSON.stringify(start))}`;
  const config = Buffer.from(JSON.stringify(start)).toString('base64');
  const cursor = `https://cursor.com/en/install-mcp?name=${facts.serverName}&config=${encodeURIComponent(config)}`;
  return [`- [Add to VS Code](${vscode})`, `- [Add to Cursor](${cursor})`].join('\n');
}
