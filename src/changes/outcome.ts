/** Pure functions that derive status, outcomes and explanations of a change from its targets and errors. */
import type { AnyInput } from '../clients/http/endpoint.ts';
import { CallError, ProviderRefused, Refusal, TooManyRequests, UnknownAnswer, Unreachable } from '../clients/http/errors.ts';
import { type Change, type Status, type Step, type Target, withoutInput } from '../store/change.ts';
import { containsSecrets } from '../text/redact.ts';
import { quoteUntrusted, sanitize } from '../text/sanitize.ts';
import type { AnyPlanner, Plan, Settled } from './planner.ts';

/** Explanation of a plan that was not approved in time. */
export const planExpired = 'The plan expired before it was approved; nothing was sent. Call the tool again.';

/** Outcomes of targets that have not settled. */
export const unsettledOutcomes: readonly Target['outcome'][] = ['sent', 'pending', 'unsure'];

/** The steps of an ended change. Only unsent inputs without keys are kept, so that the change can be resumed. */
export function stepsAfterEnd({ steps }: Pick<Change, 'steps'>): Step[] {
  return steps.map((step) => (step.state === 'not sent' && !containsSecrets(step.input) ? step : withoutInput(step)));
}

/** Whether a request that failed with this error may have taken effect anyway. */
export function mayHaveTakenEffect(error: unknown): boolean {
  if (error instanceof Unreachable) return error.sent === 'maybe';
  if (error instanceof ProviderRefused) return error.mayHaveArrived && !error.duringSignIn;
  if (error instanceof UnknownAnswer) return true;
  return !(error instanceof Refusal || error instanceof TooManyRequests);
}

/** The text of an error, with its next step. */
export function messageOf(error: unknown): string {
  if (error instanceof CallError) return `${error.message.replace(/\.$/, '')}. ${error.next}`;
  return error instanceof Error ? error.message : 'unknown problem';
}

const repeatAdvice = /\b(?:re-?(?:try|send|submit|peat)|(?:try|send|submit) (?:it |this |the request )?again|another attempt)\b/i;

/**
 * Why the outcome of a request is not known. Clauses that advise to send it again are left out, those of the provider too: it may have taken
 * effect, and the one next step is to follow the change.
 */
export function lostReason(error: unknown): string {
  const text = error instanceof Error ? error.message : 'unknown problem';
  const clauses = text.split(/(?<=[.!?;,])\s+/).filter((clause) => !repeatAdvice.test(clause));
  return clauses.join(' ').replace(/(?<![\s.,;:])[\s.,;:]+$/, '') || 'the provider did not say why';
}

/** Describes the first difference between the planned targets and their current state. */
export function describeDrift(planned: readonly Target[], now: Plan<AnyInput>): string {
  for (const target of planned) {
    const current = now.targets.find((one) => one.device === target.device);
    if (!current) return `${target.label} no longer exists`;
    const fact = changedFact(target, current);
    if (fact) return `${target.label}: ${fact}`;
  }
  return 'the request to send would be different';
}

type Shown = Pick<Target, 'before'> & { name?: string | undefined };

/** What was shown of a target and has changed, as `state was active, is suspend`; undefined if nothing has. Its name was shown too. */
export function changedFact(planned: Shown, current: Shown): string | undefined {
  const [was, is] = [factsOf(planned), factsOf(current)];
  const name = [...new Set([...Object.keys(is), ...Object.keys(was)])].find((one) => was[one] !== is[one]);
  return name === undefined ? undefined : `${name} was ${was[name] ?? 'unset'}, is ${is[name] ?? 'unset'}`;
}

const factsOf = ({ before, name }: Shown): Readonly<Record<string, string>> =>
  name === undefined || 'name' in before ? before : { ...before, name: sanitize(name, 60) };

