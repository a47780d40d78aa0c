import { readFileSync, statSync } from 'node:fs';

import type { AnyEndpoint } from '../../clients/http/endpoint.ts';
import { parseRulebook } from './parse-rulebook.ts';
import { PolicyProblem } from './policy-problem.ts';
import { builtIn, type Rulebook } from './rulebook.ts';

/** Returns the rules of a policy file. The file is parsed again after it has changed. Never throws: an unreadable file denies all changes. */
export function policyFile(path: string, operations: readonly AnyEndpoint[]): () => Rulebook {
  let cached: { stamp: string; ruleSet: Rulebook } | undefined;
  return () => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
      const stamp = [ino, size, mtimeNs, ctimeNs].join(' ');
      if (cached?.stamp !== stamp) cached = { stamp, ruleSet: parseRulebook(readFileSync(path, 'utf8'), operations) };
      return cached.ruleSet;
    } catch (error) {
      cached = undefined;
      return unreadable(error);
    }
  };
}

function unreadable(error: unknown): Rulebook {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const why = code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${code})`;
  return { ...builtIn, version: 'unreadable', budgets: [], problem: error instanceof PolicyProblem ? error.message : why };
}
