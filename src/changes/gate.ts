/** The gate: plan -> approve -> apply -> settle -> record. Every change of every tool goes through it. */
import { approvalLifetime, approvalsNeeded } from '../approvers/approval.ts';
import { Refusal } from '../clients/http/errors.ts';
import { type Approval, type Change, type Reason, waitingStatuses } from '../store/change.ts';
import type { ChangeFilter } from '../store/store.ts';
import { type ApplyService, makeApplyService } from './apply-service.ts';
import { type ApprovedChangeRunner, makeApprovedChangeRunner } from './approved-change-runner.ts';
import { type ChangePlanner, makeChangePlanner } from './change-planner.ts';
import type { GateDeps, GateOptions } from './gate-options.ts';
import { makePolicyEvaluator } from './policy-evaluator.ts';
import { makeRecorder } from './recorder.ts';
import { makePreviewRequester, type PreviewRequester } from './request-preview.ts';
import { makeSeals, type Seals } from './seals.ts';
import { type ChangeTracker, makeStatusPoller } from './status-poller.ts';
import { makeWaitingPlans } from './waiting-plans.ts';

export interface Gate
  extends ChangePlanner,
    ApplyService,
    ApprovedChangeRunner,
    ChangeTracker,
    PreviewRequester,
    Pick<Seals, 'fingerprint'> {
  /** Moves a plan to `awaiting_approval`, because a person is being asked. */
  markAwaitingApproval(id: string): Promise<Change | undefined>;
  /** The call in which a person was asked has ended without an answer: the plan says so. Undefined if the change does not wait for it. */
  closeQuestion(id: string): Promise<Change | undefined>;
  /** An approval that needs no question: from an `allow` rule, or from the change that this one resumes. Undefined if there is none. */
  automaticApproval(change: Change): Promise<Omit<Approval, 'at'> | undefined>;
  /** Ends a plan. Of a change that is being applied, it stops the unsent part. */
  cancel(id: string, caller: string): Promise<Change>;
  /** Ends a plan as refused; nothing is sent. */
  refuse(id: string, reason: Reason, explanation: string): Promise<Change | undefined>;
  get(id: string): Promise<Change | undefined>;
  list(filter: ChangeFilter, after: string | undefined, limit: number): Promise<{ rows: Change[]; total: number; left: number }>;
}

export function makeGate(parts: GateOptions): Gate {
  const { store, clock } = parts;
  const recorder = makeRecorder(store, clock);
  const { withLogEntry, end } = recorder;
  const statusPoller = makeStatusPoller({ store, clock, connection: parts.connection, recorder, planners: parts.planners });
  const { waitUntilSettled, handleCallback, resumePolling } = statusPoller;
  const policyEvaluator = makePolicyEvaluator({ store, rules: parts.rules, unattended: parts.unattended });
  const seals = makeSeals(parts.keys, parts.policy);
  const waitingPlans = makeWaitingPlans(store, recorder);
  const deps: GateDeps = { seals, recorder, statusPoller, policyEvaluator, waitingPlans };
  const applyService = makeApplyService(parts, deps);

  const cancel: Gate['cancel'] = async (id, caller) => {
    const change = await store.get(id);
    if (!change || change.caller !== caller)
      throw new Refusal(`change: there is no change ${id} of yours`, 'list_changes shows the changes there are.', 'change');
    const before = 'Cancelled before anything was sent.';
    if (waitingStatuses.includes(change.status))
      return end(change, 'refused', waitingStatuses, { reason: 'cancelled', explanation: before });
    const asked = await store.move(id, ['applying'], (now) => ({
      cancel: caller,
      log: withLogEntry(now, `${caller} cancelled the part that is not yet sent`),
    }));
    if (asked) return asked;
    throw new Refusal(
      `change: ${id} is ${change.status} and has nothing left to send`,
      change.inverse ? 'Call undo_change to undo it.' : 'Call get_change to see its state.',
      'change',
    );
  };

  return {
    ...makeChangePlanner(parts, deps),
    ...applyService,
    ...makePreviewRequester(parts, deps),
    ...makeApprovedChangeRunner(parts, deps, applyService),
    fingerprint: seals.fingerprint,
    async automaticApproval(change) {
      if (!waitingStatuses.includes(change.status) || change.preview) return undefined;
      if (change.decision?.verdict === 'allow') return { kind: 'rule', by: change.decision.rule };
      if (change.resumes === undefined || change.decision?.verdict !== 'ask') return undefined;
      const now = await store.time(clock.now());
      const given = (change.approvals ?? []).find((approval) => now - approval.at < approvalLifetime);
      return given && { kind: 'resumed', by: given.by };
    },
    cancel,
    get: (id) => store.get(id),
    async list(filter, after, limit) {
      // A record that cannot be written is still read.
      await waitingPlans.sweep(await store.time(clock.now())).catch(() => undefined);
      return store.list(filter, after, limit);
    },
    async markAwaitingApproval(id) {
      const change = await store.get(id);
      return (
        change &&
        store.move(id, waitingStatuses, {
          status: 'awaiting_approval',
          questionClosed: undefined,
          explanation: undefined,
          log: withLogEntry(change, 'a person is asked'),
        })
      );
    },
    async closeQuestion(id) {
      const change = await store.get(id);
      if (change?.status !== 'awaiting_approval' || approvalsNeeded(change) > 0) return undefined;
      return store.move(id, ['awaiting_approval'], (now) => ({
        status: 'planned',
        questionClosed: true,
        explanation: 'The question to a person was closed without an answer; nothing was sent, and a later answer has no effect.',
        log: withLogEntry(now, 'the question is closed: its call ended without an answer'),
      }));
    },
    async refuse(id, reason, explanation) {
      const change = await store.get(id);
      return change && end(change, 'refused', waitingStatuses, { reason, explanation });
    },
    waitUntilSettled,
    handleCallback,
    resumePolling,
  };
}
