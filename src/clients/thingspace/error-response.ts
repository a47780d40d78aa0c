/** Parses error responses: JSON of the API, fault of the gateway (JSON or XML), OAuth error, or a proxy page. */
import { isObject, memberOf } from '../../text/is-object.ts';
import type { ProviderResponse } from '../http/client.ts';

/** Code and message of an error response, and which component sent it. */
export interface ParsedError {
  code?: string | undefined;
  message: string;
  /** `gateway`: rejected before the API was reached. */
  source: 'api' | 'gateway' | 'oauth' | 'elsewhere';
}

/** Parses the error response `body`. */
export function parseErrorResponse({ body, status }: Pick<ProviderResponse, 'body' | 'status'>): ParsedError {
  if (isObject(body)) {
    const { errorCode, errorMessage, fault, error, error_description: description } = body;
    if (isObject(fault)) return { code: textOf(fault['code']), message: join(fault['message'], fault['description']), source: 'gateway' };
    if (errorCode !== undefined || errorMessage !== undefined)
      return { code: textOf(errorCode), message: textOf(errorMessage) ?? '', source: 'api' };
    if (error !== undefined) return { code: textOf(error), message: textOf(description) ?? '', source: 'oauth' };
  }
  if (typeof body === 'string' && /<(\w+:)?fault[\s>]/.test(body)) {
    return { code: tag(body, 'code'), message: join(tag(body, 'message'), tag(body, 'description')), source: 'gateway' };
  }
  return { message: status === 429 ? 'too many requests' : 'unrecognized response, possibly from a proxy', source: 'elsewhere' };
}

// Codes are strings or numbers.
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function join(...parts: unknown[]): string {
  return parts.map(textOf).filter(Boolean).join(': ');
}

function tag(xml: string, name: string): string | undefined {
  return new RegExp(`<(?:\\w+:)?${name}>([^<]*)</`).exec(xml)?.[1]?.trim();
}

/** UnexpectedError comes with status 400, also after the carrier's own timeout of 30 s: the request may have taken effect. */
export function isInternalError(response: ProviderResponse): boolean {
  return /\.UnexpectedError$/i.test(parseErrorResponse(response).code ?? '');
}

/** Whether the gateway rejected the bearer token. */
export function bearerRefused(response: ProviderResponse): boolean {
  return response.status === 401 || parseErrorResponse(response).code === '900901';
}

/** A member of a body as text; undefined where it is empty or neither text nor number. */
export function textIn(body: unknown, name: string): string | undefined {
  return textOf(memberOf(body, name)) || undefined;
}
