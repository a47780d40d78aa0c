/** A server process that ends between any two steps: no request is repeated, no change is lost, and the stored outcome is true. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';

import { fixedClock } from '../../src/clock.ts';
import { thingspace } from '../../src/providers/thingspace.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { verifyAudit } from '../../src/store/audit.ts';
import { type FileStore, sqliteStore } from '../../src/store/sqlite.ts';
import { listen } from '../../src/web/listen.ts';
import { startStdioServer, temporaryFile, temporaryFolder } from '../bin/processes.ts';
import { providers, sandboxProviders } from '../support/providers.ts';
import { startTestServer, startTime, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto', person: yes } as const;
const key = Buffer.alloc(32, 7);
const suspends = (body: unknown): string[] =>
  (body as { devices?: { deviceIds: { id: string }[] }[] }).devices?.map(({ deviceIds }) => deviceIds[0]?.id ?? '') ?? [];

/** The point of the crash: the n-th store write or the n-th request, before or after it takes effect. */
interface CrashPoint {
  at: 'store' | 'wire';
  n: number;
  side: 'before' | 'after';
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** A sandbox carrier on a port that counts suspend requests for each SIM. */
async function carrier(clock: ReturnType<typeof fixedClock> | undefined, fleet = 60) {
  const sandbox = makeSandbox({
    providers: sandboxProviders,
    clock: clock ?? (await import('../../src/clock.ts')).systemClock,
    fleet,
    seed: 1,
  });
  const handle = portHandler(sandbox.world);
  const asked = new Map<string, number>();
  let interceptor: ((handled: () => Promise<Response>) => Promise<Response>) | undefined;
  const served = await listen(
    async (request) => {
      const handled = async (): Promise<Response> => {
        if (request.url.endsWith('/devices/actions/suspend'))
          for (const id of suspends(await request.clone().json())) asked.set(id, (asked.get(id) ?? 0) + 1);
        return handle(request);
      };
      return interceptor ? interceptor(handled) : handled();
    },
    '127.0.0.1',
    0,
  );
  onTestFinished(() => served.close());
  const sims = sandbox.world.thingspace.devices.filter(
    (device: TsDevice) => device.state === 'active' && device.account === '0442000123-00001',
  );
  return {
    world: sandbox.world,
    url: served.url,
    sims,
    asked,
    intercept(next: typeof interceptor): void {
      interceptor = next;
    },
  };
}

/** A store that never answers again from the crash point on, as if the process had ended. */
function crashingStore(store: FileStore, crash: CrashPoint, server: { down: boolean }): FileStore {
  let writes = 0;
  const guarded =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (server.down) return never();
      const now = crash.at === 'store' && ++writes === crash.n;
      if (!now) return work(...args);
      if (crash.side === 'after') await work(...args);
      server.down = true;
      return never();
    };
  return {
    ...store,
    add: guarded(store.add),
    addUnlessEqual: guarded(store.addUnlessEqual),
    move: guarded(store.move),
    claim: guarded(store.claim),
  };
}

