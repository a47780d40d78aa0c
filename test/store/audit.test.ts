/** Verification of audit logs, intact and with one changed character. */
import { describe, expect, it } from 'vitest';

import { isDetected, storeDay } from '../../bench/lib/busy-day.ts';
import { seededRandom } from '../../src/clock.ts';
import { type AuditRow, collectRows, verifyAudit } from '../../src/store/audit.ts';
import { memoryStore } from '../../src/store/memory.ts';

async function recordOf(changes: number): Promise<AuditRow[]> {
  const store = memoryStore();
  await storeDay(store, changes);
  return collectRows(store.audit());
}

describe('verifyAudit', () => {
  it('verifyAudit accepts the audit log of 5,000 changes and detects one changed character at its line', { timeout: 60_000 }, async () => {
    const rows = await recordOf(5000);
    expect(await verifyAudit(rows)).toEqual({ lines: 20_000, head: rows.at(-1)?.hash });
    const random = seededRandom(1);
    const places = Array.from({ length: 50 }, () => {
      const row = rows[Math.floor(random() * rows.length)] as AuditRow;
      return { line: row.seq, member: 'body', at: Math.floor(random() * row.body.length) } as const;
    });
    const found = await Promise.all(places.map((place) => isDetected(rows, place)));
    expect(places.filter((_, i) => !found[i])).toEqual([]);
  });
});

it('verifyAudit detects a change of any single character of a short audit log, in the body and in the hash', async () => {
  const rows = await recordOf(2);
  expect(rows).toHaveLength(8);
  const places = rows.flatMap(({ seq, body, hash }) => [
    ...Array.from(body, (_, at) => ({ line: seq, member: 'body', at }) as const),
    ...Array.from(hash, (_, at) => ({ line: seq, member: 'hash', at }) as const),
  ]);
  const found = await Promise.all(places.map((place) => isDetected(rows, place)));
  expect(places.filter((_, i) => !found[i])).toEqual([]);
});
