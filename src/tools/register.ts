/** Everything that surrounds a tool call: list, input, gate, question, answer, redaction. Said once, for every tool. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { fence } from '../text/fence.ts';
import { nearest } from '../vocabulary.ts';
import { badInput } from './bad-input.ts';
import { applyPlanned, type Gatekeeper, planChange, type Result } from './change-call.ts';
import type { AnyTool, Context } from './define.ts';
import { listing } from './listing.ts';
import { answered, brokenOff, changed, failed } from './results.ts';
import { fillSecrets } from './secrets.ts';
import { callerOf, type Surface } from './tool-surface.ts';

export function registerTools(server: Server, surface: Surface): void {
  const byName = new Map(surface.tools.map((tool) => [tool.name, tool]));
  const list = surface.tools.map(listing);

  server.setRequestHandler('tools/list', () => ({ tools: list }));
  server.setRequestHandler('tools/call', async (request, ctx): Promise<Result> => {
    const tool = byName.get(request.params.name);
    if (!tool) throw unknownTool(request.params.name, surface);
    try {
      const result = await run(tool, request.params.arguments ?? {}, surface, server, ctx);
      return 'content' in result ? surface.redactor.value(result) : result;
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      return failed(brokenOff(error, ctx.mcpReq.signal) ?? error, surface.redactor);
    }
  });
}

async function run(tool: AnyTool, raw: Record<string, unknown>, surface: Surface, server: Server, ctx: ServerContext): Promise<Result> {
  const filled = fillSecrets(raw, surface.secrets, surface.redactor);
  const parsed = tool.input.safeParse(filled);
  if (!parsed.success) throw badInput(tool, parsed.error);
  const context: Context = { ...surface.context, caller: callerOf(ctx), signal: ctx.mcpReq.signal, progress: progressTo(ctx) };
  if (tool.kind === 'read') return answered(await tool.run(parsed.data, context));
  const gatekeeper: Gatekeeper = { surface, ctx, context, canAsk: canAsk(server, ctx), client: clientOf(server, ctx) };
  switch (tool.kind) {
    case 'apply':
      return applyPlanned(tool, parsed.data, gatekeeper);
    case 'cancel':
      return changed(await context.gate.cancel(tool.of(parsed.data).change, context.caller));
    case 'change':
      return planChange(tool, parsed.data, gatekeeper);
  }
}

function unknownTool(name: string, surface: Surface): ProtocolError {
  const why = surface.absent(name);
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
function canAsk(server: Server, ctx: ServerContext): boolean {
  const envelope = ctx.mcpReq.envelope as Record<string, unknown> | undefined;
  const capabilities = (envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities()) as
    | { elicitation?: { form?: unknown; url?: unknown } }
    | undefined;
  const elicitation = capabilities?.elicitation;
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

/** The client's own name and version, as it says them. */
function clientOf(server: Server, ctx: ServerContext): string | undefined {
  const envelope = ctx.mcpReq.envelope as Record<string, unknown> | undefined;
  const said = (envelope?.[CLIENT_INFO_META_KEY] ?? server.getClientVersion()) as { name?: unknown; version?: unknown } | undefined;
  return said && fence(`${String(said.name ?? '')} ${String(said.version ?? '')}`, 80);
}

function progressTo(ctx: ServerContext): Context['progress'] {
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
