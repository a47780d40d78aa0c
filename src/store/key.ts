/** The HMAC key of a state directory, for plan seals and the file names of login lockouts. Readable by its owner only. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the 32-byte key and creates it if missing. Of concurrent processes the first one wins; no process reads a partial key. */
export function stateKey(stateDir: string): Buffer {
  const path = join(stateDir, 'key');
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const present = read(path);
  if (present) return present;
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, randomBytes(32), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
  } catch {
    // Another process has created it.
  } finally {
    rmSync(temporary, { force: true });
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
