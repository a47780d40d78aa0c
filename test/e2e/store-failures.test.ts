/** A store that fails while a change is carried out: what was sent is told and recorded later, and nothing unrecorded is sent. */
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { type FileStore, sqliteStore } from '../../src/store/sqlite.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { StoreFailed } from '../../src/store/store-failed.ts';
import { makeSharedServers, simsArgument } from '../support/shared-servers.ts';
import { countRequests, runPendingTasks, startTestServer, startTime, waitUntilEnded, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto', person: yes } as const;
const rules = 'rules: [{ name: asked in the chat, when: { connection: sandbox-thingspace }, then: ask }]';
const sms = 'thingspace.sms.send';
const suspend = 'thingspace.devices.suspend';
const toggle = 'iotx.products.change';

/** A store whose writes fail while `full()` is true. */
function failingStore(store: FileStore, full: () => boolean): ChangeStore {
  const guarded =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (full()) throw new StoreFailed('changes.db: database or disk is full', 'An operator must free space.');
      return work(...args);
    };
  return {
    ...store,
    add: guarded(store.add),
    addUnlessEqual: guarded(store.addUnlessEqual),
    move: guarded(store.move),
    claim: guarded(store.claim),
    update: guarded(store.update),
  };
}

/** A server whose disk is full from the `n`-th request of an operation on, or from the start. */
async function serverWithFullDisk(operation: string, n: number, more: { fleet?: number } = {}) {
  const path = join(mkdtempSync(join(tmpdir(), 'full-')), 'changes.db');
  const opened = (): FileStore => {
    const store = sqliteStore(path);
    onTestFinished(() => store.close());
    return store;
  };
  const file = opened();
  const disk = { freed: false };
  const arrived = (): number => countRequests(server.world, operation);
  const server: Awaited<ReturnType<typeof startTestServer>> = await startTestServer({
    store: failingStore(file, () => !disk.freed && arrived() >= n),
    key: Buffer.alloc(32, 7),
    rules,
    ...more,
  });
  const sims = server.world.thingspace.devices.filter(({ state, account }) => state === 'active' && account === '0442000123-00001');
  const asked = await server.connectClient(client);
  const free = (): void => {
    disk.freed = true;
  };
  return { ...server, world: server.world, ...asked, file, opened, sims, arrived, free };
}

