/** Which requests may be repeated, and when: one table, in one place. */
import { instant } from '../../clock.ts';

/** How one try ended. */
export type Ending =
  | { kind: 'answered'; status: number; retryAfter?: number | undefined; authRefused: boolean; trouble?: boolean }
  | { kind: 'lost'; sent: 'no' | 'maybe' };

export interface Tries {
  /** Tries made so far, the present one included. */
  count: number;
  /** Credentials were already renewed for this call. */
  renewed: boolean;
}

export type Decision = { do: 'stop' } | { do: 'renew' } | { do: 'wait'; ms: number };

const readTries = 5;
const limitTries = 6;
// Each may take the provider's own 30 s.
const troubleTries = 3;
const longestWait = 60_000;
const passing = new Set([408, 500, 502, 503, 504]);

/**
 * A refusal of credentials proves that nothing was processed: renew and repeat once, changes included.
 * A 429 waits as told, changes included. Anything else repeats for reads only: a change whose answer was lost is never sent again.
 */
export function decide(read: boolean, ending: Ending, tries: Tries, chance: () => number): Decision {
  if (ending.kind === 'answered' && ending.authRefused) return tries.renewed ? { do: 'stop' } : { do: 'renew' };
  if (ending.kind === 'answered' && ending.status === 429) {
    const ms = ending.retryAfter ?? backoff(tries.count, chance);
    return tries.count >= limitTries || ms > longestWait ? { do: 'stop' } : { do: 'wait', ms };
  }
  if (!read || tries.count >= readTries) return { do: 'stop' };
  if (ending.kind === 'lost') return { do: 'wait', ms: backoff(tries.count, chance) };
  const again = passing.has(ending.status) || (ending.trouble && tries.count < troubleTries);
  if (!again) return { do: 'stop' };
  const ms = ending.retryAfter ?? backoff(tries.count, chance);
  return ms > longestWait ? { do: 'stop' } : { do: 'wait', ms };
}

/** Exponential from 200 ms, full jitter above half of it, at most 10 s. */
export function backoff(count: number, chance: () => number): number {
  const ceiling = Math.min(10_000, 200 * 2 ** (count - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance());
}

/** `Retry-After` in milliseconds: seconds or an HTTP date; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
  // Date.parse makes a year of any number it finds in a text.
  const at = /\d:\d/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** How a wait is written into a change's record. */
export function waitNote(status: number | undefined, ms: number, now: number): string {
  return `${status === 429 ? 'asked to slow down (429)' : 'waiting'}, sent again after ${Math.ceil(ms / 1000)} s at ${instant(now)}`;
}
