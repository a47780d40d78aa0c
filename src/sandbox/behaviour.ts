/** A sandbox route is a contract plus a behaviour; leaving one out does not compile. */
import type { z } from 'zod';

import type { AnyEndpoint, Endpoint, PathNames, Route } from '../clients/http/endpoint.ts';
import type { World } from './world.ts';

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

/** Binds the contracts of one noun to their behaviours. */
export function bind<T extends Record<string, AnyEndpoint>>(
  contracts: T,
  behaviours: Behaviours<T>,
  also: { [K in keyof T]?: readonly Route[] } = {},
): Bound[] {
  return Object.keys(contracts).map((name) => ({
    entry: contracts[name] as AnyEndpoint,
    behaviour: behaviours[name as keyof T] as (ask: Ask) => Told,
    also: also[name as keyof T] ?? [],
  }));
}

/** Thrown by a behaviour to refuse in the provider's own words. */
export class Refuse extends Error {
  readonly told: Told;
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`refused with ${status}`);
    this.told = { status, body, headers };
  }
}

/** One provider as the sandbox plays it. */
export interface Played {
  routes: readonly Bound[];
  /** Where each api of the provider stands on the sandbox's port, most usual first. */
  mounts: Readonly<Partial<Record<AnyEndpoint['api'], readonly string[]>>>;
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
