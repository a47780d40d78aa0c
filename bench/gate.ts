/** The cost of plan, approval, drift check and audit log for one change. */
import { devices } from '../src/clients/thingpark/devices.ts';
import { bareOss } from './lib/bare.ts';
import { bundle, temporaryFile } from './lib/children.ts';
import { type Counts, type Row, row, type Section } from './lib/report.ts';
import { eras, type ToolCallResult } from './lib/rpc.ts';
import { type SandboxProcess, startSandbox, thingparkConfigFile } from './lib/sandbox.ts';
import { interleaved, p50, paired, ratios } from './lib/stats.ts';
import { type StdioDriver, startStdioDriver } from './lib/stdio.ts';
import { typedClient } from './lib/typed.ts';

const path = '/thingpark/wireless/rest/subscriptions/mine/devices';
const key = '000102030405060708090A0B0C0D0E0F';
const model = 'SMTC/LoRaMoteA.1_EU';
const joinEui = 'A81758FFFE000000';

let made = 0;
/** A new DevEUI for each call. */
const newEui = (): string => `A81758FF${(0x10000000 + made++).toString(16).toUpperCase()}`;

/** The provider request body that add_lorawan_device sends. */
function bodyOf(EUI: string) {
  return { EUI, name: 'Fridge', connectivity: 'LORAWAN', activation: 'OTAA', model: { ID: model }, appEUI: joinEui, appKey: key } as const;
}

async function add(speaker: StdioDriver): Promise<void> {
  const input = { name: 'Fridge', devEui: newEui(), model, activation: 'OTAA', joinEui, appKey: key };
  const { structuredContent, content }: ToolCallResult = await speaker.call('add_lorawan_device', input);
  const { change } = (structuredContent ?? {}) as { change?: { status: string } };
  if (change?.status !== 'applied') throw new Error(`add_lorawan_device: ${content?.[0]?.text}`);
}

/** Rules of every kind that all have to be evaluated because none matches. */
function policyOf(rules: number): string {
  const whens = [
    'operation: "thingspace.*"',
    'effect: destructive, connection: tp-elsewhere',
    'targets: { names: "gate-*" }',
    'targets: { ids: ["89148000000077000037"], groups: [north] }',
    'count: { over: 10 }',
  ];
  const lines = Array.from({ length: rules }, (_, n) => `  - { name: rule ${n}, when: { ${whens[n % whens.length]} }, then: approve }`);
  return `rules:\n${lines.join('\n')}\n`;
}

const rules = 50;

/** The provider requests of one change, in order. */
async function requestsOf(served: SandboxProcess, once: () => Promise<void>): Promise<string[]> {
  const seen = async () => (await served.adminApi<{ requests: { operation: string }[] }>('state')).requests;
  const before = (await seen()).length;
  await once();
  return (await seen()).slice(before).map(({ operation }) => operation.slice(operation.indexOf('.') + 1));
}

export async function gate(counts: Counts): Promise<Section> {
  const served = await startSandbox(8000);
  const bare = await bareOss(served.url);
  const typed = typedClient(served.url);
  const args = [bundle, '--config', thingparkConfigFile(served.url)];
  const [older, newer] = eras;
  const speakers = {
    older: await startStdioDriver(args, older),
    newer: await startStdioDriver(args, newer),
    ruled: await startStdioDriver([...args, '--policy', temporaryFile('policy.yaml', policyOf(rules))], newer),
  };
  await add(speakers.newer);
  // Measured first, while the sandbox still lists all requests.
  const sent = await requestsOf(served, () => add(speakers.newer));

  const many = counts.of(8, 4);
  const ways = {
    bare: () => p50(many, () => bare.post(path, bodyOf(newEui()))),
    typed: () => p50(many, () => typed.call(devices.create, { body: bodyOf(newEui()) })),
    older: () => p50(many, () => add(speakers.older)),
    newer: () => p50(many, () => add(speakers.newer)),
    ruled: () => p50(many, () => add(speakers.ruled)),
  };
  await interleaved(counts.of(5, 1), ways);
  const seen = await interleaved(counts.of(15, 3), ways);
  await Promise.all([...Object.values(speakers).map((speaker) => speaker.stop()), bare.close(), typed.close(), served.stop()]);
  const against = (what: string, values: number[]): Row[] => [
    row(`p50, ${what}, relative to the bare POST`, ratios(values, seen.bare)),
    row(
      `added at p50, ${what}`,
      paired(values, seen.bare, (ours, theirs) => ours - theirs),
      { unit: 'ms' },
    ),
  ];
  return {
    title: 'The gate',
    compared:
      '`add_lorawan_device` through MCP over stdio, approved at once by elicitation. Compared with the bare POST by undici and with the typed client without the gate. The gate reads before planning, before sending and to confirm the result.',
    rows: [
      { what: 'provider requests of one change', measured: `${sent.length}: ${sent.join(', ')}` },
      ...against('the typed client without a gate', seen.typed),
      ...against(`with the gate, client ${older}`, seen.older),
      ...against(`with the gate, client ${newer}`, seen.newer),
      row(
        `p50, policy file with ${rules} rules that do not match, client ${newer}, relative to no policy file`,
        ratios(seen.ruled, seen.newer),
      ),
    ],
  };
}
