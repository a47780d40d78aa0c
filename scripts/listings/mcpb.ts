/** The MCP bundle: a ZIP that a desktop host installs, with the built program and its manifest. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { iconShapes } from '../../src/server/icon.ts';
import { facts } from './facts.ts';
import { userEnvironment } from './hosts.ts';
import { iconPng } from './icon-png.ts';
import { McpbManifest } from './schemas.ts';
import { hostSettings } from './settings.ts';
import { zip } from './zip.ts';

const iconSize = 512;

/** Version 0.3 of the manifest, which all hosts take. */
export function mcpbManifest(): McpbManifest {
  return McpbManifest.parse({
    manifest_version: '0.3',
    name: facts.packageName,
    display_name: facts.title,
    version: facts.version,
    description: facts.summary,
    author: { name: facts.author },
    repository: { type: 'git', url: `${facts.repositoryUrl}.git` },
    homepage: facts.homepage,
    documentation: facts.homepage,
    support: facts.bugsUrl,
    license: facts.license,
    keywords: facts.keywords,
    icon: 'icon.png',
    server: {
      type: 'node',
      entry_point: 'server/iot-ops-mcp.mjs',
      // The host substitutes the folder.
      mcp_config: { command: 'node', args: [`\${__dirname}/server/iot-ops-mcp.mjs`, 'stdio'], env: userEnvironment },
    },
    tools_generated: true,
    prompts_generated: true,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: facts.node } },
    user_config: Object.fromEntries(
      hostSettings.map(({ key, title, description, secret, file }) => [
        key,
        { type: file ? 'file' : 'string', title, description, required: false, ...(secret ? { sensitive: true } : {}) },
      ]),
    ),
  });
}

/** Packs what is built in `dist` below `root`. */
export function mcpb(root: string): Buffer {
  const dist = join(root, 'dist');
  const licences = ['LICENSE', 'dist/THIRD-PARTY-NOTICES.txt'].map((path) => ({
    path: path.replace('dist/', ''),
    data: readFileSync(join(root, path)),
  }));
  const program = readdirSync(dist)
    .filter((name) => name !== 'THIRD-PARTY-NOTICES.txt')
    .sort()
    .map((name) => ({ path: `server/${name}`, data: readFileSync(join(dist, name)) }));
  return zip([
    { path: 'manifest.json', data: Buffer.from(`${JSON.stringify(mcpbManifest(), null, 2)}\n`) },
    { path: 'icon.png', data: iconPng(iconShapes, iconSize) },
    ...licences,
    ...program,
  ]);
}
