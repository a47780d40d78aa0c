/** Rate limiter of a connection, shared by all its calls: uses a configured limit, or learns one from 429 responses. */
import type { Clock } from '../../clock.ts';
import { TooManyRequests } from './errors.ts';
import { makePermitQueue, type Permit } from './permit-queue.ts';

/** A known rate limit: `requests` per `perMs` milliseconds. */
export interface RateLimit {
  requests: number;
  perMs: number;
}

/** Spaces the requests of one connection or operation. */
export interface Pacer {
  /** Waits for permission to send; callers with `first` (approved changes) go ahead of reads. Throws TooManyRequests if the pause exceeds 60 s. */
  acquire(priority: boolean, signal?: AbortSignal): Promise<Permit>;
  /** Current rate in requests per second. */
  readonly rate: number;
}

// Stay slightly below a configured limit, because the provider's clock may differ.
const configuredShare = 0.98;
// Until the first 429, parallel callers start at this rate (requests/s), which doubles every `doublingMs`. A sequential caller is not limited.
const initialRate = 40;
const doublingMs = 500;
const initialBurst = 16;
// The accepted rate is measured over this many ms before a 429.
const measuredMs = 1000;
const backoffShare = 0.95;
// A 429 this soon after the pause means that a burst was measured and the limit is well below it.
const soonMs = 3000;
const backoffShareSoon = 0.8;
// Then the rate grows to just below the one that was rejected, holds there, and probes for a higher limit after the hold time.
const holdShare = 0.98;
const initialHoldMs = 0;
const secondHoldMs = 20_000;
const longestHoldMs = 300_000;
/** Growth of the rate per second, as a share. */
const growth = 0.015;
const growthWithoutCeiling = 0.3;
// With fewer accepted requests before a 429 the rate is unknown: the cause may be another client's traffic or a quota.
const minSamples = 8;
const lateShare = 0.02;
const longestWaitMs = 60_000;
/** The learned rate expires after this many ms without a call. */
const forgetAfterMs = 600_000;

/** Creates a pacer. `connection` names it in errors; without `configured` the rate is learned. */
export function makePacer(connection: string, clock: Clock, configured?: RateLimit): Pacer {
  const configuredRate = configured ? (configured.requests / configured.perMs) * 1000 * configuredShare : undefined;
  // Only the spared share may be sent as a burst, so that no window exceeds the limit.
  const burst = configured ? Math.max(1, Math.floor(configured.requests * (1 - configuredShare) + 1e-9)) : initialBurst;
  let learned = false;
  let rate = configuredRate ?? initialRate;
  let grownAt = clock.now();
  let credit = burst;
  let creditAt = clock.now();
  let pausedUntil = 0;
  let epoch = 0;
  /** Rate at which the last 429 occurred; 0 if unknown. */
  let ceiling = 0;
  let hold = initialHoldMs;
  let heldUntil = 0;
  let resumedAt = 0;
  let inFlight = 0;
  const accepted: number[] = [];

  // Timers fire slightly late: credit accrued in the meantime may still be used.
  const maxCredit = (): number => (learned ? Math.max(2, rate * lateShare) : burst);

  /** Updates rate and credit for the time that has passed. */
  const advance = (): void => {
    const now = clock.now();
    const past = now - grownAt;
    if (configuredRate === undefined && past > 0) {
      grownAt = now;
      if (past > forgetAfterMs) {
        learned = false;
        rate = initialRate;
        hold = initialHoldMs;
      } else if (learned) {
        const grown = rate * (1 + ((ceiling > 0 ? growth : growthWithoutCeiling) * past) / 1000);
        rate = now < heldUntil ? Math.max(rate, Math.min(grown, ceiling * holdShare)) : grown;
      } else if (inFlight > 0 || queue.length > 0) rate = Math.min(1e6, rate * 2 ** (past / doublingMs));
    }
    if (now <= creditAt) return;
    credit = Math.min(maxCredit(), credit + ((now - creditAt) * rate) / 1000);
    creditAt = now;
  };

  /** Time in ms until the next request may be sent. */
  const msUntilNext = (): number => {
    advance();
    const now = clock.now();
    if (pausedUntil > now) return pausedUntil - now;
    // A sequential caller is slow enough by itself, until a 429 shows otherwise.
    if (configuredRate === undefined && !learned && inFlight === 0) return 0;
    return credit >= 1 ? 0 : Math.max(1, ((1 - credit) * 1000) / rate);
  };

  /** Sets the rate after a 429 at full load: the limit is close to the rate accepted just before. */
  const recalibrate = (now: number): void => {
    const span = Math.max(now - (accepted[0] ?? now), measuredMs / 4);
    ceiling = Math.min((accepted.length / Math.min(measuredMs, span)) * 1000, rate);
    const tooSoon = learned && now - resumedAt < soonMs;
    rate = ceiling * (tooSoon ? backoffShareSoon : backoffShare);
    heldUntil = pausedUntil + (tooSoon ? 0 : hold);
    if (!tooSoon) hold = hold === initialHoldMs ? secondHoldMs : Math.min(longestHoldMs, hold * 2);
    resumedAt = pausedUntil;
    learned = true;
  };

  const grant = (): Permit => {
    credit = Math.max(0, credit - 1);
    inFlight += 1;
    const grantedEpoch = epoch;
    const close = onlyOnce(() => {
      inFlight -= 1;
    });
    return {
      accepted() {
        if (!close() || configuredRate !== undefined) return;
        const now = clock.now();
        accepted.push(now);
        while (accepted.length > 0 && now - (accepted[0] as number) > measuredMs) accepted.shift();
      },
      rateLimited(retryAfter) {
        if (!close()) return;
        const now = clock.now();
        pausedUntil = Math.max(pausedUntil, now + retryAfter);
        // Further 429s of the same burst carry no new information: recalibrate once per burst.
        if (grantedEpoch < epoch) return;
        epoch += 1;
        if (configuredRate === undefined) {
          while (accepted.length > 0 && now - (accepted[0] as number) > measuredMs) accepted.shift();
          if (accepted.length >= minSamples) recalibrate(now);
          else if (inFlight > 0) {
            // 429 in parallel with almost nothing accepted: restart slowly and search upwards.
            rate = Math.max(1, Math.min(rate, initialRate) / 2);
            ceiling = 0;
            learned = true;
          }
        }
        credit = 0;
        creditAt = pausedUntil;
        grownAt = pausedUntil;
      },
      release: () => void close(),
    };
  };

  const queue = makePermitQueue(clock, msUntilNext, grant);

  return {
    get rate() {
      return rate;
    },
    async acquire(first, signal) {
      const pause = pausedUntil - clock.now();
      if (pause > longestWaitMs) throw new TooManyRequests(connection, pause);
      if (queue.length === 0 && msUntilNext() === 0) return grant();
      return queue.wait(first, signal);
    },
  };
}

/** Runs `end` at the first call, which returns true; later calls return false. */
function onlyOnce(end: () => void): () => boolean {
  let open = true;
  return () => {
    if (!open) return false;
    open = false;
    end();
    return true;
  };
}
