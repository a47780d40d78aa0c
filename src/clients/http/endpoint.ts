/** The contract of a provider operation. Client, sandbox route, catalogue, tool hints and gate are all derived from it. */
import type { z } from 'zod';

import type { PathMark, UnmarkedIn } from './identifier-marks.ts';

/**
 * Effects of a call in the worst case. An operation without effects is a read.
 * `write`: free of charge and reversible. `billing`: may cost money. `disruptive`: a live device loses service or receives data.
 * `destructive`: cannot be undone through the API. `session`: creates, ends or changes credentials.
 */
export type Effect = 'write' | 'billing' | 'disruptive' | 'destructive' | 'session';

/** How certain it is that the provider serves this method and path. */
export type Certainty = 'documented' | 'observed' | 'inferred' | 'guessed';

/** Which of a provider's services a call belongs to (`oss`, `m2m`); the connection knows the base address and credentials of each. */
export type Api = string;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Route = `${Method} /${string}`;

/** An identifier in a reply. */
type Borne = string | number | null | undefined;

/** A contract: route, schemas, effects and certainty of one operation. */
export interface Endpoint<
  R extends Route = Route,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  A extends z.ZodType = z.ZodType,
> {
  /** `provider.noun.verb`; every layer names its file after the noun. */
  id: `${string}.${string}.${string}`;
  api: Api;
  /** Method and path below the base URL of the API; `{name}` marks a path parameter. */
  route: R;
  effects: readonly Effect[];
  /** Effects of one input: a subset of `effects`. */
  effectsOf?: (input: { path?: unknown; query?: unknown; body?: unknown }) => readonly Effect[];
  sure: Certainty;
  /** The document or client that `sure` is based on. */
  source: string;
  /** Uncertain fields and behaviours; shown in every plan. */
  doubts?: readonly string[];
  /** One sentence, shown in the catalogue. */
  help: string;
  /** What each path parameter is to the request. */
  path?: { readonly [name in PathNames<R>]: PathMark };
  /** Schemas are functions, so that they are built on first use and do not slow down the start. */
  query?: () => Q;
  body?: () => B;
  /** The file that a member of the body holds: each of its cells counts as a field of the request. */
  file?: { member: string; cellsOf(text: string): readonly FileCell[] };
  /** Encoding of the body; default `json`. `multipart`: every field is a CSV file. */
  encoding?: 'json' | 'form' | 'multipart' | 'text';
  /** Absent if the response body is not read. */
  reply?: () => A;
  /**
   * The identifier that the reply of a read states, in the form in which `path` asks for its target; a list where any of several may be meant,
   * undefined where the reply states none. Absent: no member of the reply can be compared with the path.
   */
  bears?(reply: z.output<A>, path: Readonly<Record<string, string>>): Borne | readonly Borne[];
  /** The reply may be an empty object, which then says that there is nothing; otherwise `{}` is not understood. */
  mayBeEmpty?: boolean;
  /** Documented rate limit of this operation alone. */
  limit?: { requests: number; perMs: number };
  /** Cost class of the call, if the provider documents one. */
  cost?: 'high' | 'medium' | 'low';
  example: ExampleOf<R, Q, B>;
}

type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
export type PathNames<R extends Route> = Names<R>;
type Part<K extends string, T> = unknown extends T ? object : { [key in K]: T };
type PathPart<R extends Route> = [Names<R>] extends [never] ? object : { path: { [name in Names<R>]: string } };
type QueryPart<Q extends z.ZodType> = unknown extends z.input<Q> ? object : { query?: z.input<Q> };
type ExampleOf<R extends Route, Q extends z.ZodType, B extends z.ZodType> = PathPart<R> & QueryPart<Q> & Part<'body', z.input<B>>;

/** Input of an endpoint: `path`, `query` and `body`, each only if the endpoint has one. */
export type InputOf<E> = E extends Endpoint<infer R, infer Q, infer B, infer _A> ? Simple<ExampleOf<R, Q, B>> : never;
type Simple<T> = { [K in keyof T]: T[K] };

/** Parsed response of an endpoint; undefined if it declares no reply. */
export type ReplyOf<E> =
  E extends Endpoint<infer _R, infer _Q, infer _B, infer A> ? (unknown extends z.output<A> ? undefined : z.output<A>) : never;

/** A cell of a file in a request, without those that name its target. */
export interface FileCell {
  /** Identifier of the target of its row. */
  target: string;
  /** What its column holds: `name`. */
  name: string;
  value: string;
  /** A key: its value is never shown. */
  secret: boolean;
}

/** An endpoint without its static types, for code that iterates over the catalogue. */
export interface AnyEndpoint extends Omit<Endpoint, 'example' | 'path'> {
  path?: Readonly<Record<string, PathMark>>;
  example: AnyInput;
}

/** Input of an endpoint that is known only at run time. */
export interface AnyInput {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** A route with parameters requires their marks. */
type PathMarks<R extends Route> = [Names<R>] extends [never] ? { path?: never } : { path: { readonly [name in Names<R>]: PathMark } };
/** A field that reads like an identifier and is not marked, see `idField`, makes the contract fail to compile, and is named in the message. */
type AllMarked<S extends z.ZodType, Part extends string> = [UnmarkedIn<z.output<S>>] extends [never]
  ? unknown
  : { [key in `unmarkedIn${Part}`]: UnmarkedIn<z.output<S>> };

/** Declares an endpoint and preserves its exact types. */
export function endpoint<
  const R extends Route,
  Q extends z.ZodType = z.ZodUnknown,
  B extends z.ZodType = z.ZodUnknown,
  A extends z.ZodType = z.ZodUnknown,
>(entry: Endpoint<R, Q, B, A> & PathMarks<R> & AllMarked<Q, 'Query'> & AllMarked<B, 'Body'>): Endpoint<R, Q, B, A> {
  return entry;
}

export function methodOf(entry: { route: Route }): Method {
  return entry.route.slice(0, entry.route.indexOf(' ')) as Method;
}

/** The path template of the route, without the method. */
export function pathOf(entry: { route: Route }): string {
  return entry.route.slice(entry.route.indexOf(' ') + 1);
}

/** The provider that an operation's id names. */
export function providerOf(entry: { id: string }): string {
  return entry.id.slice(0, entry.id.indexOf('.'));
}

/** `devices` of `thingpark.devices.list`. */
export function nounOf(entry: { id: string }): string {
  return entry.id.split('.')[1] ?? '';
}

/** True if the operation has no effects. */
export function isRead(entry: { effects: readonly Effect[] }): boolean {
  return entry.effects.length === 0;
}
