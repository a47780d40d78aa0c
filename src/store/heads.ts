/** Heads of the record, noted outside of it: a record that was cut or written anew lacks one of them. */
import { appendFileSync, readFileSync } from 'node:fs';

/** Appends each head to the file; where that fails, `say` hears of it once, and the record goes on. */
export function headsFile(path: string, say: (line: string) => void): (head: string) => void {
  let failed = false;
  return (head) => {
    try {
      appendFileSync(path, `${head}\n`, { mode: 0o600 });
    } catch (error) {
      if (!failed) say(`heads of the record cannot be noted in ${path}: ${error instanceof Error ? error.message : String(error)}`);
      failed = true;
    }
  };
}

/** The heads in a file, the oldest first; a line that was half written when the power went counts for nothing. */
export function headsIn(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^[0-9a-f]{64}$/.test(line));
}
