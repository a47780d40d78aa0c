/** HTTP client of a connection: validates the input against the contract, authenticates, sends, retries and parses the response. */
import type { Clock, Random } from '../../clock.ts';
import { quoteUntrusted } from '../../text/sanitize.ts';
import { type CallScope, currentCallScope, noteOddity } from './call-scope.ts';
import { checkInput } from './check-input.ts';
import { encodeBody } from './encode-body.ts';
import type { AnyEndpoint, AnyInput, InputOf, ReplyOf } from './endpoint.ts';
import { isRead, methodOf, nounOf, pathOf } from './endpoint.ts';
import { type CallError, OutOfTime, ProviderRefused, TooManyRequests, UnknownAnswer, Unreachable } from './errors.ts';
import { networkProblem } from './network-error.ts';
import { makePacer, type Pacer } from './pacer.ts';
import { fillPath, queryText } from './path.ts';
import { AnswerTooLarge, maxAnswerBytes } from './read-body.ts';
import { parseJson } from './read-json.ts';
import { errorInside, readReply } from './read-reply.ts';
import { type AttemptOutcome, type Attempts, decideRetry, retryAfterMs, retryNote } from './retry.ts';

/** The injected `fetch`: undici for a live provider, an in-process function for the sandbox. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal?: AbortSignal },
) => Promise<FetchResponse>;

/** The part of a fetch response that is read; the standard `Response` fits. */
export interface FetchResponse {
  status: number;
  headers: ResponseHeaders;
  /** Rejects with AnswerTooLarge once the body exceeds `maxAnswerBytes`. */
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
  /** The members of a body that carry an error of the provider, whatever the status; undefined if it carries none. */
  errorMembers?(body: unknown): readonly string[] | undefined;
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

/** The attempts of one call, and what the last one ran into. */
interface Progress extends Attempts {
  trouble: string | undefined;
}

const askForLess = 'Ask for less at once: a filter, a shorter period or a smaller page.';

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
      if (text.length > maxAnswerBytes) throw new AnswerTooLarge();
      response = { status: httpResponse.status, headers: httpResponse.headers, body: parseBody(text) };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof AnswerTooLarge) throw new UnknownAnswer(connection, entry.id, 200, error.message, askForLess);
      if (timeout.aborted) throw new Unreachable(connection, `no response within ${parts.timeoutMs / 1000} s`, 'maybe');
      const problem = networkProblem(error);
      throw new Unreachable(connection, problem.reason, problem.sent, problem);
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
        const retryAfter = retryAfterMs(response.headers, clock.now());
        outcome = { kind: 'response', status: response.status, retryAfter, authRefused: false };
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        networkError = error;
        outcome = { kind: 'no-response', sent: error.sent, lasting: error.lasting };
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
      throw error instanceof Unreachable ? new Unreachable(connection, error.reason, 'no', error) : error;
    });

  const any = async (entry: AnyEndpoint, raw: AnyInput, options: CallOptions = {}): Promise<unknown> => {
    const input = checkInput(entry, raw);
    const scope = isRead(entry) ? currentCallScope() : undefined;
    const attempts: Progress = { count: 0, renewed: false, trouble: undefined };
    return scope ? withinDeadline(scope, entry, input, options, attempts) : attempt(entry, input, options, attempts, undefined);
  };

  /** Ends a read at the deadline of its tool call, whatever it is waiting for, and says what was tried. */
  const withinDeadline = async (
    scope: CallScope,
    entry: AnyEndpoint,
    input: AnyInput,
    options: CallOptions,
    attempts: Progress,
  ): Promise<unknown> => {
    const outOfTime = (): OutOfTime =>
      new OutOfTime({
        connection,
        operation: entry.id,
        seconds: Math.round(scope.elapsed() / 1000),
        attempts: attempts.count,
        trouble: attempts.trouble,
      });
    if (scope.deadline.aborted) throw outOfTime();
    const signal = options.signal ? AbortSignal.any([options.signal, scope.deadline]) : scope.deadline;
    let stop = (): void => undefined;
    const atDeadline = new Promise<never>((_, reject) => {
      stop = () => reject(outOfTime());
      scope.deadline.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([attempt(entry, input, { ...options, signal }, attempts, scope), atDeadline]);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw scope.deadline.aborted && !(error instanceof OutOfTime) ? outOfTime() : error;
    } finally {
      scope.deadline.removeEventListener('abort', stop);
    }
  };

  const attempt = async (
    entry: AnyEndpoint,
    input: AnyInput,
    options: CallOptions,
    attempts: Progress,
    scope: CallScope | undefined,
  ): Promise<unknown> => {
    const read = isRead(entry);
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
        const retryAfter = retryAfterMs(response.headers, clock.now());
        if (response.status === 429) permit.rateLimited(retryAfter ?? defaultPauseMs);
        else permit.accepted();
        if (response.status >= 200 && response.status < 300 && !carriesError(entry, response))
          return readReply(connection, adapter, entry, response);
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
        attempts.trouble = error.reason;
        outcome = { kind: 'no-response', sent: error.sent, lasting: error.lasting };
      } finally {
        permit.release();
        operationPermit?.release();
      }
      const next = decideRetry(read, outcome, attempts, random);
      if (response) attempts.trouble = `HTTP ${response.status}`;
      // A wait beyond the deadline is of no use: the provider's own reason is the better answer.
      const tooLong = next.do === 'wait' && scope !== undefined && next.ms >= scope.remaining();
      if (next.do === 'stop' || tooLong) throw networkError ?? refused(response as ProviderResponse);
      if (next.do === 'renew') attempts.renewed = true;
      else {
        options.onRetry?.(retryNote(response?.status, next.ms, clock.now()));
        // After a 429 the shared pacer already waits; sleeping here would add a second pause.
        if (response?.status !== 429) await clock.sleep(next.ms, options.signal);
      }
    }
  };

  /** Whether a success response reports that the provider did nothing. Throws UnknownAnswer if a change may have been made nevertheless. */
  const carriesError = (entry: AnyEndpoint, response: ProviderResponse): boolean => {
    const inside = errorInside(adapter, entry, response.body);
    if (inside !== 'mixed') return inside === 'error';
    const { code, message } = adapter.parseError(response);
    const words = [code, message].filter(Boolean).join(': ');
    if (!isRead(entry))
      throw new UnknownAnswer(
        connection,
        entry.id,
        response.status,
        `it carries an error beside its result: ${quoteUntrusted(words, 160)}`,
      );
    noteOddity(`${connection} adds an error to its answer: ${quoteUntrusted(words, 160)}`);
    return false;
  };

  const refused = (response: ProviderResponse): CallError => {
    const retryAfter = retryAfterMs(response.headers, clock.now());
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

  const call = ((entry: AnyEndpoint, input: AnyInput, options?: CallOptions) => any(entry, input, options)) as Call;
  call.any = any;
  return call;
}

function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return parseJson(text.replace(/^\uFEFF/, ''));
  } catch {
    return text;
  }
}

/** True for a success response with a JSON content type whose body starts as JSON but does not parse, so it was cut off. */
function isTruncatedJson({ status, headers, body }: ProviderResponse): boolean {
  return status < 300 && typeof body === 'string' && /\bjson\b/i.test(headers.get('content-type') ?? '') && /^\s*[[{]/.test(body);
}
