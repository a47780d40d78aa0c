/** The notices name every package of the bundle. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { bundle } from '../../scripts/bundle.ts';
import { bundledFiles, noticeList, noticesOf } from '../../scripts/notices.ts';
import { root, temporaryFolder } from '../bin/processes.ts';

/** A package folder with these files; its path. */
function packageWith(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder(), 'node_modules', name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('third-party notices', () => {
  it('the built notices are those of the packages in the bundle, each with its licence text', async () => {
    const files = bundledFiles(await bundle('0.0.0', 'dist', false));
    const notices = noticeList(files);
    const used = new Set(files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []));
    expect([...used].filter((name) => !notices.some((one) => one.name === name))).toEqual([]);
    expect(notices.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['@modelcontextprotocol/server', 'ajv', 'commander', 'hono', 'llhttp', 'pg', 'undici', 'yaml', 'zod']),
    );
    expect(notices.filter(({ text }) => !/copyright/i.test(text) || text.length < 400).map(({ name }) => name)).toEqual([]);
    expect(readFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8')).toBe(noticesOf(files));
  });

  it('a package without any licence text stops the build', () => {
    const folder = packageWith('bare', { 'package.json': '{"name":"bare","version":"1.0.0","license":"MIT"}', 'index.js': '1' });
    expect(() => noticesOf([join(folder, 'index.js')])).toThrow(/bare has no licence text/);
  });

  it('a package under a licence that is not accepted stops the build', () => {
    const folder = packageWith('copyleft', {
      'package.json': '{"name":"copyleft","version":"1.0.0","license":"AGPL-3.0"}',
      'index.js': '1',
    });
    expect(() => noticesOf([join(folder, 'index.js')])).toThrow('copyleft has the licence AGPL-3.0');
  });

  it('a package that carries code of another one that is not listed stops the build', () => {
    const folder = packageWith('carrier', {
      'package.json': '{"name":"carrier","version":"1.0.0","license":"MIT"}',
      LICENSE: 'Copyright somebody',
      'index.js': '//#region ../node_modules/.pnpm/hidden@1.0.0/node_modules/hidden/index.js\n1',
    });
    expect(() => noticesOf([join(folder, 'index.js')])).toThrow('carrier carries code of hidden');
  });
});
