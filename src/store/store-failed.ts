/** Failures of the change store, with their cause and what an operator can do. */
import { statfsSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** The change store could not be read or written. `message` says why, `next` what to do about it. */
export class StoreFailed extends Error {
  readonly next: string;
  constructor(message: string, next: string) {
    super(message);
    this.name = 'StoreFailed';
    this.next = next;
  }
}

const untilThen = 'Until then nothing new is sent; reads go on.';

/** Next steps by SQLite result code (https://www.sqlite.org/rescode.html). */
const nextSteps: Record<number, string> = {
  5: 'An operator must end the program that holds it locked, for example a backup or an SQL shell.',
  6: 'An operator must end the program that holds it locked, for example a backup or an SQL shell.',
  8: 'An operator must give the user of the server write permission on the state directory and its files.',
  10: 'An operator must check the disk of the state directory.',
  11: 'An operator must restore the file from a backup.',
  13: 'An operator must free space on the disk of the state directory.',
  14: 'An operator must check the permissions of the state directory.',
  26: 'An operator must restore the file from a backup.',
};

/** An error of SQLite as a StoreFailed that names the file and the cause; any other error as it is. */
export function storeFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  // The low byte of an extended code is the primary code.
  const code = error.errcode & 0xff;
  // A disk without space for the shared memory file is reported as an I/O error.
  const full = (code === 10 || code === 14) && isFull(dirname(path));
  const cause = full ? `${error.message}: the disk is full` : error.message;
  const next = nextSteps[full ? 13 : code] ?? 'An operator must check the state directory.';
  return new StoreFailed(`${basename(path)}: ${cause}`, `${next} ${untilThen}`);
}

/** Less than this is not enough for SQLite to write a change, bytes. */
const leastSpace = 128 * 1024;

/** Whether the file system of a directory has no room for another change. */
export function isFull(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize < leastSpace;
  } catch {
    return false;
  }
}

/** The file of a store is no longer the one that was opened. `what` says what happened to it. */
export function storeReplaced(what: string): StoreFailed {
  return new StoreFailed(
    `${what} while this server runs, so changes can no longer be recorded`,
    `An operator must restore the state directory and restart the server; "iot-ops-mcp audit verify" checks the record. ${untilThen}`,
  );
}
