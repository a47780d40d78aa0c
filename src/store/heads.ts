/** A file of audit log heads outside of the log. A log that was truncated or rewritten lacks one of them. */
import { appendFileSync, readFileSync } from 'node:fs';

/** Returns a function that appends a head to the file. The first failure is logged; failures never stop the audit log. */
export function headsWriter(path: string, log: (line: string) => void): (head: string) => void {
  let failed = false;
  return (head) => {
    try {
      appendFileSync(path, `${head}\n`, { mode: 0o600 });
    } catch (error) {
      if (!failed) log(`audit log heads cannot be written to ${path}: ${error instanceof Error ? error.message : String(error)}`);
      failed = true;
    }
  };
}

/** The heads in a file, oldest first. Incomplete lines, for example after a power failure, are ignored. */
export function readHeads(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^[0-9a-f]{64}$/.test(line));
}
