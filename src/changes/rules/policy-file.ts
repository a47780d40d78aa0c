import { readFileSync, statSync } from 'node:fs';

import type { AnyEndpoint } from '../../clients/http/endpoint.ts';
import { parseRuleSet } from './parse-rule-set.ts';
import { PolicyFileError } from './policy-file-error.ts';
import { builtInRuleSet, type RuleSet } from './rule-set.ts';

/** Returns the rules of a policy file. The file is parsed again after it has changed. Never throws: an unreadable file denies all changes. */
export function policyFile(path: string, operations: readonly AnyEndpoint[]): () => RuleSet {
  let cached: { stamp: string; ruleSet: RuleSet } | undefined;
  return () => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
      const stamp = [ino, size, mtimeNs, ctimeNs].join(' ');
      if (cached?.stamp !== stamp) cached = { stamp, ruleSet: parseRuleSet(readFileSync(path, 'utf8'), operations) };
      return cached.ruleSet;
    } catch (error) {
      cached = undefined;
      return unreadable(error);
    }
  };
}

function unreadable(error: unknown): RuleSet {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const why = code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${code})`;
  return { ...builtInRuleSet, version: 'unreadable', budgets: [], problem: error instanceof PolicyFileError ? error.message : why };
}
