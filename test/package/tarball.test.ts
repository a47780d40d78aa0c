/** The package as npm would publish it. Needs dist: run `npm run build` first. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { packageFaults, packTarball, runTarball } from '../../scripts/tarball.ts';
import { version } from '../../src/tool-surface.ts';
import { root, runProgram, temporaryFolder } from '../bin/processes.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;

describe('the published package', () => {
  it('the version stands in package.json alone, and package-lock.json repeats it', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      version: string;
      packages: { '': { version: string } };
    };
    expect([version, lock.version, lock.packages[''].version]).toEqual([manifest['version'], version, version]);
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(sources.filter((name) => readFileSync(join(root, 'src', name), 'utf8').includes(`'${version}'`))).toEqual([]);
  });

  it('the licence is the full text of Apache-2.0', () => {
    const text = readFileSync(join(root, 'LICENSE'), 'utf8');
    expect(text).toContain('Version 2.0, January 2004');
    expect(text).toContain('9. Accepting Warranty or Additional Liability.');
    expect(text).toContain('END OF TERMS AND CONDITIONS');
  });

  it('the tarball has no fault that an installer or a registry would name, and runs with npx in an empty folder without network', {
    timeout: 60_000,
  }, async () => {
    const packed = await packTarball(root, temporaryFolder());
    expect(packageFaults(root, packed.files)).toEqual([]);
    expect(packed.files).toContain('docs/configuration.md');
    expect(statSync(packed.path).size).toBeLessThan(1.5e6);
    const empty = temporaryFolder();
    expect(await runTarball(packed, empty, ['--version'])).toBe(`${version}\n`);
    expect(await runTarball(packed, empty, ['tools', '--toolsets', 'changes'])).toContain('apply_change');
  });

  it('the PostgreSQL driver is in the bundle', async () => {
    const args = ['audit', 'verify', '--store', 'postgres://nobody@127.0.0.1:9/none'];
    const { err } = await runProgram([join(root, 'dist/iot-ops-mcp.mjs')], args, { IOT_OPS_SEAL_KEY: 'ab'.repeat(32) });
    expect(err).toContain('ECONNREFUSED');
    expect(err).not.toContain('Cannot find');
  });

  it('packageFaults names what is wrong with a manifest and its files', () => {
    expect(packageFaults(root, ['README.md', 'src/main.ts', 'dist/part.mjs.map'])).toEqual([
      'bin iot-ops-mcp: dist/iot-ops-mcp.mjs is not in the package',
      'LICENSE is not in the package',
      'dist/THIRD-PARTY-NOTICES.txt is not in the package',
      'src/main.ts does not belong in the package',
      'dist/part.mjs.map does not belong in the package',
    ]);
  });
});
