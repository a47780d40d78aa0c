/** The gate: plan -> approve -> apply -> settle -> record. Every change passes it, whatever tool asked. */
import { approvalLife } from '../approvers/approval.ts';
import type { Connection } from '../clients/connect.ts';
import { Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import { type Approval, type Change, type Reason, waiting } from '../store/change.ts';
import type { ChangeFilter, ChangeStore } from '../store/store.ts';
import { makeApplier } from './applier.ts';
import { type Decider, makeDecider } from './decide.ts';
import { type Follower, makeFollower } from './follower.ts';
import type { Intent } from './intent.ts';
import type { Planners } from './planners.ts';
import type { Policy } from './policy.ts';
import { makeProposer } from './proposer.ts';
import { makeRecorder, type Recorder } from './record.ts';
import type { Rulebook } from './rules/rulebook.ts';
import { makeSeals, type Seals } from './seals.ts';
import type { Hearing } from './sender.ts';
import { makeTaker } from './taker.ts';

export interface GateParts {
  store: ChangeStore;
  planners: Planners;
  clock: Clock;
  policy: Policy;
  /** The rules in force at this moment. */
  rules(): Rulebook;
  /** How many people are named who may approve outside the chat. */
  approvers: number;
  /** Whether a connection is a sandbox. */
  isSandbox(connection: string): boolean;
  /** Devices of a connection in all, where it tells. */
  total(connection: Connection, signal?: AbortSignal): Promise<number | undefined>;
  /** A change begins to wait for named people. */
  announce(change: Change): void;
  /** Finds a connection by name, for settling. */
  connection(name: string): Connection | undefined;
  newId(): string;
  /** Names this run of the server in the record. */
  session: string;
  /** Why an operator has stopped all changes; undefined while they may run. */
  stopped(): string | undefined;
  /** Seals plans and names intents; the same for all servers on one store. */
  key: Buffer;
}

export interface Gate extends Pick<Follower, 'follow' | 'hint' | 'resume'> {
  /** Plans a change, or answers with the open one of the same intent. Changes nothing. */
  propose(intent: Intent, signal?: AbortSignal): Promise<Change>;
  /** The intent's fingerprint: equal for equal operation, arguments, connection and caller. */
  fingerprint(intent: Pick<Intent, 'operation' | 'connection' | 'inputs' | 'caller'>): string;
  /** Marks a plan as put before a person. */
  asking(id: string): Promise<Change | undefined>;
  /** What lets a plan pass without asking anybody: a rule, or the approval of the change that it resumes. */
  standing(change: Change): Promise<Omit<Approval, 'at'> | undefined>;
  /** Carries an approved change out, once. Whoever comes second gets the change as it stands. */
  apply(id: string, caller: string, approval: Omit<Approval, 'at'>, hearing?: Hearing): Promise<Change>;
  /** Carries out what named people have approved: one change, or all that this process can. */
  takeUp(id?: string): Promise<void>;
  /** Ends a plan, or has a change under way send nothing more. */
  cancel(id: string, caller: string): Promise<Change>;
  /** Ends a plan without sending anything. */
  refuse(id: string, reason: Reason, explanation: string): Promise<Change | undefined>;
  get(id: string): Promise<Change | undefined>;
  list(filter: ChangeFilter, after: string | undefined, limit: number): Promise<{ rows: Change[]; total: number; left: number }>;
}

/** What the parts of the gate share. */
export interface Inside {
  seals: Seals;
  recorder: Recorder;
  follower: Follower;
  decider: Decider;
  /** Whether nobody is named who could approve, and nothing real changes. */
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
      log: note(now, `${caller} cancels what is not yet sent`),
    }));
    if (asked) return asked;
    throw new Refusal(
      `change: ${id} is ${change.status}, nothing of it is waiting to be sent`,
      change.inverse ? 'undo_change takes back what it did.' : 'get_change tells how it stands.',
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
