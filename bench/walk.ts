/** Reading the whole device list by cursor with every row validated, compared with reading without validation, at several latencies. */
import { forkChild, nextMessage, requestFrom, stop } from './lib/children.ts';
import { type Counts, row, type Section } from './lib/report.ts';
import { interleaved, ratios } from './lib/stats.ts';

export interface WalkOrder {
  how: 'typed' | 'bare';
  url: string;
}

export interface WalkResult {
  rows: number;
  pages: number;
  ms: number;
  /** Peak memory of the process, MB. */
  peakMb: number;
  /** Heap in use after a garbage collection, MB. */
  keptMb: number;
}

const latency = 20;

async function stub(devices: number, ms: number): Promise<string> {
  const child = forkChild('stub', [String(devices), String(ms)]);
  const { url } = await nextMessage<{ url: string }>(child);
  return url;
}

export async function walk(counts: Counts): Promise<Section> {
  const fleet = counts.of(62_804, 5000);
  const pages = Math.ceil(fleet / 100);
  const [near, far, large] = await Promise.all([stub(fleet, 0), stub(fleet, latency), stub(fleet * 4, 0)]);
  const typed = forkChild('walker');
  const bare = forkChild('walker');
  const go = async (child: typeof typed, how: WalkOrder['how'], url: string, devices = fleet): Promise<WalkResult> => {
    const done = await requestFrom<WalkResult>(child, { how, url } satisfies WalkOrder);
    if (done.rows !== devices) throw new Error(`${how} read ${done.rows} of ${devices} devices`);
    return done;
  };
  const ms = async (child: typeof typed, how: WalkOrder['how'], url: string): Promise<number> => (await go(child, how, url)).ms;

  const atOnce = { typed: () => ms(typed, 'typed', near), bare: () => ms(bare, 'bare', near) };
  await interleaved(1, atOnce);
  const quick = await interleaved(counts.of(9, 3), atOnce);
  const slow = await interleaved(counts.of(3, 1), { typed: () => ms(typed, 'typed', far), bare: () => ms(bare, 'bare', far) });
  await Promise.all([stop(typed), stop(bare)]);

  const kept = { once: [] as number[], four: [] as number[] };
  const peak = async (how: WalkOrder['how'], times: 'once' | 'four'): Promise<number> => {
    const child = forkChild('walker');
    const [url, devices] = times === 'once' ? [near, fleet] : [large, fleet * 4];
    const { peakMb, keptMb } = await go(child, how, url, devices);
    if (how === 'typed') kept[times].push(keptMb);
    await stop(child);
    return peakMb;
  };
  const memory = await interleaved(counts.of(5, 1), {
    once: () => peak('typed', 'once'),
    four: () => peak('typed', 'four'),
    bareOnce: () => peak('bare', 'once'),
    bareFour: () => peak('bare', 'four'),
  });

  const floor = pages * latency;
  return {
    title: 'Reading the whole device list',
    compared: `The typed client reads ${fleet.toLocaleString('en')} ThingPark devices by cursor, 100 a page (${pages} pages), every row validated by the reply schema. The bare client follows the same cursors with undici's \`request\` and \`JSON.parse\`. A stub in a separate process serves pages that were serialized once, at once or after ${latency} ms. Each client runs in a separate process. A cursor names only the next page, so pages times latency is the lower bound.`,
    rows: [
      row(
        `at ${latency} ms latency, relative to pages times latency`,
        slow.typed.map((took) => took / floor),
        { below: 1.12 },
      ),
      row(
        'bare client at the same latency',
        slow.bare.map((took) => took / floor),
      ),
      row('without latency, relative to the bare client', ratios(quick.typed, quick.bare), { below: 1.3 }),
      row('peak memory with four times the devices, relative to once', ratios(memory.four, memory.once), {
        below: 1.05,
        why: 'No row is retained: after a garbage collection the heap is the same for the long and the short list. The peak depends on when Node collects the garbage of processed pages, and the bare client, which retains nothing, grows alike.',
      }),
      row('peak memory of the bare client, four times relative to once', ratios(memory.bareFour, memory.bareOnce)),
      row('heap after garbage collection, four times relative to once', ratios(kept.four, kept.once)),
    ],
  };
}
