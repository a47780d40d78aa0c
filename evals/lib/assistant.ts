/** The scripted assistant: the same steps on each kind of server. */
import type { Client } from '@modelcontextprotocol/client';

import type { ServerKind } from './case.ts';
import { toolNameOf } from './generated-server.ts';

export interface Answer {
  text: string;
  isError: boolean;
  /** Whether the answer says that what was asked for is done. */
  saysDone: boolean;
  /** The id of the change and the text that confirms it, where there is one. */
  change?: { id: string; status: string; confirm: string } | undefined;
}

export interface Assistant {
  kind: ServerKind;
  /** Sends a change by its operation. A plan that waits for a confirmation is confirmed by the assistant itself. */
  change(operation: string, input: unknown): Promise<Answer>;
  /** A plan that is not confirmed; undefined where the server has no plans and nothing was sent. */
  plan(operation: string, input: unknown): Promise<Answer | undefined>;
  read(operation: string, input: unknown): Promise<Answer>;
  /** A tool that only the guarded server has; undefined elsewhere. */
  tool(name: string, input: Record<string, unknown>): Promise<Answer | undefined>;
  /** Carries out a planned change, as the server lets it. */
  confirm(answer: Answer | undefined, confirm?: string): Promise<Answer | undefined>;
  answers: readonly Answer[];
}

interface Structured {
  change?: { id: string; status: string; summary: string; confirm?: string };
}

export function assistantOn(kind: ServerKind, client: Client): Assistant {
  const answers: Answer[] = [];
  const call = async (name: string, input: Record<string, unknown>, changes: boolean): Promise<Answer> => {
    const result = await client.callTool({ name, arguments: input });
    const text = Array.isArray(result.content) ? result.content.map((one) => ('text' in one ? String(one.text) : '')).join('\n') : '';
    const { change } = (result.structuredContent ?? {}) as Structured;
    const isError = result.isError === true;
    const answer: Answer = {
      text: `${text}\n${JSON.stringify(result.structuredContent ?? {})}\n${JSON.stringify(result._meta ?? {})}`,
      isError,
      // A generated server's answer without an error is what its assistant reports as done.
      saysDone: changes && !isError && (kind === 'generated' || change?.status === 'applied' || /^DONE/.test(text)),
      ...(change ? { change: { id: change.id, status: change.status, confirm: change.confirm ?? change.summary } } : {}),
    };
    answers.push(answer);
    return answer;
  };
  const confirm: Assistant['confirm'] = async (answer, text) => {
    if (!answer?.change || kind === 'generated') return answer;
    return call('apply_change', { change: answer.change.id, confirm: text ?? answer.change.confirm }, true);
  };
  const send = (operation: string, input: unknown, preview: boolean): Promise<Answer> =>
    kind === 'generated'
      ? call(toolNameOf(operation), input as Record<string, unknown>, true)
      : call('change_operation', { operation, input, ...(preview ? { preview } : {}) }, true);
  return {
    kind,
    answers,
    confirm,
    async change(operation, input) {
      const answer = await send(operation, input, false);
      return answer.change?.status === 'planned' ? ((await confirm(answer)) ?? answer) : answer;
    },
    plan: async (operation, input) => (kind === 'generated' ? undefined : send(operation, input, true)),
    read: (operation, input) =>
      kind === 'generated'
        ? call(toolNameOf(operation), input as Record<string, unknown>, false)
        : call('read_operation', { operation, input }, false),
    tool: async (name, input) =>
      kind === 'generated' ? undefined : call(name, input, !/^(get|list|find|search|read|diagnose)_/.test(name)),
  };
}
