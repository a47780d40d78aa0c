/** Everything that surrounds a tool call: list, input, gate, question, answer, redaction. Said once, for every tool. */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { inCallScope } from '../clients/http/call-scope.ts';
import { sanitize } from '../text/sanitize.ts';
import { nearest } from '../vocabulary.ts';
import { badInput } from './bad-input.ts';
import { assertMayUse, assertWithinGroups, limitedError, noteFor } from './caller-limits.ts';
import { applyPlan, type CallContext, planChange, type Result } from './change-call.ts';
import type { AnyTool, ToolContext } from './define.ts';
import { checkLimits, lenientInput } from './lenient-input.ts';
import { isMisspelled } from './resolve-identifiers.ts';
import { abortedCall, changeResult, errorResult, readResult, withNotes } from './results.ts';
import { runResolved, withNearDevices } from './run-resolved.ts';
import { resolveSecrets } from './secrets.ts';
import { callerOf, type ServerSurface } from './server-surface.ts';
import { toolListing } from './tool-listing.ts';

export function registerTools(server: Server, surface: ServerSurface): void {
  const byName = new Map(surface.tools.map((tool) => [tool.name, tool]));
  const list = surface.tools.map(toolListing);

  server.setRequestHandler('tools/list', () => ({ tools: list }));
  server.setRequestHandler('tools/call', async (request, ctx): Promise<Result> => {
    const tool = byName.get(request.params.name);
    if (!tool) throw unknownTool(request.params.name, surface);
    try {
      return await inCallScope(surface.services.clock, async (scope) => {
        const result = await runTool(tool, request.params.arguments ?? {}, surface, server, ctx);
        const note = noteFor(surface.servicesOf(callerOf(ctx)).rights, tool);
        const notes = [...scope.notes(), ...(note ? [note] : [])];
        return 'content' in result ? surface.redactor.value(withNotes(result as CallToolResult, notes)) : result;
      });
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const { rights } = surface.servicesOf(callerOf(ctx));
      return errorResult(abortedCall(error, ctx.mcpReq.signal) ?? limitedError(error, rights), surface);
    }
  });
}

async function runTool(
  tool: AnyTool,
  raw: Record<string, unknown>,
  surface: ServerSurface,
  server: Server,
  ctx: ServerContext,
): Promise<Result> {
  const caller = callerOf(ctx);
  const services = surface.servicesOf(caller);
  assertMayUse(services.rights, tool);
  checkLimits(raw);
  const filled = resolveSecrets(lenientInput(tool.input, raw, tool), surface.secrets, surface.redactor);
  const context: ToolContext = { ...services, caller, signal: ctx.mcpReq.signal, progress: progressReporter(ctx) };
  const parsed = tool.input.safeParse(filled);
  if (!parsed.success) throw await withNearDevices(badInput(tool, parsed.error), tool, filled, context, isMisspelled);
  const callContext: CallContext = {
    surface,
    ctx,
    context,
    canElicit: supportsElicitation(server, ctx),
    client: clientNameOf(server, ctx),
  };
  return runResolved(tool, parsed.data, context, (input) => dispatch(tool, input, callContext));
}

async function dispatch(tool: AnyTool, input: unknown, callContext: CallContext): Promise<Result> {
  const { context } = callContext;
  await assertWithinGroups(tool, input, context);
  switch (tool.kind) {
    case 'read':
      return readResult(await tool.run(input, context));
    case 'apply':
      return applyPlan(tool, input, callContext);
    case 'cancel':
      // What was asked for was done, although the cancelled change itself ends as refused.
      return { ...changeResult(await context.gate.cancel(tool.argumentsOf(input).change, context.caller)), isError: false };
    case 'change':
      return planChange(tool, input, callContext);
  }
}

function unknownTool(name: string, surface: ServerSurface): ProtocolError {
  const why = surface.whyNotOffered(name);
  const near = nearest(
    name,
    surface.tools.map((tool) => tool.name),
  );
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    why ?? `Tool ${surface.redactor.text(name.slice(0, 64))} not found${near ? `, nearest is ${near}` : ''}`,
  );
}

/** Whether a person can be asked through this client: per request on the newest protocol, per connection on the older. */
function supportsElicitation(server: Server, ctx: ServerContext): boolean {
  const envelope = ctx.mcpReq.envelope as Record<string, unknown> | undefined;
  const capabilities = (envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities()) as
    | { elicitation?: { form?: unknown; url?: unknown } }
    | undefined;
  const elicitation = capabilities?.elicitation;
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

/** The client's own name and version, as it says them. */
function clientNameOf(server: Server, ctx: ServerContext): string | undefined {
  const envelope = ctx.mcpReq.envelope as Record<string, unknown> | undefined;
  const said = (envelope?.[CLIENT_INFO_META_KEY] ?? server.getClientVersion()) as { name?: unknown; version?: unknown } | undefined;
  return said && sanitize(`${String(said.name ?? '')} ${String(said.version ?? '')}`, 80);
}

function progressReporter(ctx: ServerContext): ToolContext['progress'] {
  const token = ctx.mcpReq._meta?.progressToken;
  let last = -1;
  return (done, total, message) => {
    if (token === undefined || done <= last) return;
    last = done;
    const params = { progressToken: token, progress: done, message, ...(total === undefined ? {} : { total }) };
    // A client that went away misses its progress, nothing else.
    ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
