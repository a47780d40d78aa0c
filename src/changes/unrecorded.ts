/** Changes whose result could not be stored after they were sent, for example because the disk is full. */
import type { Change, Step, Target } from '../store/change.ts';
import { sanitize } from '../text/sanitize.ts';
import { unsettledOutcomes } from './outcome.ts';

/** What is known of a change that could not be stored because of `cause`. Its answer tells what may have arrived; nothing is stored. */
export function unrecorded(change: Change, cause: string): Change {
  const why = sanitize(cause, 300);
  const steps = change.steps.map((step): Step => (step.state === 'planned' ? { ...step, state: 'not sent' } : step));
  const targets = change.targets.map(
    (target): Target => (target.outcome === 'planned' ? { ...target, outcome: 'not sent', why: 'the server could not record it' } : target),
  );
  const known = { ...change, steps, targets, inputs: [] };
  const left = steps.some(({ state }) => state === 'not sent') ? ' The rest was not sent.' : '';
  const arrived = targets.some(({ outcome }) => unsettledOutcomes.includes(outcome) || outcome === 'applied');
  if (arrived)
    return {
      ...known,
      status: 'unknown',
      explanation: `It was sent and may have taken effect, but the server could not record that (${why}).${left} It keeps trying to record it; do not request it again.`,
    };
  const refusal = targets.find(({ outcome }) => outcome === 'failed')?.why;
  if (refusal) return { ...known, status: 'failed', explanation: `${refusal} The server could not record that (${why}).${left}` };
  return { ...known, status: 'refused', reason: 'stopped', explanation: `Nothing was sent: the server could not record it (${why}).` };
}

/**
 * Adds what a server knows of its requests to a change that was recovered meanwhile as abandoned: a step that counts as unsure was answered.
 * The change is then read back as any other that was sent.
 */
export function withKnownOutcomes(
  recovered: Change,
  { steps: sent, targets: current }: { steps: readonly Step[]; targets: ReadonlyMap<string, Target> },
): Partial<Change> {
  const answered = new Set<string>();
  const steps = recovered.steps.map((step, i): Step => {
    const own = sent[i];
    if (step.state !== 'unsure' || !own || own.state === 'unsure' || own.state === 'sending') return step;
    for (const device of own.targets) answered.add(device);
    return { ...step, state: own.state, ...(own.receipt === undefined ? {} : { receipt: own.receipt }) };
  });
  if (answered.size === 0) return {};
  const targets = recovered.targets.map((target) =>
    target.outcome === 'unsure' && answered.has(target.device) ? (current.get(target.device) ?? target) : target,
  );
  return { status: 'accepted', steps, targets };
}
