/** A sandbox route is a contract plus a behaviour. */
import type { z } from 'zod';

import type { AnyEndpoint, Endpoint, PathNames, Route } from '../clients/http/endpoint.ts';
import type { Base, World } from './world.ts';

/** One request as a behaviour sees it; query and body are raw, for other clients than ours come too. */
export interface Ask<Path = Record<string, string>> {
  world: World;
  path: Path;
  query: URLSearchParams;
  body: unknown;
  headers: Headers;
}

/** What a behaviour answers; `body` is what the contract's reply schema takes in. */
export interface Told<Body = unknown> {
  status: number;
  body?: Body;
  headers?: Record<string, string>;
}

type PathOf<E> = E extends Endpoint<infer R, infer _Q, infer _B, infer _A> ? { [name in PathNames<R>]: string } : Record<string, string>;
type BodyOf<E> = E extends Endpoint<infer _R, infer _Q, infer _B, infer A> ? z.input<A> : unknown;

export type Behaviour<E> = (ask: Ask<PathOf<E>>) => Told<BodyOf<E>>;
export type Behaviours<T> = { [K in keyof T]: Behaviour<T[K]> };

/** A contract bound to its behaviour; `also` holds other spellings of the route that documents name. */
export interface Bound {
  entry: AnyEndpoint;
  behaviour: (ask: Ask) => Told;
  also: readonly Route[];
}

/**
 * Binds all contracts of a provider to their behaviours, noun by noun: a noun or an operation without one does not compile.
 * `also` holds further spellings of a route that documents name.
 */
export function bind<C extends Record<string, Record<string, AnyEndpoint>>>(
  contracts: C,
  behaviours: { [N in keyof C]: Behaviours<C[N]> },
  also: { [N in keyof C]?: { [V in keyof C[N]]?: readonly Route[] } } = {},
): Bound[] {
  return Object.entries(contracts).flatMap(([noun, entries]) =>
    Object.entries(entries).map(([verb, entry]) => ({
      entry,
      behaviour: behaviours[noun]?.[verb] as (ask: Ask) => Told,
      also: also[noun]?.[verb] ?? [],
    })),
  );
}

/** Thrown by a behaviour to refuse in the provider's own words. */
export class Refuse extends Error {
  readonly told: Told;
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`refused with ${status}`);
    this.told = { status, body, headers };
  }
}

/** A one-shot fault that only one provider has. */
export interface ProviderFault {
  /** Whether it applies to an operation; to every one of the provider when absent. */
  appliesTo?(operation: string): boolean;
  /** Before anything takes effect: an answer refuses the request. `ms` as the fault was armed. */
  before?(world: World, ms: number | undefined): Told | undefined;
  /** Milliseconds to wait before `before` is called. */
  delay?(ms: number | undefined): number;
  /** Changes the answer of a request that took effect. */
  after?(answer: Told): Told;
}

/** Something that the admin API makes take place at a provider: `POST /_sandbox/happen`, `what` names it. */
export interface SandboxEvent {
  schema: z.ZodObject<{ what: z.ZodLiteral<string> }>;
  run(world: World, input: unknown): unknown;
}

/** Declares an event with the exact type of its input. */
export function sandboxEvent<S extends z.ZodObject<{ what: z.ZodLiteral<string> }>>(
  schema: S,
  run: (world: World, input: z.output<S>) => unknown,
): SandboxEvent {
  // The admin API parses the input with this schema before it calls `run`.
  return { schema, run: (world, input) => run(world, input as z.output<S>) };
}

/** One provider as the sandbox plays it. */
export interface Played {
  /** The first part of its operations' ids. */
  name: string;
  /** Makes its state from the seed; called when it is first needed. */
  seed(base: Base): unknown;
  /** How many devices its state holds. */
  deviceCount(world: World): number;
  /** Its own one-shot faults, by name. */
  faults: Readonly<Record<string, ProviderFault>>;
  /** Its own persistent faults, by name. */
  persistentFaults: readonly string[];
  events: readonly SandboxEvent[];
  routes: readonly Bound[];
  /** Its API is served at the root: it answers every path that belongs to no other provider. */
  atRoot?: boolean;
  /** Where each api of the provider stands on the sandbox's port, most usual first. */
  mounts: Readonly<Record<string, readonly string[]>>;
  /** Checks credentials; throws Refuse. Runs after the route is known. */
  admit(entry: AnyEndpoint, ask: Ask): void;
  /** The refusal of a request whose bearer or session is no longer valid. */
  expired(): Told;
  /** Forgets what the caller holds, so that the next request is refused as expired. */
  expire(world: World): void;
  /** An error in the provider's own shape. */
  failure(status: number): Told;
  /** Puts the envelope on. */
  wrap?(entry: AnyEndpoint, body: unknown): unknown;
  /** The answer to a path below this provider's mounts that does not exist; `known` when only the method is wrong. */
  missing(wrongMethod: boolean): Told;
}

/** A body as an object; an empty one when it is none. */
export function members(body: unknown): Record<string, unknown> {
  return body !== null && typeof body === 'object' && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
}

/** A member as text, when it is a non-empty text or a number. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
