/** What the gate and its parts are made of. */
import type { People } from '../approvers/people.ts';
import type { Connection } from '../clients/connect.ts';
import type { Clock } from '../clock.ts';
import type { Change } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import type { Planners } from './planners.ts';
import type { Policy } from './policy.ts';
import type { PolicyEvaluator } from './policy-evaluator.ts';
import type { Recorder } from './recorder.ts';
import type { RuleSet } from './rules/rule-set.ts';
import type { Seals } from './seals.ts';
import type { StatusPoller } from './status-poller.ts';
import type { WaitingPlans } from './waiting-plans.ts';

export interface GateOptions {
  store: ChangeStore;
  planners: Planners;
  clock: Clock;
  policy: Policy;
  /** The current rules. */
  rules(): RuleSet;
  /** The configured approvers, who approve outside the chat, and who of them uses which caller. */
  people: People;
  /** Whether a connection is a sandbox and no approver is configured. */
  unattended(connection: string): boolean;
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
  stopped(): Promise<string | undefined> | string | undefined;
  /** Why changes of a connection are refused, because servers on this store differ; undefined if they agree. */
  conflictOn(connection: string): Promise<string | undefined>;
  /** HMAC keys for seals and intent fingerprints, the current one first; the same for all servers that share a store. */
  keys: readonly [Buffer, ...Buffer[]];
}

/** Dependencies shared by the parts of the gate. */
export interface GateDeps {
  seals: Seals;
  recorder: Recorder;
  statusPoller: StatusPoller;
  policyEvaluator: PolicyEvaluator;
  waitingPlans: WaitingPlans;
}
