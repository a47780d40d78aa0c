/** A change as it is stored, from plan to result. */

export const statuses = [
  'planned',
  'awaiting_approval',
  'applying',
  'accepted',
  'applied',
  'partial',
  'unchanged',
  'failed',
  'refused',
  'unknown',
] as const;
export type Status = (typeof statuses)[number];

export type Reason = 'declined' | 'policy' | 'lifecycle' | 'drift' | 'expired' | 'cancelled' | 'stopped';

/** Statuses in which a change waits for an approval. */
export const waitingStatuses: readonly Status[] = ['planned', 'awaiting_approval'];
/** Statuses in which a change is polled until it has settled. */
export const pollingStatuses: readonly Status[] = ['accepted', 'unknown'];
/** Statuses of a change that is being sent or has not settled. */
export const unsettledStatuses: readonly Status[] = ['applying', ...pollingStatuses];
/** Statuses of an ended change that has changed at least one target. */
export const carriedOutStatuses: readonly Status[] = ['applied', 'partial'];
/** Statuses of a change that has not ended. */
export const openStatuses: readonly Status[] = [...waitingStatuses, ...unsettledStatuses];

/** Outcome or current state of one target. */
export type Outcome = 'planned' | 'unchanged' | 'sent' | 'pending' | 'applied' | 'failed' | 'unsure' | 'not sent' | 'left out';

export interface Target {
  /** Identifier of the target, for example an ICCID or a DevEUI. */
  device: string;
  label: string;
  /** State when it was planned; compared again right before sending. */
  before: Readonly<Record<string, string>>;
  after?: Readonly<Record<string, string>>;
  outcome: Outcome;
  /** Why it failed, or why its outcome is unknown. */
  why?: string;
  /** Name, groups and service plan, for policy rules. */
  name?: string;
  groups?: readonly string[];
  plan?: string;
  /** The provider's words for a failure of the request of this target and others, of which it named none. */
  unnamedFailure?: string;
  /** All identifiers of the device; a callback may name it by any of them. */
  identifiers?: readonly string[];
  /** The facts after the change, as planned. */
  becomes?: Readonly<Record<string, string>>;
  /** Failure text of a carrier callback. A later read may still show success. */
  hint?: string;
  /** Success text of a carrier callback, for an outcome that nothing else shows. */
  confirmed?: string;
}

export interface Step {
  /** Input of the request. May hold keys and is never shown. */
  input: unknown;
  /** Identifiers of the targets. */
  targets: readonly string[];
  state: 'planned' | 'sending' | 'sent' | 'refused' | 'unsure' | 'not sent';
  /** When it was sent, ms since 1970. */
  at?: number;
  /** The provider's id of the request, if it returned one. */
  receipt?: string;
}

export interface Approval {
  /**
   * How the approval was given: `elicited` by the person at the client, `host, not proven` with the two-step method, `console` or `terminal`
   * by an authenticated named person, `rule` by an `allow` rule, `resumed` with the approval of the change that this one resumes.
   */
  kind: 'elicited' | 'host, not proven' | 'console' | 'terminal' | 'rule' | 'resumed';
  /** The person at the client, the name of an approver, or the name of a rule. */
  by: string;
  /** ms since 1970. */
  at: number;
}

/** Ordered from mild to strict. */
export const verdicts = ['allow', 'ask', 'approve', 'approve 2', 'deny'] as const;
export type Verdict = (typeof verdicts)[number];

/** A policy decision, with the rule that made it and the version of the rules. */
export interface Decision {
  verdict: Verdict;
  rule: string;
  /** Short hash of the rules. */
  version: string;
  /** Set by a rule that lets those who asked for the change approve it. */
  selfApproval?: true;
}

/** How much of the connection a change touches. */
export interface BlastRadius {
  count: number;
  /** Number of devices of the connection, if known. */
  total?: number;
  /** Groups that the targets are in. */
  groups?: readonly string[];
}

