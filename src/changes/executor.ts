/** Executes a claimed change: reads the state again and sends the requests. Large changes are sent in batches after a canary. */
import type { Connection } from '../clients/connect.ts';
import type { AnyInput } from '../clients/http/endpoint.ts';
import { ProviderRefused } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import { type Change, pollingStatuses, type Step, type Target } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { capital } from '../text/capital.ts';
import { sanitize } from '../text/sanitize.ts';
import { batchesOf, canarySize, failureLimit } from './batches.ts';
import { identityProblem } from './check-identity.ts';
import type { Draft } from './draft.ts';
import { keepLease } from './lease.ts';
import { changedFact, describeDrift, lostReason, mayHaveTakenEffect, messageOf, unsettledOutcomes } from './outcome.ts';
import type { AnyPlanner, Plan, TargetState } from './planner.ts';
import type { Planners } from './planners.ts';
import type { Policy } from './policy.ts';
import type { Recorder } from './recorder.ts';
import { pollDelays, type StatusPoller } from './status-poller.ts';
import { unrecorded, withKnownOutcomes } from './unrecorded.ts';
import type { WorkUnderWay } from './work-under-way.ts';

export interface ExecutorOptions {
  planners: Planners;
  store: ChangeStore;
  clock: Clock;
  policy: Policy;
  recorder: Recorder;
  statusPoller: StatusPoller;
  underWay: WorkUnderWay;
  /** Reason of the kill switch; undefined while changes may run. */
  stopped(): Promise<string | undefined> | string | undefined;
  /** Why the approval no longer satisfies the current rules; undefined while it does. */
  policyBlock(change: Change): Promise<string | undefined>;
  /** The seal of a plan; see seals.ts. */
  /** Whether the change has the seal of this plan. */
  isSealed(change: Draft & Pick<Change, 'seal'>, plan: Pick<Plan<AnyInput>, 'steps' | 'targets'>): boolean;
}

/** How the caller of an apply follows its progress and cancels it. */
export interface ProgressListener {
  signal?: AbortSignal | undefined;
  /** Called after each request; `done` and `total` count requests. */
  progress?: ((done: number, total: number) => void) | undefined;
}

export interface Executor {
  /**
   * Executes a claimed change. Resolves when everything is sent. For a change with a canary it may resolve earlier, with the current state,
   * while the canary settles; the remaining batches are then sent in the background.
   */
  execute(change: Change, connection: Connection, listener: ProgressListener): Promise<Change>;
}

/** Why the rest of a change is not sent. */
type Halt = NonNullable<Change['halted']>;

const sealBroken = 'the stored plan does not match its seal';

/** The executor's state of a change that is being applied. */
interface Run {
  change: Change;
  planner: AnyPlanner;
  connection: Connection;
  steps: Step[];
  targets: Map<string, Target>;
  log: Change['log'];
  listener: ProgressListener;
  /** The caller that cancelled the unsent part. */
  cancel: string | undefined;
  /** The change is no longer `applying`: another process has recovered it after the lease expired. */
  lost: boolean;
  /** Why the rest is not sent, once that is known. */
  halt?: Halt | undefined;
}

