/** The state directory's own key: seals plans and names latches, readable by its owner only. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made once; of two that make it at the same time the first wins, and nobody reads half of it. */
export function stateKey(stateDir: string): Buffer {
  const path = join(stateDir, 'key');
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const present = read(path);
  if (present) return present;
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(own, randomBytes(32), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(own, path);
  } catch {
    // Somebody else was first.
  } finally {
    rmSync(own, { force: true });
  }
  return readFileSync(path);
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