/** A doubt or a consequence that a person reads before approving. */
export interface ChangeWarning {
  /** Kind of the warning, by which equal ones are counted. */
  code: string;
  text: string;
}

/** Devices that depend on the targets and count as touched. */
export interface ChangeDependents {
  noun: string;
  count: number;
  /** Whether there may be more than `count`. */
  atLeast?: boolean;
  /** The known ones, for policy rules. */
  devices: readonly Pick<Target, 'device' | 'label' | 'name' | 'groups' | 'plan'>[];
}

export interface Change {
  id: string;
  status: Status;
  reason?: Reason;
  /** Why it was refused or failed, and the next step. */
  explanation?: string | undefined;
  operation: string;
  provider: string;
  connection: string;
  sandbox: boolean;
  caller: string;
  /** The approvers who asked for it: no approval of theirs counts, unless its rule says so. */
  askedBy?: readonly string[];
  /** Name that the MCP client reports about itself. Recorded, never trusted. */
  client?: string;
  /** The server process it came through; over stdio, one chat window. */
  session?: string;
  /** The sentence that a person approves; at most 300 characters. */
  summary: string;
  /** What the summary had to leave out: cost and undo, or all of a longer effect. */
  does?: string;
  /** Fields of the requests that `summary` and `does` do not mention: `withBilling = true`. */
  alsoSets?: readonly string[];
  /** What no question shows whole: fields and values of targets that are too long for it, each whole, secrets hidden. */
  inFull?: readonly string[];
  /** Whether `summary` alone shows every target and every field in full. Only then may the two-step method be used. */
  complete?: boolean;
  dependents?: ChangeDependents;
  /** What the change takes from the budgets of the policy, a sentence each. */
  budgetUse?: readonly string[];
  effects: readonly string[];
  irreversible: boolean;
  /** How to undo it, as text. Absent: it cannot be undone. */
  undo?: string;
  /** The operation that restores exactly the changed targets. Set when the change has ended. */
  inverse?: { operation: string; inputs: readonly unknown[] };
  /** The change that this one undoes. */
  undoes?: string;
  cost: string;
  /** How long it usually takes until it has settled. */
  settles?: string;
  warnings: readonly ChangeWarning[];
  doubts: readonly string[];
  targets: Target[];
  steps: Step[];
  /** The caller's inputs, from which the planner plans again before sending. May hold keys. */
  inputs: readonly unknown[];
  /** Fingerprint of the intent: equal for equal operation, arguments, connection and caller. */
  intent: string;
  /** HMAC over operation, steps, targets, state before, connection, caller and policy. */
  seal: string;
  preview: boolean;
  /** The policy decision at planning, or a later stricter one. */
  decision?: Decision;
  blast?: BlastRadius;
  /** The approval it was applied with; of several approvers, the last one. */
  approval?: Approval;
  /** Approvals of named people outside the chat so far. */
  approvals?: readonly Approval[];
  /** A person was asked, and the call ended before the answer. */
  questionClosed?: boolean | undefined;
  /** How often the same intent was denied again. */
  deniedAgain?: number;
  /** The change whose unsent steps this one sends. */
  resumes?: string;
  /** The caller that cancelled the unsent part. */
  cancel?: string;
  /** Why the rest of it was not sent. */
  halted?: { reason: Reason; why: string };
  created: number;
  /** Number of the newest audit line when its planning began, and of the line of its claim. They order changes of several servers. */
  planLine?: number;
  claimLine?: number;
  expires: number;
  /** When the last step was sent. After `settleBy` no outcome is expected. Both in ms since 1970. */
  sentAt?: number;
  settleBy?: number;
  ended?: number;
  /** Lease of the process that applies it, ms since 1970. After that the change counts as abandoned. */
  leaseUntil?: number;
  /**
   * For a waiting change whose inputs hold keys and are therefore not stored: the process that holds them is alive until then, ms since 1970.
   */
  heldUntil?: number;
  log: { at: number; what: string }[];
}

/** A step without its input, which may hold keys. */
export function withoutInput(step: Step): Step {
  return { ...step, input: undefined };
}
