/** Licence texts of all code of others in the bundle, from the files that esbuild put into it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Licences under which code may be in the bundle. */
const accepted = ['MIT', 'ISC', 'Apache-2.0', 'BSD-3-Clause'];

/** Code that a package carries inside its own files, by the package that carries it. The texts are in scripts/licences. */
const carried: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '@modelcontextprotocol/server': {
    ajv: 'MIT',
    'ajv-formats': 'MIT',
    'content-type': 'MIT',
    'fast-deep-equal': 'MIT',
    'fast-uri': 'BSD-3-Clause',
    'json-schema-traverse': 'MIT',
  },
  // Compiled to WebAssembly, with no licence file beside it.
  undici: { llhttp: 'MIT' },
};

interface Notice {
  name: string;
  version?: string;
  licence: string;
  /** The package that carries the code. */
  inside?: string;
  text: string;
}

/** The source files of which at least one byte is in the bundle. */
export function bundledFiles({ outputs }: Metafile): string[] {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
  return [...new Set(used)].sort();
}

/** The notices of the packages to which the files belong, as one text. Throws where a licence is missing or not accepted. */
export function noticesOf(files: readonly string[]): string {
  const parts = noticeList(files).map(({ name, version, licence, inside, text }) =>
    [
      `${name}${version === undefined ? '' : ` ${version}`} (${licence})${inside === undefined ? '' : `, part of ${inside}`}`,
      '',
      text,
    ].join('\n'),
  );
  const intro = 'iot-ops-mcp contains code of the following packages, under the licences that follow.\n';
  return `${[intro, ...parts].join(`\n${'-'.repeat(80)}\n\n`)}\n`;
}

export function noticeList(files: readonly string[]): Notice[] {
  const folders = Map.groupBy(files, folderOf);
  const own = [...folders].flatMap(([folder, inside]) => (folder === undefined ? [] : [{ folder, inside }]));
  return own
    .flatMap(({ folder, inside }) => {
      const notice = noticeOfPackage(folder);
      return [notice, ...carriedBy(notice.name, inside)];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folder of the package to which a file belongs; undefined for our own files. */
function folderOf(file: string): string | undefined {
  return /^(?:.*[\\/])?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0];
}

function noticeOfPackage(folder: string): Notice {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  if (name === undefined || license === undefined) throw new Error(`${folder} names no licence`);
  return { name, ...(version === undefined ? {} : { version }), licence: checked(name, license), text: licenceText(folder) };
}

function checked(name: string, licence: string): string {
  if (!accepted.includes(licence)) throw new Error(`${name} has the licence ${licence}; scripts/notices.ts accepts ${accepted.join(', ')}`);
  return licence;
}

/** All licence files of a package, or the section of its README where there is none. */
function licenceText(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(licen[cs]e|notice|copying)[^\\/]*$/i.test(path.split(/[\\/]/).at(-1) ?? '') && !path.includes('node_modules'))
    .sort();
  const texts = files.map((path) => readFileSync(join(folder, path), 'utf8').trim());
  if (texts.length > 0) return texts.join('\n\n');
  const readme = join(folder, 'README.md');
  const section = existsSync(readme) ? /^#+ licen[cs]e\s*\n([\s\S]+)/im.exec(readFileSync(readme, 'utf8'))?.[1]?.trim() : undefined;
  if (!section?.includes('Copyright')) throw new Error(`${folder} has no licence text`);
  return section;
}

/** The notices of what a package carries. Bundlers name the origin in `#region` comments: each such origin must be listed. */
function carriedBy(name: string, files: readonly string[]): Notice[] {
  const listed = carried[name] ?? {};
  const origins = new Set(
    files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/#region \S*node_modules[\\/]((?:@[^\\/\s]+[\\/])?[^\\/\s]+)/g)].map(
        ([, origin = '']) => origin,
      ),
    ),
  );
  const unknown = [...origins].filter((origin) => !(origin in listed));
  if (unknown.length > 0) throw new Error(`${name} carries code of ${unknown.join(', ')}, which scripts/notices.ts does not list`);
  return Object.entries(listed).map(([origin, licence]) => ({
    name: origin,
    licence: checked(origin, licence),
    inside: name,
    text: readFileSync(new URL(`./licences/${origin}.txt`, import.meta.url), 'utf8').trim(),
  }));
}