/** A target after a poll: the outcome that was read, the failure that a callback reported, or `onTimeout` once time is over. */
export function settledTarget(target: Target, found: Settled | undefined, timedOut: boolean, onTimeout: 'failed' | 'unknown'): Target {
  if (!unsettledOutcomes.includes(target.outcome)) return target;
  const { why: _old, ...bare } = target;
  const report = target.hint && `the carrier reports: ${sanitize(target.hint, 120)}`;
  if (found && found.outcome !== 'pending') {
    const why = (found.outcome === 'failed' && report) || found.why;
    return { ...bare, outcome: found.outcome, ...(found.after ? { after: found.after } : {}), ...(why ? { why } : {}) };
  }
  if (report && found?.after && isAsBefore(target, found.after)) return { ...bare, outcome: 'failed', after: found.after, why: report };
  const remark =
    target.unnamedFailure && `the carrier reports of this request, without naming a target: ${quoteUntrusted(target.unnamedFailure, 120)}`;
  const withRemark = (why: string | undefined): string => [why, remark].filter(Boolean).join('; ');
  if (!timedOut) {
    const why = withRemark(found?.why);
    return {
      ...target,
      outcome: target.outcome === 'unsure' ? 'unsure' : 'pending',
      ...(found?.after ? { after: found.after } : {}),
      ...(why ? { why } : {}),
    };
  }
  if (onTimeout === 'failed' && !found?.isUndecided)
    return { ...bare, outcome: 'failed', why: withRemark('reading it back never showed the change; it may be tried again') };
  const open = found?.isUndecided ? found.why : undefined;
  return { ...bare, outcome: 'unsure', why: withRemark(open ?? 'not confirmed within the expected time') };
}

/** Whether the facts that were read are the same as before sending. */
function isAsBefore(target: Target, after: Readonly<Record<string, string>>): boolean {
  return Object.entries(after).every(([fact, value]) => target.before[fact] === undefined || target.before[fact] === value);
}

/** The status of a change, derived from the outcomes of its targets. */
export function statusOf(targets: readonly Target[], change: Change): Status {
  const touched = targets.filter((target) => target.outcome !== 'unchanged');
  const has = (outcome: Target['outcome']): boolean => touched.some((target) => target.outcome === outcome);
  if (has('unsure')) return 'unknown';
  if (has('pending') || has('sent')) return 'accepted';
  if (touched.every((target) => target.outcome === 'applied')) return 'applied';
  if (has('applied')) return 'partial';
  return has('failed') ? 'failed' : change.status;
}

/** The inverse of an ended change, for exactly the targets that it changed; undefined if a part of it cannot be undone. */
export function inverseOf(planner: AnyPlanner, steps: readonly Step[], targets: readonly Target[]): Change['inverse'] {
  const applied = new Map(targets.flatMap((target) => (target.outcome === 'applied' ? [[target.device, target] as const] : [])));
  const parts = steps.flatMap((step) => {
    const done = step.targets.flatMap((device) => applied.get(device) ?? []);
    return done.length > 0 ? [planner.inverse?.({ input: step.input as AnyInput }, done)] : [];
  });
  const inverses = parts.filter((part) => part !== undefined);
  const operation = inverses[0]?.operation.id;
  return operation && inverses.length === parts.length ? { operation, inputs: inverses.flatMap((part) => part.inputs) } : undefined;
}

/** Explains a status in a sentence, with why the rest was not sent; undefined if there is nothing to explain. */
export function explain(
  status: Status,
  targets: readonly Target[],
  unread: string | undefined,
  halted: string | undefined,
): string | undefined {
  const text = explained(status, targets, unread);
  return halted ? `${text ? `${text.replace(/\.$/, '')}. ` : ''}The rest was not sent: ${halted}.` : text;
}

function explained(status: Status, targets: readonly Target[], unread: string | undefined): string | undefined {
  const count = (outcome: Target['outcome']): number => targets.filter((target) => target.outcome === outcome).length;
  if (status === 'accepted')
    return `Accepted, not done: ${count('pending') + count('sent')} pending, ${count('applied')} done, ${count('failed')} failed.`;
  if (status === 'unknown')
    return `Outcome unknown: no answer shows whether it was carried out${unread ? ` and reading back failed (${unread})` : ' and reading back has not shown the change'}. It is never resent automatically.`;
  if (status === 'partial') {
    const leftOut = count('left out');
    return `${count('applied')} done, ${count('failed')} failed, ${count('not sent')} not sent${leftOut > 0 ? `, ${leftOut} left out because they had changed` : ''}.`;
  }
  if (status === 'failed') return targets.find((target) => target.outcome === 'failed')?.why;
  return undefined;
}
