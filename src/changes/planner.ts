/** The planner of an operation: reads state and builds requests before sending, and reads the outcome back after it. */
import type { Connection } from '../clients/connect.ts';
import type { Call } from '../clients/http/client.ts';
import type { AnyEndpoint, AnyInput, Effect, InputOf } from '../clients/http/endpoint.ts';
import type { ProviderRefused } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import type { Target } from '../store/change.ts';
import type { Phrase } from './document/phrase.ts';

/** Context of a planner call. */
export interface PlannerContext {
  connection: Connection;
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** Number of canary targets out of `count`. A request with several targets must be split after them. Absent: no canary. */
  first?: ((count: number) => number) | undefined;
}

/** Current state of a target, and whether the operation would change it. */
export interface TargetState {
  device: string;
  label: string;
  /** Facts that must be the same when the change is sent. */
  before: Readonly<Record<string, string>>;
  verdict: 'change' | 'unchanged' | 'refuse';
  /** With `refuse`: the reason, a sentence. */
  why?: string;
  /** Name, groups and plan are for the policy rules, if the read returned them. The name is shown, so it must be the same when the change is sent; groups and plan may differ. */
  name?: string | undefined;
  groups?: readonly string[] | undefined;
  plan?: string | undefined;
  /** All identifiers of the device, so that a callback may name it by any of them. A request may name the target only by one of these. */
  identifiers?: readonly string[] | undefined;
  /** Those of `identifiers` that only the request states. They are shown, because no record says that they belong to the target. */
  unrecorded?: readonly string[] | undefined;
  /** The facts after the change, where the request states them. Shown beside `before`. */
  becomes?: Readonly<Record<string, string>> | undefined;
}

/** A doubt or a consequence that a person reads before approving. */
export interface Warning {
  /** Kind of the warning in kebab case, by which equal ones are counted: `imei-of-another-sim`. */
  code: string;
  text: Phrase;
}

/** Devices that depend on the targets: those of a group, behind a gateway, on an application server. They count as touched. */
export interface Dependents {
  /** Noun for one of them: `device`. */
  noun: string;
  count: number;
  /** The effect says in its own words that devices depend on the targets: the headline does not repeat it, the question gives their number. */
  isInEffect?: boolean;
  /** Whether there may be more than `count`. With a count of 0 nothing is known of them, and a warning says so. */
  atLeast?: boolean;
  /** The devices that are known, for the policy rules. */
  devices: readonly Pick<TargetState, 'device' | 'label' | 'name' | 'groups' | 'plan'>[];
}

/** Targets and requests of an operation. Must be deterministic: the same provider state gives an equal plan. */
export interface Plan<I> {
  targets: TargetState[];
  /** All requests to send, in order, for the targets with the verdict `change`. */
  steps: { input: I; targets: readonly string[] }[];
  /** Short phrase that follows the identifiers in the headline: phrase`activate on plan ${field('body.servicePlan')}`. */
  effect: Phrase;
  /** Noun for one target: `SIM`, `device`. */
  noun: string;
  effects: readonly Effect[];
  cost?: Phrase;
  /** How to undo it, for example the name of a tool. Absent: it cannot be undone. */
  undo?: Phrase;
  /** How long it usually takes until it has settled. */
  settles?: Phrase;
  warnings?: readonly Warning[];
  /** What depends on the targets, where a change of them touches more than themselves. */
  dependents?: Dependents | undefined;
}

/** What a read shows of a target after sending. */
export interface Settled {
  device: string;
  outcome: 'applied' | 'failed' | 'pending';
  after?: Readonly<Record<string, string>>;
  why?: string;
  /** What was read neither confirms nor refutes the change: the target is unknown, not failed, once time is over. */
  isUndecided?: boolean;
}

/** A step that was sent and has not settled. */
export interface SentStep<I> {
  input: I;
  targets: readonly string[];
  /** The provider's id of the request, if the response had one. */
  providerRequestId: string | undefined;
  /** False if the response was lost. */
  answered: boolean;
  sentAt: number;
  /** All identifiers of a target's device, as they were read for the plan: a ledger may name it by another one than the request. */
  identifiersOf(device: string): readonly string[];
}

