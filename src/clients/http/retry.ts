/** Retry rules: which requests may be sent again, and after which delay. */
import { instant } from '../../clock.ts';

/** Outcome of one attempt; `retryAfter` is in ms. */
export type AttemptOutcome =
  | { kind: 'response'; status: number; retryAfter?: number | undefined; authRefused: boolean; providerFault?: boolean }
  | { kind: 'no-response'; sent: 'no' | 'maybe'; lasting?: boolean };

/** Attempts of one call so far. */
export interface Attempts {
  /** Number of attempts, including the current one. */
  count: number;
  /** Whether credentials were already renewed for this call. */
  renewed: boolean;
}

/** What to do after a failed attempt: give up, renew credentials and resend, or resend after `ms`. */
export type RetryDecision = { do: 'stop' } | { do: 'renew' } | { do: 'wait'; ms: number };

const maxReadAttempts = 5;
const maxRateLimitAttempts = 6;
// Each attempt may take the provider's full 30 s timeout.
const maxFaultAttempts = 3;
const longestWaitMs = 60_000;
const transientStatuses = new Set([408, 425, 499, 500, 502, 503, 504]);

/**
 * Decides whether an attempt is repeated. Rejected credentials and a 429 prove that nothing was processed, so changes are repeated too:
 * the former once after renewal, the latter after `Retry-After`. All other failures are retried for reads only: a change without a
 * response may have taken effect and is never sent again. `chance` gives a number in [0, 1) for the jitter.
 */
export function decideRetry(read: boolean, outcome: AttemptOutcome, attempts: Attempts, random: () => number): RetryDecision {
  if (outcome.kind === 'response' && outcome.authRefused) return attempts.renewed ? { do: 'stop' } : { do: 'renew' };
  if (outcome.kind === 'response' && outcome.status === 429) {
    const ms = outcome.retryAfter ?? backoff(attempts.count, random);
    return attempts.count >= maxRateLimitAttempts || ms > longestWaitMs ? { do: 'stop' } : { do: 'wait', ms };
  }
  if (!read || attempts.count >= maxReadAttempts) return { do: 'stop' };
  if (outcome.kind === 'no-response') return outcome.lasting ? { do: 'stop' } : { do: 'wait', ms: backoff(attempts.count, random) };
  const retryable = transientStatuses.has(outcome.status) || (outcome.providerFault && attempts.count < maxFaultAttempts);
  if (!retryable) return { do: 'stop' };
  const ms = outcome.retryAfter ?? backoff(attempts.count, random);
  return ms > longestWaitMs ? { do: 'stop' } : { do: 'wait', ms };
}

/** Delay in ms before the next attempt: doubles from 200 ms up to 10 s, of which the upper half is random. */
export function backoff(count: number, random: () => number): number {
  const ceiling = Math.min(10_000, 200 * 2 ** (count - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}

/** Longest `Retry-After` that is obeyed, ms; after it the provider is asked again. */
export const longestRetryAfterMs = 15 * 60_000;

/**
 * The `Retry-After` of a response (seconds or an HTTP date) in ms, at most `longestRetryAfterMs`; undefined if absent or invalid. A date
 * is compared with the response's own `Date`, because the clocks may differ; else with `now`, in ms since 1970.
 */
export function retryAfterMs(headers: { get(name: string): string | null }, now: number): number | undefined {
  const header = headers.get('retry-after');
  if (header === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Math.min(Number(header) * 1000, longestRetryAfterMs);
  const at = dateIn(header);
  if (at === undefined) return undefined;
  return Math.min(Math.max(0, at - (dateIn(headers.get('date') ?? '') ?? now)), longestRetryAfterMs);
}

/** Only texts with a time are dates: Date.parse reads any number in a text as a year. */
function dateIn(text: string): number | undefined {
  const at = /\d:\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The audit log entry for a retry after `ms`. */
export function retryNote(status: number | undefined, ms: number, now: number): string {
  return `${status === 429 ? 'rate limited (429)' : 'temporary failure'}, retried after ${Math.ceil(ms / 1000)} s at ${instant(now)}`;
}
