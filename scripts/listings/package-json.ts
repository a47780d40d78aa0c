import { readFileSync } from 'node:fs';

import { facts } from './facts.ts';

/** package.json with the members that follow from the facts; all others stay as they are. */
export function packageJson(): string {
  const { name, version, description, ...rest } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
  const ours = {
    keywords: facts.keywords,
    homepage: facts.homepage,
    bugs: { url: facts.bugsUrl },
    repository: { type: 'git', url: `git+${facts.repositoryUrl}.git` },
    mcpName: facts.mcpName,
    author: facts.author,
    license: facts.license,
  };
  const others = Object.fromEntries(Object.entries(rest).filter(([member]) => !(member in ours)));
  return `${JSON.stringify({ name, version, description, ...ours, ...others }, null, 2)}\n`;
}