/** Makes the executor of a gate. */
export function makeExecutor(parts: ExecutorOptions): Executor {
  const { store, clock, policy, planners, underWay } = parts;
  const { end } = parts.recorder;
  const { pollStatus, readBack, schedulePoll } = parts.statusPoller;
  const at = (run: Run) => ({ connection: run.connection, clock, signal: run.listener.signal });

  /** Stores the current state. Callback hints and cancellations that others stored meanwhile are kept. */
  const save = async (run: Run, more: Partial<Change> = {}): Promise<void> => {
    const now = await store.move(run.change.id, ['applying'], (stored) => ({
      steps: run.steps,
      targets: stored.targets.map((target): Target => {
        const own = run.targets.get(target.device) ?? target;
        return { ...own, ...(target.hint ? { hint: target.hint } : {}), ...(target.confirmed ? { confirmed: target.confirmed } : {}) };
      }),
      log: [...run.log],
      ...more,
    }));
    run.cancel = now?.cancel;
    run.lost = now === undefined;
    for (const target of now?.targets ?? []) run.targets.set(target.device, target);
  };

  const mark = (run: Run, devices: readonly string[], outcome: Target['outcome'], why?: string): void => {
    for (const device of devices) {
      const target = run.targets.get(device);
      if (target) run.targets.set(device, { ...target, outcome, ...(why ? { why } : {}) });
    }
  };

  const halted = async (run: Run): Promise<Halt | undefined> => {
    if (run.lost) return { reason: 'expired', why: 'the lease of the server expired' };
    if (underWay.isClosing()) return { reason: 'expired', why: 'the server was ended' };
    if (run.cancel !== undefined) return { reason: 'cancelled', why: `cancelled by ${run.cancel}` };
    if (run.listener.signal?.aborted) return { reason: 'cancelled', why: 'cancelled' };
    return (await parts.stopped()) === undefined ? undefined : { reason: 'stopped', why: 'stopped by an operator' };
  };

  /** Sends these steps in order. Returns why it stopped early, if it did. */
  const sendSteps = async (run: Run, numbers: readonly number[]): Promise<Halt | undefined> => {
    for (const number of numbers) {
      const step = run.steps[number];
      if (!step || step.targets.length === 0) continue;
      const before = await halted(run);
      if (before) return before;
      run.steps[number] = { ...step, state: 'sending', at: clock.now() };
      // Stored before sending, so that after a crash the step is known to have possibly arrived.
      await save(run, { sentAt: clock.now() }).catch((error: unknown) => {
        run.steps[number] = step;
        throw error;
      });
      if (run.cancel !== undefined || run.lost) {
        run.steps[number] = step;
        return halted(run);
      }
      run.steps[number] = { ...(run.steps[number] as Step), ...(await sendStep(run, step)) };
      run.listener.progress?.(run.steps.filter((one) => one.state !== 'planned').length, run.steps.length);
    }
    return undefined;
  };

  const sendStep = async (run: Run, step: Step): Promise<Pick<Step, 'state'> & { receipt?: string }> => {
    const { planner, log } = run;
    try {
      // The caller's signal is not passed on: a request that was sent must be read to its end and recorded.
      const reply = await run.connection.call.any(planner.operation, step.input as AnyInput, {
        priority: true,
        onRetry: (text) => log.push({ at: clock.now(), what: text }),
      });
      const receipt = planner.providerRequestIdOf?.(reply);
      mark(run, step.targets, 'sent');
      for (const { device, why } of planner.refusals?.(reply, step.input as AnyInput, step.targets) ?? [])
        mark(run, [device], 'failed', why);
      log.push({
        at: clock.now(),
        what: `sent ${counted(step.targets.length, 'target')}${receipt ? `, provider request ${receipt}` : ''}`,
      });
      return { state: 'sent', ...(receipt ? { receipt } : {}) };
    } catch (error) {
      const lost = mayHaveTakenEffect(error);
      const explained = lost || !(error instanceof ProviderRefused) ? undefined : planner.explain?.(error, step.input as AnyInput);
      const why = explained ?? (lost ? lostReason(error) : messageOf(error));
      mark(run, step.targets, lost ? 'unsure' : 'failed', why);
      log.push({ at: clock.now(), what: lost ? `the response was lost: ${why}` : `refused: ${why}` });
      return { state: lost ? 'unsure' : 'refused' };
    }
  };

  /** Whether the stored plan matches its seal; false if the store was edited. */
  const matchesSeal = (change: Change): boolean => {
    const targets = change.targets.map(
      (target): TargetState => ({ ...target, verdict: target.outcome === 'unchanged' ? 'unchanged' : 'change' }),
    );
    const steps = change.steps.map(({ input, targets: touched }) => ({ input: input as AnyInput, targets: touched }));
    return parts.isSealed(change, { steps, targets });
  };

  /** Sends all steps. If anything differs from the plan, nothing is sent. */
  const sendWhole = async (run: Run): Promise<Change> => {
    const { change, listener } = run;
    if (!matchesSeal(change)) return refuseDrift(change, sealBroken);
    let plan: Plan<AnyInput>;
    try {
      const first = (count: number): number => canarySize(count, policy);
      plan = await run.planner.inspect(change.inputs as AnyInput[], { ...at(run), first });
    } catch (error) {
      return failUnread(change, listener, error);
    }
    if (!parts.isSealed(change, plan)) return refuseDrift(change, describeDrift(change.targets, plan));
    return finish(run, await sendSteps(run, [...run.steps.keys()]));
  };

  const failUnread = (change: Change, { signal }: ProgressListener, error: unknown): Promise<Change> =>
    signal?.aborted
      ? end(change, 'refused', ['applying'], { reason: 'cancelled', explanation: 'Cancelled before anything was sent.' })
      : end(change, 'failed', ['applying'], {
          explanation: `The state could not be read again, nothing was sent. ${messageOf(error)}`,
        });

  const refuseDrift = (change: Change, difference: string): Promise<Change> =>
    end(change, 'refused', ['applying'], {
      reason: 'drift',
      explanation: `The state changed after the plan was shown, nothing was sent: ${difference}. Call the tool again to see the new plan.`,
    });

  /** Reads the targets of a batch again; targets that have changed are left out. */
  const review = async (run: Run, numbers: readonly number[]): Promise<Halt | undefined> => {
    const steps = numbers.map((number) => run.steps[number] as Step);
    let plan: Plan<AnyInput>;
    try {
      plan = await run.planner.inspect(
        steps.map((step) => step.input as AnyInput),
        at(run),
      );
    } catch (error) {
      return (await halted(run)) ?? { reason: 'drift', why: `the state could not be read again: ${messageOf(error)}` };
    }
    const states = new Map(plan.targets.map((target) => [target.device, target]));
    for (const [i, step] of steps.entries()) {
      const keep = new Set<string>();
      for (const device of step.targets) {
        const planned = run.targets.get(device);
        const now = states.get(device);
        const fact = planned && now && changedFact(planned, now);
        if (planned && now?.verdict === 'change' && !fact) keep.add(device);
        else mark(run, [device], 'left out', now ? (fact ?? now.why ?? 'it is already in this state') : 'it no longer exists');
      }
      if (keep.size === step.targets.length) continue;
      const input = keep.size > 0 ? run.planner.narrow?.({ ...step, input: step.input as AnyInput }, keep) : undefined;
      const targets = step.targets.filter((device) => keep.has(device));
      const narrowed = { steps: [{ input: input ?? {}, targets }], targets: [...run.targets.values()] };
      const other = input && identityProblem(run.planner.operation, narrowed, run.connection.name);
      if (other) return { reason: 'drift', why: other };
      run.steps[numbers[i] as number] = { ...step, input, targets, ...(keep.size === 0 ? { state: 'not sent' as const } : {}) };
    }
    return undefined;
  };

  /** Waits until everything sent so far has settled, or the settle timeout is over. */
  const settle = async (run: Run, detach: () => void): Promise<Halt | undefined> => {
    const until = clock.now() + run.planner.settleTimeout.ms;
    for (let n = 0; ; n++) {
      const current = { ...run.change, steps: run.steps, targets: [...run.targets.values()], settleBy: until };
      for (const target of (await readBack(current)).targets) run.targets.set(target.device, target);
      await save(run);
      const open = [...run.targets.values()].filter((target) => unsettledOutcomes.includes(target.outcome));
      if (open.length === 0 || (run.planner.unobservable && open.every((target) => target.outcome !== 'unsure'))) return undefined;
      if (clock.now() >= until) return undefined;
      const stop = await halted(run);
      if (stop) return stop;
      detach();
      const poll = new Promise<void>((resolve) => void clock.later(pollDelays[Math.min(n, pollDelays.length - 1)] as number, resolve));
      await Promise.race([poll, underWay.closing]);
    }
  };

  /** Why the remaining batches must not be sent, given the outcomes so far; undefined if they may. */
  const tooManyFailures = (run: Run, canary: readonly string[] | undefined): Halt | undefined => {
    const targets = [...run.targets.values()];
    const touched = targets.filter((target) => target.outcome !== 'unchanged').length;
    const limit = failureLimit(touched, policy);
    const failures = targets.filter(({ outcome }) => outcome === 'failed' || outcome === 'unsure' || outcome === 'left out').length;
    if (failures > limit)
      return { reason: 'drift', why: `held back: ${failures} of ${touched} failed or had changed, more than the ${limit} allowed` };
    if (canary?.every((device) => !['applied', 'sent', 'pending'].includes(run.targets.get(device)?.outcome ?? '')))
      return { reason: 'drift', why: 'held back: the canary failed for all of its targets' };
    return undefined;
  };

  /** Sends batch by batch. Before each one, the kill switch, the rules, the state of its targets and the outcomes so far are checked. */
  const sendInBatches = async (run: Run, detach: () => void): Promise<Change> => {
    const { change } = run;
    if (!matchesSeal(change)) return refuseDrift(change, sealBroken);
    const count = change.targets.filter((target) => target.outcome === 'planned').length;
    const first = canarySize(count, policy);
    for (const [i, numbers] of batchesOf(run.steps, first, policy.batchTargets).entries()) {
      const forbidden = await parts.policyBlock(change);
      const stop =
        (await halted(run)) ??
        (forbidden ? { reason: 'policy' as const, why: forbidden } : undefined) ??
        (await review(run, numbers)) ??
        tooManyFailures(run, undefined) ??
        (await sendSteps(run, numbers));
      if (stop) return finish(run, stop);
      if (i > 0) {
        const failed = tooManyFailures(run, undefined);
        if (failed) return finish(run, failed);
        continue;
      }
      const canary = numbers.flatMap((number) => run.steps[number]?.targets ?? []);
      run.log.push({
        at: clock.now(),
        what: `${counted(canary.length, 'target')} went first as the canary; the other ${count - canary.length} wait until it has settled`,
      });
      await save(run, {
        explanation: `${canary.length} went first as the canary; the other ${count - canary.length} follow once it has settled.`,
      });
      const failed = (await settle(run, detach)) ?? tooManyFailures(run, canary);
      if (failed) return finish(run, failed);
    }
    return finish(run, undefined);
  };

  /** Ends the sending, complete or halted, and starts polling what was sent. Called again if what it stores could not be stored. */
  const finish = async (run: Run, why: Halt | undefined): Promise<Change> => {
    const { change, planner } = run;
    if (why && !run.halt) run.log.push({ at: clock.now(), what: why.why });
    run.halt ??= why;
    const { halt } = run;
    run.steps = run.steps.map((step): Step => (step.state === 'planned' ? { ...step, state: 'not sent' } : step));
    if (halt)
      for (const step of run.steps)
        if (step.state === 'not sent')
          mark(
            run,
            step.targets,
            'not sent',
            halt.reason === 'cancelled' || halt.reason === 'stopped' ? `${halt.why} before it was sent` : halt.why,
          );
    const targets = change.targets.map((target) => run.targets.get(target.device) ?? target);
    if (run.steps.every((step) => step.state === 'not sent')) {
      const leftOut = targets.filter((target) => target.outcome === 'left out').length;
      const why = halt?.why ?? (leftOut > 0 ? `all ${leftOut} had changed since the plan was shown` : 'nothing was left to send');
      return end({ ...change, log: run.log }, 'refused', ['applying'], {
        targets,
        reason: halt?.reason ?? 'drift',
        explanation: `${capital(sanitize(why, 300))} before anything was sent.`,
      });
    }
    const sentAt = clock.now();
    const sent: Partial<Change> = {
      status: 'accepted',
      steps: run.steps,
      sentAt,
      settleBy: sentAt + planner.settleTimeout.ms,
      inputs: [],
      ...(halt ? { halted: halt } : {}),
    };
    await save(run, sent);
    if (run.lost) await store.move(change.id, ['unknown'], (recovered) => withKnownOutcomes(recovered, run));
    const stored = (await store.get(change.id)) ?? change;
    const polled = pollingStatuses.includes(stored.status) ? await pollStatus(stored).catch(() => stored) : stored;
    if (pollingStatuses.includes(polled.status)) schedulePoll(polled.id, 0, planner.settleTimeout.ms);
    return polled;
  };

  /** What was done could not be stored: nothing more is sent, storing is tried again until it works, and the answer says what is known. */
  const notStored = (run: Run, error: unknown): Change => {
    const cause = messageOf(error);
    const rest = run.steps.some(({ state }) => state === 'planned');
    const again = (n: number): void =>
      void clock.later(pollDelays[Math.min(n, pollDelays.length - 1)] as number, () => {
        finish(run, rest ? { reason: 'stopped', why: `the server could not record it (${cause})` } : undefined).catch(() => again(n + 1));
      });
    again(0);
    return unrecorded({ ...run.change, steps: run.steps, targets: [...run.targets.values()], log: run.log }, cause);
  };

  return {
    execute(change, connection, listener) {
      const planner = planners.plannerOf(change.operation);
      const run: Run = {
        change,
        planner,
        connection,
        steps: change.steps.map((step) => ({ ...step })),
        targets: new Map(change.targets.map((target) => [target.device, target])),
        log: [...change.log],
        listener,
        cancel: undefined,
        lost: false,
      };
      const count = change.targets.filter((target) => target.outcome === 'planned').length;
      const divisible = planner.narrow !== undefined || change.steps.every((step) => step.targets.length === 1);
      const release = keepLease(change.id, parts);
      if (canarySize(count, policy) === 0 || !divisible)
        return underWay.add(
          sendWhole(run)
            .catch((error: unknown) => notStored(run, error))
            .finally(release),
        );
      const { promise, resolve, reject } = Promise.withResolvers<Change>();
      // The caller does not wait for the canary to settle: it gets the current state, and its signal no longer cancels the change.
      const detach = (): void => {
        run.listener = {};
        store.get(change.id).then(
          (stored) => resolve(stored ?? change),
          () => resolve(change),
        );
      };
      underWay
        .add(
          sendInBatches(run, detach)
            .catch((error: unknown) => notStored(run, error))
            .finally(release),
        )
        .then(resolve, reject);
      return promise;
    },
  };
}

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
