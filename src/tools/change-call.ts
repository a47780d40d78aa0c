/** Handles the call of a tool that changes something: plans the change, then asks, returns the plan to confirm, or refuses. */
import {
  type CallToolResult,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { approvalsNeeded } from '../approvers/approval.ts';
import { leavesOut } from '../changes/caller-rights.ts';
import { type ApprovalMethod, approvalMethod } from '../changes/policy.ts';
import { confirmationOf, sameSentence } from '../changes/sentence.ts';
import { untilDeadline } from '../clients/http/call-scope.ts';
import { Refusal } from '../clients/http/errors.ts';
import { type Approval, type Change, waitingStatuses } from '../store/change.ts';
import { memberOf } from '../text/is-object.ts';
import { approvalForm, approvalQuestion } from './approval-question.ts';
import { assertTargetsWithin, planError, shownTo } from './caller-limits.ts';
import type { ApplyTool, ChangeRequest, ChangeTool, ToolContext } from './define.ts';
import { changeResult } from './results.ts';
import type { ApprovalState, ServerSurface } from './server-surface.ts';

export type Result = CallToolResult | InputRequiredResult;

export interface CallContext {
  surface: ServerSurface;
  ctx: ServerContext;
  context: ToolContext;
  canElicit: boolean;
  /** Name and version of the client, as it reports them. */
  client: string | undefined;
}

export async function planChange(tool: ChangeTool, input: unknown, call: CallContext): Promise<Result> {
  const { context, ctx } = call;
  const { gate, caller, signal } = context;
  const wanted: ChangeRequest = await tool.toRequest(input, context);
  const operation = wanted.operation ?? tool.operations[0];
  if (!operation) throw new Error(`${tool.name} names no operation`);
  const preview = memberOf(input, 'preview') === true;
  let reachable = false;
  const intent = {
    operation,
    connection: wanted.connection,
    inputs: wanted.inputs,
    caller,
    client: call.client,
    preview,
    warnings: wanted.warnings,
    undoes: wanted.undoes,
    resumes: wanted.resumes,
    async assertReachable(devices: readonly string[]) {
      await assertTargetsWithin(wanted.connection.name, devices, context);
      reachable = true;
    },
  };
  const asked = ctx.mcpReq.requestState<ApprovalState>();
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
      return answer(ended ?? planned, context);
    }
    return handleElicitation(planned, call);
  }
  const planned = await gate.plan(intent, signal).catch((error: unknown) => {
    throw reachable ? error : planError(error, tool, input, context.rights);
  });
  if (planned.preview || (planned.status !== 'planned' && planned.status !== 'awaiting_approval')) return answer(planned, context);
  return routeApproval(planned, call);
}

/** Asks about a planned change, returns it to be confirmed, or refuses it. A change that needs approvers waits for them. */
async function routeApproval(planned: Change, callContext: CallContext): Promise<Result> {
  const { surface, context } = callContext;
  const standingApproval = await context.gate.automaticApproval(planned);
  if (standingApproval) return answer(await applyWithProgress(planned, standingApproval, context), context);
  if (approvalsNeeded(planned) > 0) {
    await untilDeadline(context.gate.runApproved(planned.id));
    return answer((await context.gate.get(planned.id)) ?? planned, context);
  }
  const way = approvalMethod(planned, callContext.canElicit, surface.policy);
  if (way.way === 'refuse')
    return answer((await context.gate.refuse(planned.id, 'policy', `Nothing was sent: ${way.why}. ${way.next}`)) ?? planned, context);
  if (way.way === 'two-step') return answer(planned, context);
  return askForApproval(planned, way, callContext);
}

async function askForApproval(
  planned: Change,
  way: ApprovalMethod & { way: 'ask' | 'type' },
  { surface, ctx, context }: CallContext,
): Promise<Result> {
  await context.gate.markAwaitingApproval(planned.id);
  const approvalState: ApprovalState = { change: planned.id, intent: planned.intent };
  return inputRequired({
    inputRequests: {
      approval: inputRequired.elicit({
        message: surface.redactor.text(approvalQuestion(shownTo(context.rights, planned), way)),
        requestedSchema: approvalForm(way),
      }),
    },
    requestState: await surface.codec.mint(approvalState, ctx),
  });
}

