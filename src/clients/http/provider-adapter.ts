/** What a client needs from outside: fetch, the provider's adapter, clock and settings. */
import type { Clock, Random } from '../../clock.ts';
import type { Redactor } from '../../text/redact.ts';
import type { AnyEndpoint, AnyInput } from './endpoint.ts';

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
  errorMembers?(body: unknown, entry: AnyEndpoint): readonly string[] | undefined;
  /** The member of a body that contains the reply, where the provider wraps it. */
  envelope?: string;
  /**
   * Error code and message from an error response of any form: JSON, XML, HTML or empty. `fromApi`: the body has the form of the API's own
   * errors. Only then does a 404 say that the object does not exist: a proxy, a gateway and a wrong address answer 404 too.
   */
  parseError(response: ProviderResponse): { code?: string | undefined; message: string; next?: string; fromApi: boolean };
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
  /** The secrets that this process knows. No error of a call repeats one of them, nor one of the request itself. */
  redactor?: Redactor | undefined;
}
