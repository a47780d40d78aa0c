/** Cold start: from spawn to the answered tool list, compared with a Node that does nothing. */
import { once } from 'node:events';

import { bundle, spawnNode } from './lib/children.ts';
import { residentMb } from './lib/process.ts';
import { type Counts, notMeasured, type Row, row, type Section } from './lib/report.ts';
import { type Era, eras } from './lib/rpc.ts';
import { durationOf, interleaved, median, ratios } from './lib/stats.ts';
import { startStdioDriver } from './lib/stdio.ts';

const live = { IOT_OPS_IOTX_ACCESS_KEY: 'a-key-that-is-never-used' };

/** The time from spawn to exit of a Node that does nothing. */
export const emptyNode = (): Promise<number> => durationOf(() => once(spawnNode(['-e', '0']), 'exit'));

/** The time of a server from spawn to the answered tool list, and its memory then. */
export async function timeToToolList(
  args: readonly string[],
  era: Era,
  env: Readonly<Record<string, string>>,
  resident: number[],
): Promise<number> {
  const began = performance.now();
  const speaker = await startStdioDriver(args, era, env);
  const { tools } = await speaker.list();
  const took = performance.now() - began;
  if (tools.length === 0) throw new Error('an empty tool list');
  const mb = residentMb(speaker.pid);
  if (mb !== undefined) resident.push(mb);
  await speaker.stop();
  return took;
}

/** The time from spawn to the first answered tool call after the list, when everything is loaded. */
async function timeToFirstCall(era: Era, env: Readonly<Record<string, string>>, resident: number[]): Promise<number> {
  const began = performance.now();
  const speaker = await startStdioDriver([bundle], era, env);
  await speaker.list();
  const { isError, content } = await speaker.call('list_changes', {});
  const took = performance.now() - began;
  if (isError) throw new Error(`list_changes: ${content?.[0]?.text}`);
  const mb = residentMb(speaker.pid);
  if (mb !== undefined) resident.push(mb);
  await speaker.stop();
  return took;
}

/** The memory of an idle Node without any module loaded. */
async function idleMb(): Promise<number | undefined> {
  const child = spawnNode(['-e', 'process.stdin.resume(); console.log(1)']);
  await once(child.stdout, 'data');
  const mb = residentMb(child.pid);
  child.kill('SIGKILL');
  return mb;
}

export async function start(counts: Counts): Promise<Section> {
  const resident = { live: [] as number[], sandbox: [] as number[], called: [] as number[] };
  const [older, newer] = eras;
  const ways = {
    nothing: emptyNode,
    live2025: () => timeToToolList([bundle], older, live, resident.live),
    live2026: () => timeToToolList([bundle], newer, live, resident.live),
    sandbox2025: () => timeToToolList([bundle], older, {}, resident.sandbox),
    sandbox2026: () => timeToToolList([bundle], newer, {}, resident.sandbox),
    called2025: () => timeToFirstCall(older, live, resident.called),
    called2026: () => timeToFirstCall(newer, live, resident.called),
  };
  await interleaved(1, ways);
  for (const kind of Object.values(resident)) kind.length = 0;
  const seen = await interleaved(counts.of(15, 3), ways);
  const against = (values: number[]): number[] => ratios(values, seen.nothing);
  const idle = await idleMb();
  const memory = (what: string, values: number[]): Row[] =>
    values.length === 0 || idle === undefined
      ? [notMeasured(what, 'this system has no /proc')]
      : [
          {
            what,
            measured: `${Math.round(median(values))} MB, an idle Node ${Math.round(idle)} MB (${(median(values) / idle).toFixed(2)} x)`,
          },
        ];
  return {
    title: 'Start',
    compared:
      'The bundled program, a cold process each time, from spawn to the answer of `tools/list` over stdio. Compared with `node -e 0` from spawn to exit on the same Node. Live: one iot-x connection from the environment. Sandbox: no configuration. The 2025-11-25 client sends `initialize`, the 2026-07-28 client `server/discover`.',
    rows: [
      row(`live configuration, client ${older}`, against(seen.live2025), { below: 4 }),
      row(`live configuration, client ${newer}`, against(seen.live2026), { below: 4 }),
      row(`sandbox, client ${older}`, against(seen.sandbox2025)),
      row(`sandbox, client ${newer}`, against(seen.sandbox2026)),
      row(`live, to the first answered call (\`list_changes\`), client ${older}`, against(seen.called2025)),
      row(`live, to the first answered call (\`list_changes\`), client ${newer}`, against(seen.called2026)),
      ...memory('resident memory at the answered list, live', resident.live),
      ...memory('resident memory at the answered list, sandbox', resident.sandbox),
      ...memory('resident memory at the first answered call, live', resident.called),
    ],
  };
}
