import type { AnyEndpoint } from '../../clients/http/endpoint.ts';
import { builtIn, type Rulebook } from './rulebook.ts';

/** Returns the current rules: those of the policy file, or the built-in ones. The YAML parser is loaded only if there is a file. */
export async function rulesOf(policyFile: string | undefined, operations: readonly AnyEndpoint[]): Promise<() => Rulebook> {
  if (policyFile === undefined) return () => builtIn;
  const module = await import('./policy-file.ts');
  return module.policyFile(policyFile, operations);
}
