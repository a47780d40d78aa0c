import type { Prompt } from './define.ts';
import { whyIsItSilent } from './why-is-it-silent.ts';

/** The prompts of all providers, then those that need none. */
export function makePrompts(providers: readonly { prompts: readonly Prompt[] }[]): readonly Prompt[] {
  return [...providers.flatMap(({ prompts }) => prompts), whyIsItSilent];
}
