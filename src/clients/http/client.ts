/** HTTP client of a connection: validates the input against the contract, authenticates, sends, retries and parses the response. */
import { Redactor } from '../../text/redact.ts';
import { quoteUntrusted } from '../../text/sanitize.ts';
import { assertAnswersFor } from './answered-row.ts';
import { type CallScope, currentCallScope, noteOddity } from './call-scope.ts';
import { checkInput } from './check-input.ts';
import type { AnyEndpoint, AnyInput, InputOf, ReplyOf } from './endpoint.ts';
import { isRead } from './endpoint.ts';
import { CallError, OutOfTime, ProviderRefused, TooManyRequests, UnknownAnswer, Unreachable } from './errors.ts';
import { makePacer, type Pacer } from './pacer.ts';
import type { ClientOptions, ProviderResponse } from './provider-adapter.ts';
import { errorInside, readReply } from './read-reply.ts';
import { requestSecrets } from './request-secrets.ts';
import { type AttemptOutcome, type Attempts, decideRetry, retryAfterMs, retryNote } from './retry.ts';
import { makeSend } from './send.ts';
import { makeSendSignIn } from './send-sign-in.ts';
import { withinDeadline } from './within-deadline.ts';

export type { ClientOptions, Fetch, FetchResponse, ProviderAdapter, ProviderResponse, ResponseHeaders, Send } from './provider-adapter.ts';

/** Options of one call. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Called with a text before every retry, for the audit log of a change. */
  onRetry?: ((text: string) => void) | undefined;
  /** Sent ahead of queued reads; set for approved changes. */
  priority?: boolean | undefined;
  /** A read whose reply could state which object it is must state it; set for plans. Another object is refused in any case. */
  mustBear?: boolean | undefined;
}

/** Calls an endpoint of one connection. Rejects with a `CallError`, or with the signal's reason when aborted. */
export interface Call {
  <E extends AnyEndpoint>(entry: E, input: InputOf<E>, options?: CallOptions): Promise<ReplyOf<E>>;
  /** The same for an endpoint known only at run time; the result has no static type. */
  any(entry: AnyEndpoint, input: AnyInput, options?: CallOptions): Promise<unknown>;
}

/** The attempts of one call, and what the last one ran into. */
interface Progress extends Attempts {
  trouble: string | undefined;
  /** The headers that signed the last attempt. */
  signed: Readonly<Record<string, string>>;
}

/** Pause of the connection after a 429 without `Retry-After`. */
const defaultPauseMs = 1000;

