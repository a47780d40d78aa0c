/** The licences of what is bundled. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { noticesOf, packageFolders } from '../../scripts/notices.ts';
import { root, temporaryFolder } from './processes.ts';

it('the build names every runtime package with its version and licence', () => {
  const notices = readFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  for (const [name, version] of Object.entries(dependencies)) expect(notices).toContain(`${name} ${version} (`);
});

it('a package with a licence that nobody has read fails the build', () => {
  const folder = join(temporaryFolder(), 'node_modules/odd');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'odd', version: '1.0.0', license: 'SSPL-1.0' }));
  expect(() => noticesOf([folder])).toThrow('odd has the licence SSPL-1.0: add it to scripts/notices.ts after reading it');
});

it('the packages of a bundle are found by their folders, scoped ones too', () => {
  const inputs = [
    'src/main.ts',
    'node_modules/zod/v4/index.js',
    'node_modules/@hono/node-server/dist/index.mjs',
    'node_modules/zod/v4/core.js',
  ];
  expect(packageFolders(inputs)).toEqual(['node_modules/@hono/node-server', 'node_modules/zod']);
});
