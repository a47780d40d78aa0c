/** Contract + connection -> typed call: checks the input, signs, sends, repeats what may be repeated, reads the answer. */
import type { z } from 'zod';

import type { Chance, Clock } from '../../clock.ts';
import type { AnyEndpoint, AnyInput, InputOf, ReplyOf } from './endpoint.ts';
import { isRead, methodOf, nounOf, pathOf } from './endpoint.ts';
import { type CallError, ProviderRefused, Refusal, TooManyRequests, UnknownAnswer, Unreachable } from './errors.ts';
import { makePacer, type Pacer } from './limits.ts';
import { fillPath, queryText } from './path.ts';
import { type Check, quickCheck } from './quick-check.ts';
import { decide, type Ending, retryAfterMs, waitNote } from './retry.ts';

/** `fetch` as it is handed in: undici for a live provider, a function for the sandbox. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal?: AbortSignal },
) => Promise<Reply>;

/** As much of a response as we read; a `Response` is one. */
export interface Reply {
  status: number;
  headers: HeaderReader;
  text(): Promise<string>;
}

export interface HeaderReader {
  get(name: string): string | null;
}

/** What one provider does differently. */
export interface Dialect {
  /** The base address of an api; a Refusal that names the missing setting where the connection does not hold it. */
  base(entry: AnyEndpoint): string;
  /** The headers that sign a call; logs in when needed. */
  sign(entry: AnyEndpoint, send: Send, signal?: AbortSignal): Promise<Record<string, string>>;
  /** True when this refusal proves that nothing was processed and renewed credentials may help; forgets the old ones. */
  renew(entry: AnyEndpoint, answer: Answer, signed: Record<string, string>): boolean;
  /** True when a refusal is the provider's own trouble whatever its status: a read is repeated, a change may have taken effect. */
  trouble?(answer: Answer): boolean;
  /** Code and words of a refusal, from whatever came: JSON, XML, HTML or nothing. */
  refusal(answer: Answer): { code?: string | undefined; words: string; next?: string };
  /** Takes the provider's envelope off, before the reply schema looks. */
  open?(entry: AnyEndpoint, body: unknown, headers: HeaderReader): unknown;
}

export interface Answer {
  status: number;
  headers: HeaderReader;
  /** JSON where it was JSON, else text. */
  body: unknown;
}

/** Sends one request for a dialect: what it signs in with. */
export type Send = (entry: AnyEndpoint, input: AnyInput, headers: Record<string, string>, signal?: AbortSignal) => Promise<Answer>;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Told of every wait and repeat, for the record of a change. */
  note?: ((text: string) => void) | undefined;
  /** An approved change goes before reads. */
  first?: boolean | undefined;
}

export interface Call {
  <E extends AnyEndpoint>(entry: E, input: InputOf<E>, options?: CallOptions): Promise<ReplyOf<E>>;
  /** The same for an endpoint known only at run time; the answer is unchecked beyond its schema. */
  any(entry: AnyEndpoint, input: AnyInput, options?: CallOptions): Promise<unknown>;
}

export interface ClientParts {
  connection: string;
  dialect: Dialect;
  fetch: Fetch;
  clock: Clock;
  chance: Chance;
  /** A try is given up after this many ms. */
  timeoutMs: number;
  /** Requests a second that the operator knows the provider to take; learned from refusals when absent. */
  perSecond?: number | undefined;
}

/** How long everybody pauses after a 429 that names no time. */
const unsaidPause = 1000;

