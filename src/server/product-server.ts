/** The MCP server of one client: checks what comes in before anything else reads it, and tells when a call has ended or is cancelled. */
import {
  type CallToolResult,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type MessageExtraInfo,
  ProtocolError,
  ProtocolErrorCode,
  type Result,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { Refusal } from '../clients/http/errors.ts';
import { isObject } from '../text/is-object.ts';
import { checkLimits, metadataLimits, requestLimits, toolInputLimits } from '../tools/input-limits.ts';
import type { ToolCallHooks } from '../tools/register.ts';

type Handler = (request: JSONRPCRequest, ctx: ServerContext) => Promise<Result>;

export class ProductServer extends Server {
  /** Set before the server is connected. */
  hooks: ToolCallHooks | undefined;

  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const inner = super._wrapHandler(method, handler);
    return async (request, ctx) => {
      try {
        checkRequest(method, request.params, ctx.mcpReq.inputResponses);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (method === 'tools/call' && this.hooks) return this.hooks.refused(error);
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${error.message}. ${error.next}`);
      }
      if (method !== 'tools/call') return inner(request, ctx);
      let closed: CallToolResult | undefined;
      let result: Result;
      try {
        result = await inner(request, ctx);
      } finally {
        closed = await this.hooks?.ended(ctx.mcpReq.signal);
      }
      return closed ?? result;
    };
  }

  protected override _onnotification(notification: JSONRPCNotification, extra?: MessageExtraInfo): void {
    super._onnotification(notification, extra);
    if (notification.method !== 'notifications/cancelled') return;
    const request = notification.params?.['requestId'];
    if (typeof request === 'string' || typeof request === 'number')
      this.hooks?.cancelled(request).catch((error: unknown) => this.onerror?.(error instanceof Error ? error : new Error(String(error))));
  }
}

/** Throws a Refusal for a request that is too large, too deep or not well-formed text. */
function checkRequest(method: string, params: unknown, answers: unknown): void {
  if (answers !== undefined) checkLimits(answers, requestLimits);
  if (!isObject(params)) return;
  const { _meta: metadata, ...named } = params;
  checkLimits(metadata, metadataLimits);
  const { arguments: input, ...rest } = named;
  if (method === 'tools/call') checkLimits(input, toolInputLimits);
  checkLimits(method === 'tools/call' ? rest : named, method === 'initialize' ? metadataLimits : requestLimits);
}
