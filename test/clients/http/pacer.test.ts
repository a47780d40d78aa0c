import { describe, expect, it } from 'vitest';

import { makeCall, type ProviderAdapter } from '../../../src/clients/http/client.ts';
import { endpoint } from '../../../src/clients/http/endpoint.ts';
import { makePacer } from '../../../src/clients/http/pacer.ts';
import { fixedClock } from '../../../src/clock.ts';
import { LimitRule, makeLimiter } from '../../../src/sandbox/limiter.ts';
import { simClock } from '../../support/sim-clock.ts';

const put = endpoint({
  id: 'thingpark.things.change',
  api: 'oss',
  route: 'PUT /things/{id}',
  path: { id: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'test',
  help: 'Changes one thing.',
  example: { path: { id: '1' } },
});

const plainApi: ProviderAdapter = {
  baseUrl: () => 'http://limited.invalid',
  authHeaders: async () => ({}),
  discardExpiredCredentials: () => false,
  parseError: () => ({ message: 'no', fromApi: true }),
};

/** Sends `count` changes from 32 workers, with 20 ms latency, against a sandbox limiter of 200 requests per second. */
async function load(kind: 'bucket' | 'window' | 'penalty', count: number, phase: number, perSecond?: number) {
  const clock = simClock(1_000_000 + phase);
  const limiter = makeLimiter(LimitRule.parse({ kind, perSecond: 200 }), clock.now());
  const applied = new Map<string, number>();
  const call = makeCall({
    connection: 'limited',
    adapter: plainApi,
    clock,
    random: () => 0.5,
    timeoutMs: 60_000,
    perSecond,
    fetch: async (url) => {
      await clock.sleep(10);
      const passed = limiter.pass(clock.now());
      if (passed) applied.set(url, (applied.get(url) ?? 0) + 1);
      await clock.sleep(10);
      return new Response(null, { status: passed ? 204 : 429, headers: passed ? {} : { 'retry-after': '1' } });
    },
  });
  const startedAt = clock.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await call(put, { path: { id: String(next++) } });
  };
  const all = Promise.all(Array.from({ length: 32 }, worker));
  await clock.drain();
  await all;
  const seconds = (clock.now() - startedAt) / 1000;
  return {
    share: count / seconds / 200,
    refused: limiter.refused / (limiter.refused + limiter.taken),
    things: applied.size,
    twice: [...applied.values()].filter((times) => times > 1).length,
  };
}

describe('makePacer without a configured limit', () => {
  for (const [kind, least] of [
    ['bucket', 0.88],
    ['window', 0.8],
    ['penalty', 0.88],
  ] as const) {
    it.each([0, 200, 500, 800])(
      `reaches ${least} of a ${kind} limit with at most 0.5 % of requests refused, none lost and none sent twice, when started %i ms into a second`,
      async (phase) => {
        const run = await load(kind, 10_000, phase);
        expect(run.share).toBeGreaterThan(least);
        expect(run.refused).toBeLessThan(0.005);
        expect(run).toMatchObject({ things: 10_000, twice: 0 });
      },
    );
  }
});

describe('makePacer with a configured limit', () => {
  for (const kind of ['bucket', 'window', 'penalty'] as const) {
    it(`reaches 0.97 of a configured ${kind} limit without a refused request`, async () => {
      const run = await load(kind, 3000, 500, 200);
      expect(run.share).toBeGreaterThan(0.97);
      expect(run).toMatchObject({ refused: 0, things: 3000, twice: 0 });
    });
  }

  it('the pacer never exceeds 100 requests in any minute for a limit of 100 per minute', async () => {
    const clock = simClock();
    const pacer = makePacer('limited', clock, { requests: 100, perMs: 60_000 });
    const sent: number[] = [];
    const all = Promise.all(
      Array.from({ length: 350 }, async () => {
        const permit = await pacer.acquire(true);
        sent.push(clock.now());
        permit.accepted();
      }),
    );
    await clock.drain();
    await all;
    const most = Math.max(...sent.map((at) => sent.filter((other) => other >= at && other < at + 60_000).length));
    expect(most).toBeLessThanOrEqual(100);
    expect(most).toBeGreaterThan(95);
  });
});

describe('pacer permits', () => {
  it('the pacer does not delay a sequential caller before the first 429', async () => {
    const clock = fixedClock(0);
    const pacer = makePacer('quiet', clock);
    for (let i = 0; i < 500; i++) (await pacer.acquire(false)).accepted();
    expect(clock.now()).toBe(0);
  });

  it('the pacer sends an approved change before waiting reads', async () => {
    const clock = simClock();
    const pacer = makePacer('busy', clock, { requests: 10, perMs: 1000 });
    const order: string[] = [];
    const send = async (name: string, first: boolean): Promise<void> => {
      const permit = await pacer.acquire(first);
      order.push(name);
      permit.accepted();
    };
    const all = Promise.all([send('read 1', false), send('read 2', false), send('read 3', false), send('change', true)]);
    await clock.drain();
    await all;
    expect(order).toEqual(['read 1', 'change', 'read 2', 'read 3']);
  });

  it('simultaneous 429 responses pause all callers once for the requested time', async () => {
    const clock = simClock();
    const pacer = makePacer('limited', clock);
    const [a, b] = [await pacer.acquire(false), await pacer.acquire(false)];
    a.rateLimited(3000);
    b.rateLimited(3000);
    const after = pacer.acquire(false);
    await clock.drain();
    (await after).accepted();
    expect(clock.now()).toBeGreaterThanOrEqual(3000);
    expect(clock.now()).toBeLessThan(3100);
  });

  it('the pacer throws TooManyRequests instead of waiting when the pause exceeds a minute', async () => {
    const clock = fixedClock(0);
    const pacer = makePacer('limited', clock);
    (await pacer.acquire(false)).rateLimited(120_000);
    await expect(pacer.acquire(false)).rejects.toThrow('limited is rate limited');
    await expect(pacer.acquire(false)).rejects.toMatchObject({ next: 'Retry in 120 s, or request less data at once.' });
    expect(clock.now()).toBe(0);
  });

  it('the pacer resets the learned rate after ten minutes without calls', async () => {
    const clock = fixedClock(0);
    const pacer = makePacer('limited', clock);
    const [one, other] = [await pacer.acquire(false), await pacer.acquire(false)];
    one.rateLimited(1000);
    other.release();
    clock.advance(2000);
    const learned = pacer.rate;
    clock.advance(601_000);
    (await pacer.acquire(false)).accepted();
    expect(learned).toBeLessThan(40);
    expect(pacer.rate).toBe(40);
  });
});
