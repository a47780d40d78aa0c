import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

import { anchors, pages, prose } from './pages.ts';

const root = resolve(import.meta.dirname, '../..');

interface Link {
  from: string;
  /** As written. */
  href: string;
  /** Relative to the repository. */
  path: string;
  anchor: string | undefined;
}

/** The links of a page that lead into the repository. */
function linksOf(page: string): Link[] {
  const text = prose(page);
  const targets = [...text.matchAll(/\]\(([^()\s]+)\)/g), ...text.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)].map((match) => match[1] ?? '');
  return targets
    .filter((href) => !/^[a-z][a-z+.-]*:/i.test(href))
    .map((href) => {
      const [path = '', anchor] = href.split('#');
      const target = path === '' ? page : relative(root, resolve(root, dirname(page), path)).replaceAll('\\', '/');
      return { from: page, href, path: target, anchor };
    });
}

const links = pages.flatMap(linksOf);

describe('links in README.md, AGENTS.md and docs', () => {
  it('every relative link leads to a file of the repository', () => {
    const broken = links.filter(({ path }) => path.startsWith('..') || !existsSync(join(root, path)));
    expect(broken.map(({ from, href }) => `${from}: ${href}`)).toEqual([]);
  });

  it('every anchor is a heading of its page', () => {
    const broken = links.filter(({ path, anchor }) => anchor !== undefined && pages.includes(path) && !anchors(path).has(anchor));
    expect(broken.map(({ from, href }) => `${from}: ${href}`)).toEqual([]);
  });

  it('every page can be reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) for (const { path } of linksOf(page)) if (pages.includes(path)) reached.add(path);
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });

  it('the pages have links to check', () => {
    expect(links.length).toBeGreaterThan(60);
    expect(links.filter(({ anchor }) => anchor !== undefined).length).toBeGreaterThan(60);
  });
});
