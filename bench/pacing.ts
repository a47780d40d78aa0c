/** Many concurrent changes against a rate limit: share of the limit used, requests refused, and whether each change arrives once. */
import { devices } from '../src/clients/thingpark/devices.ts';
import { type Counts, type Row, row, type Section } from './lib/report.ts';
import { type SandboxProcess, startSandbox } from './lib/sandbox.ts';
import { durationOf } from './lib/stats.ts';
import { typedClient } from './lib/typed.ts';

const kinds = ['bucket', 'window', 'penalty'] as const;
type Kind = (typeof kinds)[number];

const perSecond = 200;
const workers = 32;
/** The target share of an unknown limit. */
const goals: Record<Kind, number> = { bucket: 0.88, window: 0.8, penalty: 0.88 };

interface Run {
  share: number;
  /** Refused requests, % of all. */
  refused: number;
  /** Changes that did not arrive, or arrived more than once. */
  wrong: number;
}

interface State {
  devices: { thingpark: number };
}

interface Limits {
  limits: { taken: number; refused: number }[];
}

/** Creates devices without a plan, each a change that succeeds only once. */
async function load(kind: Kind, changes: number, configured: boolean): Promise<Run> {
  const served: SandboxProcess = await startSandbox(24);
  const { call, close } = typedClient(served.url, configured ? perSecond : undefined);
  // Fetches the token before the limit is set.
  await call(devices.counters, {});
  const before = (await served.adminApi<State>('state')).devices.thingpark;
  await served.adminApi('limits', { kind, perSecond, burst: 20, retryAfter: 1 });

  let failed = 0;
  let next = 0;
  const one = async (n: number): Promise<void> => {
    const EUI = `A81758FF${(0x20000000 + n).toString(16).toUpperCase()}`;
    const body = { EUI, activation: 'OTAA', model: { ID: 'SMTC/LoRaMoteA.1_EU' }, appKey: '000102030405060708090A0B0C0D0E0F' } as const;
    try {
      await call(devices.create, { query: { networkSubscriptionsHandlingMode: 'ADVANCED' }, body });
    } catch {
      failed += 1;
    }
  };
  const worker = async (): Promise<void> => {
    while (next < changes) await one(next++);
  };
  const ms = await durationOf(() => Promise.all(Array.from({ length: workers }, worker)));

  const { limits } = await served.adminApi<Limits>('limits');
  const { taken = 0, refused = 0 } = limits[0] ?? {};
  const arrived = (await served.adminApi<State>('state')).devices.thingpark - before;
  await close();
  await served.stop();
  // A change sent twice is accepted twice by the limiter and refused as a duplicate the second time.
  const wrong = Math.abs(changes - arrived) + Math.abs(taken - changes) + failed;
  return { share: ((arrived / ms) * 1000) / perSecond, refused: (refused / (taken + refused)) * 100, wrong };
}

export async function pacing(counts: Counts): Promise<Section> {
  const changes = { unknown: counts.of(10_000, 400), configured: counts.of(2000, 400) };
  const times = { unknown: 1, configured: 1 };
  const runs: Record<'unknown' | 'configured', Record<Kind, Run[]>> = {
    unknown: { bucket: [], window: [], penalty: [] },
    configured: { bucket: [], window: [], penalty: [] },
  };
  for (const how of ['unknown', 'configured'] as const)
    for (let i = 0; i < times[how]; i++)
      for (const kind of kinds) runs[how][kind].push(await load(kind, changes[how], how === 'configured'));

  const rowsOf = (how: 'unknown' | 'configured', kind: Kind): Row[] => {
    const seen = runs[how][kind];
    const what = `${how} limit, ${kind}`;
    const configured = how === 'configured';
    return [
      row(
        `${what}: share of the limit used`,
        seen.map(({ share }) => share),
        { unit: '', atLeast: configured ? 0.97 : goals[kind] },
      ),
      row(
        `${what}: refused with 429`,
        seen.map(({ refused }) => refused),
        { unit: '%', atMost: configured ? 0 : 0.5 },
      ),
      row(
        `${what}: lost or duplicated`,
        seen.map(({ wrong }) => wrong),
        { unit: 'requests', atMost: 0 },
      ),
    ];
  };
  return {
    title: 'Pacing',
    compared: `${changes.unknown.toLocaleString('en')} changes (${changes.configured.toLocaleString('en')} where the limit is configured) by ${workers} workers through the client over a real port and the system clock, against the rate limiters of the sandbox at ${perSecond} a second: a token bucket with a burst of 20, a fixed window of a second, and a window that closes for a second on each excess request; \`Retry-After: 1\`. Unknown: the client has to learn the limit. Configured: \`requestsPerSecond\` is set. Each change adds a device that can be added only once; the sandbox counts accepted requests. Learning costs a short run a larger share than a long one.`,
    rows: kinds.flatMap((kind) => [...rowsOf('unknown', kind), ...rowsOf('configured', kind)]),
  };
}
