/** MCP request handlers for prompts: list, argument checks, completion. */
import { ProtocolError, ProtocolErrorCode, type Server, type ServerContext } from '@modelcontextprotocol/server';

import type { Redactor } from '../text/redact.ts';
import { nearest } from '../vocabulary.ts';
import type { Prompt, PromptContext } from './define.ts';

const maxArgumentLength = 2000;

/** Sets the `prompts/*` handlers of a server. The prompt text passes the redactor of its caller. */
export function registerPrompts(server: Server, prompts: readonly Prompt[], redactorOf: (ctx: ServerContext) => Redactor): void {
  const list = prompts.map(({ name, title, description, arguments: args }) => ({
    name,
    title,
    description,
    arguments: args.map((one) => ({ ...one })),
  }));
  server.setRequestHandler('prompts/list', () => ({ prompts: list }));
  server.setRequestHandler('prompts/get', (request, ctx: ServerContext) => {
    const { name, arguments: given = {} } = request.params;
    const prompt = named(prompts, name);
    for (const key of Object.keys(given))
      if (!prompt.arguments.some((one) => one.name === key))
        throw invalid(
          key,
          prompt.arguments.map((one) => one.name),
          'argument',
        );
    for (const { name: key, required } of prompt.arguments) {
      if (required && !given[key]?.trim()) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${key} is required`);
      if ((given[key]?.length ?? 0) > maxArgumentLength)
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${key} must have at most ${maxArgumentLength} characters`);
    }
    const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim() !== ''));
    return {
      description: prompt.description,
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: redactorOf(ctx).text(prompt.render(present)) } }],
    };
  });
}

/** Completions of one argument of a prompt. Throws a ProtocolError for an unknown prompt. */
export async function completePrompt(
  prompts: readonly Prompt[],
  name: string,
  argument: { name: string; value: string },
  others: Readonly<Record<string, string>>,
  context: PromptContext,
  signal: AbortSignal,
): Promise<string[]> {
  const prompt = named(prompts, name);
  return (await prompt.complete?.[argument.name]?.(argument.value, context, others, signal)) ?? [];
}

function named(prompts: readonly Prompt[], name: string): Prompt {
  const prompt = prompts.find((one) => one.name === name);
  if (prompt) return prompt;
  throw invalid(
    name,
    prompts.map((one) => one.name),
    'prompt',
  );
}

function invalid(word: string, known: readonly string[], what: string): ProtocolError {
  const near = nearest(word, known);
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `there is no ${what} ${word.slice(0, 60)}${near ? `, nearest is ${near}` : ''}`,
  );
}
