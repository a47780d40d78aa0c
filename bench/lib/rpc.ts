/** MCP messages written by hand, so that a client library adds no cost to any measurement. */

export const eras = ['2025-11-25', '2026-07-28'] as const;
export type Era = (typeof eras)[number];

export interface ToolList {
  tools: { name: string; description?: string; inputSchema: unknown }[];
}

/** The result of a tool call, or the input request in its place. */
export interface ToolCallResult {
  content?: { type: string; text?: string }[];
  structuredContent?: unknown;
  isError?: boolean;
  resultType?: string;
  inputRequests?: Record<string, unknown>;
  requestState?: string;
}

export const clientInfo = { name: 'bench', version: '1' };
export const capabilities = { elicitation: { form: {} } };

/** The newest protocol needs client information in every request. */
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

/** The elicitation answer of a person who approves at once. */
export const approval = { action: 'accept', content: { approve: true } };
