/** Sends a large change in batches after a canary. */
import type { AnyInput } from '../clients/http/endpoint.ts';
import type { Change, Step } from '../store/change.ts';
import { batchesOf, canarySize, failureLimit } from './batches.ts';
import { identityProblem } from './check-identity.ts';
import type { ExecutorOptions } from './executor-options.ts';
import { contextOf, type Halt, haltOf, mark, type Run, save } from './executor-run.ts';
import { finishRun } from './finish-run.ts';
import { changedFact, messageOf, unsettledOutcomes } from './outcome.ts';
import type { Plan } from './planner.ts';
import { countedTargets, sendSteps } from './send-steps.ts';
import { pollDelays } from './status-poller.ts';

/** Sends batch by batch. Before each one, the kill switch, the rules, the state of its targets and the outcomes so far are checked. */
export async function sendInBatches(run: Run, parts: ExecutorOptions, detach: () => void): Promise<Change> {
  const { policy } = parts;
  const { change } = run;
  const count = change.targets.filter((target) => target.outcome === 'planned').length;
  const first = canarySize(count, policy);
  for (const [i, numbers] of batchesOf(run.steps, first, policy.batchTargets).entries()) {
    const forbidden = await parts.policyBlock(change);
    const stop =
      (await haltOf(run, parts)) ??
      (forbidden ? { reason: 'policy' as const, why: forbidden } : undefined) ??
      (await review(run, numbers, parts)) ??
      tooManyFailures(run, undefined, parts) ??
      (await sendSteps(run, numbers, parts));
    if (stop) return finishRun(run, stop, parts);
    const failed = i > 0 ? tooManyFailures(run, undefined, parts) : await afterCanary(run, numbers, count, { parts, detach });
    if (failed) return finishRun(run, failed, parts);
  }
  return finishRun(run, undefined, parts);
}

/** Waits until the canary has settled. Returns why the other batches must not be sent, if so. */
async function afterCanary(
  run: Run,
  numbers: readonly number[],
  count: number,
  { parts, detach }: { parts: ExecutorOptions; detach(): void },
): Promise<Halt | undefined> {
  const canary = numbers.flatMap((number) => run.steps[number]?.targets ?? []);
  const rest = count - canary.length;
  run.log.push({
    at: parts.clock.now(),
    what: `${countedTargets(canary.length)} went first as the canary; the other ${rest} wait until it has settled`,
  });
  await save(run, parts, { explanation: `${canary.length} went first as the canary; the other ${rest} follow once it has settled.` });
  return (await settle(run, parts, detach)) ?? tooManyFailures(run, canary, parts);
}

/** Reads the targets of a batch again; targets that have changed are left out. */
async function review(run: Run, numbers: readonly number[], parts: ExecutorOptions): Promise<Halt | undefined> {
  const steps = numbers.map((number) => run.steps[number] as Step);
  let plan: Plan<AnyInput>;
  try {
    plan = await run.planner.inspect(
      steps.map((step) => step.input as AnyInput),
      contextOf(run, parts),
    );
  } catch (error) {
    return (await haltOf(run, parts)) ?? { reason: 'drift', why: `the state could not be read again: ${messageOf(error)}` };
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
}

/** Waits until everything sent so far has settled, or the settle timeout is over. */
async function settle(run: Run, parts: ExecutorOptions, detach: () => void): Promise<Halt | undefined> {
  const { clock, underWay, statusPoller } = parts;
  const until = clock.now() + run.planner.settleTimeout.ms;
  for (let n = 0; ; n++) {
    const current = { ...run.change, steps: run.steps, targets: [...run.targets.values()], settleBy: until };
    for (const target of (await statusPoller.readBack(current)).targets) run.targets.set(target.device, target);
    await save(run, parts);
    const open = [...run.targets.values()].filter((target) => unsettledOutcomes.includes(target.outcome));
    if (open.length === 0 || (run.planner.unobservable && open.every((target) => target.outcome !== 'unsure'))) return undefined;
    if (clock.now() >= until) return undefined;
    const stop = await haltOf(run, parts);
    if (stop) return stop;
    detach();
    const poll = new Promise<void>((resolve) => void clock.later(pollDelays[Math.min(n, pollDelays.length - 1)] as number, resolve));
    await Promise.race([poll, underWay.closing]);
  }
}

/** Why the remaining batches must not be sent, given the outcomes so far; undefined if they may. */
function tooManyFailures(run: Run, canary: readonly string[] | undefined, { policy }: Pick<ExecutorOptions, 'policy'>): Halt | undefined {
  const targets = [...run.targets.values()];
  const touched = targets.filter((target) => target.outcome !== 'unchanged').length;
  const limit = failureLimit(touched, policy);
  const failures = targets.filter(({ outcome }) => outcome === 'failed' || outcome === 'unsure' || outcome === 'left out').length;
  if (failures > limit)
    return { reason: 'drift', why: `held back: ${failures} of ${touched} failed or had changed, more than the ${limit} allowed` };
  if (canary?.every((device) => !['applied', 'sent', 'pending'].includes(run.targets.get(device)?.outcome ?? '')))
    return { reason: 'drift', why: 'held back: the canary failed for all of its targets' };
  return undefined;
}
