/** Everything that surrounds a tool call: list, input, gate, question, answer, redaction. Said once, for every tool. */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { needed } from '../approvers/approval.ts';
import { touches } from '../approvers/words.ts';
import { type Policy, type Way, wayOf } from '../changes/policy.ts';
import { sameSentence } from '../changes/sentence.ts';
import { changeText, changeView, nextOf } from '../changes/view.ts';
import { CallError, Refusal } from '../clients/http/errors.ts';
import type { Approval, Change } from '../store/change.ts';
import { fence } from '../text/fence.ts';
import type { Redactor } from '../text/redact.ts';
import { nearest } from '../vocabulary.ts';
import { badInput } from './bad-input.ts';
import { type Answer, type AnyTool, type ApplyTool, type ChangeTool, type Context, hintsOf, type Wanted } from './define.ts';
import { secretHint } from './fields.ts';
import { fillSecrets, type Secrets } from './secrets.ts';

/** What the surface of one server is made of. */
export interface Surface {
  tools: readonly AnyTool[];
  /** Why a known tool is not offered, for the answer to a call of it. */
  absent(name: string): string | undefined;
  context: Omit<Context, 'caller' | 'signal' | 'progress'>;
  policy: Policy;
  redactor: Redactor;
  secrets: Secrets;
  codec: ReturnType<typeof createRequestStateCodec<Asked>>;
}

/** What a question carries through the client: signed, no secrets. */
interface Asked {
  change: string;
  intent: string;
}

type Result = CallToolResult | InputRequiredResult;

/** The signed state of a question; binds method and caller, lives a little longer than a plan. */
export function questionCodec(key: Uint8Array, policy: Policy): Surface['codec'] {
  return createRequestStateCodec<Asked>({
    key,
    ttlSeconds: policy.planMinutes * 60 + 60,
    bind: (ctx) => `${ctx.mcpReq.method}\0${callerOf(ctx)}`,
  });
}

/** Over HTTP the token's name, over stdio the process. */
export function callerOf(ctx: ServerContext): string {
  return ctx.http?.authInfo?.clientId ?? 'local';
}

const listed = new WeakMap<AnyTool, Tool>();

/** A tool as clients see it; schemas are turned into JSON Schema once. */
export function listing(tool: AnyTool): Tool {
  const present = listed.get(tool);
  if (present) return present;
  const made: Tool = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(tool.input, 'input') as Tool['inputSchema'],
    outputSchema: jsonSchema(tool.output, 'output') as NonNullable<Tool['outputSchema']>,
    annotations: { title: tool.title, ...hintsOf(tool) },
  };
  listed.set(tool, made);
  return made;
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema: made }) => {
      if (made.description === secretHint) delete made.type;
      if (io === 'output' && made.additionalProperties !== undefined) delete made.additionalProperties;
    },
  }) as Record<string, unknown>;
  return shape;
}

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
      return change(tool, parsed.data, gatekeeper);
  }
}

interface Gatekeeper {
  surface: Surface;
  ctx: ServerContext;
  context: Context;
  canAsk: boolean;
  /** What asks, by its own words. */
  client: string | undefined;
}

