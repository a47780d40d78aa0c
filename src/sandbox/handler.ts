/** A sandbox route is a contract plus a behaviour. */
import type { z } from 'zod';
import type { AnyEndpoint, Endpoint, PathNames, Route } from '../clients/http/endpoint.ts';
import { isObject } from '../text/is-object.ts';
import type { SeedContext, World } from './world.ts';

/** One request as a behaviour sees it; query and body are raw, for other clients than ours come too. */
export interface SandboxRequest<Path = Record<string, string>> {
  world: World;
  path: Path;
  query: URLSearchParams;
  body: unknown;
  headers: Headers;
}

/** What a behaviour answers; `body` is what the contract's reply schema takes in. */
export interface SandboxResponse<Body = unknown> {
  status: number;
  body?: Body;
  headers?: Record<string, string>;
}

type PathOf<E> = E extends Endpoint<infer R, infer _Q, infer _B, infer _A> ? { [name in PathNames<R>]: string } : Record<string, string>;
type BodyOf<E> = E extends Endpoint<infer _R, infer _Q, infer _B, infer A> ? z.input<A> : unknown;

export type Handler<E> = (ask: SandboxRequest<PathOf<E>>) => SandboxResponse<BodyOf<E>>;
export type Handlers<T> = { [K in keyof T]: Handler<T[K]> };

/** A contract bound to its behaviour; `also` holds other spellings of the route that documents name. */
export interface BoundRoute {
  entry: AnyEndpoint;
  handler: (ask: SandboxRequest) => SandboxResponse;
  aliases: readonly Route[];
}

/**
 * Binds all contracts of a provider to their handlers, noun by noun: a noun or an operation without one does not compile.
 * `aliases` holds further spellings of a route that documents name.
 */
export function bindHandlers<C extends Record<string, Record<string, AnyEndpoint>>>(
  contracts: C,
  handlers: { [N in keyof C]: Handlers<C[N]> },
  aliases: { [N in keyof C]?: { [V in keyof C[N]]?: readonly Route[] } } = {},
): BoundRoute[] {
  return Object.entries(contracts).flatMap(([noun, entries]) =>
    Object.entries(entries).map(([verb, entry]) => ({
      entry,
      handler: handlers[noun]?.[verb] as (ask: SandboxRequest) => SandboxResponse,
      aliases: aliases[noun]?.[verb] ?? [],
    })),
  );
}

/** Thrown by a behaviour to refuse in the provider's own words. */
export class SandboxRefusal extends Error {
  readonly response: SandboxResponse;
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`refused with ${status}`);
    this.response = { status, body, headers };
  }
}

/** A one-shot fault that only one provider has. */
export interface ProviderFault {
  /** Whether it applies to an operation; to every one of the provider when absent. */
  appliesTo?(operation: string): boolean;
  /** Before anything takes effect: an answer refuses the request. `ms` as the fault was armed. */
  before?(world: World, ms: number | undefined): SandboxResponse | undefined;
  /** Milliseconds to wait before `before` is called. */
  delay?(ms: number | undefined): number;
  /** Changes the answer of a request that took effect. */
  after?(answer: SandboxResponse): SandboxResponse;
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
export interface SandboxProvider {
  /** The first part of its operations' ids. */
  name: string;
  /** Makes its state from the seed; called when it is first needed. */
  seed(base: SeedContext): unknown;
  /** How many devices its state holds. */
  deviceCount(world: World): number;
  /** Its own one-shot faults, by name. */
  faults: Readonly<Record<string, ProviderFault>>;
  /** Its own persistent faults, by name. */
  persistentFaults: readonly string[];
  events: readonly SandboxEvent[];
  routes: readonly BoundRoute[];
  /** Its API is served at the root: it answers every path that belongs to no other provider. */
  atRoot?: boolean;
  /** Where each api of the provider stands on the sandbox's port, most usual first. */
  mounts: Readonly<Record<string, readonly string[]>>;
  /** Checks credentials; throws Refuse. Runs after the route is known. */
  authenticate(entry: AnyEndpoint, ask: SandboxRequest): void;
  /** The refusal of a request whose bearer or session is no longer valid. */
  expiredResponse(): SandboxResponse;
  /** Forgets what the caller holds, so that the next request is refused as expired. */
  expireCredentials(world: World): void;
  /** An error in the provider's own shape. */
  errorResponse(status: number): SandboxResponse;
  /** Puts the envelope on. */
  wrapBody?(entry: AnyEndpoint, body: unknown): unknown;
  /** The answer to a path below this provider's mounts that does not exist; `known` when only the method is wrong. */
  notFound(wrongMethod: boolean): SandboxResponse;
}

/** A body as an object; an empty one when it is none. */
export function asObject(body: unknown): Record<string, unknown> {
  return isObject(body) ? body : {};
}

/** A member as text, when it is a non-empty text or a number. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
