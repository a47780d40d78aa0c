/** Plans changes: reads the state of the targets, builds the requests and evaluates the policy. Changes nothing at the provider. */
import { approvalLifetime } from '../approvers/approval.ts';
import { askersOf } from '../approvers/people.ts';
import type { Connection } from '../clients/connect.ts';
import { checkInput } from '../clients/http/check-input.ts';
import type { AnyInput } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import { hour, minute } from '../durations.ts';
import { type Approval, type BlastRadius, type Change, type Decision, pollingStatuses, waitingStatuses } from '../store/change.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import { applyDecision } from './apply-decision.ts';
import { canarySize } from './batches.ts';
import { checkIdentity } from './check-identity.ts';
import { type Draft, draftChange } from './draft.ts';
import type { GateDeps, GateOptions } from './gate-options.ts';
import { assertSecretsInPlace, weakKeyWarnings } from './input-secrets.ts';
import type { Intent } from './intent.ts';
import { namedSecretWarnings } from './named-secrets.ts';
import { planExpired } from './outcome.ts';
import type { Plan } from './planner.ts';

/** A repeated denial within this time (ms) is counted on the first one instead of being stored again. */
const deniedAgainWithin = hour;

export interface ChangePlanner {
  /** Plans a change, or returns the open change of the same intent. Sends nothing that changes the provider's state. */
  plan(intent: Intent, signal?: AbortSignal): Promise<Change>;
  /** The newest audit line. Take it when a tool call begins, before anything is read for it; see `Intent.begun`. */
  newestLine(): Promise<number>;
}

/** Makes the change planner of a gate. */
export function makeChangePlanner(
  parts: GateOptions,
  { seals, recorder, statusPoller, policyEvaluator, waitingPlans }: GateDeps,
): ChangePlanner {
  const { store, clock, policy, planners } = parts;
  const { fingerprint, sealOf } = seals;
  const { end } = recorder;
  const { pollStatus, recoverAbandoned } = statusPoller;
  const inFlight = new Map<string, Promise<Change>>();

  /** `planLine` is the newest audit line when the call began: an equal change that is carried out after it answers this call too. */
  const planChange = async (intent: Intent, planLine: number, signal?: AbortSignal): Promise<Change> => {
    const { operation, connection, inputs, preview } = intent;
    if (planners.isNeverRun(operation))
      throw new Refusal(`${operation.id} changes credentials and is never run through a tool`, 'An operator must do this at the provider.');
    connection.assertCallable(operation);
    if (inputs.length === 0)
      throw new Refusal('the selection is empty, which never means "all targets"', 'Name at least one target, for example an ICCID.');
    // Invalid inputs fail here, so that a person is never asked to approve a request that cannot be sent.
    for (const input of inputs) checkInput(operation, input);
    assertSecretsInPlace(inputs);
    const secretWarnings = namedSecretWarnings(operation, inputs, intent.secrets ?? []);
    const intentHash = fingerprint(intent);
    const planner = planners.plannerOf(operation);
    if (!preview) {
      const found = await store.findOpenByIntent(intentHash);
      // A plan whose inputs hold keys can be applied only by the process that made it, because keys are never stored.
      const usable = found && (found.inputs.length > 0 || !waitingStatuses.includes(found.status)) ? found : undefined;
      const open = usable && (await recoverAbandoned(usable));
      if (open && !(waitingStatuses.includes(open.status) && open.expires <= (await store.time(clock.now())))) return current(open);
      if (open) await end(open, 'refused', waitingStatuses, { reason: 'expired', explanation: planExpired });
    }
    const plan = await planner.inspect(inputs, { connection, clock, signal, first: (count) => canarySize(count, policy) });
    checkIdentity(operation, plan, connection.name);
    await intent.assertReachable?.(plan.targets.map(({ device }) => device));
    if (intent.undoes) assertUnchangedSince(intent.undoes, plan);
    const created = clock.now();
    const warnings = [...secretWarnings, ...weakKeyWarnings(inputs, plan.warnings), ...(intent.warnings ?? [])];
    const planned = draftChange({ ...intent, warnings }, plan, {
      id: await freeId(parts),
      intent: intentHash,
      session: parts.session,
      created,
      expires: created + policy.planMinutes * minute,
    });
    const sized =
      planned.status === 'planned'
        ? {
            ...planned,
            ...(await askedBy(planned, intent, parts)),
            blast: await blastOf(planned, { connection, total: parts.total }, signal),
          }
        : planned;
    const sealed: Change = { ...sized, planLine, seal: await sealOf(sized, plan) };
    const change = sealed.status === 'planned' ? await withDecision(sealed, intent) : sealed;
    const earlier = change.reason === 'policy' && !preview ? await deniedBefore(change) : undefined;
    if (earlier) return earlier;
    if (preview) {
      await waitingPlans.sweep(await store.time(created));
      await waitingPlans.makeRoomFor(change);
    }
    if (preview || !waitingStatuses.includes(change.status)) await store.add(change);
    else {
      // Another server may have planned the same meanwhile; then its change answers both calls.
      const stored = await store.addUnlessEqual(change, await store.time(clock.now()));
      if (stored.id !== change.id) return current(await recoverAbandoned(stored));
    }
    if (change.status === 'awaiting_approval') parts.announce(change);
    return change;
  };

  /** An open change in its current state. */
  const current = (open: Change): Promise<Change> | Change => (pollingStatuses.includes(open.status) ? pollStatus(open) : open);

  /** Adds the policy decision to a plan: it is then refused, waits for named approvers, or stays as it is. */
  const withDecision = async (change: Change, { resumes }: Intent): Promise<Change> => {
    const now = await store.time(clock.now());
    const { decision, budgetUse } = await policyEvaluator.evaluateWithBudgets(change, now);
    const carried = resumes && carriedOver(resumes, change, decision, now);
    const used = budgetUse.length > 0 ? { budgetUse } : {};
    return applyDecision({ ...change, decision, ...used, ...(carried ? { approvals: carried } : {}) }, now, {
      policy,
      people: parts.people,
      recorder,
    });
  };

  /**
   * The approvals of the resumed change that still count. They must not have expired at `now` (ms since 1970), the rules and the verdict must
   * be unchanged, and the remaining targets must be in the state that was shown.
   */
  const carriedOver = (resumed: Change, plan: Change, decision: Decision, now: number): readonly Approval[] | undefined => {
    // A person stopped the change on purpose, so resuming it needs a new approval.
    if (resumed.cancel !== undefined || resumed.halted?.reason === 'cancelled' || resumed.halted?.reason === 'stopped') return undefined;
    const same = resumed.decision?.version === decision.version && resumed.decision.verdict === decision.verdict;
    const then = new Map(resumed.targets.map((target) => [target.device, canonicalJson(target.before)]));
    const unmoved = plan.targets.every((target) => then.get(target.device) === canonicalJson(target.before));
    const given = [...(resumed.approvals ?? []), ...(resumed.approval && inTheChat(resumed.approval) ? [resumed.approval] : [])];
    const valid = given.filter((approval) => now - approval.at < approvalLifetime);
    return same && unmoved && valid.length > 0 ? valid : undefined;
  };

  /** The recent denial of the same intent by the same rule, with its counter increased; undefined if there is none. */
  const deniedBefore = async (change: Change): Promise<Change | undefined> => {
    const rule = `${change.decision?.rule} ${change.decision?.version}`;
    const now = clock.now();
    const denied = await store.update<{ id: string; rule: string; at: number }>(`denied ${change.intent}`, (last) =>
      last && last.rule === rule && now - last.at < deniedAgainWithin ? last : { id: change.id, rule, at: now },
    );
    if (!denied || denied.id === change.id) return undefined;
    return store.move(denied.id, ['refused'], (was) => ({ deniedAgain: (was.deniedAgain ?? 0) + 1 }));
  };

  return {
    newestLine: () => store.newestLine(),
    plan(intent, signal) {
      const begun = intent.begun === undefined ? store.newestLine() : Promise.resolve(intent.begun);
      if (intent.preview) return begun.then((line) => planChange(intent, line, signal));
      // Concurrent requests for the same intent run one after the other, so that the second one gets the first one's plan.
      const key = fingerprint(intent);
      const planning = Promise.all([begun, (inFlight.get(key) ?? Promise.resolve()).catch(() => undefined)]).then(([line]) =>
        planChange(intent, line, signal),
      );
      inFlight.set(key, planning);
      return planning.finally(() => inFlight.get(key) === planning && inFlight.delete(key));
    },
  };
}

