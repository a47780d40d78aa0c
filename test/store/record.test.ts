/** The record of a busy day: whole, and with one character another. */
import { describe, expect, it } from 'vitest';

import { isFound, keepDay } from '../../bench/lib/day.ts';
import { seededChance } from '../../src/clock.ts';
import { type AuditRow, verifyAudit } from '../../src/store/audit.ts';
import { memoryStore } from '../../src/store/memory.ts';

async function recordOf(changes: number): Promise<AuditRow[]> {
  const store = memoryStore();
  await keepDay(store, changes);
  return [...store.audit()];
}

describe('the record of 5,000 changes', () => {
  it('is as it was written; one character changed anywhere is found at its line', async () => {
    const rows = await recordOf(5000);
    expect(verifyAudit(rows)).toEqual({ lines: 20_000, head: rows.at(-1)?.hash });
    const chance = seededChance(1);
    const places = Array.from({ length: 50 }, () => {
      const row = rows[Math.floor(chance() * rows.length)] as AuditRow;
      return { line: row.seq, member: 'body', at: Math.floor(chance() * row.body.length) } as const;
    });
    expect(places.filter((place) => !isFound(rows, place))).toEqual([]);
  });
});

it('each single character of a short record is sealed, of text and hash', async () => {
  const rows = await recordOf(2);
  expect(rows).toHaveLength(8);
  const places = rows.flatMap(({ seq, body, hash }) => [
    ...Array.from(body, (_, at) => ({ line: seq, member: 'body', at }) as const),
    ...Array.from(hash, (_, at) => ({ line: seq, member: 'hash', at }) as const),
  ]);
  expect(places.filter((place) => !isFound(rows, place))).toEqual([]);
});
