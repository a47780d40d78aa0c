/** Sends the requests of a change, one after another. */
import type { AnyInput } from '../clients/http/endpoint.ts';
import { ProviderRefused } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import type { Step } from '../store/change.ts';
import type { ExecutorOptions } from './executor-options.ts';
import { type Halt, haltOf, mark, type Run, save } from './executor-run.ts';
import { lostReason, mayHaveTakenEffect, messageOf } from './outcome.ts';

/** Sends these steps in order. Returns why it stopped early, if it did. */
export async function sendSteps(run: Run, numbers: readonly number[], parts: ExecutorOptions): Promise<Halt | undefined> {
  const { clock } = parts;
  for (const number of numbers) {
    const step = run.steps[number];
    if (!step || step.targets.length === 0) continue;
    const before = await haltOf(run, parts);
    if (before) return before;
    run.steps[number] = { ...step, state: 'sending', at: clock.now() };
    // Stored before sending, so that after a crash the step is known to have possibly arrived.
    await save(run, parts, { sentAt: clock.now() }).catch((error: unknown) => {
      run.steps[number] = step;
      throw error;
    });
    if (run.cancel !== undefined || run.lost) {
      run.steps[number] = step;
      return haltOf(run, parts);
    }
    run.steps[number] = { ...(run.steps[number] as Step), ...(await sendStep(run, step, clock)) };
    run.listener.progress?.(run.steps.filter((one) => one.state !== 'planned').length, run.steps.length);
  }
  return undefined;
}

async function sendStep(run: Run, step: Step, clock: Clock): Promise<Pick<Step, 'state'> & { receipt?: string }> {
  const { planner, log } = run;
  try {
    // The caller's signal is not passed on: a request that was sent must be read to its end and recorded.
    const reply = await run.connection.call.any(planner.operation, step.input as AnyInput, {
      priority: true,
      onRetry: (text) => log.push({ at: clock.now(), what: text }),
    });
    const receipt = planner.providerRequestIdOf?.(reply);
    mark(run, step.targets, 'sent');
    for (const { device, why } of planner.refusals?.(reply, step.input as AnyInput, step.targets) ?? []) mark(run, [device], 'failed', why);
    log.push({ at: clock.now(), what: `sent ${countedTargets(step.targets.length)}${receipt ? `, provider request ${receipt}` : ''}` });
    return { state: 'sent', ...(receipt ? { receipt } : {}) };
  } catch (error) {
    const lost = mayHaveTakenEffect(error);
    const explained = lost || !(error instanceof ProviderRefused) ? undefined : planner.explain?.(error, step.input as AnyInput);
    const why = explained ?? (lost ? lostReason(error) : messageOf(error));
    mark(run, step.targets, lost ? 'unsure' : 'failed', why);
    log.push({ at: clock.now(), what: lost ? `the response was lost: ${why}` : `refused: ${why}` });
    return { state: lost ? 'unsure' : 'refused' };
  }
}

export const countedTargets = (n: number): string => `${n} target${n === 1 ? '' : 's'}`;