/** Creates the client of one connection. All its calls share one pacer. */
export function makeCall(parts: ClientOptions): Call {
  const { connection, adapter, clock, random, redactor = new Redactor() } = parts;
  const pacer = makePacer(connection, clock, parts.perSecond === undefined ? undefined : { requests: parts.perSecond, perMs: 1000 });
  // Operations with a documented rate limit of their own obey it in addition to the connection's.
  const operationPacers = new Map<string, Pacer>();
  const operationPacer = (entry: AnyEndpoint): Pacer | undefined => {
    if (!entry.limit) return undefined;
    const present = operationPacers.get(entry.id) ?? makePacer(connection, clock, entry.limit);
    operationPacers.set(entry.id, present);
    return present;
  };

  const send = makeSend(parts);

  const signIn = makeSendSignIn(parts, send, redactor);

  /** Authentication headers. When signing in fails, the call itself was not sent, so errors are marked accordingly. */
  const sign = (entry: AnyEndpoint, signal?: AbortSignal): Promise<Record<string, string>> =>
    adapter.authHeaders(entry, signIn, signal).catch((error: unknown) => {
      if (error instanceof ProviderRefused) error.duringSignIn = true;
      throw error instanceof Unreachable ? new Unreachable(connection, error.reason, 'no', error) : error;
    });

  const any = async (entry: AnyEndpoint, raw: AnyInput, options: CallOptions = {}): Promise<unknown> => {
    const input = checkInput(entry, raw);
    const scope = isRead(entry) ? currentCallScope() : undefined;
    const attempts: Progress = { count: 0, renewed: false, trouble: undefined, signed: {} };
    try {
      return await attemptWithin(scope, entry, input, options, attempts);
    } catch (error) {
      if (error instanceof CallError) error.hideSecrets((text) => redactor.with(requestSecrets(input, attempts.signed)).text(text));
      throw error;
    }
  };

  const attemptWithin = async (
    scope: CallScope | undefined,
    entry: AnyEndpoint,
    input: AnyInput,
    options: CallOptions,
    attempts: Progress,
  ): Promise<unknown> => {
    if (!scope) return attempt(entry, input, options, attempts, undefined);
    const outOfTime = (): OutOfTime =>
      new OutOfTime({
        connection,
        operation: entry.id,
        seconds: Math.round(scope.elapsed() / 1000),
        attempts: attempts.count,
        trouble: attempts.trouble,
      });
    return withinDeadline(scope, options.signal, outOfTime, (signal) => attempt(entry, input, { ...options, signal }, attempts, scope));
  };

  const attempt = async (
    entry: AnyEndpoint,
    input: AnyInput,
    options: CallOptions,
    attempts: Progress,
    scope: CallScope | undefined,
  ): Promise<unknown> => {
    const read = isRead(entry);
    const answered = (reply: unknown): unknown => {
      assertAnswersFor(connection, entry, input, reply, options.mustBear === true);
      return reply;
    };
    for (;;) {
      attempts.count += 1;
      options.signal?.throwIfAborted();
      const headers = await sign(entry, options.signal);
      attempts.signed = headers;
      const hidden = (text: string): string => redactor.with(requestSecrets(input, headers)).text(text);
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
        if (response.status >= 200 && response.status < 300 && !carriesError(parts, entry, response, hidden))
          return answered(readReply(connection, adapter, entry, response));
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
      if (next.do === 'stop' || tooLong) throw networkError ?? refused(parts, response as ProviderResponse);
      if (next.do === 'renew') attempts.renewed = true;
      else {
        options.onRetry?.(retryNote(response?.status, next.ms, clock.now()));
        // After a 429 the shared pacer already waits; sleeping here would add a second pause.
        if (response?.status !== 429) await clock.sleep(next.ms, options.signal);
      }
    }
  };

  const call = ((entry: AnyEndpoint, input: AnyInput, options?: CallOptions) => any(entry, input, options)) as Call;
  call.any = any;
  return call;
}

/** Whether a success response reports that the provider did nothing. Throws UnknownAnswer if a change may have been made nevertheless. */
function carriesError(
  { connection, adapter }: ClientOptions,
  entry: AnyEndpoint,
  response: ProviderResponse,
  hidden: (text: string) => string,
): boolean {
  const inside = errorInside(adapter, entry, response.body);
  if (inside !== 'mixed') return inside === 'error';
  const { code, message } = adapter.parseError(response);
  const words = quoteUntrusted(hidden([code, message].filter(Boolean).join(': ')), 160);
  if (!isRead(entry)) throw new UnknownAnswer(connection, entry.id, response.status, `it carries an error beside its result: ${words}`);
  noteOddity(`${connection} adds an error to its answer: ${words}`);
  return false;
}

/** The error that a final error response stands for. */
function refused({ connection, adapter, clock }: ClientOptions, response: ProviderResponse): CallError {
  const retryAfter = retryAfterMs(response.headers, clock.now());
  if (response.status === 429) return new TooManyRequests(connection, retryAfter ?? 5000);
  const { code, message, next, fromApi } = adapter.parseError(response);
  const isInternal = adapter.isProviderFault?.(response) === true;
  return new ProviderRefused({
    connection,
    status: response.status,
    code,
    message,
    retryAfter,
    providerFault: isInternal,
    fromApi,
    ...(next ? { next } : {}),
  });
}
