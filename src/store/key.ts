/**
 * The HMAC key of a state directory, for plan seals and the file names of login lockouts. Readable by its owner only. The file holds 32 bytes
 * of key and, once there is a record of changes, the 16 bytes that identify that record.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const keyBytes = 32;

const pathOf = (stateDir: string): string => join(stateDir, 'key');
const temporaryPath = (path: string): string => `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;

/** Returns the 32-byte key and creates it if missing. Of concurrent processes the first one wins; no process reads a partial key. */
export function stateKey(stateDir: string): Buffer {
  const path = pathOf(stateDir);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const present = read(path);
  if (present) return present.subarray(0, keyBytes);
  const temporary = temporaryPath(path);
  try {
    writeFileSync(temporary, randomBytes(keyBytes), { mode: 0o600, flag: 'wx' });
    linkSync(temporary, path);
  } catch (error) {
    // Unless another process has created it.
    if (read(path) === undefined) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readFileSync(path).subarray(0, keyBytes);
}

/** The record (32 hex digits) whose plans the key of a state directory has sealed; undefined if there is no key, or no record yet. */
export function recordOfKey(stateDir: string): string | undefined {
  const record = read(pathOf(stateDir))?.subarray(keyBytes);
  return record && record.length > 0 ? record.toString('hex') : undefined;
}

/** Stores which record the key belongs to. Concurrent processes store the same one. */
export function bindKey(stateDir: string, record: string): void {
  const path = pathOf(stateDir);
  const temporary = temporaryPath(path);
  try {
    writeFileSync(temporary, Buffer.concat([stateKey(stateDir), Buffer.from(record, 'hex')]), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