async function change(tool: ChangeTool, input: unknown, keeper: Gatekeeper): Promise<Result> {
  const { context, ctx } = keeper;
  const { gate, caller, signal } = context;
  const wanted: Wanted = await tool.want(input, context);
  const operation = wanted.operation ?? tool.operations[0];
  if (!operation) throw new Error(`${tool.name} names no operation`);
  const preview = input !== null && typeof input === 'object' && 'preview' in input && input.preview === true;
  const intent = {
    operation,
    connection: wanted.connection,
    inputs: wanted.inputs,
    caller,
    client: keeper.client,
    preview,
    warnings: wanted.warnings,
    undoes: wanted.undoes,
    resumes: wanted.resumes,
  };
  const asked = ctx.mcpReq.requestState<Asked>();
  if (asked !== undefined) {
    const planned = await gate.get(asked.change);
    if (!planned || planned.caller !== caller)
      throw new Refusal('the question that was answered is not known here', 'Nothing was sent. Call the tool again.');
    if (gate.fingerprint(intent) !== asked.intent || preview) {
      const ended = await gate.refuse(
        planned.id,
        'cancelled',
        'The arguments were changed while a person was asked; nothing was sent. Call the tool again to see the new plan.',
      );
      return changed(ended ?? planned);
    }
    return heard(planned, keeper);
  }
  const planned = await gate.propose(intent, signal);
  if (planned.preview || (planned.status !== 'planned' && planned.status !== 'awaiting_approval')) return changed(planned);
  return decide(planned, keeper);
}

/** A planned change to its question, its two-step or its refusal; what is to be approved outside the chat waits. */
async function decide(planned: Change, keeper: Gatekeeper): Promise<Result> {
  const { surface, context } = keeper;
  const standing = await context.gate.standing(planned);
  if (standing) return changed(await carryOut(planned, standing, context));
  if (needed(planned) > 0) {
    await context.gate.takeUp(planned.id);
    return changed((await context.gate.get(planned.id)) ?? planned);
  }
  const way = wayOf(planned, keeper.canAsk, surface.policy);
  if (way.way === 'refuse')
    return changed((await context.gate.refuse(planned.id, 'policy', `Nothing was sent: ${way.why}. ${way.next}`)) ?? planned);
  if (way.way === 'two-step') return changed(planned);
  return ask(planned, way, keeper);
}

async function ask(planned: Change, way: Way & { way: 'ask' | 'type' }, { surface, ctx, context }: Gatekeeper): Promise<Result> {
  await context.gate.asking(planned.id);
  const asked: Asked = { change: planned.id, intent: planned.intent };
  return inputRequired({
    inputRequests: {
      approval: inputRequired.elicit({ message: surface.redactor.text(question(planned, way)), requestedSchema: form(way) }),
    },
    requestState: await surface.codec.mint(asked, ctx),
  });
}

/** Of more targets than this the question also says how much of the connection they are. */
const few = 3;

/** What a person reads: the sentence, what is unusual, what to type. */
function question(planned: Change, way: Way): string {
  const elsewhere = planned.decision?.rule.endsWith('sandbox without approvers')
    ? ['On a live connection a named person outside the chat approves this.']
    : [];
  const typed = way.way === 'type' ? `To approve, type ${way.what}: ${way.expected}` : 'Approve?';
  const warnings = planned.warnings.slice(0, 5).map((warning) => `Warning: ${warning}.`);
  const many = (planned.blast?.count ?? 0) > few ? [`Touches ${touches(planned)}.`] : [];
  return [
    planned.summary,
    ...many,
    ...warnings,
    ...(planned.sandbox ? ['This is the sandbox: nothing real changes.'] : []),
    ...elsewhere,
    typed,
  ].join('\n');
}

function form(way: Way) {
  return way.way === 'type'
    ? z.object({ confirm: z.string().describe(`type ${way.what} to approve`) })
    : z.object({ approve: z.boolean().describe('true carries it out') });
}

