import { readFileSync, statSync } from 'node:fs';

import type { AnyEndpoint } from '../../clients/http/endpoint.ts';
import { parseRulebook } from './parse-rulebook.ts';
import { PolicyProblem } from './policy-problem.ts';
import { builtIn, type Rulebook } from './rulebook.ts';

/** The rules in force: those of the file as it stands, read again when it was written. Never throws. */
export function policyFile(path: string, operations: readonly AnyEndpoint[]): () => Rulebook {
  let held: { stamp: string; book: Rulebook } | undefined;
  return () => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
      const stamp = [ino, size, mtimeNs, ctimeNs].join(' ');
      if (held?.stamp !== stamp) held = { stamp, book: parseRulebook(readFileSync(path, 'utf8'), operations) };
      return held.book;
    } catch (error) {
      held = undefined;
      return unreadable(error);
    }
  };
}

function unreadable(error: unknown): Rulebook {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const why = code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${code})`;
  return { ...builtIn, version: 'unreadable', budgets: [], problem: error instanceof PolicyProblem ? error.message : why };
}