async function crashAndRecover(crash: CrashPoint): Promise<'crashed' | 'finished before'> {
  const clock = fixedClock(startTime);
  const { url, sims, asked, intercept } = await carrier(clock);
  const path = join(mkdtempSync(join(tmpdir(), 'crash-')), 'changes.db');
  const open = (): FileStore => {
    const store = sqliteStore(path);
    onTestFinished(() => store.close());
    return store;
  };
  const start = (store: FileStore) =>
    startTestServer({
      clock,
      store,
      key,
      rules: 'rules: [{ name: asked in the chat, when: { provider: thingspace }, then: ask }]',
      adjust: (config) =>
        void Object.assign(config, { connections: sandboxConnections(providers, url).filter((one) => one.provider === 'thingspace') }),
    });

  const server = { down: false };
  const unanswered = Promise.withResolvers<Response>();
  let requests = 0;
  intercept(async (handled) => {
    if (server.down) return unanswered.promise;
    if (crash.at !== 'wire' || ++requests !== crash.n) return handled();
    if (crash.side === 'after') await handled();
    server.down = true;
    return unanswered.promise;
  });
  const targets = sims.slice(0, 12);
  const args = { sims: targets.map(({ iccid }) => ({ iccid })) };
  const file = open();
  const first = await (await start(crashingStore(file, crash, server))).connectClient(client);
  first.call('suspend_sim', args).catch(() => undefined);
  const finished = async (): Promise<boolean> => {
    const { rows } = await file.list({}, undefined, 1);
    return rows[0] !== undefined && ['applied', 'partial', 'failed'].includes(rows[0].status);
  };
  for (let i = 0; i < 4000 && !server.down && !(await finished()); i++) {
    await pause(1);
    if (i % 4 === 3) clock.advance(1000);
  }
  // The crashed server's request is answered only when the test ends, so that its socket closes.
  onTestFinished(() => unanswered.resolve(new Response(null, { status: 503 })));
  if (!server.down) return 'finished before';

  // A second server opens the same database after the lease has expired.
  intercept(undefined);
  const second = open();
  const next = await start(second);
  clock.advance(130_000);
  await next.product.resumeInterrupted();
  const { call } = await next.connectClient(client);
  const settle = async (id: string) => {
    for (let i = 0; i < 100; i++) {
      const { change } = (await call('get_change', { change: id, waitSeconds: 20 })).structured;
      if (!['applying', 'accepted'].includes(change.status) && !(change.status === 'unknown' && i < 4)) return change;
      await pause(1);
    }
    const change = await second.get(id);
    throw new Error(`${JSON.stringify(crash)}: ${id} does not end: ${change?.status} ${JSON.stringify(change?.log)}`);
  };
  const { rows } = await second.list({}, undefined, 10);
  const ended = rows[0] && (await settle(rows[0].id));
  // The stored outcome of each target matches the state of its SIM.
  const kept = rows[0] && (await second.get(rows[0].id));
  for (const target of kept?.targets ?? []) {
    const sim = targets.find(({ iccid }) => iccid === target.device);
    if (target.outcome === 'applied') expect(sim?.state).toBe('suspend');
    if (target.outcome === 'not sent' || target.outcome === 'planned') expect(asked.get(target.device)).toBeUndefined();
    if (sim?.state === 'suspend') expect(target.outcome).toBe('applied');
  }
  // Repeating or resuming the change suspends every SIM whose outcome is not unsure.
  const doubted = new Set((kept?.targets ?? []).flatMap(({ device, outcome }) => (outcome === 'unsure' ? [device] : [])));
  if (doubted.size === 0) {
    const more = ended?.resumable ? await call('resume_change', { change: ended.id }) : await call('suspend_sim', args);
    if (more.structured.change.status !== 'unchanged') await settle(more.structured.change.id);
    const missing = targets.filter(({ state }) => state !== 'suspend').map(({ iccid }) => iccid);
    expect({ crash, first: ended, more: more.structured.change, missing }).toMatchObject({ missing: [] });
  }
  for (const [device, times] of asked) expect([device, times]).toEqual([device, 1]);
  expect((await verifyAudit(second.audit())).broken).toBeUndefined();
  return 'crashed';
}

/** Crashes at every store write or request, or at every `stride`-th of them, and expects a true recovery from each. */
export async function expectRecoveryEverywhere({ at, side }: Omit<CrashPoint, 'n'>, stride: number): Promise<void> {
  let n = 1;
  while ((await crashAndRecover({ at, n, side })) === 'crashed') n += stride;
  expect(n).toBeGreaterThan(at === 'store' ? 8 : 10);
}

/** Kills the process with SIGKILL at every request of a change, or at every `stride`-th: the next process tells the true outcome and sends nothing again. */
export async function expectRecoveryFromKill(stride: number): Promise<void> {
  let places = 0;
  for (let n = 1; ; n += stride) {
    let killedServer = false;
    for (const side of ['before', 'after'] as const) {
      const { url, sims, asked, intercept } = await carrier(undefined);
      const connection = { name: 'ts', provider: 'thingspace', sandbox: true, writes: 'on', url };
      const { settings } = sandboxConnections([thingspace], url)[0] as { settings: object };
      const args = [
        '--config',
        temporaryFile({ connections: [{ ...connection, ...settings, account: '0442000123-00001' }] }),
        '--state',
        temporaryFolder(),
      ];
      const first = await startStdioServer(args);
      const iccid = sims[0]?.iccid ?? '';
      const { change } = (await first.call('suspend_sim', { sims: [{ iccid }] })).result.structuredContent;
      let requests = 0;
      const killed = new Promise<void>((resolve) => {
        intercept(async (handled) => {
          if (++requests !== n) return requests < n ? handled() : never();
          if (side === 'after') await handled();
          killedServer = true;
          await first.kill();
          resolve();
          return never();
        });
      });
      const applied = first.call('apply_change', { change: change.id, confirm: change.confirm }).catch(() => killed);
      await Promise.race([killed, applied]);
      if (!killedServer) {
        await first.kill();
        break;
      }
      places++;
      intercept(undefined);
      const later = new Date(Date.now() + 300_000).toISOString();
      const second = await startStdioServer([...args, '--clock', later]);
      const recovered = (await second.call('get_change', { change: change.id })).result.structuredContent.change;
      const arrived = asked.get(iccid) === 1;
      expect(recovered.status).toMatch(arrived ? /^(accepted|applied|unknown)$/ : /^(refused|unknown)$/);
      if (recovered.status === 'refused') expect(recovered.explanation).toBe('The server ended before anything was sent.');
      const again = await second.call('suspend_sim', { sims: [{ iccid }] });
      // While the outcome is open, the same request returns the same change.
      if (recovered.status === 'unknown' || recovered.status === 'accepted')
        expect(again.result.structuredContent.change.id).toBe(change.id);
      expect(asked.get(iccid) ?? 0).toBe(arrived ? 1 : 0);
      await second.kill();
    }
    if (!killedServer) break;
  }
  expect(places).toBeGreaterThanOrEqual(6 / stride);
}
