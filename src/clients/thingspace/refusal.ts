/** Parses error responses: JSON of the API, fault of the gateway (JSON or XML), OAuth error, or a proxy page. */
import type { Answer } from '../http/client.ts';

/** Code and message of an error response, and which component sent it. */
export interface Said {
  code?: string | undefined;
  words: string;
  /** `gateway`: rejected before the API was reached. */
  from: 'api' | 'gateway' | 'oauth' | 'elsewhere';
}

/** Parses the error response `body`. */
export function readRefusal({ body, status }: Pick<Answer, 'body' | 'status'>): Said {
  if (isObject(body)) {
    const { errorCode, errorMessage, fault, error, error_description: description } = body;
    if (isObject(fault)) return { code: textOf(fault['code']), words: join(fault['message'], fault['description']), from: 'gateway' };
    if (errorCode !== undefined || errorMessage !== undefined)
      return { code: textOf(errorCode), words: textOf(errorMessage) ?? '', from: 'api' };
    if (error !== undefined) return { code: textOf(error), words: textOf(description) ?? '', from: 'oauth' };
  }
  if (typeof body === 'string' && /<(\w+:)?fault[\s>]/.test(body)) {
    return { code: tag(body, 'code'), words: join(tag(body, 'message'), tag(body, 'description')), from: 'gateway' };
  }
  return { words: status === 429 ? 'too many requests' : 'unrecognized response, possibly from a proxy', from: 'elsewhere' };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
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
