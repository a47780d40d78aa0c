/** The planner of an operation: what would happen, whether it may, and whether it did. */
import type { Connection } from '../clients/connect.ts';
import type { AnyEndpoint, AnyInput, Effect, InputOf } from '../clients/http/endpoint.ts';
import type { ProviderRefused } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import type { Target } from '../store/change.ts';

/** What a planner may use. */
export interface At {
  connection: Connection;
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** Of so many targets, how many go first and alone: requests for several are cut there. Absent: none. */
  first?: ((count: number) => number) | undefined;
}

/** A target as it stands now, and whether the operation would change it. */
export interface Seen {
  device: string;
  label: string;
  /** The facts that must not move between plan and sending. */
  before: Readonly<Record<string, string>>;
  verdict: 'change' | 'unchanged' | 'refuse';
  /** With `refuse`: why, in a sentence. */
  why?: string;
  /** What the policy may go by, where the reading holds it; not sealed. */
  name?: string | undefined;
  groups?: readonly string[] | undefined;
  plan?: string | undefined;
}

/** The world as the plan sees it. Looking twice at an unmoved world gives the same picture. */
export interface Picture<I> {
  targets: Seen[];
  /** The requests to send, complete and in order, for the targets to change. */
  steps: { input: I; targets: readonly string[] }[];
  /** What it does, in a few words that follow the identifiers: `activate on plan IOTLOW5MB`. */
  effect: string;
  /** What a target is: `SIM`, `device`. */
  noun: string;
  effects: readonly Effect[];
  cost?: string;
  /** How to undo it; absent: it cannot be undone. */
  undo?: string;
  settles?: string;
  warnings?: string[];
}

/** What is known of a target after sending. */
export interface Settled {
  device: string;
  outcome: 'applied' | 'failed' | 'pending';
  after?: Readonly<Record<string, string>>;
  why?: string;
}

/** A step that was sent, as settling sees it. */
export interface SentStep<I> {
  input: I;
  targets: readonly string[];
  /** The provider's request id, where it gave one. */
  receipt: string | undefined;
  /** False when the answer was lost. */
  answered: boolean;
  sentAt: number;
}

/** Reads whether it has become real: step by step, or all at once where steps can share their reads. */
type Settling<I> =
  | { settle(step: SentStep<I>, at: At): Promise<Settled[]> }
  | { settleAll(steps: readonly SentStep<I>[], at: At): Promise<Settled[]> };

export type Planner<E extends AnyEndpoint = AnyEndpoint> = Settling<InputOf<E>> & {
  operation: E;
  /** A `session` operation that a person may still allow: it lets somebody in, and no credential of ours passes through it. */
  givesAccess?: boolean;
  /** Reads the world; changes nothing. */
  look(inputs: readonly InputOf<E>[], at: At): Promise<Picture<InputOf<E>>>;
  /** The same request for only some of its targets; where a request has several and the rest can be left out. */
  narrow?(step: { input: InputOf<E>; targets: readonly string[] }, keep: ReadonlySet<string>): InputOf<E>;
  /** What becomes of it cannot be read: a canary has passed when the provider accepted it. */
  untold?: boolean;
  /** The provider's request id in a reply. */
  receipt?(reply: unknown): string | undefined;
  /** The targets that a reply of success says were refused, each with the provider's words. */
  refusals?(reply: unknown, input: InputOf<E>): readonly { device: string; why: string }[];
  /** What a refusal means beyond the provider's own words, with the next step; undefined where it means no more. */
  explain?(refused: ProviderRefused, input: InputOf<E>): string | undefined;
  /** What would put the targets back as they were; no keys inside, it is written down. Undefined where nothing can. */
  inverse?(step: { input: InputOf<E> }, done: readonly Target[]): Inverse | undefined;
  /** ms until nothing more is expected, and what silence then means. */
  patience: { ms: number; silence: 'failed' | 'unknown' };
};

/** An operation that undoes another one, for exactly the targets that it changed. */
export interface Inverse {
  operation: AnyEndpoint;
  inputs: readonly AnyInput[];
}

/** A planner whose operation is known only at run time. */
export interface AnyPlanner {
  operation: AnyEndpoint;
  givesAccess?: boolean;
  look(inputs: readonly AnyInput[], at: At): Promise<Picture<AnyInput>>;
  narrow?(step: { input: AnyInput; targets: readonly string[] }, keep: ReadonlySet<string>): AnyInput;
  untold?: boolean;
  receipt?(reply: unknown): string | undefined;
  refusals?(reply: unknown, input: AnyInput): readonly { device: string; why: string }[];
  explain?(refused: ProviderRefused, input: AnyInput): string | undefined;
  settle(step: SentStep<AnyInput>, at: At): Promise<Settled[]>;
  settleAll?(steps: readonly SentStep<AnyInput>[], at: At): Promise<Settled[]>;
  inverse?(step: { input: AnyInput }, done: readonly Target[]): Inverse | undefined;
  patience: { ms: number; silence: 'failed' | 'unknown' };
}

/** Declares a planner with its exact input and hands it on for any. */
export function planner<E extends AnyEndpoint>(it: Planner<E>): AnyPlanner {
  const settle = 'settleAll' in it ? (step: SentStep<InputOf<E>>, at: At) => it.settleAll([step], at) : it.settle;
  // Inputs reach a planner only after its own operation's schema has checked them.
  return { ...it, settle } as unknown as AnyPlanner;
}
