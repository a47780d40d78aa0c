/** Writes the files of an installation: all of them, or none. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { ConfigError } from '../config.ts';
import type { NewFile } from './answers.ts';

/** Throws a ConfigError where files exist and `force` is not set. */
export function refuseOverwrite(paths: readonly string[], force: boolean): void {
  const present = force ? undefined : paths.find((path) => existsSync(path));
  if (present !== undefined)
    throw new ConfigError(`${present} exists already: nothing was written. Name another folder with --dir, or replace it with --force`);
}

/**
 * Each file is written under another name, readable by its owner only, and takes its place once all of them are. Nothing waits in between, so
 * that Ctrl-C comes before or after.
 */
export function writeFiles(files: readonly NewFile[], force: boolean): void {
  refuseOverwrite(
    files.map(({ path }) => path),
    force,
  );
  const temporary = (path: string): string => `${path}.new-${process.pid}`;
  // Without a handler, Ctrl-C would end the process between two files.
  const later = (): void => undefined;
  process.on('SIGINT', later);
  try {
    for (const { path, content } of files) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(temporary(path), content, { mode: 0o600, flag: 'wx' });
    }
    for (const { path } of files) renameSync(temporary(path), path);
  } catch (error) {
    for (const { path } of files) rmSync(temporary(path), { force: true });
    throw error;
  } finally {
    process.off('SIGINT', later);
  }
}
