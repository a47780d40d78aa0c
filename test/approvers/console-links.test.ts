import { randomBytes } from 'node:crypto';
import { expect, it, test } from 'vitest';

import { makeConsoleLinks, readConsoleAddress, storeConsoleAddress } from '../../src/approvers/console-links.ts';
import { fixedClock } from '../../src/clock.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { began, minute } from './waiting.ts';

function links(store = memoryStore(), clock = fixedClock(began)) {
  return { ...makeConsoleLinks({ store, clock, random: randomBytes }), store, clock };
}

it('a console link works once across all servers on a store', async () => {
  const { create, store } = links();
  const [one, other] = [await create(), await create()];
  expect(one).toMatch(/^[\w-]{32}$/);
  expect(one).not.toBe(other);
  const spends = await Promise.all([links(store).redeem(one), links(store).redeem(one)]);
  expect(spends).toEqual([true, false]);
  expect(await links(store).redeem(other)).toBe(true);
});

it('a console link is valid for ten minutes', async () => {
  const { create, redeem, clock } = links();
  const [one, other] = [await create(), await create()];
  clock.advance(10 * minute - 1);
  expect(await redeem(one)).toBe(true);
  clock.advance(1);
  expect(await redeem(other)).toBe(false);
});

it('console links are stored as hashes only, at most 50, and expired ones are removed', async () => {
  const { create, redeem, store, clock } = links();
  const token = await create();
  let stored: unknown;
  await store.update('console links', (value) => {
    stored = value;
    return value;
  });
  expect(JSON.stringify(stored)).not.toContain(token);
  expect(await redeem('')).toBe(false);
  expect(await redeem(`${token}x`)).toBe(false);
  for (let i = 0; i < 60; i++) await create();
  expect(await redeem(token)).toBe(false);
  clock.advance(11 * minute);
  await create();
  const left = await store.update<unknown[]>('console links', (value) => value);
  expect(left).toHaveLength(1);
});

test('readConsoleAddress returns the address that storeConsoleAddress has stored', async () => {
  const store = memoryStore();
  expect(await readConsoleAddress(store)).toBeUndefined();
  await storeConsoleAddress(store, 'http://127.0.0.1:8383');
  expect(await readConsoleAddress(store)).toBe('http://127.0.0.1:8383');
});
