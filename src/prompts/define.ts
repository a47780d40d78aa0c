/** Definition of an MCP prompt: an operator's task as numbered steps. */
import type { Connection } from '../clients/connect.ts';
import type { Fleet } from '../fleet/index.ts';

/** The services that completions may use. */
export interface PromptContext {
  fleet: Fleet;
  connections: readonly Connection[];
}

export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly { name: string; description: string; required: boolean }[];
  /** The message for the model. Arguments are inserted as the person typed them. */
  render(given: Readonly<Record<string, string>>): string;
  /** Completions of an argument, from the typed prefix and the values of the other arguments. */
  complete?: Readonly<
    Record<
      string,
      (typed: string, context: PromptContext, others: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<string[]>
    >
  >;
}
