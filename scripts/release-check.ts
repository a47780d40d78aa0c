/**
 * What can be proven of a release without network or accounts, and a list of what cannot. Exits with 1 when a check fails.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { facts, ownerIsSet } from './listings/facts.ts';
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
    what: 'the package is sound and runs alone',
    async faults(folder) {
      const packed = await packTarball(root, folder);
      const printed = await runTarball(packed, folder, ['--version']);
      const wrong = printed.trim() === facts.version ? [] : [`the tarball says it is version ${printed.trim()}`];
      return [...packageFaults(root, packed.files), ...wrong];
    },
  },
];

/** Needs network, accounts or other machines. */
const notChecked = ['that the name on npm is free or ours, and that npm accepts the provenance', 'the program on macOS and on Windows'];

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