describe('a store that fails after sending', () => {
  it('a message that was sent but not recorded is told with its id as possibly arrived, and is recorded once there is space', async () => {
    const { call, sims, clock, file, arrived, free } = await serverWithFullDisk(sms, 1);
    const args = { ...simsArgument(sims.slice(0, 1)), message: 'PING' };
    const { text, structured, isError } = await call('send_sms', args);
    const { id } = structured.change;
    expect(isError).toBe(false);
    expect(structured.change.status).toBe('unknown');
    expect(text).toContain(
      'It was sent and may have taken effect, but the server could not record that (changes.db: database or disk is full). It keeps trying to record it; do not request it again.',
    );
    expect(text).toContain(`change ${id}`);
    expect(text).toContain(`get_change { "change": "${id}", "waitSeconds": 30 } follows it to its end.`);
    expect((await file.get(id))?.status).toBe('applying');
    clock.advance(10_000);
    await runPendingTasks();
    expect((await file.get(id))?.status).toBe('applying');
    free();
    clock.advance(60_000);
    await runPendingTasks();
    expect((await waitUntilEnded(call, id)).structured.change).toMatchObject({ status: 'applied', counts: { applied: 1 } });
    expect(arrived()).toBe(1);
  });

  it('the rest of a change with several requests is not sent after one could not be recorded, and can be resumed', async () => {
    const { call, clock, file, arrived, free } = await serverWithFullDisk(toggle, 1);
    const subscribers = ['8944990000001000010', '8944990001000000084', '8944990001000000100'];
    const { text, structured } = await call('toggle_product', { subscribers, product: 'SMS MO/MT', action: 'disable' });
    expect(structured.change).toMatchObject({ status: 'unknown', counts: { sent: 1, 'not sent': 2 } });
    expect(text).toContain('The rest was not sent. It keeps trying to record it');
    expect(arrived()).toBe(1);
    free();
    clock.advance(1000);
    await runPendingTasks();
    expect(await file.get(structured.change.id)).toMatchObject({ status: 'partial', halted: { reason: 'stopped' } });
    expect((await call('resume_change', { change: structured.change.id })).structured.change.counts).toEqual({ applied: 2 });
    expect(arrived()).toBe(3);
  });

  it('a large change whose canary could not be recorded sends nothing more', async () => {
    const { call, sims, clock, file, arrived, free } = await serverWithFullDisk(suspend, 1, { fleet: 120 });
    const { text, structured } = await call('suspend_sim', simsArgument(sims.slice(0, 40)));
    expect(structured.change).toMatchObject({ status: 'unknown', counts: { sent: 2, 'not sent': 38 } });
    expect(text).toContain('may have taken effect, but the server could not record that');
    free();
    for (let minutes = 0; minutes < 5; minutes++) {
      clock.advance(60_000);
      await runPendingTasks();
    }
    expect(await file.get(structured.change.id)).toMatchObject({ status: 'partial', halted: { reason: 'stopped' } });
    expect(arrived()).toBe(1);
  });

  it('what a server knows of its request is kept when another server has recovered the change meanwhile', async () => {
    const { call, sims, clock, opened, file, arrived, free } = await serverWithFullDisk(sms, 1);
    const { change } = (await call('send_sms', { ...simsArgument(sims.slice(0, 1)), message: 'PING' })).structured;
    clock.advance(121_000);
    const other = await startTestServer({ clock, store: opened(), key: Buffer.alloc(32, 7), rules });
    await other.product.resumeInterrupted();
    expect((await file.get(change.id))?.status).toBe('unknown');
    free();
    clock.advance(60_000);
    await runPendingTasks();
    expect(await file.get(change.id)).toMatchObject({ status: 'applied', targets: [{ outcome: 'applied' }] });
    expect(arrived()).toBe(1);
  });

  it('a change whose first request could not be recorded as being sent is refused, and the record says so later', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'full-')), 'changes.db');
    const store = sqliteStore(path);
    onTestFinished(() => store.close());
    let claimed = false;
    const full = failingStore(store, () => claimed);
    const own = await startTestServer({
      rules,
      store: {
        ...full,
        async claim(...args) {
          const result = await full.claim(...args);
          claimed = true;
          return result;
        },
      },
    });
    const { call } = await own.connectClient(client);
    const { text, structured } = await call('send_sms', { sims: [{ iccid: '89148000000077000037' }], message: 'PING' });
    expect(structured.change).toMatchObject({ status: 'refused', reason: 'stopped', counts: { 'not sent': 1 } });
    expect(text).toContain('Nothing was sent: the server could not record it (changes.db: database or disk is full).');
    claimed = false;
    own.clock.advance(1000);
    await runPendingTasks();
    expect(await store.get(structured.change.id)).toMatchObject({ status: 'refused', reason: 'stopped' });
    expect(countRequests(own.world, sms)).toBe(0);
  });

  it('a plan that cannot be recorded is refused with the cause', async () => {
    const { call, sims, arrived } = await serverWithFullDisk(sms, 0);
    const answer = await call('send_sms', { ...simsArgument(sims.slice(0, 1)), message: 'PING' });
    expect(answer).toMatchObject({ isError: true, structured: { error: { kind: 'StoreFailed' } } });
    expect(answer.text).toBe('changes.db: database or disk is full. An operator must free space.');
    expect(arrived()).toBe(0);
  });
});

type Damage = [what: string, damage: (path: string) => void, said: string];

const damages: Damage[] = [
  ['deleted', (path) => rmSync(path), 'changes.db was deleted while this server runs'],
  ['moved away', (path) => renameSync(path, `${path}.old`), 'changes.db was deleted while this server runs'],
  ['deleted with its directory', (path) => rmSync(join(path, '..'), { recursive: true }), 'changes.db was deleted while this server runs'],
  ['replaced by an empty file', (path) => replace(path), 'changes.db was replaced while this server runs'],
  ['replaced by a fresh record', (path) => replaceByFresh(path), 'changes.db was replaced while this server runs'],
  ['left without its write-ahead log', (path) => rmSync(`${path}-wal`), 'changes.db-wal was deleted while this server runs'],
];

