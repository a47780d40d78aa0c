/** Pure readings of what became of a change: from targets and errors to status and words. */
import type { AnyInput } from '../clients/http/endpoint.ts';
import { CallError, ProviderRefused, Refusal, TooManyRequests, UnknownAnswer, Unreachable } from '../clients/http/errors.ts';
import { type Change, forget, type Status, type Step, type Target } from '../store/change.ts';
import { fence } from '../text/fence.ts';
import { holdsSecrets } from '../text/redact.ts';
import type { AnyPlanner, Picture, Settled } from './planner.ts';

/** Said of a plan that nobody approved in time. */
export const ranOut = 'The plan ran out before it was approved; nothing was sent. Ask again.';

/** Outcomes of a target of which something may still be read. */
export const openOutcomes: readonly Target['outcome'][] = ['sent', 'pending', 'unsure'];

/** The steps of an ended change: what was not sent stays known, so that it can be resumed, unless it holds a key. */
export function endedSteps({ steps }: Pick<Change, 'steps'>): Step[] {
  return steps.map((step) => (step.state === 'not sent' && !holdsSecrets(step.input) ? step : forget(step)));
}

/** Whether a request that failed so may have taken effect all the same. */
export function maybeArrived(error: unknown): boolean {
  if (error instanceof Unreachable) return error.sent === 'maybe';
  if (error instanceof ProviderRefused) return error.trouble && !error.signingIn;
  if (error instanceof UnknownAnswer) return true;
  return !(error instanceof Refusal || error instanceof TooManyRequests);
}

/** A failure in words, with the next step. */
export function messageOf(error: unknown): string {
  if (error instanceof CallError) return `${error.message.replace(/\.$/, '')}. ${error.next}`;
  return error instanceof Error ? error.message : 'unknown problem';
}

/** What moved between plan and sending. */
export function driftOf(planned: readonly Target[], now: Picture<AnyInput>): string {
  for (const target of planned) {
    const seen = now.targets.find((one) => one.device === target.device);
    if (!seen) return `${target.label} is gone`;
    const fact = movedFact(target.before, seen.before);
    if (fact) return `${target.label}: ${fact}`;
  }
  return 'the request would now be another one';
}

/** The first fact that is not as it was, in words; undefined where all are. */
export function movedFact(was: Target['before'], is: Target['before']): string | undefined {
  const name = [...new Set([...Object.keys(is), ...Object.keys(was)])].find((one) => was[one] !== is[one]);
  return name === undefined ? undefined : `${name} was ${was[name] ?? 'unset'}, is ${is[name] ?? 'unset'}`;
}

/** A target after a look: what was read, what a callback said, or what silence means once time is over. */
export function settledTarget(target: Target, found: Settled | undefined, over: boolean, silence: 'failed' | 'unknown'): Target {
  if (!openOutcomes.includes(target.outcome)) return target;
  const { why: _old, ...bare } = target;
  const words = target.hint && `the carrier reports: ${fence(target.hint, 120)}`;
  if (found && found.outcome !== 'pending') {
    const why = (found.outcome === 'failed' && words) || found.why;
    return { ...bare, outcome: found.outcome, ...(found.after ? { after: found.after } : {}), ...(why ? { why } : {}) };
  }
  if (words && found?.after && isAsBefore(target, found.after)) return { ...bare, outcome: 'failed', after: found.after, why: words };
  if (!over)
    return {
      ...target,
      outcome: target.outcome === 'unsure' ? 'unsure' : 'pending',
      ...(found?.after ? { after: found.after } : {}),
      ...(found?.why ? { why: found.why } : {}),
    };
  return silence === 'failed'
    ? { ...bare, outcome: 'failed', why: 'it never showed when read back; it may be tried again' }
    : { ...bare, outcome: 'unsure', why: 'never confirmed within the time it may take' };
}

/** Whether what was read still stands as it was before sending. */
function isAsBefore(target: Target, after: Readonly<Record<string, string>>): boolean {
  return Object.entries(after).every(([fact, value]) => target.before[fact] === undefined || target.before[fact] === value);
}

/** The status of a change from how its targets stand. */
export function statusOf(targets: readonly Target[], change: Change): Status {
  const touched = targets.filter((target) => target.outcome !== 'unchanged');
  const has = (outcome: Target['outcome']): boolean => touched.some((target) => target.outcome === outcome);
  if (has('unsure')) return 'unknown';
  if (has('pending') || has('sent')) return 'accepted';
  if (touched.every((target) => target.outcome === 'applied')) return 'applied';
  if (has('applied')) return 'partial';
  return has('failed') ? 'failed' : change.status;
}

/** What would undo a change that has ended, for the targets that it really changed and no others. */
export function inverseOf(planner: AnyPlanner, steps: readonly Step[], targets: readonly Target[]): Change['inverse'] {
  const applied = new Map(targets.flatMap((target) => (target.outcome === 'applied' ? [[target.device, target] as const] : [])));
  const parts = steps.flatMap((step) => {
    const done = step.targets.flatMap((device) => applied.get(device) ?? []);
    return done.length > 0 ? [planner.inverse?.({ input: step.input as AnyInput }, done)] : [];
  });
  const whole = parts.filter((part) => part !== undefined);
  const operation = whole[0]?.operation.id;
  return operation && whole.length === parts.length ? { operation, inputs: whole.flatMap((part) => part.inputs) } : undefined;
}

/** What a person should know about a status, beyond the word. */
export function explain(
  status: Status,
  targets: readonly Target[],
  unread: string | undefined,
  halted: string | undefined,
): string | undefined {
  const told = explained(status, targets, unread);
  return halted ? `${told ? `${told.replace(/\.$/, '')}. ` : ''}The rest was not sent: ${halted}.` : told;
}

function explained(status: Status, targets: readonly Target[], unread: string | undefined): string | undefined {
  const count = (outcome: Target['outcome']): number => targets.filter((target) => target.outcome === outcome).length;
  if (status === 'accepted')
    return `Accepted, not done: ${count('pending') + count('sent')} pending, ${count('applied')} done, ${count('failed')} failed.`;
  if (status === 'unknown')
    return `Not known yet: the answer was lost${unread ? ` and reading back failed (${unread})` : ', reading back has not shown it'}. It is never sent again by itself.`;
  if (status === 'partial') {
    const left = count('left out');
    return `${count('applied')} done, ${count('failed')} failed, ${count('not sent')} not sent${left > 0 ? `, ${left} left out because they had moved` : ''}.`;
  }
  if (status === 'failed') return targets.find((target) => target.outcome === 'failed')?.why;
  return undefined;
}
