import type { AnyEndpoint } from '../../clients/http/endpoint.ts';
import { builtInRuleSet, type RuleSet } from './rule-set.ts';

/** Returns the current rules: those of the policy file, or the built-in ones. The YAML parser is loaded only if there is a file. */
export async function loadRules(policyFile: string | undefined, operations: readonly AnyEndpoint[]): Promise<() => RuleSet> {
  if (policyFile === undefined) return () => builtInRuleSet;
  const module = await import('./policy-file.ts');
  return module.policyFile(policyFile, operations);
}
