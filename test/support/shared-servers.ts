/** Several servers on one database and one sandbox on a port, like the chat windows of one operator. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type ApprovalService, makeApprovalService } from '../../src/approvers/approval.ts';
import { type FixedClock, fixedClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import type { ServedWorld } from '../../src/sandbox/make-world.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { collectRows } from '../../src/store/audit.ts';
import type { Change } from '../../src/store/change.ts';
import { postgresStore } from '../../src/store/postgres/postgres-store.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { listen } from '../../src/web/listen.ts';
import { newDatabase, runSql } from './postgres.ts';
import { providers, sandboxProviders } from './providers.ts';
import { startTestServer, startTime, type TestServer, type TestServerOptions } from './test-server.ts';

export interface SharedServers {
  clock: FixedClock;
  world: ServedWorld;
  /** The state directory that all servers share. */
  state: string;
  /** The shared change store, opened separately as one more process would; or the store that was passed in. */
  store: ChangeStore;
  approvals: ApprovalService;
  /** The active SIMs of one account. */
  activeSims: readonly TsDevice[];
  /** The requests that change SIMs, in the order in which the carrier got them. */
  sent: readonly SentRequest[];
  /** Resolves when no request is running that does not wait for the clock. */
  waitForIdle(): Promise<void>;
  /** Starts one more server. */
  startServer(more?: TestServerOptions): Promise<Omit<TestServer, 'world'>>;
  /** Edits a change in the database directly, bypassing the store. */
  editChange(id: string, edit: (change: Change) => Partial<Change>): Promise<void>;
  /** Runs a statement on the database directly, bypassing the store. */
  runStatement(sql: string): Promise<void>;
}

/** A request to the carrier that changes SIMs. */
export interface SentRequest {
  operation: string;
  devices: readonly string[];
  /** The number of entries in the audit log when the request arrived. */
  auditEntries: number;
}

const simOperations: readonly [path: string, operation: string][] = [
  ['/devices/actions/suspend', 'thingspace.devices.suspend'],
  ['/devices/actions/restore', 'thingspace.devices.restore'],
  ['/sms', 'thingspace.sms.send'],
];

/** The ICCIDs in a request body. */
function iccidsIn(body: unknown): string[] {
  const { devices, deviceIds } = body as { devices?: { deviceIds: { id: string }[] }[]; deviceIds?: { id: string }[] };
  return (devices?.flatMap((device) => device.deviceIds.slice(0, 1)) ?? deviceIds ?? []).map(({ id }) => id);
}

const key = Buffer.alloc(32, 7);

/** Where the servers keep their changes. */
export type SharedPlace = 'file' | 'postgres';

export async function makeSharedServers({
  place = 'file',
  ...shared
}: TestServerOptions & { place?: SharedPlace } = {}): Promise<SharedServers> {
  const clock = fixedClock(startTime);
  const { world } = makeSandbox({ providers: sandboxProviders, clock, fleet: shared.fleet ?? 60, seed: 1 });
  const handle = portHandler(world);
  const state = mkdtempSync(join(tmpdir(), 'site-'));
  const path = join(state, 'changes.db');
  const database = place === 'postgres' ? await newDatabase() : undefined;
  const open = async (): Promise<ChangeStore> => {
    const store = database === undefined ? sqliteStore(path) : await postgresStore(database);
    onTestFinished(() => store.close());
    return store;
  };
  const store = shared.store ?? (await open());
  const sent: SentRequest[] = [];
  let requests = 0;
  const served = await listen(
    async (request) => {
      requests++;
      const operation = request.method === 'POST' && simOperations.find(([path]) => request.url.endsWith(path));
      if (operation)
        sent.push({
          operation: operation[1],
          devices: iccidsIn(await request.clone().json()),
          auditEntries: (await collectRows(store.audit())).length,
        });
      return handle(request);
    },
    '127.0.0.1',
    0,
  );
  onTestFinished(() => served.close());
  let servers = 0;
  return {
    clock,
    world,
    state,
    store,
    approvals: makeApprovalService({ store, clock }),
    activeSims: world.thingspace.devices.filter((line) => line.state === 'active' && line.account === '0442000123-00001'),
    sent,
    async waitForIdle() {
      for (let before = -1; before !== requests; ) {
        before = requests;
        await pause(10);
      }
    },
    async startServer(more = {}) {
      const running = await startTestServer({
        clock,
        store: shared.store ?? (await open()),
        key,
        seed: ++servers,
        ...shared,
        ...more,
        flags: { state, ...shared.flags, ...more.flags },
        adjust: (config) => {
          config.connections = sandboxConnections(providers, served.url);
          shared.adjust?.(config);
          more.adjust?.(config);
        },
      });
      const { product, fetch, connectClient } = running;
      return { product, clock: running.clock, fetch, connectClient };
    },
    async editChange(id, edit) {
      if (database !== undefined) {
        const [row] = await runSql<{ body: string }>(database, 'SELECT body FROM changes WHERE id = $1', [id]);
        const change = JSON.parse(row?.body ?? '') as Change;
        await runSql(database, 'UPDATE changes SET body = $1 WHERE id = $2', [JSON.stringify({ ...change, ...edit(change) }), id]);
        return;
      }
      const db = new DatabaseSync(path);
      const { body } = db.prepare('SELECT body FROM changes WHERE id = ?').get(id) as { body: string };
      const change = JSON.parse(body) as Change;
      db.prepare('UPDATE changes SET body = ? WHERE id = ?').run(JSON.stringify({ ...change, ...edit(change) }), id);
      db.close();
    },
    async runStatement(sql) {
      if (database !== undefined) return void (await runSql(database, sql));
      const db = new DatabaseSync(path);
      db.exec(sql);
      db.close();
    },
  };
}

/** The `sims` argument of the tools for these SIMs. */
export const simsArgument = (lines: readonly Pick<TsDevice, 'iccid'>[]) => ({ sims: lines.map(({ iccid }) => ({ iccid })) });
