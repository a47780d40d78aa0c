/** A change as it is kept, from plan to record. */

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

/** Statuses in which a change waits for a person. */
export const waiting: readonly Status[] = ['planned', 'awaiting_approval'];
/** Statuses in which it is followed to its end. */
export const following: readonly Status[] = ['accepted', 'unknown'];
/** Statuses in which something of it is being sent or was, and has not ended. */
export const underWay: readonly Status[] = ['applying', ...following];
/** Statuses from which something may still come. */
export const openStatuses: readonly Status[] = [...waiting, ...underWay];

/** How one target ended, or stands. */
export type Outcome = 'planned' | 'unchanged' | 'sent' | 'pending' | 'applied' | 'failed' | 'unsure' | 'not sent' | 'left out';

export interface Target {
  /** The handle by which the target was named. */
  device: string;
  label: string;
  /** What stood there when it was planned; compared again right before sending. */
  before: Readonly<Record<string, string>>;
  after?: Readonly<Record<string, string>>;
  outcome: Outcome;
  /** Why it failed or what is not known. */
  why?: string;
  /** By what the policy's rules may know it. */
  name?: string;
  groups?: readonly string[];
  plan?: string;
  /** A callback said that it failed, in the carrier's words; a reading may still say otherwise. */
  hint?: string;
}

export interface Step {
  /** The wire input; may hold keys and is never shown. */
  input: unknown;
  /** Handles of the targets it touches. */
  targets: readonly string[];
  state: 'planned' | 'sending' | 'sent' | 'refused' | 'unsure' | 'not sent';
  /** When it was sent. */
  at?: number;
  /** The provider's own id of the request, where it gives one. */
  receipt?: string;
}

export interface Approval {
  /**
   * How the yes came: through the client's question; by the two-step; at the console or in the terminal, by a named person who proved to be
   * it; by a rule that lets it pass; from the change that this one resumes.
   */
  kind: 'elicited' | 'host, not proven' | 'console' | 'terminal' | 'rule' | 'resumed';
  /** Who said yes, as far as we know: the caller's person, a named approver, a rule. */
  by: string;
  at: number;
}

/** From mild to strict. */
export const verdicts = ['allow', 'ask', 'approve', 'approve 2', 'deny'] as const;
export type Verdict = (typeof verdicts)[number];

/** What the policy said of a change, by which rule of which version. */
export interface Decision {
  verdict: Verdict;
  rule: string;
  /** Short hash of the rules in force. */
  version: string;
}

/** How much of the connection a change touches. */
export interface Blast {
  count: number;
  /** Devices of the connection, where it can tell. */
  total?: number;
  /** Groups that the targets are in. */
  groups?: readonly string[];
}

export interface Change {
  id: string;
  status: Status;
  reason?: Reason;
  /** Says why it was refused or failed, and what to do next. */
  explanation?: string | undefined;
  operation: string;
  provider: string;
  connection: string;
  sandbox: boolean;
  caller: string;
  /** What asked for it, by its own words: said in the record, never trusted. */
  client?: string;
  /** The run of the server that it was asked through: over stdio one chat window. */
  session?: string;
  /** At most 300 characters that a person can judge. */
  summary: string;
  /** What it does, in full; absent where the sentence says all of it. */
  does?: string;
  effects: readonly string[];
  irreversible: boolean;
  /** How it can be undone, in words; absent: it cannot. */
  undo?: string;
  /** What would put back exactly the targets that it changed; written when it has ended. */
  inverse?: { operation: string; inputs: readonly unknown[] };
  /** The change that this one undoes. */
  undoes?: string;
  cost: string;
  /** How long it usually takes until it is real. */
  settles?: string;
  warnings: readonly string[];
  doubts: readonly string[];
  targets: Target[];
  steps: Step[];
  /** What the caller asked for, as handed to the planner again before sending; may hold keys. */
  inputs: readonly unknown[];
  /** Equal for equal operation, arguments, connection and caller. */
  intent: string;
  /** Over operation, steps, targets, state before, connection, caller and policy. */
  seal: string;
  preview: boolean;
  /** The policy's word when it was planned, or a stricter one since. */
  decision?: Decision;
  blast?: Blast;
  /** What let it be carried out; of several approvers the last. */
  approval?: Approval;
  /** Named people outside the chat who approved it so far. */
  approvals?: readonly Approval[];
  /** How often the same wish was denied again. */
  deniedAgain?: number;
  /** The change whose unsent rest this one does. */
  resumes?: string;
  /** Somebody asked that nothing more of it be sent: who. */
  cancel?: string;
  /** Why the rest of it was not sent. */
  halted?: { reason: Reason; why: string };
  created: number;
  expires: number;
  /** When it was last sent; after `settleBy` nothing more is expected. */
  sentAt?: number;
  settleBy?: number;
  ended?: number;
  /** While it is carried out: whoever does it lives at least until then. */
  leaseUntil?: number;
  /** While it waits with inputs that are never written down: the process that planned it, which alone knows them, lives at least until then. */
  heldUntil?: number;
  log: { at: number; what: string }[];
}

/** A step without its input, which may hold keys. */
export function forget(step: Step): Step {
  return { ...step, input: undefined };
}
