/** Ten thousand SIMs suspended in one change, compared with a loop that sends the same batches and reads nothing. */
import { canarySize } from '../src/changes/batches.ts';
import { Policy } from '../src/changes/policy.ts';
import { sandboxThingspace } from '../src/clients/thingspace/sandbox-account.ts';
import { bundle, forkChild, nextMessage, requestFrom, stop } from './lib/children.ts';
import { cpuMs, peakMb, residentMb } from './lib/process.ts';
import { type Counts, notMeasured, type Row, row, type Section } from './lib/report.ts';
import { eras, type ToolCallResult } from './lib/rpc.ts';
import { thingspaceConfigFile } from './lib/sandbox.ts';
import { durationOf, interleaved, ratios } from './lib/stats.ts';
import { startStdioDriver } from './lib/stdio.ts';

export interface CarrierReport {
  /** Operations received since the last message. */
  requests: string[];
  suspended: number;
}

export interface LoopOrder {
  url: string;
  accountName: string;
  batches: string[][];
}

export interface LoopResult {
  ms: number;
  cpuMs: number;
}

const batch = 200;

/** The batches as the gate sends them: canary first. */
function batchesOf(iccids: readonly string[]): string[][] {
  const first = canarySize(iccids.length, Policy.parse({}));
  return [iccids.slice(0, first), iccids.slice(first)].flatMap((part) =>
    Array.from({ length: Math.ceil(part.length / batch) }, (_, n) => part.slice(n * batch, (n + 1) * batch)),
  );
}

const changeIn = ({ structuredContent }: ToolCallResult) => (structuredContent as { change: { id: string; status: string } }).change;

/** The number of requests for each operation, as text. */
function tally(requests: readonly string[]): string {
  const counts = [...Map.groupBy(requests, (operation) => operation)].map(([operation, all]) => `${operation} ${all.length}`);
  return counts.join(', ');
}

export async function bulk(counts: Counts): Promise<Section> {
  const count = counts.of(10_000, 500);
  const carrier = forkChild('carrier', [String(count * 2)]);
  const { url, iccids } = await nextMessage<{ url: string; iccids: string[] }>(carrier);
  const named = iccids.slice(0, count);
  const takeRequests = async (): Promise<string[]> => {
    const { requests, suspended } = await requestFrom<CarrierReport>(carrier, {});
    if (suspended !== count) throw new Error(`${suspended} of ${count} SIMs were suspended`);
    return requests.filter((operation) => !/^(tokens|session)\./.test(operation));
  };

  const seen = {
    plan: [] as number[],
    core: [] as (number | undefined)[],
    before: [] as (number | undefined)[],
    peak: [] as (number | undefined)[],
  };
  let ours: string[] = [];
  const gate = async (): Promise<number> => {
    const speaker = await startStdioDriver([bundle, '--config', thingspaceConfigFile(url)], eras[1]);
    const sims = named.map((iccid) => ({ iccid }));
    // Loads everything and signs in before the measurement.
    await speaker.call('suspend_sim', { sims: sims.slice(0, 1), preview: true });
    seen.before.push(residentMb(speaker.pid));
    seen.plan.push(await durationOf(() => speaker.call('suspend_sim', { sims, preview: true })));
    await requestFrom<CarrierReport>(carrier, {});
    const core = cpuMs(speaker.pid);
    const ms = await durationOf(async () => {
      let change = changeIn(await speaker.call('suspend_sim', { sims }));
      while (change.status === 'applying' || change.status === 'accepted')
        change = changeIn(await speaker.call('get_change', { change: change.id, waitSeconds: 20 }));
      if (change.status !== 'applied') throw new Error(`the change is ${change.status}`);
    });
    const after = cpuMs(speaker.pid);
    seen.core.push(core === undefined || after === undefined ? undefined : after - core);
    seen.peak.push(peakMb(speaker.pid));
    ours = await takeRequests();
    await speaker.stop();
    return ms;
  };

  const cores: number[] = [];
  let theirs: string[] = [];
  const loop = async (): Promise<number> => {
    const child = forkChild('loop');
    const order: LoopOrder = { url, accountName: sandboxThingspace.account, batches: batchesOf(named) };
    const { ms, cpuMs } = await requestFrom<LoopResult>(child, order);
    cores.push(cpuMs);
    theirs = await takeRequests();
    await stop(child);
    return ms;
  };

  const whole = await interleaved(counts.of(3, 1), { gate, loop });
  await stop(carrier);

  const measured = (what: string, values: readonly (number | undefined)[], make: (values: number[]) => Row): Row => {
    const known = values.filter((value) => value !== undefined);
    return known.length === values.length ? make(known) : notMeasured(what, 'not available on this system');
  };
  const perTarget = (requests: readonly string[]): string => `${(requests.length / count).toFixed(4)} (${tally(requests)})`;
  const each = (values: readonly number[]): number[] => values.map((ms) => ms / count);
  return {
    title: 'A change with many targets',
    compared: `\`suspend_sim\` for ${count.toLocaleString('en')} SIMs of one account through MCP over stdio, approved at once by elicitation, with changes stored in SQLite. Compared with a loop with undici that sends the same batches of at most ${batch} one after another and reads nothing. The sandbox runs in a separate process and applies accepted requests at once. The gate reads every SIM before planning, before sending and to confirm the result; the canary settles before the rest is sent.`,
    rows: [
      { what: 'provider requests per SIM, without logins', measured: perTarget(ours) },
      { what: 'provider requests per SIM of the loop, without logins', measured: perTarget(theirs) },
      row('planning only', seen.plan, { unit: 'ms' }),
      row('whole change, relative to the loop', ratios(whole.gate, whole.loop)),
      measured('CPU time per SIM', seen.core, (values) => row('CPU time per SIM', each(values), { unit: 'ms' })),
      row('CPU time per SIM of the loop', each(cores), { unit: 'ms' }),
      measured('CPU time, relative to the loop', seen.core, (values) => row('CPU time, relative to the loop', ratios(values, cores))),
      measured('memory before the change', seen.before, (values) => row('resident memory before the change', values, { unit: 'MB' })),
      measured('peak memory', seen.peak, (values) => row('peak memory, plan and change', values, { unit: 'MB' })),
    ],
  };
}
