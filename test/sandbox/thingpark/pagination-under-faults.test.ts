/** Reads a whole fleet by cursor while tokens expire and the provider answers 429: every row is returned exactly once. */
import { describe, expect, it } from 'vitest';

import { paginate } from '../../../src/clients/http/pages.ts';
import { alarms } from '../../../src/clients/thingpark/alarms.ts';
import { devices } from '../../../src/clients/thingpark/devices.ts';
import { began, type Subscription, subscription } from './subscription.ts';

const fleet = 62_804;
const pageSize = 100;

/** Arms expired tokens, 429 responses with Retry-After, and one lost response. */
function armFaults({ world }: Subscription, operation: string): void {
  for (const skip of [0, 20, 40, 60, 200, 270]) world.faults.arm({ fault: 'expired-token', operation, skip, times: 1 });
  for (const skip of [5, 90, 250]) world.faults.arm({ fault: '429', operation, skip, times: 2, ms: 2000 });
  world.faults.arm({ fault: 'lost-answer', operation, skip: 150, times: 1 });
}

const countStatus = ({ world }: Subscription, operation: string, status: number): number =>
  world.requestLog.filter((one) => one.operation === operation && one.status === status).length;

describe('walk over the sandbox while tokens expire and requests fail', () => {
  it('walk returns each of 62,804 devices exactly once', async () => {
    const sandbox = subscription(fleet);
    const { call, clock, world } = sandbox;
    armFaults(sandbox, devices.list.id);
    const received: string[] = [];
    const totals = new Set<number | undefined>();
    const pages = paginate(async (pageAfter: string | undefined) => {
      const query = { sort: 'EUI,asc', pageSize, ...(pageAfter ? { pageAfter } : {}) };
      const page = await call(devices.list, { query });
      const next = page.more ? (page.cursors?.last ?? undefined) : undefined;
      return { rows: page.briefs.map(({ EUI }) => EUI), next, total: page.count ?? undefined };
    });
    for await (const { rows, total } of pages) {
      received.push(...rows);
      totals.add(total);
      // One second per page, so that the five-minute token also expires by itself.
      await clock.sleep(1000);
    }
    expect(received).toHaveLength(fleet);
    expect(new Set(received)).toEqual(new Set(world.thingpark.devices.keys()));
    expect(totals).toEqual(new Set([fleet, undefined]));
    expect(countStatus(sandbox, devices.list.id, 401)).toBe(6);
    expect(countStatus(sandbox, devices.list.id, 429)).toBe(6);
    expect(countStatus(sandbox, devices.list.id, 200)).toBe(Math.ceil(fleet / pageSize) + 1);
    expect(countStatus(sandbox, 'thingpark.tokens.oss', 200)).toBeGreaterThanOrEqual(8);
    expect(clock.now() - began).toBeGreaterThan(600_000);
  }, 30_000);

  it('walk returns each of more than 20,000 alarms exactly once', async () => {
    const sandbox = subscription(fleet);
    const { call, world } = sandbox;
    const total = (await call(alarms.list, { query: { pageSize: 1 } })).count;
    armFaults(sandbox, alarms.list.id);
    const received: string[] = [];
    const pages = paginate(async (pageAfter: string | undefined) => {
      const page = await call(alarms.list, { query: { sort: 'alarmUid,asc', pageSize, ...(pageAfter ? { pageAfter } : {}) } });
      return { rows: page.briefs.map(({ alarmUid }) => alarmUid ?? ''), next: page.more ? (page.cursors?.last ?? undefined) : undefined };
    });
    for await (const { rows } of pages) received.push(...rows);
    expect(received.length).toBeGreaterThan(20_000);
    expect(received).toHaveLength(total ?? 0);
    expect(new Set(received).size).toBe(received.length);
    expect(received).toEqual([...received].sort());
    expect(countStatus(sandbox, alarms.list.id, 401)).toBe(6);
    expect(countStatus(sandbox, alarms.list.id, 429)).toBe(6);
    expect(world.thingpark.acks.size).toBe(0);
  }, 30_000);
});
