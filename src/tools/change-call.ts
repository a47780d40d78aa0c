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
import { confirmationOf, sameSentence } from '../changes/document/confirmation.ts';
import { type ApprovalMethod, approvalMethod } from '../changes/policy.ts';
import { untilDeadline } from '../clients/http/call-scope.ts';
import { Refusal } from '../clients/http/errors.ts';
import { type Approval, type Change, waitingStatuses } from '../store/change.ts';
import { wholeCap } from '../text/exact-text.ts';
import { memberOf } from '../text/is-object.ts';
import type { UsedSecret } from '../text/named-secret.ts';
import { approvalForm, approvalQuestion, maxQuestion } from './approval-question.ts';
import { assertTargetsWithin, planError, shownTo } from './caller-limits.ts';
import type { ApplyTool, ChangeRequest, ChangeTool, ToolContext } from './define.ts';
import type { OpenQuestions } from './open-questions.ts';
import { changeResult } from './results.ts';
import type { ApprovalState, ServerSurface } from './server-surface.ts';

export type Result = CallToolResult | InputRequiredResult;

export interface CallContext {
  surface: ServerSurface;
  ctx: ServerContext;
  context: ToolContext;
  /** The named secrets that the input uses. */
  secrets: readonly UsedSecret[];
  canElicit: boolean;
  /** Number of the newest audit line when the call began. */
  begun: number;
  /** Name and version of the client, as it reports them. */
  client: string | undefined;
  questions: OpenQuestions;
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
    begun: call.begun,
    warnings: wanted.warnings,
    secrets: call.secrets,
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
  const way = methodOf(planned, callContext);
  if (way.way === 'refuse')
    return answer((await context.gate.refuse(planned.id, 'policy', `Nothing was sent: ${way.why}. ${way.next}`)) ?? planned, context);
  if (way.way === 'outside') {
    if (surface.approverCount === 0)
      return answer((await context.gate.refuse(planned.id, 'policy', `Nothing was sent: ${way.why}. ${way.next}`)) ?? planned, context);
    return answer((await context.gate.requireNamedApprover(planned.id, way.why)) ?? planned, context);
  }
  if (way.way === 'two-step') return answer(planned, context);
  return askForApproval(planned, way, callContext);
}

/** How this change is approved: the method of the policy, or outside the chat if the question would be too long. */
function methodOf(planned: Change, { surface, canElicit }: CallContext): ApprovalMethod {
  const unattended = planned.sandbox && surface.approverCount === 0;
  const way = approvalMethod(planned, { canAsk: canElicit, unattended }, surface.policy);
  if ((way.way !== 'ask' && way.way !== 'type') || unattended) return way;
  if (planned.inFull)
    return {
      way: 'outside',
      why: `${planned.inFull.length === 1 ? 'a value that it sets is' : `${planned.inFull.length} values that it sets are`} too long to be shown whole in the chat`,
      next: `Shorten what has more than ${wholeCap} characters, set it in parts, or have an operator configure an approver.`,
    };
  const { length } = approvalQuestion(planned, way);
  return length <= maxQuestion
    ? way
    : {
        way: 'outside',
        why: `all that a person must read takes ${length} characters, more than the ${maxQuestion} of a question in the chat`,
        next: 'Change fewer targets or fields at once, or have an operator configure an approver.',
      };
}

async function askForApproval(
  planned: Change,
  way: ApprovalMethod & { way: 'ask' | 'type' },
  { surface, ctx, context, questions }: CallContext,
): Promise<Result> {
  await context.gate.markAwaitingApproval(planned.id);
  // Since 2026-07-28 the call ends with the question, and the answer is a call of its own.
  if (ctx.mcpReq.envelope === undefined) questions.asked(planned.id, ctx.mcpReq.signal, context.progress);
  const approvalState: ApprovalState = { change: planned.id, intent: planned.intent };
  return inputRequired({
    inputRequests: {
      approval: inputRequired.elicit({
        message: surface.redactor.known(approvalQuestion(shownTo(context.rights, planned), way)),
        requestedSchema: approvalForm(way),
      }),
    },
    requestState: await surface.codec.mint(approvalState, ctx),
  });
}

/** The person's answer. Anything but a clear yes to this plan counts as not approved. */
async function handleElicitation(planned: Change, callContext: CallContext): Promise<Result> {
  const { ctx, context } = callContext;
  const response = inputResponse(ctx.mcpReq.inputResponses, 'approval');
  if (planned.status !== 'planned' && planned.status !== 'awaiting_approval') return answer(planned, context);
  if (approvalsNeeded(planned) > 0) return routeApproval(planned, callContext);
  const way = methodOf(planned, callContext);
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
  const shown = await gate.get(id);
  if (!shown || shown.caller !== caller)
    throw new Refusal(`change: there is no change ${id} of yours`, 'list_changes shows the changes there are.', 'change');
  // The rights may have changed since it was planned.
  if (waitingStatuses.includes(shown.status) && leavesOut(callContext.context.rights)) {
    const devices = shown.targets.map(({ device }) => device);
    await assertTargetsWithin(callContext.context.connection(shown.connection).name, devices, callContext.context);
  }
  const approvalState = callContext.ctx.mcpReq.requestState<ApprovalState>();
  if (approvalState !== undefined && approvalState.change === id && approvalState.intent === shown.intent)
    return handleElicitation(shown, callContext);
  if (!waitingStatuses.includes(shown.status)) return answer(shown, callContext.context);
  // The caller repeats what it was shown.
  const sentence = callContext.surface.redactor.known(confirmationOf(shown));
  if (!sameSentence(confirm, sentence))
    throw new Refusal('confirm: is not the sentence of this plan', `Nothing was changed. It is, exactly: ${sentence}`, 'confirm');
  const planned = await gate.requestPreview(shown);
  if (!waitingStatuses.includes(planned.status)) return answer(planned, callContext.context);
  const way = methodOf(planned, callContext);
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
