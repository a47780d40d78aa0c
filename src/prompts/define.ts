/** A prompt: a task of an operator's day, told step by step. */
import type { Connection } from '../clients/connect.ts';
import type { Fleet } from '../fleet/index.ts';

/** What completion may use. */
export interface World {
  fleet: Fleet;
  connections: readonly Connection[];
}

export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly { name: string; description: string; required: boolean }[];
  /** What the model is told; arguments are the person's own words. */
  tell(given: Readonly<Record<string, string>>): string;
  complete?: Readonly<
    Record<string, (typed: string, world: World, others: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<string[]>>
  >;
}
