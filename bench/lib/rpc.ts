/** MCP as bytes: what a client writes, without a client library, so that its cost is the same for all. */

export const eras = ['2025-11-25', '2026-07-28'] as const;
export type Era = (typeof eras)[number];

export interface ToolList {
  tools: { name: string; description?: string; inputSchema: unknown }[];
}

/** An answer to a tool call, or the question in its place. */
export interface Called {
  content?: { type: string; text?: string }[];
  structuredContent?: unknown;
  isError?: boolean;
  resultType?: string;
  inputRequests?: Record<string, unknown>;
  requestState?: string;
}

export const clientInfo = { name: 'bench', version: '1' };
export const capabilities = { elicitation: { form: {} } };

/** On the newest protocol every request says who asks. */
export function paramsOf(era: Era, params: Record<string, unknown>): Record<string, unknown> {
  if (era === '2025-11-25') return params;
  return {
    ...params,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': era,
      'io.modelcontextprotocol/clientInfo': clientInfo,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    },
  };
}

/** The person who says yes at once. */
export const yes = { action: 'accept', content: { approve: true } };
