/** Notices that the files of a database were deleted or replaced while it is open, and keeps them private. */
import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/** A database in WAL mode: its file, the write-ahead log and the shared memory. All exist while a connection is open. */
const ends = ['', '-wal', '-shm'];

/** Device and inode of a file; undefined if it does not exist. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/**
 * Notes the identity of the files of an open database. The returned function says what happened to one of them since; undefined if all
 * of them are still in place. Writes to a deleted file succeed, so SQLite does not notice it.
 */
export function watchFiles(path: string): () => string | undefined {
  const opened = ends.flatMap((end) => {
    const identity = identityOf(path + end);
    return identity === undefined ? [] : [{ file: path + end, identity }];
  });
  return () => {
    for (const { file, identity } of opened) {
      const now = identityOf(file);
      if (now !== identity) return `${basename(file)} was ${now === undefined ? 'deleted' : 'replaced'}`;
    }
    return undefined;
  };
}

/** Creates the file of a database, readable by its owner only, before SQLite would create it with the usual mode. */
export function createPrivately(path: string): void {
  if (identityOf(path) === undefined) closeSync(openSync(path, 'a', 0o600));
  for (const end of ends) makePrivate(path + end);
}

/** Takes the access of others to a file away. Returns false if that is not possible, for example because another user owns it. */
export function makePrivate(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  // Windows has no such modes.
  if (!found || process.platform === 'win32' || (found.mode & 0o077) === 0) return true;
  try {
    chmodSync(path, found.mode & 0o700);
    return true;
  } catch {
    return false;
  }
}
