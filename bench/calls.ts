/** One read through MCP over stdio, compared with the same provider call without the product. */
import { devices } from '../src/clients/thingpark/devices.ts';
import { bareOss } from './lib/bare.ts';
import { bundle } from './lib/children.ts';
import { type Counts, row, type Section } from './lib/report.ts';
import { eras } from './lib/rpc.ts';
import { startSandbox, thingparkConfigFile } from './lib/sandbox.ts';
import { interleaved, p50, paired, ratios } from './lib/stats.ts';
import { startStdioDriver } from './lib/stdio.ts';
import { typedClient } from './lib/typed.ts';

const device = 'A81758FFFE0A0001';
const path = `/thingpark/wireless/rest/subscriptions/mine/devices/e${device}`;

export async function calls(counts: Counts): Promise<Section> {
  const served = await startSandbox(240);
  const bare = await bareOss(served.url);
  const typed = typedClient(served.url);
  const args = [bundle, '--config', thingparkConfigFile(served.url)];
  const [older, newer] = eras;
  const speakers = { older: await startStdioDriver(args, older), newer: await startStdioDriver(args, newer) };
  const through = (era: 'older' | 'newer') => async (): Promise<void> => {
    const { isError, content } = await speakers[era].call('get_device', { device, connection: 'tp' });
    if (isError) throw new Error(`get_device: ${content?.[0]?.text}`);
  };
  const many = counts.of(150, 30);
  const ways = {
    bare: () => p50(many, () => bare.get(path)),
    typed: () => p50(many, () => typed.call(devices.read, { path: { deviceUid: `e${device}` } })),
    older: () => p50(many, through('older')),
    newer: () => p50(many, through('newer')),
  };
  await interleaved(counts.of(6, 2), ways);
  const seen = await interleaved(counts.of(15, 3), ways);
  await Promise.all([speakers.older.stop(), speakers.newer.stop(), bare.close(), typed.close(), served.stop()]);
  const added = (values: number[]): number[] => paired(values, seen.bare, (ours, theirs) => ours - theirs);
  return {
    title: 'One call',
    compared: `\`get_device\` through MCP over stdio, sequential and warm. Compared with the same GET by undici's \`request\` with keep-alive and one token. The sandbox runs in a separate process. p50 of ${many} calls a round.`,
    rows: [
      row(`p50, client ${older}`, ratios(seen.older, seen.bare), { below: 2.5 }),
      row(`p50, client ${newer}`, ratios(seen.newer, seen.bare), { below: 2.5 }),
      row(`added at p50, client ${older}`, added(seen.older), { below: 0.4, unit: 'ms' }),
      row(`added at p50, client ${newer}`, added(seen.newer), { below: 0.4, unit: 'ms' }),
      row('p50 of the typed client, without MCP', ratios(seen.typed, seen.bare)),
      row('added at p50 by the typed client, without MCP', added(seen.typed), { unit: 'ms' }),
    ],
  };
}
