/** The usual use of the SDK: a new McpServer with all tools for every request. Tools return a prepared answer. */
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';

import { annotationsOf } from '../../src/tools/define.ts';
import { listen } from '../../src/web/listen.ts';
import { tools } from '../../test/support/providers.ts';
import type { ToolCallResult } from '../lib/rpc.ts';

/** The tools to register, and the answer of each call. */
export interface SdkServerOrder {
  names: string[];
  answer: ToolCallResult;
}

process.once('message', async ({ names, answer: { content, structuredContent } }: SdkServerOrder) => {
  const [first] = content ?? [];
  const offered = tools.filter(({ name }) => names.includes(name));
  const answer = {
    content: [{ type: 'text' as const, text: first?.text ?? '' }],
    structuredContent: structuredContent as Record<string, unknown>,
  };
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'usual', version: '1' });
    for (const tool of offered) {
      const { name, title, description, input, output } = tool;
      server.registerTool(
        name,
        { title, description, inputSchema: input, outputSchema: output, annotations: { title, ...annotationsOf(tool) } },
        () => answer,
      );
    }
    return server;
  });
  const { url } = await listen((request) => handler.fetch(request), '127.0.0.1', 0);
  process.send?.({ url: `${url}/mcp` });
});
