/** Statistics of interleaved runs, compared within each round. */

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Combines two rows of the same rounds into one value per round. */
export function paired(a: readonly number[], b: readonly number[], of: (a: number, b: number) => number): number[] {
  return a.slice(0, b.length).map((value, i) => of(value, b[i] as number));
}

export const ratios = (a: readonly number[], b: readonly number[]): number[] => paired(a, b, (x, y) => x / y);

/** Runs every variant once in each round; each round starts with another variant. */
export async function interleaved<K extends string>(
  rounds: number,
  ways: Readonly<Record<K, () => Promise<number>>>,
): Promise<Record<K, number[]>> {
  const names = Object.keys(ways) as K[];
  const seen = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length] as K;
      seen[name].push(await ways[name]());
    }
  }
  return seen;
}

/** The duration of a call, ms. */
export async function durationOf(doing: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await doing();
  return performance.now() - began;
}

/** The median duration in ms of `count` sequential calls. */
export async function p50(count: number, once: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < count; i++) took.push(await durationOf(once));
  return quantile(took, 0.5);
}

/** Calls per second of `count` calls with `inFlight` at once. */
export async function throughput(count: number, inFlight: number, once: () => Promise<unknown>): Promise<number> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await once();
  };
  const ms = await durationOf(() => Promise.all(Array.from({ length: inFlight }, worker)));
  return (count / ms) * 1000;
}
