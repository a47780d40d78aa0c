/** A call of a tool that changes something: to its plan, its question, its two-step or its refusal. */
import {
  type CallToolResult,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { needed } from '../approvers/approval.ts';
import { type Way, wayOf } from '../changes/policy.ts';
import { sameSentence } from '../changes/sentence.ts';
import { Refusal } from '../clients/http/errors.ts';
import type { Approval, Change } from '../store/change.ts';
import type { ApplyTool, ChangeTool, Context, Wanted } from './define.ts';
import { form, question } from './question.ts';
import { changed } from './results.ts';
import type { Asked, Surface } from './tool-surface.ts';

export type Result = CallToolResult | InputRequiredResult;

export interface Gatekeeper {
  surface: Surface;
  ctx: ServerContext;
  context: Context;
  canAsk: boolean;
  /** What asks, by its own words. */
  client: string | undefined;
}

export async function planChange(tool: ChangeTool, input: unknown, keeper: Gatekeeper): Promise<Result> {
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

export async function applyPlanned(tool: ApplyTool, input: unknown, keeper: Gatekeeper): Promise<Result> {
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