export function makeCall(parts: ClientParts): Call {
  const { connection, dialect, clock, chance } = parts;
  const pacer = makePacer(connection, clock, parts.perSecond === undefined ? undefined : { requests: parts.perSecond, perMs: 1000 });
  // Operations with a documented limit of their own keep it beside the connection's pace.
  const ownPacers = new Map<string, Pacer>();
  const ownPacer = (entry: AnyEndpoint): Pacer | undefined => {
    if (!entry.limit) return undefined;
    const present = ownPacers.get(entry.id) ?? makePacer(connection, clock, entry.limit);
    ownPacers.set(entry.id, present);
    return present;
  };

  const send: Send = async (entry, input, headers, signal) => {
    const url = `${dialect.base(entry)}${fillPath(pathOf(entry), input.path)}${queryText(input.query)}`;
    const limit = AbortSignal.timeout(parts.timeoutMs);
    const body = written(entry, input.body);
    let answer: Answer;
    try {
      const response = await parts.fetch(url, {
        method: methodOf(entry),
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': body.type }), ...headers },
        ...(body === undefined ? {} : { body: body.text }),
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const text = await response.text();
      answer = { status: response.status, headers: response.headers, body: readBody(text) };
    } catch (error) {
      signal?.throwIfAborted();
      throw new Unreachable(
        connection,
        limit.aborted ? `no answer within ${parts.timeoutMs / 1000} s` : reasonOf(error),
        arrived(error) ? 'maybe' : 'no',
      );
    }
    if (entry.reply && isBroken(answer)) throw new Unreachable(connection, 'its answer broke off in the middle', 'maybe');
    return answer;
  };

  /** What a dialect signs in with: a token call repeats like a read, a login goes out once. */
  const signIn: Send = async (entry, input, headers, signal) => {
    if (nounOf(entry) !== 'tokens') return send(entry, input, headers, signal);
    for (let count = 1; ; count++) {
      let answer: Answer | undefined;
      let ending: Ending;
      let lost: unknown;
      try {
        answer = await send(entry, input, headers, signal);
        const retryAfter = retryAfterMs(answer.headers.get('retry-after'), clock.now());
        ending = { kind: 'answered', status: answer.status, retryAfter, authRefused: false };
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        lost = error;
        ending = { kind: 'lost', sent: error.sent };
      }
      const next = decide(true, ending, { count, renewed: true }, chance);
      if (next.do === 'wait') await clock.sleep(next.ms, signal);
      else if (answer) return answer;
      else throw lost;
    }
  };

  /** Signs a call; one that could not be signed was never sent. */
  const sign = (entry: AnyEndpoint, signal?: AbortSignal): Promise<Record<string, string>> =>
    dialect.sign(entry, signIn, signal).catch((error: unknown) => {
      if (error instanceof ProviderRefused) error.signingIn = true;
      throw error instanceof Unreachable ? new Unreachable(connection, error.why, 'no') : error;
    });

  const any = async (entry: AnyEndpoint, raw: AnyInput, options: CallOptions = {}): Promise<unknown> => {
    const input = checkInput(entry, raw);
    const read = isRead(entry);
    const tries = { count: 0, renewed: false };
    for (;;) {
      tries.count += 1;
      options.signal?.throwIfAborted();
      const headers = await sign(entry, options.signal);
      let ending: Ending;
      let answer: Answer | undefined;
      let lost: Unreachable | undefined;
      const own = await ownPacer(entry)?.turn(options.first === true, options.signal);
      const turn = await pacer.turn(options.first === true, options.signal);
      try {
        answer = await send(entry, input, headers, options.signal);
        const retryAfter = retryAfterMs(answer.headers.get('retry-after'), clock.now());
        if (answer.status === 429) turn.limited(retryAfter ?? unsaidPause);
        else turn.accepted();
        if (answer.status >= 200 && answer.status < 300) return readReply(entry, answer);
        ending = {
          kind: 'answered',
          status: answer.status,
          retryAfter,
          authRefused: !tries.renewed && dialect.renew(entry, answer, headers),
          trouble: dialect.trouble?.(answer) === true,
        };
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        lost = error;
        ending = { kind: 'lost', sent: error.sent };
      } finally {
        turn.ended();
        own?.ended();
      }
      const next = decide(read, ending, tries, chance);
      if (next.do === 'stop') throw lost ?? refused(answer as Answer);
      if (next.do === 'renew') tries.renewed = true;
      else {
        options.note?.(waitNote(answer?.status, next.ms, clock.now()));
        // After a 429 the shared pace makes everybody wait; a pause of our own would come on top.
        if (answer?.status !== 429) await clock.sleep(next.ms, options.signal);
      }
    }
  };

  const refused = (answer: Answer): CallError => {
    const retryAfter = retryAfterMs(answer.headers.get('retry-after'), clock.now());
    if (answer.status === 429) return new TooManyRequests(connection, retryAfter ?? 5000);
    const { code, words, next } = dialect.refusal(answer);
    const trouble = dialect.trouble?.(answer) === true;
    return new ProviderRefused({ connection, status: answer.status, code, words, retryAfter, trouble, ...(next ? { next } : {}) });
  };

  const readReply = (entry: AnyEndpoint, answer: Answer): unknown => {
    if (!entry.reply) return undefined;
    const body = dialect.open ? dialect.open(entry, answer.body, answer.headers) : answer.body;
    const schema = schemaOf(entry, 'reply');
    // Tens of thousands of rows pass here: what only needs a look is not copied.
    if (schema && quickOf(schema)?.(body)) return body;
    const read = schema?.safeParse(body);
    if (!read || read.success) return read?.data;
    const issue = read.error.issues[0];
    throw new UnknownAnswer(connection, entry.id, answer.status, `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'unreadable'}`);
  };

  const call = ((entry: AnyEndpoint, input: AnyInput, options?: CallOptions) => any(entry, input, options)) as Call;
  call.any = any;
  return call;
}

const made = new WeakMap<() => z.ZodType, z.ZodType>();

/** An endpoint's schema, made once. */
export function schemaOf(entry: AnyEndpoint, part: 'query' | 'body' | 'reply'): z.ZodType | undefined {
  const make = entry[part];
  if (!make) return undefined;
  const schema = made.get(make) ?? make();
  made.set(make, schema);
  return schema;
}

const quick = new WeakMap<z.ZodType, Check | null>();

/** The plain test of a schema, made once; undefined where zod must parse. */
function quickOf(schema: z.ZodType): Check | undefined {
  const present = quick.get(schema);
  if (present !== undefined) return present ?? undefined;
  const check = quickCheck(schema);
  quick.set(schema, check ?? null);
  return check;
}

/** Checks path, query and body before the wire and gives them in normal form; a Refusal names the field and shows the example. */
export function checkInput(entry: AnyEndpoint, input: AnyInput): AnyInput {
  const names = [...pathOf(entry).matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  for (const name of names) {
    if (typeof input.path?.[name] !== 'string') throw badInput(entry, `path.${name}`, 'is required');
  }
  for (const name of Object.keys(input.path ?? {}))
    if (!names.includes(name)) throw badInput(entry, `path.${name}`, 'is not a member of the path');
  for (const part of ['query', 'body'] as const) {
    if (input[part] !== undefined && !entry[part]) throw badInput(entry, part, 'is not taken by this operation');
  }
  const checked: AnyInput = input.path ? { path: input.path } : {};
  for (const part of ['query', 'body'] as const) {
    const schema = schemaOf(entry, part);
    if (!schema) continue;
    const result = schema.safeParse(part === 'query' ? (input.query ?? {}) : input.body);
    if (!result.success) {
      const issue = result.error.issues[0];
      throw badInput(entry, [part, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'does not fit');
    }
    if (part === 'query') checked.query = result.data as Record<string, unknown>;
    else checked.body = result.data;
  }
  return checked;
}

function badInput(entry: AnyEndpoint, field: string, rule: string): Refusal {
  return new Refusal(`${entry.id}: ${field} ${rule}`, `Nothing was sent. A valid input: ${JSON.stringify(entry.example)}`, field);
}

/** The body as it goes out, and how its kind is called. */
function written(entry: AnyEndpoint, body: unknown): { type: string; text: string } | undefined {
  if (body === undefined) return undefined;
  switch (entry.encoding) {
    case 'form':
      return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(body as Record<string, string>).toString() };
    case 'multipart':
      return multipart(body as Record<string, string>);
    case 'text':
      return { type: 'text/plain', text: String(body) };
    default:
      return { type: 'application/json', text: JSON.stringify(body) };
  }
}

function multipart(members: Record<string, string>): { type: string; text: string } {
  let boundary = 'iot-ops-part';
  // A boundary may stand nowhere in what it parts.
  while (Object.values(members).some((text) => text.includes(boundary))) boundary += '-x';
  const parts = Object.entries(members).map(
    ([name, text]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}.csv"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`,
  );
  return { type: `multipart/form-data; boundary=${boundary}`, text: `${parts.join('')}--${boundary}--\r\n` };
}

function readBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A success said to be JSON that is none: it ended in the middle, and nothing but its text tells. As good as lost where somebody would read it. */
function isBroken({ status, headers, body }: Answer): boolean {
  return status < 300 && typeof body === 'string' && /\bjson\b/i.test(headers.get('content-type') ?? '') && /^\s*[[{]/.test(body);
}

// Refused before a connection stood: nothing can have arrived.
const neverArrived = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

function arrived(error: unknown): boolean {
  return !neverArrived.has(codeOf(error) ?? '');
}

function reasonOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : 'the connection failed');
}
