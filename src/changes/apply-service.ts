/** Applies an approved change at most once. Rules, budgets and locks are checked again when the change is claimed. */
import { validApprovals } from '../approvers/approval.ts';
import type { Connection } from '../clients/connect.ts';
import { outsideCallScope } from '../clients/http/call-scope.ts';
import { Refusal } from '../clients/http/errors.ts';
import { budgetEntryOf } from '../store/budget-entry.ts';
import { type Approval, type Change, type Decision, type Reason, waitingStatuses } from '../store/change.ts';
import { capital } from '../text/capital.ts';
import { sanitize } from '../text/sanitize.ts';
import { applyDecision } from './apply-decision.ts';
import { makeExecutor } from './executor.ts';
import type { ProgressListener } from './executor-options.ts';
import type { GateDeps, GateOptions } from './gate-options.ts';
import { lease } from './lease.ts';
import { planExpired } from './outcome.ts';
import { budgetVerdict, countNamedApprovers, isAtLeast, satisfiedVerdict } from './policy-evaluator.ts';
import { budgetWindow, exceededBudget } from './rules/budgets.ts';
import { makeWorkUnderWay } from './work-under-way.ts';

/** Explanations of a claim that conflicts with another change. */
const conflicts = {
  same: 'The same change is under way',
  done: 'It has been carried out already',
  target: 'Another change is being carried out on one of its targets',
} as const;

/** A claim is retried this many times, one second apart, while another change is being applied to one of its targets. */
const claimRetries = 10;

export interface ApplyService {
  /** Applies an approved change, at most once. A concurrent second call returns the change in its current state. */
  apply(id: string, caller: string, approval: Omit<Approval, 'at'>, listener?: ProgressListener): Promise<Change>;
  /** Makes a plan wait for a named person, because of `why`. It is refused if nobody is configured who could approve. */
  requireNamedApprover(id: string, why: string): Promise<Change | undefined>;
  /** Starts nothing more and sends nothing more. Resolves when the requests under way are read to their end and recorded. */
  close(): Promise<void>;
}

/** Why nothing of a connection is sent for now: the kill switch is set, or servers on the store differ. */
async function obstacleOf({ stopped, conflictOn }: GateOptions, connection: string): Promise<string | undefined> {
  const why = await stopped();
  if (why !== undefined) return `An operator has stopped all changes (${sanitize(why, 120)}); nothing was sent.`;
  const conflict = await conflictOn(connection);
  return (
    conflict && `${capital(conflict)}; nothing was sent. An operator must give all servers the same settings; then call the tool again.`
  );
}

