/** Limits as providers keep them; off unless switched on, for no document gives a figure. */
import { z } from 'zod';

/**
 * `bucket`: `perSecond` tokens come in each second, up to `burst`. `window`: at most `perSecond` in each whole second.
 * `penalty`: as a window, and one request too many closes the door for a second, each further one again.
 */
export const LimitRule = z.strictObject({
  kind: z.enum(['bucket', 'window', 'penalty']),
  perSecond: z.number().positive().max(100_000),
  burst: z.number().int().min(1).default(20),
  /** Seconds in the Retry-After header; 0 leaves it out. */
  retryAfter: z.number().int().min(0).default(1),
  provider: z.string().optional(),
});
export type LimitRule = z.output<typeof LimitRule>;

export interface Limiter {
  rule: LimitRule;
  /** Whether a request at `now` may pass. */
  pass(now: number): boolean;
  taken: number;
  refused: number;
}

export function makeLimiter(rule: LimitRule, start: number): Limiter {
  let tokens = rule.burst;
  let refilledAt = start;
  let window = Math.floor(start / 1000);
  let inWindow = 0;
  let blockedUntil = 0;
  const tryAcquire = (now: number): boolean => {
    if (rule.kind === 'bucket') {
      tokens = Math.min(rule.burst, tokens + ((now - refilledAt) / 1000) * rule.perSecond);
      refilledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    }
    if (rule.kind === 'penalty' && now < blockedUntil) {
      blockedUntil = now + 1000;
      return false;
    }
    const second = Math.floor(now / 1000);
    if (second !== window) {
      window = second;
      inWindow = 0;
    }
    inWindow += 1;
    if (inWindow <= rule.perSecond) return true;
    if (rule.kind === 'penalty') blockedUntil = now + 1000;
    return false;
  };
  const limiter: Limiter = {
    rule,
    taken: 0,
    refused: 0,
    pass(now) {
      const passed = tryAcquire(now);
      if (passed) limiter.taken += 1;
      else limiter.refused += 1;
      return passed;
    },
  };
  return limiter;
}
