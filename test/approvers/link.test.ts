import { randomBytes } from 'node:crypto';
import { expect, it, test } from 'vitest';

import { heardAddress, makeLinks, sayAddress } from '../../src/approvers/link.ts';
import { fixedClock } from '../../src/clock.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { began, minute } from './waiting.ts';

function links(store = memoryStore(), clock = fixedClock(began)) {
  return { ...makeLinks({ store, clock, random: randomBytes }), store, clock };
}

it('a console link works once across all servers on a store', async () => {
  const { make, store } = links();
  const [one, other] = [await make(), await make()];
  expect(one).toMatch(/^[\w-]{32}$/);
  expect(one).not.toBe(other);
  const spends = await Promise.all([links(store).spend(one), links(store).spend(one)]);
  expect(spends).toEqual([true, false]);
  expect(await links(store).spend(other)).toBe(true);
});

it('a console link is valid for ten minutes', async () => {
  const { make, spend, clock } = links();
  const [one, other] = [await make(), await make()];
  clock.advance(10 * minute - 1);
  expect(await spend(one)).toBe(true);
  clock.advance(1);
  expect(await spend(other)).toBe(false);
});

it('console links are stored as hashes only, at most 50, and expired ones are removed', async () => {
  const { make, spend, store, clock } = links();
  const token = await make();
  let stored: unknown;
  await store.turn('console links', (value) => {
    stored = value;
    return value;
  });
  expect(JSON.stringify(stored)).not.toContain(token);
  expect(await spend('')).toBe(false);
  expect(await spend(`${token}x`)).toBe(false);
  for (let i = 0; i < 60; i++) await make();
  expect(await spend(token)).toBe(false);
  clock.advance(11 * minute);
  await make();
  const left = await store.turn<unknown[]>('console links', (value) => value);
  expect(left).toHaveLength(1);
});

test('readConsoleAddress returns the address that storeConsoleAddress has stored', async () => {
  const store = memoryStore();
  expect(await heardAddress(store)).toBeUndefined();
  await sayAddress(store, 'http://127.0.0.1:8383');
  expect(await heardAddress(store)).toBe('http://127.0.0.1:8383');
});
