/** The package as npm publishes it: packed from what is built, and run in a folder that holds nothing else. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Tarball {
  path: string;
  /** Paths inside the package, sorted. */
  files: readonly string[];
  /** Bytes, packed and unpacked. */
  size: number;
  unpackedSize: number;
}

/** Runs npm with this Node. `npm run` says where npm is; without it the one on the path is taken. */
async function npm(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const script = process.env['npm_execpath'];
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const { stdout } = await run(command, [...first, ...args], { cwd, env, maxBuffer: 1 << 26 });
  return stdout;
}

/** Packs the repository as it is, without building it, into `folder`. */
export async function packTarball(root: string, folder: string): Promise<Tarball> {
  const printed: unknown = JSON.parse(await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root));
  // npm 11 prints a list, npm 12 an object by package name.
  const [packed] = Object.values(
    printed as Record<string, { filename: string; size: number; unpackedSize: number; files: { path: string }[] }>,
  );
  if (!packed) throw new Error('npm pack printed nothing');
  const { filename, size, unpackedSize, files } = packed;
  return { path: join(folder, filename), files: files.map(({ path }) => path).sort(), size, unpackedSize };
}

/** Runs the bin of a tarball with `npx` in `folder`, without network, and gives what it printed. */
export async function runTarball({ path }: Tarball, folder: string, args: readonly string[]): Promise<string> {
  // A cache of its own: nothing of an earlier installation helps. The bin is started with this Node.
  const env = {
    ...cleanEnv(),
    npm_config_cache: join(folder, 'cache'),
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
  };
  return npm(['exec', '--yes', '--offline', `--package=${path}`, '--', 'iot-ops-mcp', ...args], folder, env);
}

/** The environment without what npm sets for the scripts of this package. */
export function cleanEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|IOT_OPS_)/.test(name)));
}

/** Faults of the manifest and the files that installers and registries reject or warn about; none for a sound package. */
export function packageFaults(root: string, files: readonly string[]): string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { scripts = {}, bin = {}, license } = manifest as { scripts?: object; bin?: Record<string, string>; license?: string };
  const faults: string[] = [];
  for (const member of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies'])
    if (manifest[member] !== undefined) faults.push(`package.json has ${member}: everything is in the bundle`);
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
    if (script in scripts) faults.push(`package.json has the script ${script}, about which npm warns at installation`);
  for (const [name, path] of Object.entries(bin)) {
    if (!files.includes(path)) faults.push(`bin ${name}: ${path} is not in the package`);
    else if (!readFileSync(join(root, path), 'utf8').startsWith('#!/usr/bin/env node\n'))
      faults.push(`bin ${name}: ${path} does not begin with a Node line`);
    if (path.startsWith('./')) faults.push(`bin ${name}: npm removes the ./ of ${path}`);
  }
  for (const path of ['LICENSE', 'README.md', 'dist/THIRD-PARTY-NOTICES.txt'])
    if (!files.includes(path)) faults.push(`${path} is not in the package`);
  for (const path of files)
    if (/^(src|test|scripts|bench|evals|node_modules|\.)/.test(path) || /\.(map|ts|tgz|log)$/.test(path))
      faults.push(`${path} does not belong in the package`);
  const url = (manifest['repository'] as { url?: string } | undefined)?.url ?? '';
  if (!/^git\+https:\/\/.+\.git$/.test(url)) faults.push(`repository.url is "${url}", not git+https://….git`);
  if (license !== 'Apache-2.0') faults.push(`license is "${String(license)}", LICENSE is Apache-2.0`);
  return faults;
}
