/** The `policy` settings of the configuration, and the approval method that a change needs under them. */
import { z } from 'zod';

import type { Change } from '../store/change.ts';

export const Policy = z.strictObject({
  /** Minutes a plan waits for its approval. */
  planMinutes: z.number().int().min(1).max(1440).default(10),
  /** Whether a client without elicitation may apply a change by repeating its summary (apply_change). */
  twoStep: z.boolean().default(true),
  /** Maximum number of targets of such a change. */
  twoStepTargets: z.number().int().min(1).max(1000).default(10),
  /** Minutes a plan waits for named approvers outside the chat. */
  approvalMinutes: z.number().int().min(1).max(1440).default(60),
  /** Number of targets from which a change is sent as a canary and batches. */
  bulkFrom: z.number().int().min(2).default(11),
  /** Percent of the targets in the canary, which must settle first; one target at least. */
  canaryPercent: z.number().min(0.1).max(100).default(5),
  /** Maximum number of targets of a batch after the canary. */
  batchTargets: z.number().int().min(1).default(200),
  /** Percent of the targets that may fail or have changed before the remaining batches are held back. */
  stopPercent: z.number().min(0).max(100).default(5),
  /** Number of targets from which the person must type the count to approve. */
  typedFrom: z.number().int().min(2).default(11),
  /** Maximum number of targets of a change. */
  maxTargets: z.number().int().min(1).default(10_000),
  /** Irreversible changes: `typed` makes the person type the identifier or the count, `refuse` refuses all of them. */
  irreversible: z.enum(['typed', 'refuse']).default('typed'),
  /** Whether a client without elicitation may apply irreversible changes with the two-step method. */
  irreversibleTwoStep: z.boolean().default(false),
});
export type Policy = z.output<typeof Policy>;

/** How a change is approved in the chat. */
export type ApprovalMethod =
  | { way: 'ask' }
  /** The person must type exactly `expected`. */
  | { way: 'type'; expected: string; what: string }
  | { way: 'two-step' }
  /** The chat cannot show all of it: a named person must approve it outside the chat. */
  | { way: 'outside'; why: string; next: string }
  | { way: 'refuse'; why: string; next: string };

/** The refusal of a change that no approval can allow; undefined if an approval can. */
export function hardRefusal(
  change: Pick<Change, 'targets' | 'irreversible'>,
  policy: Policy,
): (ApprovalMethod & { way: 'refuse' }) | undefined {
  const count = changingOf(change).length;
  if (count > policy.maxTargets) {
    return {
      way: 'refuse',
      why: `${count} targets are more than the ${policy.maxTargets} allowed at once`,
      next: 'Name fewer targets, or have an operator raise policy.maxTargets.',
    };
  }
  if (change.irreversible && policy.irreversible === 'refuse') {
    return { way: 'refuse', why: 'irreversible changes are switched off', next: 'An operator can set policy.irreversible to "typed".' };
  }
  return undefined;
}

type Approvable = Pick<Change, 'targets' | 'irreversible' | 'complete' | 'dependents'>;

export interface ApprovalContext {
  /** Whether the client supports elicitation. */
  canAsk: boolean;
  /** Whether the connection is a sandbox and no approver is configured. */
  unattended: boolean;
}

/** The approval method of a planned change in the chat. */
export function approvalMethod(change: Approvable, { canAsk, unattended }: ApprovalContext, policy: Policy): ApprovalMethod {
  const changing = changingOf(change);
  const count = changing.length;
  const touched = count + (change.dependents?.count ?? 0);
  const barred = hardRefusal(change, policy);
  if (barred) return barred;
  if (canAsk) {
    const only = changing[0];
    if (change.irreversible || touched >= policy.typedFrom) {
      return count === 1 && only && isIdentifier(only.device)
        ? { way: 'type', expected: only.device, what: 'the identifier' }
        : { way: 'type', expected: String(count), what: 'the number of targets' };
    }
    return { way: 'ask' };
  }
  if (change.irreversible && !policy.irreversibleTwoStep) {
    return {
      way: 'refuse',
      why: 'this cannot be undone and this client cannot ask a person',
      next: 'Use a client with elicitation, or have an operator set policy.irreversibleTwoStep.',
    };
  }
  if (!policy.twoStep)
    return {
      way: 'refuse',
      why: 'this client cannot ask a person, and the two-step method is switched off',
      next: 'Use a client with elicitation, or have an operator set policy.twoStep.',
    };
  if (touched > policy.twoStepTargets) {
    return {
      way: 'refuse',
      why: `${touched} targets are more than the ${policy.twoStepTargets} that a client without elicitation may change at once`,
      next: 'Use a client with elicitation, name fewer targets, or have an operator raise policy.twoStepTargets.',
    };
  }
  if (!change.complete && !unattended) {
    return {
      way: 'outside',
      why: 'the headline alone does not show everything that is sent, and this client cannot ask a person',
      next: 'Use a client with elicitation, change fewer targets or fields at once, or have an operator configure an approver.',
    };
  }
  return { way: 'two-step' };
}

/**
 * Whether a text is an identifier that nobody types to decline: digits, an EUI, or a text of five and more characters that is no word. A name
 * such as `no` would make the person who declines approve.
 */
function isIdentifier(text: string): boolean {
  return /^(\d{1,40}|[\dA-F]{16})$/i.test(text) || (/^[\w.:/@+-]{5,64}$/.test(text) && /[\d@-]/.test(text));
}

function changingOf({ targets }: Pick<Change, 'targets'>): Change['targets'] {
  return targets.filter((target) => target.outcome !== 'unchanged');
}
