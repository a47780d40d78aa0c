/** The state directory of servers: the record of changes, the key that belongs to it, and their access rights. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { makePrivate } from './file-identity.ts';
import { bindKey, recordOfKey, stateKey } from './key.ts';
import { type FileStore, sqliteStore } from './sqlite.ts';
import { StoreFailed } from './store-failed.ts';

/** The file of a state directory that holds the record of changes. */
export const recordFile = (stateDir: string): string => join(stateDir, 'changes.db');

/** Opens the record of a state directory and its key for a server; creates what is missing. Throws a StoreFailed if they do not fit. */
export function openStateDirectory(stateDir: string, onHead?: (head: string) => void): { store: FileStore; key: Buffer } {
  const key = stateKey(stateDir);
  const store = openRecord(stateDir, onHead);
  if (recordOfKey(stateDir) === undefined) bindKey(stateDir, store.recordId);
  return { store, key };
}

/**
 * Opens the record of a state directory. Throws a StoreFailed if its key belongs to another record: then changes.db was deleted or
 * replaced, and an empty record would say that nothing was ever changed.
 */
export function openRecord(stateDir: string, onHead?: (head: string) => void): FileStore {
  const path = recordFile(stateDir);
  const expected = recordOfKey(stateDir);
  if (expected !== undefined && !existsSync(path)) throw lostRecord(stateDir, `${path} is missing`);
  const store = sqliteStore(path, onHead);
  if (expected === undefined || expected === store.recordId) return store;
  store.close();
  throw lostRecord(stateDir, `${path} is another record than before`);
}

/** Whether a state directory has a record of changes, or had one when its key was last used. */
export function hasRecord(stateDir: string): boolean {
  return existsSync(recordFile(stateDir)) || recordOfKey(stateDir) !== undefined;
}

function lostRecord(stateDir: string, what: string): StoreFailed {
  return new StoreFailed(
    `${what}, although the key beside it has sealed a record of changes: it was deleted or replaced`,
    `Restore changes.db from a backup. To begin a new record on purpose, move ${join(stateDir, 'key')} and what is left of changes.db away: plans that wait then end.`,
  );
}

/** Files of a state directory that nobody but their owner needs. */
const ownFiles = /^(changes\.db(-wal|-shm)?|key|stop|latch-[0-9a-f]+\.txt)$/;

/**
 * Takes the access of others to the files of a state directory away. Returns warnings for what an operator must do: others may write the
 * directory, or a file stays open to others.
 */
export function securePermissions(stateDir: string): string[] {
  const { directory, files } = accessOf(stateDir);
  const open = files.filter((path) => !makePrivate(path));
  return [
    ...directory.map(({ seen, fix }) => (fix === undefined ? seen : `${seen}: ${fix} it`)),
    ...open.map((path) => `${path} can be read by others: chmod 600 it`),
  ];
}

/** What others can do with a state directory, and the command that ends it; and its own files that others can read. Changes nothing. */
export function accessOf(stateDir: string): { directory: { seen: string; fix?: string }[]; files: string[] } {
  // Windows has no such modes.
  if (process.platform === 'win32' || !existsSync(stateDir)) return { directory: [], files: [] };
  const { mode, uid } = statSync(stateDir);
  const isOfOther = uid !== process.getuid?.() && uid !== 0;
  return {
    directory: [
      ...(mode & 0o022
        ? [{ seen: `others can write to the state directory ${stateDir}, and so approve or hide changes`, fix: 'chmod 700' }]
        : []),
      ...(isOfOther ? [{ seen: `the state directory ${stateDir} belongs to another user (${uid}), who can approve or hide changes` }] : []),
    ],
    files: readdirSync(stateDir)
      .filter((name) => ownFiles.test(name))
      .map((name) => join(stateDir, name))
      .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0),
  };
}
