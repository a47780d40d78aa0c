/** Sends the requests that sign in. */
import type { Redactor } from '../../text/redact.ts';
import { nounOf } from './endpoint.ts';
import { Unreachable } from './errors.ts';
import type { ClientOptions, ProviderResponse, Send } from './provider-adapter.ts';
import { requestSecrets } from './request-secrets.ts';
import { type AttemptOutcome, decideRetry, retryAfterMs } from './retry.ts';

/**
 * Token requests are retried like reads; a login is sent once, because refused logins lock the user. A refusal is without the secrets of its
 * request, because the adapter makes its error from it.
 */
export function makeSendSignIn({ clock, random }: ClientOptions, send: Send, redactor: Redactor): Send {
  const signIn: Send = async (entry, input, headers, signal) => {
    const response = await retried(entry, input, headers, signal);
    // The adapter makes its error from the body; a success holds the new token, which it needs.
    if (response.status < 400) return response;
    return { ...response, body: redactor.with(requestSecrets(input, headers)).value(response.body) };
  };

  const retried: Send = async (entry, input, headers, signal) => {
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
  return signIn;
}
