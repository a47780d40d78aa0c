/** HTTP client of a connection: validates the input against the contract, authenticates, sends, retries and parses the response. */
import type { z } from 'zod';

import type { Clock, Random } from '../../clock.ts';
import type { AnyEndpoint, AnyInput, InputOf, ReplyOf } from './endpoint.ts';
import { isRead, methodOf, nounOf, pathOf } from './endpoint.ts';
import { type CallError, ProviderRefused, Refusal, TooManyRequests, UnknownAnswer, Unreachable } from './errors.ts';
import { makePacer, type Pacer } from './pacer.ts';
import { fillPath, queryText } from './path.ts';
import { type QuickCheck, quickCheck } from './quick-check.ts';
import { type AttemptOutcome, decideRetry, retryAfterMs, retryNote } from './retry.ts';

/** The injected `fetch`: undici for a live provider, an in-process function for the sandbox. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal?: AbortSignal },
) => Promise<FetchResponse>;

/** The part of a fetch response that is read; the standard `Response` fits. */
export interface FetchResponse {
  status: number;
  headers: ResponseHeaders;
  text(): Promise<string>;
}

export interface ResponseHeaders {
  get(name: string): string | null;
}

/** Provider-specific behaviour of the client: base URLs, authentication, response envelope and error format. */
export interface ProviderAdapter {
  /** Base URL of the entry's API. Throws a Refusal that names the missing setting if the connection has no credentials for it. */
  baseUrl(entry: AnyEndpoint): string;
  /** Authentication headers for a call; logs in when needed. */
  authHeaders(entry: AnyEndpoint, send: Send, signal?: AbortSignal): Promise<Record<string, string>>;
  /** True if the error response proves that nothing was processed and new credentials may help. Discards the credentials in `signed`. */
  discardExpiredCredentials(entry: AnyEndpoint, response: ProviderResponse, signed: Record<string, string>): boolean;
  /** True if the response is an internal error of the provider despite its status: reads are retried, a change may have taken effect. */
  isProviderFault?(response: ProviderResponse): boolean;
  /** Error code and message from an error response of any form: JSON, XML, HTML or empty. */
  parseError(response: ProviderResponse): { code?: string | undefined; message: string; next?: string };
  /** Removes the provider's envelope before the reply schema is applied. */
  unwrap?(entry: AnyEndpoint, body: unknown, headers: ResponseHeaders): unknown;
}

/** A response with its parsed body. */
export interface ProviderResponse {
  status: number;
  headers: ResponseHeaders;
  /** Parsed JSON, or the text if it is not JSON; undefined if empty. */
  body: unknown;
}

/** Sends one request on behalf of a ProviderAdapter, for logins and tokens. */
export type Send = (
  entry: AnyEndpoint,
  input: AnyInput,
  headers: Record<string, string>,
  signal?: AbortSignal,
) => Promise<ProviderResponse>;

/** Options of one call. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Called with a text before every retry, for the audit log of a change. */
  onRetry?: ((text: string) => void) | undefined;
  /** Sent ahead of queued reads; set for approved changes. */
  priority?: boolean | undefined;
}

/** Calls an endpoint of one connection. Rejects with a `CallError`, or with the signal's reason when aborted. */
export interface Call {
  <E extends AnyEndpoint>(entry: E, input: InputOf<E>, options?: CallOptions): Promise<ReplyOf<E>>;
  /** The same for an endpoint known only at run time; the result has no static type. */
  any(entry: AnyEndpoint, input: AnyInput, options?: CallOptions): Promise<unknown>;
}

/** Dependencies and settings of a client. */
export interface ClientOptions {
  connection: string;
  adapter: ProviderAdapter;
  fetch: Fetch;
  clock: Clock;
  random: Random;
  /** Timeout of one attempt. */
  timeoutMs: number;
  /** Rate limit configured by the operator, in requests per second; learned from 429 responses when absent. */
  perSecond?: number | undefined;
}

/** Pause of the connection after a 429 without `Retry-After`. */
const defaultPauseMs = 1000;