function replace(path: string): void {
  rmSync(path);
  writeFileSync(path, '');
}

function replaceByFresh(path: string): void {
  const fresh = join(mkdtempSync(join(tmpdir(), 'fresh-')), 'changes.db');
  sqliteStore(fresh).close();
  rmSync(path);
  copyFileSync(fresh, path);
}

describe('a record that is deleted or replaced while the server runs', () => {
  it.each(damages)(
    'nothing is sent once changes.db is %s, neither of a new change nor of one that a person approves',
    async (_, damage, said) => {
      const { startServer, activeSims, world, state } = await makeSharedServers({ rules });
      const path = join(state, 'changes.db');
      const running = await startServer();
      const args = { ...simsArgument(activeSims.slice(0, 1)), message: 'PING' };
      const asked = await running.connectClient({
        ...client,
        person: (question) => {
          damage(path);
          return yes(question);
        },
      });
      const approved = await asked.call('send_sms', args);
      expect(approved.isError).toBe(true);
      expect(approved.text).toContain(`the change could not be recorded (${said}`);
      expect(approved.text).toContain('so nothing was sent');
      const later = await asked.call('send_sms', { ...args, message: 'PONG' });
      expect(later.isError).toBe(true);
      expect(later.text).toContain(said);
      expect(countRequests(world, sms)).toBe(0);
      // Reads go on.
      expect((await asked.call('list_changes')).isError).toBe(false);
    },
  );

  it('nothing is sent once the content of changes.db was replaced in place', async () => {
    const { startServer, activeSims, world, state } = await makeSharedServers({ rules });
    const running = await startServer();
    const { call } = await running.connectClient(client);
    const args = { ...simsArgument(activeSims.slice(0, 1)), message: 'PING' };
    expect((await call('send_sms', args)).structured.change.status).toBe('applied');
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const db = new DatabaseSync(join(state, 'changes.db'));
    db.exec('DELETE FROM audit; DELETE FROM changes;');
    db.close();
    const later = await call('send_sms', { ...args, message: 'PONG' });
    expect(later.text).toContain('the content of changes.db was replaced while this server runs');
    expect(countRequests(world, sms)).toBe(1);
  });
});

describe('expired leases', () => {
  /** Stores a change as a server leaves it that is killed while it sends. */
  async function killedWhileSending() {
    const place = await makeSharedServers({ rules });
    const first = await (await place.startServer()).connectClient({ transport: 'stdio', era: 'auto' });
    const { change } = (await first.call('suspend_sim', simsArgument(place.activeSims.slice(0, 1)))).structured;
    const steps = (await place.store.get(change.id))?.steps ?? [];
    await place.store.move(change.id, ['planned'], {
      status: 'applying',
      leaseUntil: startTime + 120_000,
      sentAt: startTime,
      steps: steps.map((step) => ({ ...step, state: 'sending' as const })),
    });
    return { ...place, id: change.id as string };
  }

  it('a server that was started before a lease ran out takes the change up within 10 seconds after that, without any call', async () => {
    const { startServer, clock, store, id } = await killedWhileSending();
    const next = await startServer();
    await next.product.resumeInterrupted();
    for (let seconds = 0; seconds < 119; seconds += 7) {
      clock.advance(7000);
      await runPendingTasks();
    }
    expect(clock.now()).toBe(startTime + 119_000);
    expect((await store.get(id))?.status).toBe('applying');
    clock.advance(11_000);
    await runPendingTasks();
    expect((await store.get(id))?.status).toBe('unknown');
  });

  it('a change with an expired lease does not block another change of its target', async () => {
    const { startServer, activeSims, clock, store, world, id } = await killedWhileSending();
    const other = await (await startServer()).connectClient(client);
    clock.advance(121_000);
    const before = clock.now();
    const answer = await other.call('send_sms', { ...simsArgument(activeSims.slice(0, 1)), message: 'PING' });
    expect(answer.structured.change.status).toBe('applied');
    expect(clock.now() - before).toBeLessThan(1000);
    expect(countRequests(world, sms)).toBe(1);
    expect((await store.get(id))?.status).toBe('unknown');
  });
});
