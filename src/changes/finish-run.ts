/** Ends the sending of a change, and stores what is known of it until that works. */
import { type Change, pollingStatuses, type Step } from '../store/change.ts';
import { capital } from '../text/capital.ts';
import { sanitize } from '../text/sanitize.ts';
import type { ExecutorOptions } from './executor-options.ts';
import { type Halt, mark, type Run, save } from './executor-run.ts';
import { messageOf } from './outcome.ts';
import { pollDelays } from './status-poller.ts';
import { unrecorded, withKnownOutcomes } from './unrecorded.ts';

/** Ends the sending, complete or halted, and starts polling what was sent. Called again if what it stores could not be stored. */
export async function finishRun(run: Run, why: Halt | undefined, parts: ExecutorOptions): Promise<Change> {
  const { store, clock, statusPoller } = parts;
  const { change, planner } = run;
  if (why && !run.halt) run.log.push({ at: clock.now(), what: why.why });
  run.halt ??= why;
  const { halt } = run;
  run.steps = run.steps.map((step): Step => (step.state === 'planned' ? { ...step, state: 'not sent' } : step));
  if (halt) markUnsent(run, halt);
  if (run.steps.every((step) => step.state === 'not sent')) return endUnsent(run, parts);
  const sentAt = clock.now();
  await save(run, parts, {
    status: 'accepted',
    steps: run.steps,
    sentAt,
    settleBy: sentAt + planner.settleTimeout.ms,
    inputs: [],
    ...(halt ? { halted: halt } : {}),
  });
  if (run.lost) await store.move(change.id, ['unknown'], (recovered) => withKnownOutcomes(recovered, run));
  const stored = (await store.get(change.id)) ?? change;
  const polled = pollingStatuses.includes(stored.status) ? await statusPoller.pollStatus(stored).catch(() => stored) : stored;
  if (pollingStatuses.includes(polled.status)) statusPoller.schedulePoll(polled.id, 0, planner.settleTimeout.ms);
  return polled;
}

function markUnsent(run: Run, { reason, why }: Halt): void {
  const text = reason === 'cancelled' || reason === 'stopped' ? `${why} before it was sent` : why;
  for (const step of run.steps) if (step.state === 'not sent') mark(run, step.targets, 'not sent', text);
}

function endUnsent(run: Run, { recorder }: ExecutorOptions): Promise<Change> {
  const { change, halt } = run;
  const targets = change.targets.map((target) => run.targets.get(target.device) ?? target);
  const leftOut = targets.filter((target) => target.outcome === 'left out').length;
  const why = halt?.why ?? (leftOut > 0 ? `all ${leftOut} had changed since the plan was shown` : 'nothing was left to send');
  return recorder.end({ ...change, log: run.log }, 'refused', ['applying'], {
    targets,
    reason: halt?.reason ?? 'drift',
    explanation: `${capital(sanitize(why, 300))} before anything was sent.`,
  });
}

/** What was done could not be stored: nothing more is sent, storing is tried again until it works, and the answer says what is known. */
export function notStored(run: Run, error: unknown, parts: ExecutorOptions): Change {
  const cause = messageOf(error);
  const rest = run.steps.some(({ state }) => state === 'planned');
  const again = (n: number): void =>
    void parts.clock.later(pollDelays[Math.min(n, pollDelays.length - 1)] as number, () => {
      const why = rest ? ({ reason: 'stopped', why: `the server could not record it (${cause})` } as const) : undefined;
      finishRun(run, why, parts).catch(() => again(n + 1));
    });
  again(0);
  return unrecorded({ ...run.change, steps: run.steps, targets: [...run.targets.values()], log: run.log }, cause);
}