/** How many targets of the connection a plan changes. */
async function blastOf(
  { targets, dependents }: Draft,
  { connection, total }: { connection: Connection; total: GateOptions['total'] },
  signal?: AbortSignal,
): Promise<BlastRadius> {
  const touched = targets.filter((target) => target.outcome !== 'unchanged');
  const devices = await total(connection, signal);
  const groups = [...new Set(touched.flatMap((target) => target.groups ?? []))];
  return {
    count: touched.length + (dependents?.count ?? 0),
    ...(devices === undefined ? {} : { total: devices }),
    ...(groups.length > 0 ? { groups } : {}),
  };
}

/** Skips ids that are taken: a seeded run generates the ids of an earlier run again. */
async function freeId({ store, newId }: Pick<GateOptions, 'store' | 'newId'>): Promise<string> {
  let id = newId();
  while (await store.get(id)) id = newId();
  return id;
}

/** The approvers who asked for it, here or through the change that it undoes or resumes, or by asking the same before. */
async function askedBy(
  draft: Draft,
  { undoes, resumes }: Intent,
  { store, people }: Pick<GateOptions, 'store' | 'people'>,
): Promise<Pick<Change, 'askedBy'>> {
  const before = [undoes, resumes].flatMap((one) => one?.askedBy ?? []);
  const askers = await askersOf({ ...draft, askedBy: [...people.behind(draft.caller), ...before] }, { store, people });
  return askers.length > 0 ? { askedBy: askers.map(({ name }) => name) } : {};
}

/** Whether a person approved in the chat. Other approvals are listed in `approvals` already, or come from a rule. */
function inTheChat({ kind }: Approval): boolean {
  return kind === 'elicited' || kind === 'host, not proven';
}

/** Throws a Refusal if a target has changed since the change that is to be undone. */
function assertUnchangedSince(undone: Change, now: Plan<AnyInput>): void {
  for (const current of now.targets) {
    const after = undone.targets.find((target) => target.device === current.device)?.after ?? {};
    const moved = Object.entries(after).find(([fact, value]) => current.before[fact] !== undefined && current.before[fact] !== value);
    if (!moved) continue;
    throw new Refusal(
      `change: ${current.label} has changed since ${undone.id}: ${moved[0]} was ${moved[1]}, is ${current.before[moved[0]]}`,
      'Nothing was sent. Call the tool that sets the state you want now.',
      'change',
    );
  }
}
