import type { AnyEndpoint } from '../../clients/http/endpoint.ts';
import { builtIn, type Rulebook } from './rulebook.ts';

/** The rules in force at any moment: those of the policy file, whose reader is loaded only then, or the built-in default. */
export async function rulesOf(policyFile: string | undefined, operations: readonly AnyEndpoint[]): Promise<() => Rulebook> {
  if (policyFile === undefined) return () => builtIn;
  const file = await import('./policy-file.ts');
  return file.policyFile(policyFile, operations);
}
