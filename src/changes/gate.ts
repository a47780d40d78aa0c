/** The gate: plan -> approve -> apply -> settle -> record. Every change of every tool goes through it. */
import { approvalLife } from '../approvers/approval.ts';
import type { Connection } from '../clients/connect.ts';
import { Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import { type Approval, type Change, type Reason, waiting } from '../store/change.ts';
import type { ChangeFilter, ChangeStore } from '../store/store.ts';
import { type ApplyService, makeApplier } from './applier.ts';
import { type Decider, makeDecider } from './decide.ts';
import { type ChangeTracker, type Follower, makeFollower } from './follower.ts';
import type { Intent } from './intent.ts';
import type { Planners } from './planners.ts';
import type { Policy } from './policy.ts';
import { type ChangePlanner, makeProposer } from './proposer.ts';
import { makeRecorder, type Recorder } from './record.ts';
import type { Rulebook } from './rules/rulebook.ts';
import { makeSeals, type Seals } from './seals.ts';
import { type ApprovedChangeRunner, makeTaker } from './taker.ts';

export interface GateParts {
  store: ChangeStore;
  planners: Planners;
  clock: Clock;
  policy: Policy;
  /** The current rules. */
  rules(): Rulebook;
  /** Number of configured approvers, who approve outside the chat. */
  approvers: number;
  /** Whether a connection is a sandbox. */
  isSandbox(connection: string): boolean;
  /** Number of devices of a connection; undefined if the provider does not report it. */
  total(connection: Connection, signal?: AbortSignal): Promise<number | undefined>;
  /** Called when a change starts to wait for named approvers. */
  announce(change: Change): void;
  /** The connection with this name, used to read results back. */
  connection(name: string): Connection | undefined;
  newId(): string;
  /** Identifies this server process in the audit log. */
  session: string;
  /** Reason of the kill switch; undefined while changes may run. */
  stopped(): string | undefined;
  /** HMAC key for seals and intent fingerprints; the same for all servers that share a store. */
  key: Buffer;
}

export interface Gate extends ChangePlanner, ApplyService, ApprovedChangeRunner, ChangeTracker {
  /** Fingerprint of an intent: equal for equal operation, arguments, connection and caller. */
  fingerprint(intent: Pick<Intent, 'operation' | 'connection' | 'inputs' | 'caller'>): string;
  /** Moves a plan to `awaiting_approval`, because a person is being asked. */
  asking(id: string): Promise<Change | undefined>;
  /** An approval that needs no question: from an `allow` rule, or from the change that this one resumes. Undefined if there is none. */
  standing(change: Change): Promise<Omit<Approval, 'at'> | undefined>;
  /** Ends a plan. Of a change that is being applied, it stops the unsent part. */
  cancel(id: string, caller: string): Promise<Change>;
  /** Ends a plan as refused; nothing is sent. */
  refuse(id: string, reason: Reason, explanation: string): Promise<Change | undefined>;
  get(id: string): Promise<Change | undefined>;
  list(filter: ChangeFilter, after: string | undefined, limit: number): Promise<{ rows: Change[]; total: number; left: number }>;
}

/** Dependencies shared by the parts of the gate. */
export interface Inside {
  seals: Seals;
  recorder: Recorder;
  follower: Follower;
  decider: Decider;
  /** Whether a connection is a sandbox and no approver is configured. */
  unattended(connection: string): boolean;
}

export function makeGate(parts: GateParts): Gate {
  const { store, clock } = parts;
  const recorder = makeRecorder(store, clock);
  const { note, end } = recorder;
  const follower = makeFollower({ store, clock, connection: parts.connection, recorder, planners: parts.planners });
  const { follow, hint, resume } = follower;
  const unattended = (connection: string): boolean => parts.approvers === 0 && parts.isSandbox(connection);
  const decider = makeDecider({ store, rules: parts.rules, unattended });
  const seals = makeSeals(parts.key, parts.policy);
  const inside: Inside = { seals, recorder, follower, decider, unattended };
  const applier = makeApplier(parts, inside);

  const cancel: Gate['cancel'] = async (id, caller) => {
    const change = await store.get(id);
    if (!change || change.caller !== caller)
      throw new Refusal(`change: there is no change ${id} of yours`, 'list_changes shows the changes there are.', 'change');
    const before = 'Cancelled before anything was sent.';
    if (waiting.includes(change.status)) return end(change, 'refused', waiting, { reason: 'cancelled', explanation: before });
    const asked = await store.move(id, ['applying'], (now) => ({
      cancel: caller,
      log: note(now, `${caller} cancelled the part that is not yet sent`),
    }));
    if (asked) return asked;
    throw new Refusal(
      `change: ${id} is ${change.status} and has nothing left to send`,
      change.inverse ? 'Call undo_change to undo it.' : 'Call get_change to see its state.',
      'change',
    );
  };

  return {
    ...makeProposer(parts, inside),
    ...applier,
    ...makeTaker(parts, inside, applier),
    fingerprint: seals.fingerprint,
    async standing(change) {
      if (!waiting.includes(change.status) || change.preview) return undefined;
      if (change.decision?.verdict === 'allow') return { kind: 'rule', by: change.decision.rule };
      if (change.resumes === undefined || change.decision?.verdict !== 'ask') return undefined;
      const now = await store.time(clock.now());
      const given = (change.approvals ?? []).find((approval) => now - approval.at < approvalLife);
      return given && { kind: 'resumed', by: given.by };
    },
    cancel,
    get: (id) => store.get(id),
    list: (filter, after, limit) => store.list(filter, after, limit),
    async asking(id) {
      const change = await store.get(id);
      return change && store.move(id, waiting, { status: 'awaiting_approval', log: note(change, 'a person is asked') });
    },
    async refuse(id, reason, explanation) {
      const change = await store.get(id);
      return change && end(change, 'refused', waiting, { reason, explanation });
    },
    follow,
    hint,
    resume,
  };
}
