/** Equal calls at two server processes on one state directory, of which one is killed at any moment: nothing is sent twice. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';

import { seededRandom, systemClock } from '../../src/clock.ts';
import { thingspace } from '../../src/providers/thingspace.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { postgresStore } from '../../src/store/postgres/postgres-store.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { recordFile } from '../../src/store/state-directory.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { listen } from '../../src/web/listen.ts';
import { startStdioServer, temporaryFile, temporaryFolder } from '../bin/processes.ts';
import { newDatabase } from '../support/postgres.ts';
import { sandboxProviders } from '../support/providers.ts';
import type { SharedPlace } from '../support/shared-servers.ts';

type Process = Awaited<ReturnType<typeof startStdioServer>>;

/** A message of each round goes to this many SIMs, each with a call of its own. */
const simsPerRound = 4;

/** No call may take longer than this, ms. The machine may be busy; a call that waits for a dead server would take two minutes. */
const longestCall = 30_000;

/** A sandbox carrier on a port that counts the messages for each SIM. */
async function countingCarrier() {
  const { world } = makeSandbox({ providers: sandboxProviders, clock: systemClock, fleet: 60, seed: 1 });
  const handle = portHandler(world);
  const counts = new Map<string, number>();
  const served = await listen(
    async (request) => {
      if (request.method === 'POST' && request.url.endsWith('/sms')) {
        const { deviceIds, smsMessage } = (await request.clone().json()) as { deviceIds: { id: string }[]; smsMessage: string };
        for (const { id } of deviceIds) counts.set(`${id} ${smsMessage}`, (counts.get(`${id} ${smsMessage}`) ?? 0) + 1);
      }
      return handle(request);
    },
    '127.0.0.1',
    0,
  );
  onTestFinished(() => served.close());
  const sims = world.thingspace.devices.filter(({ state, account }) => state === 'active' && account === '0442000123-00001');
  return { url: served.url, counts, sims };
}

/** The change in the answer of a call; undefined if its process was killed. Fails if the call takes too long. */
async function changeOf(process: Process, tool: string, input: object) {
  const late = Symbol('late');
  const answer = await Promise.race([process.call(tool, input).catch(() => undefined), pause(longestCall, late, { ref: false })]);
  if (typeof answer === 'symbol') throw new Error(`${tool} was not answered in time`);
  return answer?.result.structuredContent?.change;
}

/** The flags and variables with which processes share a place, and the store as one more process would open it. */
async function openPlace(place: SharedPlace) {
  const state = temporaryFolder();
  if (place === 'file') return { flags: ['--state', state], env: {}, open: async () => sqliteStore(recordFile(state)) };
  const url = await newDatabase();
  return { flags: ['--state', state, '--store', url], env: { IOT_OPS_SEAL_KEY: '5e'.repeat(32) }, open: () => postgresStore(url) };
}

/** Runs rounds of equal calls at two processes, with a kill in each round. */
export async function expectSentOnce(rounds: number, place: SharedPlace): Promise<void> {
  const { url, counts, sims } = await countingCarrier();
  const { settings } = sandboxConnections([thingspace], url)[0] as { settings: object };
  const connection = { name: 'ts', provider: 'thingspace', sandbox: true, writes: 'on', url };
  const { flags, env, open } = await openPlace(place);
  const args = ['--config', temporaryFile({ connections: [{ ...connection, ...settings, account: '0442000123-00001' }] }), ...flags];
  const start = (): Promise<Process> => startStdioServer(args, env);
  const random = seededRandom(7);
  const processes = await Promise.all([start(), start()]);
  for (let round = 0; round < rounds; round++) {
    const duringPlan = round % 2 === 1;
    const killed = Math.floor(random() * 2);
    const victim = processes[killed] as Process;
    const inputs = Array.from({ length: simsPerRound }, (_, i) => ({
      sims: [{ iccid: sims[(round * simsPerRound + i) % sims.length]?.iccid }],
      message: `M${round}`,
    }));
    const kill = async (): Promise<void> => {
      await pause(random() * 120);
      await victim.kill();
    };
    const planning = inputs.map((input) => Promise.all(processes.map((process) => changeOf(process, 'send_sms', input))));
    if (duringPlan) await kill();
    const plans = await Promise.all(planning);
    for (const pair of plans) expect(new Set(pair.flatMap((plan) => plan?.id ?? [])).size).toBe(1);
    const applying = plans.flatMap((pair) => {
      const plan = pair[0] ?? pair[1];
      const confirmed = { change: plan?.id, confirm: plan?.confirm ?? plan?.summary };
      return processes.map((process) => changeOf(process, 'apply_change', confirmed));
    });
    if (!duringPlan) await kill();
    await Promise.all(applying);
    processes[killed] = await start();
  }
  for (const process of processes) await process.kill();
  expect([...counts].filter(([, times]) => times !== 1)).toEqual([]);
  expect(counts.size).toBeGreaterThan(0);
  const later = await startStdioServer([...args, '--clock', new Date(Date.now() + 300_000).toISOString()], env);
  const store = await open();
  onTestFinished(() => store.close());
  await expectAllRecorded(later, store, counts);
  await later.kill();
}

/** After all leases have run out, the record tells of every message what became of it. */
async function expectAllRecorded(later: Process, store: ChangeStore, counts: ReadonlyMap<string, number>): Promise<void> {
  const { rows } = await store.list({}, undefined, 1000);
  for (const { id } of rows) await later.call('get_change', { change: id });
  const known = await store.list({}, undefined, 1000);
  expect(known.rows.filter(({ status }) => status === 'applying' || status === 'planned')).toEqual([]);
  const mayHaveArrived = known.rows.filter(({ status }) => status === 'applied' || status === 'unknown').length;
  expect(mayHaveArrived).toBeGreaterThanOrEqual(counts.size);
  const unsent = known.rows.filter(({ status }) => status === 'refused').length;
  expect(mayHaveArrived + unsent).toBe(known.total);
}
