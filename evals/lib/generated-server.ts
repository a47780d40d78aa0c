/** A server as generators make it: one tool per operation of the same contracts, each sent as it comes. */
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

import type { Connection } from '../../src/clients/connect.ts';
import type { AnyEndpoint, AnyInput } from '../../src/clients/http/endpoint.ts';

/** The name of the tool of an operation. */
export const toolNameOf = (operation: string): string => operation.replaceAll('.', '_');

export function generatedServer(operations: readonly AnyEndpoint[], connections: readonly Connection[]): McpServer {
  const server = new McpServer({ name: 'generated', version: '1' });
  for (const operation of operations) {
    const connection = connections.find(({ provider }) => operation.id.startsWith(`${provider}.`));
    if (!connection) continue;
    const inputSchema = z.object({ path: z.unknown().optional(), query: z.unknown().optional(), body: z.unknown().optional() });
    server.registerTool(toolNameOf(operation.id), { description: operation.help, inputSchema }, async (input) => {
      try {
        const reply = await connection.call(operation, input as AnyInput, {});
        return { content: [{ type: 'text', text: JSON.stringify(reply ?? {}) }] };
      } catch (error) {
        return { isError: true, content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }] };
      }
    });
  }
  return server;
}