/** What the person answered. Anything but a clear yes to this plan means: not approved. */
async function heard(planned: Change, keeper: Gatekeeper): Promise<Result> {
  const { surface, ctx, context } = keeper;
  const response = inputResponse(ctx.mcpReq.inputResponses, 'approval');
  if (planned.status !== 'planned' && planned.status !== 'awaiting_approval') return changed(planned);
  if (needed(planned) > 0) return decide(planned, keeper);
  const way = wayOf(planned, keeper.canAsk, surface.policy);
  if (way.way !== 'ask' && way.way !== 'type') return decide(planned, keeper);
  if (response.kind === 'missing') return ask(planned, way, keeper);
  const declined = async (why: string): Promise<Result> =>
    changed((await context.gate.refuse(planned.id, 'declined', `Not approved: ${why}. Nothing was sent.`)) ?? planned);
  if (response.kind !== 'elicit' || response.action !== 'accept')
    return declined(response.kind === 'elicit' && response.action === 'cancel' ? 'the question was dismissed' : 'the answer was no');
  if (way.way === 'ask' && response.content?.['approve'] !== true) return declined('the answer was no');
  if (way.way === 'type' && String(response.content?.['confirm'] ?? '').trim() !== way.expected)
    return declined(`what was typed is not ${way.what}`);
  if (context.signal.aborted) return declined('the call had ended');
  return changed(await carryOut(planned, { kind: 'elicited', by: `the person at ${context.caller}` }, context));
}

async function applyPlanned(tool: ApplyTool, input: unknown, keeper: Gatekeeper): Promise<Result> {
  const { gate, caller } = keeper.context;
  const { change: id, confirm } = tool.of(input);
  const planned = await gate.get(id);
  if (!planned || planned.caller !== caller)
    throw new Refusal(`change: there is no change ${id} of yours`, 'list_changes shows the changes there are.', 'change');
  const asked = keeper.ctx.mcpReq.requestState<Asked>();
  if (asked !== undefined && asked.change === id && asked.intent === planned.intent) return heard(planned, keeper);
  if (planned.status !== 'planned' && planned.status !== 'awaiting_approval') return changed(planned);
  if (planned.preview) throw new Refusal('change: a preview is never applied', 'Call the tool again without preview.', 'change');
  if (!sameSentence(confirm, planned.summary)) {
    throw new Refusal(
      'confirm: is not the sentence of this plan',
      `Nothing was changed. It is change.summary, exactly: ${planned.summary}`,
      'confirm',
    );
  }
  const way = wayOf(planned, keeper.canAsk, keeper.surface.policy);
  return way.way === 'two-step' && needed(planned) === 0
    ? changed(await carryOut(planned, { kind: 'host, not proven', by: `the person at ${caller}` }, keeper.context))
    : decide(planned, keeper);
}

function carryOut(planned: Change, approval: Omit<Approval, 'at'>, { gate, caller, signal, progress }: Context): Promise<Change> {
  return gate.apply(planned.id, caller, approval, {
    signal,
    progress: (done, total) => progress(done, total, `${done} of ${total} requests sent`),
  });
}

function changed(planned: Change): CallToolResult {
  const result: CallToolResult = {
    content: [{ type: 'text', text: changeText(planned, nextOf(planned)) }],
    structuredContent: { change: changeView(planned) },
  };
  return planned.status === 'failed' || planned.status === 'refused' ? { ...result, isError: true } : result;
}

function answered(answer: Answer): CallToolResult {
  return { content: [{ type: 'text', text: answer.text }], structuredContent: answer.structured };
}

/** A call that its client broke off, or left: nobody hears the answer, and the server has no problem. */
function brokenOff(error: unknown, signal: AbortSignal): Refusal | undefined {
  if (!signal.aborted || error !== signal.reason) return undefined;
  return new Refusal('the call was broken off', 'Whatever it had sent is followed to its end: list_changes tells.');
}

function failed(error: unknown, redactor: Redactor): CallToolResult {
  const known = error instanceof CallError ? error : undefined;
  const message = known?.message ?? 'an unexpected problem inside the server; its log on stderr says more';
  const next = known?.next ?? 'Try again; if it stays, tell the operator.';
  const field = error instanceof Refusal ? error.field : undefined;
  if (!known) process.stderr.write(`${redactor.text(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
  return redactor.value({
    isError: true,
    content: [{ type: 'text', text: `${message}${/[.!?]$/.test(message) ? '' : '.'} ${next}` }],
    structuredContent: { error: { kind: known?.name ?? 'Unexpected', message, next, ...(field ? { field } : {}) } },
  });
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
