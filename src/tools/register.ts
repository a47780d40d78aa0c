/** Everything that surrounds a tool call: list, input, gate, question, answer, redaction. Said once, for every tool. */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  type RequestId,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { inCallScope } from '../clients/http/call-scope.ts';
import type { Refusal } from '../clients/http/errors.ts';
import type { Redactor } from '../text/redact.ts';
import { sanitize } from '../text/sanitize.ts';
import { nearest } from '../vocabulary.ts';
import { badInput } from './bad-input.ts';
import { assertMayUse, assertWithinGroups, limitedError, noteFor } from './caller-limits.ts';
import { applyPlan, type CallContext, planChange, type Result } from './change-call.ts';
import type { AnyTool, ToolContext } from './define.ts';
import { checkTexts } from './input-limits.ts';
import { makeLateCancellation } from './late-cancellation.ts';
import { lenientInput } from './lenient-input.ts';
import { makeOpenQuestions, type OpenQuestions } from './open-questions.ts';
import { isMisspelled } from './resolve-identifiers.ts';
import { abortedCall, changeResult, errorResult, readResult, withNotes } from './results.ts';
import { runResolved, withNearDevices } from './run-resolved.ts';
import { assertNoServerSecret, keysAnywhereIn, resolveSecrets, secretsInInput } from './secrets.ts';
import { callerOf, type ServerSurface } from './server-surface.ts';
import { asTask, takesTasks } from './tasks.ts';
import { toolListing } from './tool-listing.ts';

/** What a server must do around the tool calls of its client. */
export interface ToolCallHooks {
  refused(error: Refusal): CallToolResult;
  ended(signal: AbortSignal): Promise<CallToolResult | undefined>;
  cancelled(request: RequestId): Promise<void>;
}

export function registerTools(server: Server, surface: ServerSurface): ToolCallHooks {
  const byName = new Map(surface.tools.map((tool) => [tool.name, tool]));
  const list = surface.tools.map(toolListing);
  const { gate, clock } = surface.services;
  const questions = makeOpenQuestions({ gate, clock });
  const late = makeLateCancellation(gate);

  server.setRequestHandler('tools/list', () => ({ tools: list }));
  server.setRequestHandler('tools/call', async (request, ctx): Promise<Result> => {
    const tool = byName.get(request.params.name);
    if (!tool) throw unknownTool(request.params.name, surface);
    const raw = request.params.arguments ?? {};
    questions.answered(ctx.mcpReq.signal);
    try {
      return await inCallScope(clock, async (scope) => {
        const result = await runTool(tool, raw, surface, server, ctx, questions);
        if (!('content' in result)) return result;
        const answer = result as CallToolResult;
        late.answered(ctx.mcpReq.id, answer, callerOf(ctx));
        // Cancelled after the last look at the signal.
        if (ctx.mcpReq.signal.aborted) await late.cancelled(ctx.mcpReq.id);
        const note = noteFor(surface.servicesOf(callerOf(ctx)).rights, tool);
        const notes = [...scope.notes(), ...(note ? [note] : [])];
        const task = tool.kind !== 'read' && takesTasks(ctx) ? await asTask(answer, surface) : undefined;
        return task ?? hiddenAnswer(tool, raw, surface, callerOf(ctx))(withNotes(answer, notes));
      });
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const redactor = errorRedactor(tool, raw, surface, callerOf(ctx));
      const { rights } = surface.servicesOf(callerOf(ctx));
      return errorResult(abortedCall(error, ctx.mcpReq.signal) ?? limitedError(error, rights), { redactor, log: surface.log });
    }
  });
  return {
    refused: (error) => errorResult(error, surface),
    async ended(signal) {
      const closed = await questions.ended(signal);
      return closed && surface.redactor.knownValue(changeResult(closed));
    },
    cancelled: (request) => late.cancelled(request),
  };
}

/**
 * What hides the secrets of an answer. Only what a provider says in a read is redacted by its form and for the caller's own secrets: a sentence
 * about a change never loses a word because of a text that a caller supplied.
 */
function hiddenAnswer(
  tool: AnyTool,
  raw: unknown,
  { redactor, secretsOf }: ServerSurface,
  caller: string,
): (answer: CallToolResult) => CallToolResult {
  if (tool.kind !== 'read' || tool.toolset === 'changes') return (answer) => redactor.knownValue(answer);
  const own = redactor.with([...keysAnywhereIn(raw), ...secretsOf(caller)]);
  return (answer) => own.value(answer);
}

/** The redactor of an error. Those of the tools for changes repeat sentences that were shown, and their inputs have no secret fields. */
function errorRedactor(tool: AnyTool, raw: unknown, { redactor, secretsOf }: ServerSurface, caller: string): Redactor {
  if (tool.toolset === 'changes') return redactor;
  return redactor.with([...secretsInInput(raw), ...(tool.kind === 'read' ? secretsOf(caller) : [])]);
}

async function runTool(
  tool: AnyTool,
  raw: Record<string, unknown>,
  surface: ServerSurface,
  server: Server,
  ctx: ServerContext,
  questions: OpenQuestions,
): Promise<Result> {
  const caller = callerOf(ctx);
  const services = surface.servicesOf(caller);
  assertMayUse(services.rights, tool);
  const kind = tool.kind === 'change' ? 'change' : 'read';
  // Before anything is read for the call: another server may carry out the same change meanwhile.
  const begun = kind === 'change' ? await surface.services.gate.newestLine() : 0;
  const read = lenientInput(tool.input, raw, tool);
  checkTexts(read);
  const { input: filled, used } = resolveSecrets(read, surface.secrets, kind);
  const context: ToolContext = { ...services, caller, signal: ctx.mcpReq.signal, progress: progressReporter(ctx) };
  const parsed = tool.input.safeParse(filled);
  if (!parsed.success) throw await withNearDevices(badInput(tool, parsed.error), tool, filled, context, isMisspelled);
  if (kind === 'change') assertNoServerSecret(parsed.data, surface.redactor);
  const callContext: CallContext = {
    surface,
    ctx,
    context,
    secrets: used,
    begun,
    canElicit: supportsElicitation(server, ctx),
    client: clientNameOf(server, ctx),
    questions,
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
    why ?? `Tool ${surface.redactor.with(keysAnywhereIn(name)).text(name.slice(0, 64))} not found${near ? `, nearest is ${near}` : ''}`,
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
