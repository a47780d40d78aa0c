/** Plans with a key, which only the planning process holds in memory: two servers on one database. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeApprovalService } from '../../src/approvers/approval.ts';
import { fixedClock } from '../../src/clock.ts';
import { collectRows } from '../../src/store/audit.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { countRequests, startTestServer, startTime, waitUntilEnded } from '../support/test-server.ts';

const rules = 'rules: [{ name: new devices, when: { operation: thingpark.devices.create }, then: approve }]';
const fridge = {
  name: 'Fridge 17',
  devEui: 'A81758FFFE0B0001',
  model: 'SMTC/LoRaMoteA.1_EU',
  activation: 'OTAA',
  joinEui: 'A81758FFFE000000',
  appKey: '00112233445566778899AABBCCDDEEFF',
};
const lost =
  'The server that planned it has ended, and the keys in the plan are lost because they are never stored. Nothing was sent; request the change again.';

async function two() {
  const path = join(mkdtempSync(join(tmpdir(), 'held-')), 'changes.db');
  const clock = fixedClock(startTime);
  const open = () => {
    const store = sqliteStore(path);
    onTestFinished(() => store.close());
    return store;
  };
  const server = () => startTestServer({ clock, rules, approvers: ['maria'], store: open(), key: Buffer.alloc(32, 7) });
  const [planner, other] = [await server(), await server()];
  const { call } = await planner.connectClient({ transport: 'stdio', era: 'auto' });
  const { change } = (await call('add_lorawan_device', fridge)).structured;
  expect(change).toMatchObject({ status: 'awaiting_approval', policy: { rule: 'new devices' } });
  /** Advances the clock, with each of these servers checking for approved changes every second. */
  const pass = async (seconds: number, ...servers: (typeof planner)[]): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1000);
      for (const { product } of servers) await product.runApproved();
    }
  };
  const store = open();
  return { planner, other, call, id: change.id as string, pass, clock, desk: makeApprovalService({ store, clock }), store };
}

it('a plan with a key stays open while its server runs, and only that server applies it', async () => {
  const { planner, other, call, id, pass, desk } = await two();
  await pass(600, planner, other);
  await desk.approve(id, 'maria', 'terminal');
  await pass(5, other);
  expect((await desk.find(id)).status).toBe('awaiting_approval');
  await pass(1, planner);
  expect((await waitUntilEnded(call, id)).structured.change).toMatchObject({ status: 'applied', approvedBy: 'maria' });
  expect(countRequests(planner.world, 'thingpark.devices.create')).toBe(1);
  expect(countRequests(other.world, 'thingpark.devices.create')).toBe(0);
});

it('a plan with a key is refused by any server once its own server has been silent for 15 seconds', async () => {
  const { other, id, pass, desk, store } = await two();
  await pass(14, other);
  expect(await desk.pending()).toHaveLength(1);
  await pass(1, other);
  expect(await desk.pending()).toEqual([]);
  await pass(5, other);
  expect(await store.get(id)).toMatchObject({ status: 'refused', reason: 'expired', explanation: lost });
  expect(JSON.parse((await collectRows(store.audit())).at(-1)?.body ?? '{}')).toMatchObject({ status: 'refused', explanation: lost });
});

it('an approver is told that the server which held the keys of the plan has ended', async () => {
  const { id, clock, desk } = await two();
  clock.advance(15_000);
  expect(await desk.pending()).toEqual([]);
  await expect(desk.approve(id, 'maria', 'terminal')).rejects.toThrow(`${id} does not wait for approval: it is refused (${lost})`);
});

it('any server expires a plan with a key that nobody approved in time', async () => {
  const { planner, id, pass, clock, store } = await two();
  clock.advance(60 * 60_000);
  await pass(1, planner);
  expect(await store.get(id)).toMatchObject({ status: 'refused', reason: 'expired', explanation: expect.stringContaining('expired') });
});