/** The person's answer. Anything but a clear yes to this plan counts as not approved. */
async function handleElicitation(planned: Change, callContext: CallContext): Promise<Result> {
  const { surface, ctx, context } = callContext;
  const response = inputResponse(ctx.mcpReq.inputResponses, 'approval');
  if (planned.status !== 'planned' && planned.status !== 'awaiting_approval') return answer(planned, context);
  if (approvalsNeeded(planned) > 0) return routeApproval(planned, callContext);
  const way = approvalMethod(planned, callContext.canElicit, surface.policy);
  if (way.way !== 'ask' && way.way !== 'type') return routeApproval(planned, callContext);
  if (response.kind === 'missing') return askForApproval(planned, way, callContext);
  const declined = async (why: string): Promise<Result> =>
    answer((await context.gate.refuse(planned.id, 'declined', `Not approved: ${why}. Nothing was sent.`)) ?? planned, context);
  if (response.kind !== 'elicit' || response.action !== 'accept')
    return declined(response.kind === 'elicit' && response.action === 'cancel' ? 'the question was dismissed' : 'the answer was no');
  if (way.way === 'ask' && response.content?.['approve'] !== true) return declined('the answer was no');
  if (way.way === 'type' && String(response.content?.['confirm'] ?? '').trim() !== way.expected)
    return declined(`what was typed is not ${way.what}`);
  if (context.signal.aborted) return declined('the call had ended');
  return answer(await applyWithProgress(planned, { kind: 'elicited', by: `the person at ${context.caller}` }, context), context);
}

export async function applyPlan(tool: ApplyTool, input: unknown, callContext: CallContext): Promise<Result> {
  const { gate, caller } = callContext.context;
  const { change: id, confirm } = tool.argumentsOf(input);
  const planned = await gate.get(id);
  if (!planned || planned.caller !== caller)
    throw new Refusal(`change: there is no change ${id} of yours`, 'list_changes shows the changes there are.', 'change');
  // The rights may have changed since it was planned.
  if (waitingStatuses.includes(planned.status) && leavesOut(callContext.context.rights)) {
    const devices = planned.targets.map(({ device }) => device);
    await assertTargetsWithin(callContext.context.connection(planned.connection).name, devices, callContext.context);
  }
  const approvalState = callContext.ctx.mcpReq.requestState<ApprovalState>();
  if (approvalState !== undefined && approvalState.change === id && approvalState.intent === planned.intent)
    return handleElicitation(planned, callContext);
  if (planned.status !== 'planned' && planned.status !== 'awaiting_approval') return answer(planned, callContext.context);
  if (planned.preview) throw new Refusal('change: a preview is never applied', 'Call the tool again without preview.', 'change');
  if (!sameSentence(confirm, confirmationOf(planned))) {
    throw new Refusal(
      'confirm: is not the sentence of this plan',
      `Nothing was changed. It is, exactly: ${confirmationOf(planned)}`,
      'confirm',
    );
  }
  const way = approvalMethod(planned, callContext.canElicit, callContext.surface.policy);
  return way.way === 'two-step' && approvalsNeeded(planned) === 0
    ? answer(
        await applyWithProgress(planned, { kind: 'host, not proven', by: `the person at ${caller}` }, callContext.context),
        callContext.context,
      )
    : routeApproval(planned, callContext);
}

/** Applies a change. If it takes longer than the call, it continues: the answer is its state so far, and get_change follows it. */
async function applyWithProgress(
  planned: Change,
  approval: Omit<Approval, 'at'>,
  { gate, caller, signal, progress }: ToolContext,
): Promise<Change> {
  const applied = await untilDeadline(
    gate.apply(planned.id, caller, approval, {
      signal,
      progress: (done, total) => progress(done, total, `${done} of ${total} requests sent`),
    }),
  );
  return applied ?? (await gate.get(planned.id)) ?? planned;
}

/** The answer about a change, as this caller may read it. */
function answer(change: Change, { rights }: Pick<ToolContext, 'rights'>): Result {
  return changeResult(shownTo(rights, change));
}
