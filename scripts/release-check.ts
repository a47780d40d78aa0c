/**
 * What can be proven of a release without network or accounts, and a list of what cannot. Exits with 1 when a check fails.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { facts, ownerIsSet } from './listings/facts.ts';
import { serverJson } from './listings/hosts.ts';
import { listings } from './listings/index.ts';
import { mcpb, mcpbManifest } from './listings/mcpb.ts';
import { ServerJson } from './listings/schemas.ts';
import { unzip } from './listings/zip.ts';
import { packageFaults, packTarball, runTarball } from './tarball.ts';

const root = resolve(import.meta.dirname, '..');

interface Check {
  what: string;
  /** The faults; none when it passes. */
  faults(folder: string): string[] | Promise<string[]>;
}

const checks: readonly Check[] = [
  {
    what: 'the owner of the repository is set',
    faults: () => (ownerIsSet ? [] : ['repositoryOwner in scripts/listings/facts.ts is a placeholder: set it, then run npm run docs']),
  },
  {
    what: 'the changelog has a dated section for this version',
    faults: () => (changelogIsDated() ? [] : [`CHANGELOG.md has no heading "## ${facts.version} - <yyyy-mm-dd>"`]),
  },
  {
    what: 'nothing is uncommitted',
    faults: () => git('status', '--porcelain').map((line) => `uncommitted: ${line}`),
  },
  {
    what: 'the tag of this version is free or on this commit',
    faults: () => git('tag', '--list', `v${facts.version}`, '--no-contains', 'HEAD').map((tag) => `${tag} is on another commit`),
  },
  {
    what: 'the files for hosts and registries follow from the facts',
    faults: () =>
      Object.entries(listings()).flatMap(([path, text]) => (readFileSync(path, 'utf8') === text ? [] : [`${path}: run npm run docs`])),
  },
  {
    what: 'server.json fits the schema of the registry',
    faults: () =>
      ServerJson.safeParse(JSON.parse(serverJson())).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [],
  },
  {
    what: 'the package is sound and runs alone',
    async faults(folder) {
      const packed = await packTarball(root, folder);
      const printed = await runTarball(packed, folder, ['--version']);
      const wrong = printed.trim() === facts.version ? [] : [`the tarball says it is version ${printed.trim()}`];
      return [...packageFaults(root, packed.files), ...wrong];
    },
  },
  {
    what: 'the MCP bundle is sound and runs alone',
    async faults(folder) {
      for (const { path, data } of unzip(mcpb(root))) {
        mkdirSync(dirname(join(folder, 'bundle', path)), { recursive: true });
        writeFileSync(join(folder, 'bundle', path), data);
      }
      const printed = execFileSync(process.execPath, [join(folder, 'bundle', mcpbManifest().server.entry_point), '--version'], {
        encoding: 'utf8',
      });
      return printed.trim() === facts.version ? [] : [`the bundle says it is version ${printed.trim()}`];
    },
  },
];

/** Needs network, accounts or other machines. */
const notChecked = [
  'that the name on npm is free or ours, and that npm knows the workflow as a trusted publisher',
  'that the namespace in the MCP registry belongs to the owner',
  'the checksum of mcp-publisher in the workflow, and the commits of its actions',
  'the program on macOS and Windows, and on other Node versions than this one: the workflow does',
  'the image of the Dockerfile',
  'the bundle in a host, the plugin in Claude Code, the extension in Gemini CLI, the links',
];

function changelogIsDated(): boolean {
  const heading = `## ${facts.version} - `;
  return readFileSync('CHANGELOG.md', 'utf8')
    .split('\n')
    .some((line) => line.startsWith(heading) && /^\d{4}-\d{2}-\d{2}$/.test(line.slice(heading.length)));
}

/** The lines that a git command prints. */
function git(...args: string[]): string[] {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
}

const folder = mkdtempSync(join(tmpdir(), 'release-'));
try {
  for (const { what, faults } of checks) {
    const found = await faults(folder);
    process.stdout.write(`${found.length === 0 ? 'ok  ' : 'FAIL'} ${what}\n${found.map((fault) => `     ${fault}\n`).join('')}`);
    if (found.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`Not checked here:\n${notChecked.map((one) => `     ${one}\n`).join('')}`);
