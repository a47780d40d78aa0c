import { ProtocolError, type Server, type ServerContext } from '@modelcontextprotocol/server';

import type { Prompt } from '../prompts/define.ts';
import { completePrompt } from '../prompts/register.ts';
import type { ResourceContext } from '../resources/define.ts';
import { completeResource } from '../resources/register.ts';

/** As many values as the protocol lets one answer hold. */
const maxCompletionValues = 100;

/** Completion for a resource's member or a prompt's argument; when a provider cannot be read, there are no suggestions. */
export function registerCompletions(server: Server, prompts: readonly Prompt[], contextOf: (ctx: ServerContext) => ResourceContext): void {
  server.setRequestHandler('completion/complete', async (request, ctx) => {
    const { ref, argument, context } = request.params;
    const others = context?.arguments ?? {};
    const world = contextOf(ctx);
    const values = await suggestions(ref, argument, others).catch((error: unknown) => {
      if (error instanceof ProtocolError) throw error;
      return [];
    });
    return {
      completion: { values: values.slice(0, maxCompletionValues), total: values.length, hasMore: values.length > maxCompletionValues },
    };

    async function suggestions(
      ref: { type: string; uri?: string; name?: string },
      argument: { name: string; value: string },
      others: Record<string, string>,
    ): Promise<string[]> {
      return ref.type === 'ref/prompt'
        ? completePrompt(prompts, ref.name ?? '', argument, others, world, ctx.mcpReq.signal)
        : completeResource({ uri: ref.uri ?? '', argument, others }, world, ctx.mcpReq.signal);
    }
  });
}