/** Creates the client of one connection. All its calls share one pacer. */
export function makeCall(parts: ClientOptions): Call {
  const { connection, adapter, clock, random } = parts;
  const pacer = makePacer(connection, clock, parts.perSecond === undefined ? undefined : { requests: parts.perSecond, perMs: 1000 });
  // Operations with a documented rate limit of their own obey it in addition to the connection's.
  const operationPacers = new Map<string, Pacer>();
  const operationPacer = (entry: AnyEndpoint): Pacer | undefined => {
    if (!entry.limit) return undefined;
    const present = operationPacers.get(entry.id) ?? makePacer(connection, clock, entry.limit);
    operationPacers.set(entry.id, present);
    return present;
  };

  const send: Send = async (entry, input, headers, signal) => {
    const url = `${adapter.baseUrl(entry)}${fillPath(pathOf(entry), input.path)}${queryText(input.query)}`;
    const timeout = AbortSignal.timeout(parts.timeoutMs);
    const body = encodeBody(entry, input.body);
    let response: ProviderResponse;
    try {
      const httpResponse = await parts.fetch(url, {
        method: methodOf(entry),
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': body.type }), ...headers },
        ...(body === undefined ? {} : { body: body.text }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const text = await httpResponse.text();
      response = { status: httpResponse.status, headers: httpResponse.headers, body: parseBody(text) };
    } catch (error) {
      signal?.throwIfAborted();
      throw new Unreachable(
        connection,
        timeout.aborted ? `no response within ${parts.timeoutMs / 1000} s` : reasonOf(error),
        mayHaveArrived(error) ? 'maybe' : 'no',
      );
    }
    if (entry.reply && isTruncatedJson(response)) throw new Unreachable(connection, 'its response was cut off', 'maybe');
    return response;
  };

  /** Sends a sign-in request: token requests are retried like reads; a login is sent once, because refused logins lock the user. */
  const signIn: Send = async (entry, input, headers, signal) => {
    if (nounOf(entry) !== 'tokens') return send(entry, input, headers, signal);
    for (let count = 1; ; count++) {
      let response: ProviderResponse | undefined;
      let outcome: AttemptOutcome;
      let networkError: unknown;
      try {
        response = await send(entry, input, headers, signal);
        const retryAfter = retryAfterMs(response.headers.get('retry-after'), clock.now());
        outcome = { kind: 'response', status: response.status, retryAfter, authRefused: false };
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        networkError = error;
        outcome = { kind: 'no-response', sent: error.sent };
      }
      const next = decideRetry(true, outcome, { count, renewed: true }, random);
      if (next.do === 'wait') await clock.sleep(next.ms, signal);
      else if (response) return response;
      else throw networkError;
    }
  };

  /** Authentication headers. When signing in fails, the call itself was not sent, so errors are marked accordingly. */
  const sign = (entry: AnyEndpoint, signal?: AbortSignal): Promise<Record<string, string>> =>
    adapter.authHeaders(entry, signIn, signal).catch((error: unknown) => {
      if (error instanceof ProviderRefused) error.duringSignIn = true;
      throw error instanceof Unreachable ? new Unreachable(connection, error.reason, 'no') : error;
    });

  const any = async (entry: AnyEndpoint, raw: AnyInput, options: CallOptions = {}): Promise<unknown> => {
    const input = checkInput(entry, raw);
    const read = isRead(entry);
    const attempts = { count: 0, renewed: false };
    for (;;) {
      attempts.count += 1;
      options.signal?.throwIfAborted();
      const headers = await sign(entry, options.signal);
      let outcome: AttemptOutcome;
      let response: ProviderResponse | undefined;
      let networkError: Unreachable | undefined;
      const operationPermit = await operationPacer(entry)?.acquire(options.priority === true, options.signal);
      const permit = await pacer.acquire(options.priority === true, options.signal);
      try {
        response = await send(entry, input, headers, options.signal);
        const retryAfter = retryAfterMs(response.headers.get('retry-after'), clock.now());
        if (response.status === 429) permit.rateLimited(retryAfter ?? defaultPauseMs);
        else permit.accepted();
        if (response.status >= 200 && response.status < 300) return readReply(entry, response);
        outcome = {
          kind: 'response',
          status: response.status,
          retryAfter,
          authRefused: !attempts.renewed && adapter.discardExpiredCredentials(entry, response, headers),
          providerFault: adapter.isProviderFault?.(response) === true,
        };
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        networkError = error;
        outcome = { kind: 'no-response', sent: error.sent };
      } finally {
        permit.release();
        operationPermit?.release();
      }
      const next = decideRetry(read, outcome, attempts, random);
      if (next.do === 'stop') throw networkError ?? refused(response as ProviderResponse);
      if (next.do === 'renew') attempts.renewed = true;
      else {
        options.onRetry?.(retryNote(response?.status, next.ms, clock.now()));
        // After a 429 the shared pacer already waits; sleeping here would add a second pause.
        if (response?.status !== 429) await clock.sleep(next.ms, options.signal);
      }
    }
  };

  const refused = (response: ProviderResponse): CallError => {
    const retryAfter = retryAfterMs(response.headers.get('retry-after'), clock.now());
    if (response.status === 429) return new TooManyRequests(connection, retryAfter ?? 5000);
    const { code, message, next } = adapter.parseError(response);
    const isInternal = adapter.isProviderFault?.(response) === true;
    return new ProviderRefused({
      connection,
      status: response.status,
      code,
      message,
      retryAfter,
      providerFault: isInternal,
      ...(next ? { next } : {}),
    });
  };

  const readReply = (entry: AnyEndpoint, response: ProviderResponse): unknown => {
    if (!entry.reply) return undefined;
    const body = adapter.unwrap ? adapter.unwrap(entry, response.body, response.headers) : response.body;
    const schema = schemaOf(entry, 'reply');
    // Lists hold tens of thousands of rows: a schema that only validates skips zod, which would copy every row.
    if (schema && quickCheckOf(schema)?.(body)) return body;
    const read = schema?.safeParse(body);
    if (!read || read.success) return read?.data;
    const issue = read.error.issues[0];
    throw new UnknownAnswer(connection, entry.id, response.status, `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'unreadable'}`);
  };

  const call = ((entry: AnyEndpoint, input: AnyInput, options?: CallOptions) => any(entry, input, options)) as Call;
  call.any = any;
  return call;
}

const schemaCache = new WeakMap<() => z.ZodType, z.ZodType>();

/** A schema of the endpoint, built on first use and cached; undefined if the endpoint does not declare that part. */
export function schemaOf(entry: AnyEndpoint, part: 'query' | 'body' | 'reply'): z.ZodType | undefined {
  const make = entry[part];
  if (!make) return undefined;
  const schema = schemaCache.get(make) ?? make();
  schemaCache.set(make, schema);
  return schema;
}

const quickChecks = new WeakMap<z.ZodType, QuickCheck | null>();

/** The cached fast check of a schema; undefined if zod must parse. */
function quickCheckOf(schema: z.ZodType): QuickCheck | undefined {
  const present = quickChecks.get(schema);
  if (present !== undefined) return present ?? undefined;
  const check = quickCheck(schema);
  quickChecks.set(schema, check ?? null);
  return check;
}

/** Validates path, query and body and returns them normalized. Throws a Refusal that names the field and shows a valid example. */
export function checkInput(entry: AnyEndpoint, input: AnyInput): AnyInput {
  const names = [...pathOf(entry).matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  for (const name of names) {
    if (typeof input.path?.[name] !== 'string') throw badInput(entry, `path.${name}`, 'is required');
  }
  for (const name of Object.keys(input.path ?? {}))
    if (!names.includes(name)) throw badInput(entry, `path.${name}`, 'is not a path parameter');
  for (const part of ['query', 'body'] as const) {
    if (input[part] !== undefined && !entry[part]) throw badInput(entry, part, 'is not accepted by this operation');
  }
  const checked: AnyInput = input.path ? { path: input.path } : {};
  for (const part of ['query', 'body'] as const) {
    const schema = schemaOf(entry, part);
    if (!schema) continue;
    const result = schema.safeParse(part === 'query' ? (input.query ?? {}) : input.body);
    if (!result.success) {
      const issue = result.error.issues[0];
      throw badInput(entry, [part, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid');
    }
    if (part === 'query') checked.query = result.data as Record<string, unknown>;
    else checked.body = result.data;
  }
  return checked;
}

function badInput(entry: AnyEndpoint, field: string, rule: string): Refusal {
  return new Refusal(`${entry.id}: ${field} ${rule}`, `Nothing was sent. A valid input: ${JSON.stringify(entry.example)}`, field);
}

/** Encodes the body as the endpoint declares it. */
function encodeBody(entry: AnyEndpoint, body: unknown): { type: string; text: string } | undefined {
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
  // The boundary must not occur in any part.
  while (Object.values(members).some((text) => text.includes(boundary))) boundary += '-x';
  const parts = Object.entries(members).map(
    ([name, text]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}.csv"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`,
  );
  return { type: `multipart/form-data; boundary=${boundary}`, text: `${parts.join('')}--${boundary}--\r\n` };
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** True for a success response with a JSON content type whose body starts as JSON but does not parse, so it was cut off. */
function isTruncatedJson({ status, headers, body }: ProviderResponse): boolean {
  return status < 300 && typeof body === 'string' && /\bjson\b/i.test(headers.get('content-type') ?? '') && /^\s*[[{]/.test(body);
}

// Errors raised before a connection was established: the request cannot have arrived.
const notSentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

function mayHaveArrived(error: unknown): boolean {
  return !notSentCodes.has(codeOf(error) ?? '');
}

function reasonOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : 'the connection failed');
}
