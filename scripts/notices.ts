/** The notices of the packages that are bundled: their names, versions, licences and texts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences under which a bundled package may be passed on. Another one is looked at by a person first. */
const accepted = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);

/** The folders of the packages among the inputs of a bundle, sorted. */
export function packageFolders(inputs: readonly string[]): string[] {
  const found = inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(found)].sort();
}

/** The text of the notices. Throws for a package without a licence that is accepted. */
export function noticesOf(folders: readonly string[]): string {
  const parts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
    if (!accepted.has(license ?? ''))
      throw new Error(`${name} has the licence ${license ?? 'none'}: add it to scripts/notices.ts after reading it`);
    return `${name} ${version} (${license})\n\n${licenceText(folder)}`;
  });
  return `This program contains the following packages.\n\n${parts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}

function licenceText(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name) && existsSync(join(folder, name)));
  return file === undefined ? 'The package holds no text of its licence.' : readFileSync(join(folder, file), 'utf8').trim();
}
