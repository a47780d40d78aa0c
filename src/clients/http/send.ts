/** Sends one request once and reads its whole response. */

import { encodeBody } from './encode-body.ts';
import { methodOf, pathOf } from './endpoint.ts';
import { UnknownAnswer, Unreachable } from './errors.ts';
import { networkProblem } from './network-error.ts';
import { fillPath, queryText } from './path.ts';
import type { ClientOptions, ProviderResponse, Send } from './provider-adapter.ts';
import { AnswerTooLarge, maxAnswerBytes } from './read-body.ts';
import { parseJson } from './read-json.ts';

const askForLess = 'Ask for less at once: a filter, a shorter period or a smaller page.';

/** An Unreachable error where no whole response came. */
export function makeSend(parts: ClientOptions): Send {
  const { connection, adapter } = parts;
  return async (entry, input, headers, signal) => {
    const url = `${adapter.baseUrl(entry)}${fillPath(pathOf(entry), input.path)}${queryText(input.query)}`;
    const timeout = AbortSignal.timeout(parts.timeoutMs);
    const body = await encodeBody(entry, input.body);
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