/** Makes the apply service of a gate. */
export function makeApplyService(parts: GateOptions, { seals, recorder, statusPoller, policyEvaluator }: GateDeps): ApplyService {
  const { store, clock, policy } = parts;
  const { withLogEntry, end } = recorder;

  const apply: ApplyService['apply'] = async (id, caller, approval, listener = {}) => {
    const planned = await store.get(id);
    if (!planned || planned.caller !== caller)
      throw new Refusal(`there is no change ${id} of yours`, 'list_changes shows the changes there are.', 'change');
    if (!waitingStatuses.includes(planned.status)) return planned;
    if (underWay.isClosing()) throw new Refusal('this server is ending, nothing was sent', 'Start it again, then call the tool again.');
    if (planned.preview) throw new Refusal('a preview is not applied before somebody requests it', 'Call apply_change.', 'change');
    const now = await store.time(clock.now());
    const refused = (reason: Reason, explanation: string): Promise<Change> =>
      end(planned, 'refused', waitingStatuses, { reason, explanation });
    if (planned.expires <= now) return refused('expired', planExpired);
    if (planned.inputs.length === 0)
      return refused(
        'expired',
        'The process that planned it has ended and its inputs were not stored; nothing was sent. Call the tool again.',
      );
    const connection = parts.connection(planned.connection);
    if (!connection?.writes) return refused('policy', `Connection ${planned.connection} does not allow changes; nothing was sent.`);
    const obstacle = await obstacleOf(parts, planned.connection);
    if (obstacle !== undefined) return refused('stopped', obstacle);
    const decision = policyEvaluator.evaluate(planned, now);
    const enough = satisfiedVerdict(approval, validApprovals({ ...planned, decision }, now).length);
    if (!isAtLeast(enough, decision.verdict)) return requireMore(planned, decision);
    return claim({ ...planned, decision }, connection, approval, enough, listener);
  };

  /** The rules now require more than the given approval: the change waits for more approvals, or is refused. */
  const requireMore = async (planned: Change, decision: Decision): Promise<Change> => {
    const required = planned.decision?.verdict ?? 'allow';
    // A repeated call must not extend the expiry.
    const known = isAtLeast(required, decision.verdict) && planned.decision?.selfApproval === decision.selfApproval;
    if (planned.status === 'awaiting_approval' && isAtLeast(required, 'approve') && known) return planned;
    const next = applyDecision({ ...planned, decision }, await store.time(clock.now()), { policy, people: parts.people, recorder });
    if (next.status === 'refused')
      return end({ ...planned, decision }, 'refused', waitingStatuses, { decision, reason: 'policy', explanation: next.explanation });
    const { status, expires, heldUntil, log } = next;
    const moved = await store.move(planned.id, waitingStatuses, { decision, status, expires, log, ...(heldUntil ? { heldUntil } : {}) });
    if (moved?.status === 'awaiting_approval' && !isAtLeast(required, 'approve')) parts.announce(moved);
    return moved ?? planned;
  };

  const claim = async (
    planned: Change,
    connection: Connection,
    approval: Omit<Approval, 'at'>,
    enough: Decision['verdict'],
    listener: ProgressListener,
  ): Promise<Change> => {
    const now = await store.time(clock.now());
    let budget: Decision | undefined;
    const over = (spent: Parameters<typeof exceededBudget>[1]): string | undefined => {
      const ruleSet = parts.rules();
      const exceeded = exceededBudget(ruleSet, spent, budgetEntryOf(planned, now));
      const verdict = exceeded && budgetVerdict(exceeded.then, parts.unattended(planned.connection));
      if (!exceeded || !verdict || isAtLeast(enough, verdict)) return undefined;
      budget = { verdict, rule: exceeded.description, version: ruleSet.version };
      return exceeded.description;
    };
    const patch = (current: Change): Partial<Change> => ({
      decision: planned.decision as Decision,
      approval: { ...approval, at: now },
      leaseUntil: now + lease,
      // The approvals of named people are in the log already.
      log: withLogEntry(
        current,
        countNamedApprovers(current) > 0 ? `started, approved by ${approval.by}` : `approved (${approval.kind}) by ${approval.by}`,
      ),
    });
    for (let attempt = 0; ; attempt++) {
      const claimed = await store.claim(planned.id, waitingStatuses, patch, { at: now, window: budgetWindow, over }).catch(notRecorded);
      // What is being sent is followed to its end, however long the tool call that started it may take.
      if ('claimed' in claimed) return outsideCallScope(() => executor.execute(claimed.claimed, connection, listener));
      if ('gone' in claimed) return (await store.get(planned.id)) ?? planned;
      if ('over' in claimed) return requireMore(planned, budget ?? { verdict: 'deny', rule: claimed.over, version: parts.rules().version });
      // A change whose server has ended blocks nobody.
      const blocking = await store.get(claimed.busy);
      if (blocking?.status === 'applying' && (await statusPoller.recoverAbandoned(blocking)).status !== 'applying') continue;
      if (claimed.why === 'target' && attempt < claimRetries) {
        await clock.sleep(1000, listener.signal);
        continue;
      }
      const explanation = `${conflicts[claimed.why]}: ${claimed.busy}. Nothing was sent.`;
      return end(planned, 'refused', waitingStatuses, { reason: 'drift', explanation });
    }
  };

  const underWay = makeWorkUnderWay(clock);
  const executor = makeExecutor({
    underWay,
    planners: parts.planners,
    store,
    clock,
    policy,
    recorder,
    statusPoller,
    stopped: parts.stopped,
    isSealed: seals.isSealed,
    async policyBlock(change) {
      const decision = policyEvaluator.evaluate(change, await store.time(clock.now()));
      if (decision.version === change.decision?.version && decision.verdict === change.decision.verdict) return undefined;
      const people = countNamedApprovers({ ...change, decision });
      const enough = change.approval ? satisfiedVerdict(change.approval, people) : 'allow';
      return isAtLeast(enough, decision.verdict) ? undefined : `the policy decision is now ${decision.verdict} (rule "${decision.rule}")`;
    },
  });

  return {
    apply,
    async requireNamedApprover(id, why) {
      const planned = await store.get(id);
      return planned && requireMore(planned, { verdict: 'approve', rule: `default: ${why}`, version: parts.rules().version });
    },
    close: () => underWay.close(),
  };
}

/** Nothing is sent before the approval is stored, so a failed write refuses the change. */
function notRecorded(error: unknown): never {
  throw new Refusal(
    `the change could not be recorded (${error instanceof Error ? error.message : String(error)}), so nothing was sent`,
    'An operator must check the state directory: free disk space and write permission. Then call the tool again.',
  );
}
