/** Executes a claimed change: reads the state again and sends the requests. Large changes are sent in batches after a canary. */
import type { Connection } from '../clients/connect.ts';
import type { AnyInput } from '../clients/http/endpoint.ts';
import type { Change } from '../store/change.ts';
import { canarySize } from './batches.ts';
import type { ExecutorOptions, ProgressListener } from './executor-options.ts';
import { contextOf, newRun, type Run } from './executor-run.ts';
import { finishRun, notStored } from './finish-run.ts';
import { keepLease } from './lease.ts';
import { describeDrift, messageOf } from './outcome.ts';
import type { Plan, TargetState } from './planner.ts';
import { sendInBatches } from './send-batches.ts';
import { sendSteps } from './send-steps.ts';

export interface Executor {
  /**
   * Executes a claimed change. Resolves when everything is sent. For a change with a canary it may resolve earlier, with the current state,
   * while the canary settles; the remaining batches are then sent in the background.
   */
  execute(change: Change, connection: Connection, listener: ProgressListener): Promise<Change>;
}

/** Makes the executor of a gate. */
export function makeExecutor(parts: ExecutorOptions): Executor {
  const { store, policy, planners, underWay } = parts;
  return {
    execute(change, connection, listener) {
      const run = newRun(change, planners.plannerOf(change.operation), connection, listener);
      const count = change.targets.filter((target) => target.outcome === 'planned').length;
      const divisible = run.planner.narrow !== undefined || change.steps.every((step) => step.targets.length === 1);
      const release = keepLease(change.id, parts);
      /** Sends in one way, and stores what is known of it whatever happens. */
      const sending = (send: () => Promise<Change>): Promise<Change> =>
        underWay.add(
          sealProblem(change, parts)
            .then((broken) => broken ?? send())
            .catch((error: unknown) => notStored(run, error, parts))
            .finally(release),
        );
      if (canarySize(count, policy) === 0 || !divisible) return sending(() => sendWhole(run, parts));
      const { promise, resolve, reject } = Promise.withResolvers<Change>();
      // The caller does not wait for the canary to settle: it gets the current state, and its signal no longer cancels the change.
      const detach = (): void => {
        run.listener = {};
        store.get(change.id).then(
          (stored) => resolve(stored ?? change),
          () => resolve(change),
        );
      };
      sending(() => sendInBatches(run, parts, detach)).then(resolve, reject);
      return promise;
    },
  };
}

/** Ends a change whose stored plan does not match its seal, because the store was edited; undefined if it matches. */
async function sealProblem(change: Change, parts: ExecutorOptions): Promise<Change | undefined> {
  const targets = change.targets.map(
    (target): TargetState => ({ ...target, verdict: target.outcome === 'unchanged' ? 'unchanged' : 'change' }),
  );
  const steps = change.steps.map(({ input, targets: touched }) => ({ input: input as AnyInput, targets: touched }));
  if (await parts.isSealed(change, { steps, targets })) return undefined;
  return refuseDrift(change, 'the stored plan does not match its seal', parts);
}

/** Sends all steps. If anything differs from the plan, nothing is sent. */
async function sendWhole(run: Run, parts: ExecutorOptions): Promise<Change> {
  const { change } = run;
  let plan: Plan<AnyInput>;
  try {
    const first = (count: number): number => canarySize(count, parts.policy);
    plan = await run.planner.inspect(change.inputs as AnyInput[], { ...contextOf(run, parts), first });
  } catch (error) {
    return failUnread(run, error, parts);
  }
  if (!(await parts.isSealed(change, plan))) return refuseDrift(change, describeDrift(change.targets, plan), parts);
  return finishRun(run, await sendSteps(run, [...run.steps.keys()], parts), parts);
}

const failUnread = ({ change, listener }: Run, error: unknown, { recorder }: ExecutorOptions): Promise<Change> =>
  listener.signal?.aborted
    ? recorder.end(change, 'refused', ['applying'], { reason: 'cancelled', explanation: 'Cancelled before anything was sent.' })
    : recorder.end(change, 'failed', ['applying'], {
        explanation: `The state could not be read again, nothing was sent. ${messageOf(error)}`,
      });

const refuseDrift = (change: Change, difference: string, { recorder }: ExecutorOptions): Promise<Change> =>
  recorder.end(change, 'refused', ['applying'], {
    reason: 'drift',
    explanation: `The state changed after the plan was shown, nothing was sent: ${difference}. Call the tool again to see the new plan.`,
  });
