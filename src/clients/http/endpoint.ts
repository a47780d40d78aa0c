/** One provider call as one value: client, sandbox route, catalogue row, hints and gate all follow from it. */
import type { z } from 'zod';

/**
 * What a call does to the world, the worst case.
 * `write`: free and undoable. `billing`: money may move. `disruptive`: a live device loses service or is sent something.
 * `destructive`: cannot be undone through the API. `session`: makes, ends or changes credentials. None: a read.
 */
export type Effect = 'write' | 'billing' | 'disruptive' | 'destructive' | 'session';

/** How sure we are that method and path are what the provider really serves. */
export type Sure = 'documented' | 'observed' | 'inferred' | 'guessed';

/** Which of a provider's services a call belongs to (`oss`, `m2m`); the connection knows the base address and credentials of each. */
export type Api = string;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Route = `${Method} /${string}`;

export interface Endpoint<
  R extends Route = Route,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  A extends z.ZodType = z.ZodType,
> {
  /** `provider.noun.verb`; the noun is the file's name in every layer. */
  id: `${string}.${string}.${string}`;
  api: Api;
  /** Method and path below the api's base address, `{name}` for a path member. */
  route: R;
  effects: readonly Effect[];
  /** May narrow the effects for one input, never widen them. */
  effectsOf?: (input: { path?: unknown; query?: unknown; body?: unknown }) => readonly Effect[];
  sure: Sure;
  /** Where that certainty comes from, in the words of the reference. */
  source: string;
  /** Doubtful fields and behaviours; said in every plan. */
  doubts?: readonly string[];
  /** One sentence for the catalogue. */
  help: string;
  /** Schemas are made on first use: starting is quick. */
  query?: () => Q;
  body?: () => B;
  /** How the body is written; JSON unless said. `multipart`: each member is a file of CSV. */
  encoding?: 'json' | 'form' | 'multipart' | 'text';
  /** Absent: the answer has no body that anybody reads. */
  reply?: () => A;
  /** A documented limit of this operation alone. */
  limit?: { requests: number; perMs: number };
  /** How dear the call is at the provider, where it says so. */
  cost?: 'high' | 'medium' | 'low';
  example: ExampleOf<R, Q, B>;
}

type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
export type PathNames<R extends Route> = Names<R>;
type Part<K extends string, T> = unknown extends T ? object : { [key in K]: T };
type PathPart<R extends Route> = [Names<R>] extends [never] ? object : { path: { [name in Names<R>]: string } };
type QueryPart<Q extends z.ZodType> = unknown extends z.input<Q> ? object : { query?: z.input<Q> };
type ExampleOf<R extends Route, Q extends z.ZodType, B extends z.ZodType> = PathPart<R> & QueryPart<Q> & Part<'body', z.input<B>>;

/** What a caller hands over: `path`, `query` and `body`, each where the endpoint has one. */
export type InputOf<E> = E extends Endpoint<infer R, infer Q, infer B, infer _A> ? Simple<ExampleOf<R, Q, B>> : never;
type Simple<T> = { [K in keyof T]: T[K] };

/** What comes back; undefined where the endpoint declares no reply. */
export type ReplyOf<E> =
  E extends Endpoint<infer _R, infer _Q, infer _B, infer A> ? (unknown extends z.output<A> ? undefined : z.output<A>) : never;

/** Any endpoint, for code that walks the catalogue. */
export interface AnyEndpoint extends Omit<Endpoint, 'example'> {
  example: AnyInput;
}

/** An input whose endpoint is only known at run time. */
export interface AnyInput {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Declares an endpoint and keeps its exact types. */
export function endpoint<
  const R extends Route,
  Q extends z.ZodType = z.ZodUnknown,
  B extends z.ZodType = z.ZodUnknown,
  A extends z.ZodType = z.ZodUnknown,
>(entry: Endpoint<R, Q, B, A>): Endpoint<R, Q, B, A> {
  return entry;
}

export function methodOf(entry: { route: Route }): Method {
  return entry.route.slice(0, entry.route.indexOf(' ')) as Method;
}

export function pathOf(entry: { route: Route }): string {
  return entry.route.slice(entry.route.indexOf(' ') + 1);
}

/** The provider that an operation's id names. */
export function providerOf(entry: { id: string }): string {
  return entry.id.slice(0, entry.id.indexOf('.'));
}

export function nounOf(entry: { id: string }): string {
  return entry.id.split('.')[1] ?? '';
}

export function isRead(entry: { effects: readonly Effect[] }): boolean {
  return entry.effects.length === 0;
}
