import { describe, expect, it, test, vi } from 'vitest';

import { fixedClock, instant, seededRandom, systemClock } from '../src/clock.ts';

const start = Date.parse('2026-11-22T08:00:00Z');

describe('fixedClock', () => {
  it('a fixed clock advances only through sleep and advance', async () => {
    const clock = fixedClock(start);
    expect(clock.now()).toBe(start);
    await clock.sleep(5000);
    expect(clock.now()).toBe(start + 5000);
    clock.advance(1000);
    expect(clock.now()).toBe(start + 6000);
  });
  it('a fixed clock rounds up to whole milliseconds', async () => {
    const clock = fixedClock(start);
    await clock.sleep(0.2);
    clock.advance(10.5);
    expect(clock.now()).toBe(start + 12);
  });
  it('a fixed clock runs due timers in order, each at its own time', () => {
    const clock = fixedClock(start);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} at ${clock.now() - start}`);
    clock.later(300, note('c'));
    clock.later(100, () => {
      note('a')();
      clock.later(100, note('b'));
      clock.later(5000, note('too late'));
    });
    clock.later(100, note('a2'));
    const cancel = clock.later(200, note('cancelled'));
    cancel();
    clock.advance(50);
    expect(seen).toEqual([]);
    clock.advance(950);
    expect(seen).toEqual(['a at 100', 'a2 at 100', 'b at 200', 'c at 300']);
    expect(clock.now()).toBe(start + 1000);
  });
  it('a fixed clock runs due timers during a sleep', async () => {
    const clock = fixedClock(start);
    const run = vi.fn();
    clock.later(1000, run);
    await clock.sleep(1000);
    expect(run).toHaveBeenCalledOnce();
  });
  it('a fixed clock does not advance for an aborted sleep', async () => {
    const clock = fixedClock(start);
    await expect(clock.sleep(1000, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    expect(clock.now()).toBe(start);
  });
});

describe('systemClock', () => {
  it('the system clock sleeps and rejects with the reason of the abort signal', async () => {
    await systemClock.sleep(1);
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(systemClock.sleep(60_000, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });
  it('the system clock runs a timer unless it was cancelled', async () => {
    const run = vi.fn();
    const never = vi.fn();
    systemClock.later(1, run);
    systemClock.later(1, never)();
    await systemClock.sleep(20);
    expect(run).toHaveBeenCalledOnce();
    expect(never).not.toHaveBeenCalled();
  });
});

test('seededRandom gives the same sequence for the same seed', () => {
  const [a, b, other] = [seededRandom(1), seededRandom(1), seededRandom(2)];
  const row = Array.from({ length: 100 }, a);
  expect(Array.from({ length: 100 }, b)).toEqual(row);
  expect(Array.from({ length: 100 }, other)).not.toEqual(row);
  expect(row.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(row.slice(0, 3).map((number) => number.toFixed(6))).toEqual(['0.627074', '0.002736', '0.527447']);
});

test('instant omits milliseconds when they are zero', () => {
  expect(instant(start)).toBe('2026-11-22T08:00:00Z');
  expect(instant(start + 250)).toBe('2026-11-22T08:00:00.250Z');
});