/** Reads whether sent steps took effect: one by one, or all at once if they can share reads. */
type Settling<I> =
  | { settle(step: SentStep<I>, at: PlannerContext): Promise<Settled[]> }
  | { settleAll(steps: readonly SentStep<I>[], at: PlannerContext): Promise<Settled[]> };

export type Planner<E extends AnyEndpoint = AnyEndpoint> = Settling<InputOf<E>> & {
  operation: E;
  /** Set for a `session` operation that a person may approve: it grants access, but carries no credential of this server. */
  givesAccess?: boolean;
  /** Reads the current state and builds the plan. Changes nothing. */
  inspect(inputs: readonly InputOf<E>[], at: PlannerContext): Promise<Plan<InputOf<E>>>;
  /** The same request for only the `keep` targets. Define it if a request has several targets and can do without some of them. */
  narrow?(step: { input: InputOf<E>; targets: readonly string[] }, keep: ReadonlySet<string>): InputOf<E>;
  /** The outcome cannot be read back: a canary passes once the provider has accepted it. */
  unobservable?: boolean;
  /** Nothing but a callback shows the outcome: what it reports is taken, failure and success alike. */
  reportedOnly?: boolean;
  /** The provider's request id in a response. */
  providerRequestIdOf?(reply: unknown): string | undefined;
  /** Targets that a successful response reports as refused, each with the provider's reason. */
  refusals?(reply: unknown, input: InputOf<E>, targets: readonly string[]): readonly { device: string; why: string }[];
  /** Explains a refusal beyond the provider's text, with the next step. Undefined: there is nothing to add. */
  explain?(refused: ProviderRefused, input: InputOf<E>): string | undefined;
  /** The operation that restores the previous state. It is stored, so it must hold no keys. Undefined: it cannot be undone. */
  inverse?(step: { input: InputOf<E> }, done: readonly Target[]): Inverse | undefined;
  /** Time after sending, in ms, after which no outcome is expected, and the outcome that is then assumed. */
  settleTimeout: { ms: number; onTimeout: 'failed' | 'unknown' };
};

/** The operation that undoes a change, with inputs for exactly the targets that it changed. */
export interface Inverse {
  operation: AnyEndpoint;
  inputs: readonly AnyInput[];
}

/** A planner whose operation is known only at run time. The members are documented in `Planner`. */
export interface AnyPlanner {
  operation: AnyEndpoint;
  givesAccess?: boolean;
  inspect(inputs: readonly AnyInput[], at: PlannerContext): Promise<Plan<AnyInput>>;
  narrow?(step: { input: AnyInput; targets: readonly string[] }, keep: ReadonlySet<string>): AnyInput;
  unobservable?: boolean;
  reportedOnly?: boolean;
  providerRequestIdOf?(reply: unknown): string | undefined;
  refusals?(reply: unknown, input: AnyInput, targets: readonly string[]): readonly { device: string; why: string }[];
  explain?(refused: ProviderRefused, input: AnyInput): string | undefined;
  settle(step: SentStep<AnyInput>, at: PlannerContext): Promise<Settled[]>;
  settleAll?(steps: readonly SentStep<AnyInput>[], at: PlannerContext): Promise<Settled[]>;
  inverse?(step: { input: AnyInput }, done: readonly Target[]): Inverse | undefined;
  settleTimeout: { ms: number; onTimeout: 'failed' | 'unknown' };
}

/**
 * Declares a planner with the input type of its operation and returns it as an `AnyPlanner`. What its plan reads by an identifier must bear
 * that identifier: a row that does not say which one it is must not stand for the target.
 */
export function planner<E extends AnyEndpoint>(it: Planner<E>): AnyPlanner {
  const inspect: Planner<E>['inspect'] = (inputs, at) => it.inspect(inputs, { ...at, connection: bearing(at.connection) });
  const settle = 'settleAll' in it ? (step: SentStep<InputOf<E>>, at: PlannerContext) => it.settleAll([step], at) : it.settle;
  // The cast is safe: inputs are checked with the operation's schema before they reach a planner.
  return { ...it, inspect, settle } as unknown as AnyPlanner;
}

/** The connection whose reads must bear the identifier that was asked for. */
function bearing(connection: Connection): Connection {
  const any: Call['any'] = (entry, input, options) => connection.call.any(entry, input, { ...options, mustBear: true });
  return { ...connection, call: Object.assign(any as Call, { any }) };
}
