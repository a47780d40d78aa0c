/** Which approval a change needs. Settings, not constants: an operator may tighten or loosen them. */
import { z } from 'zod';

import type { Change } from '../store/change.ts';

export const Policy = z.strictObject({
  /** Minutes a plan waits for its approval. */
  planMinutes: z.number().int().min(1).max(1440).default(10),
  /** Whether a client that cannot ask may apply a change by repeating its sentence (apply_change). */
  twoStep: z.boolean().default(true),
  /** Up to how many targets that holds. */
  twoStepTargets: z.number().int().min(1).max(1000).default(10),
  /** Minutes a plan waits for named people outside the chat. */
  approvalMinutes: z.number().int().min(1).max(1440).default(60),
  /** From how many targets on a change goes out in parts, a canary first. */
  bulkFrom: z.number().int().min(2).default(11),
  /** Percent of the targets that go first and must settle; at least one. */
  canaryPercent: z.number().min(0.1).max(100).default(5),
  /** Most targets of each part after the canary. */
  batchTargets: z.number().int().min(1).default(200),
  /** Percent of the targets that may fail or have moved before the rest is held back. */
  stopPercent: z.number().min(0).max(100).default(5),
  /** From how many targets on the person types the count instead of saying yes. */
  typedFrom: z.number().int().min(2).default(11),
  /** More targets than this are refused. */
  maxTargets: z.number().int().min(1).default(10_000),
  /** Irreversible changes: the person types the identifier or the count, or they are refused altogether. */
  irreversible: z.enum(['typed', 'refuse']).default('typed'),
  /** Irreversible changes from a client that cannot ask: refused unless an operator allows the two-step. */
  irreversibleTwoStep: z.boolean().default(false),
});
export type Policy = z.output<typeof Policy>;

export type Way =
  | { way: 'ask' }
  /** The person types exactly this. */
  | { way: 'type'; expected: string; what: string }
  | { way: 'two-step' }
  | { way: 'refuse'; why: string; next: string };

/** What no approval opens; undefined where an approval is enough. */
export function barOf(change: Pick<Change, 'targets' | 'irreversible'>, policy: Policy): (Way & { way: 'refuse' }) | undefined {
  const count = changingOf(change).length;
  if (count > policy.maxTargets) {
    return {
      way: 'refuse',
      why: `${count} targets are more than the ${policy.maxTargets} allowed at once`,
      next: 'Name fewer targets, or an operator raises policy.maxTargets.',
    };
  }
  if (change.irreversible && policy.irreversible === 'refuse') {
    return { way: 'refuse', why: 'irreversible changes are switched off', next: 'An operator may set policy.irreversible to "typed".' };
  }
  return undefined;
}

/** Decides how a planned change may be approved by a client that can or cannot ask a person. */
export function wayOf(change: Pick<Change, 'targets' | 'irreversible'>, canAsk: boolean, policy: Policy): Way {
  const changing = changingOf(change);
  const count = changing.length;
  const barred = barOf(change, policy);
  if (barred) return barred;
  if (canAsk) {
    const only = changing[0];
    if (change.irreversible || count >= policy.typedFrom) {
      return count === 1 && only
        ? { way: 'type', expected: only.device, what: 'the identifier' }
        : { way: 'type', expected: String(count), what: 'the number of targets' };
    }
    return { way: 'ask' };
  }
  if (change.irreversible && !policy.irreversibleTwoStep) {
    return {
      way: 'refuse',
      why: 'this cannot be undone and this client cannot ask a person',
      next: 'Use a client with elicitation, or an operator sets policy.irreversibleTwoStep.',
    };
  }
  if (!policy.twoStep)
    return {
      way: 'refuse',
      why: 'this client cannot ask a person, and the two-step is switched off',
      next: 'Use a client with elicitation, or an operator sets policy.twoStep.',
    };
  if (count > policy.twoStepTargets) {
    return {
      way: 'refuse',
      why: `${count} targets are more than the ${policy.twoStepTargets} that a client without elicitation may change at once`,
      next: 'Use a client with elicitation, name fewer targets, or an operator raises policy.twoStepTargets.',
    };
  }
  return { way: 'two-step' };
}

function changingOf({ targets }: Pick<Change, 'targets'>): Change['targets'] {
  return targets.filter((target) => target.outcome !== 'unchanged');
}
