/** A server generated from an OpenAPI document, compared with this one over the same DX operations of the same sandbox. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

import { type BareClient, bareDx } from './lib/bare.ts';
import { bundle, root, temporaryFile } from './lib/children.ts';
import { listCosts, textOf, tokensOf } from './lib/costs.ts';
import { dxDocument } from './lib/openapi.ts';
import { type Counts, notMeasured, type Row, row, type Section } from './lib/report.ts';
import { startSandbox, thingparkConfigFile } from './lib/sandbox.ts';
import { interleaved, median, p50, ratios } from './lib/stats.ts';
import { type StdioDriver, startStdioDriver } from './lib/stdio.ts';
import { emptyNode, timeToToolList } from './start.ts';

const generatedServer = '@ivotoby/openapi-mcp-server@1.16.1';
const orders = 50;
const era = '2025-11-25';

/** The path of the generated server's program; npx fetches it when missing. */
async function fetchGeneratedServer(): Promise<string> {
  const script = 'realpath "$(command -v openapi-mcp-server)"';
  const { stdout } = await promisify(execFile)('npx', ['-y', '-p', generatedServer, '-c', script], { cwd: root, timeout: 120_000 });
  const path = stdout.trim().split('\n').at(-1) ?? '';
  if (!existsSync(path)) throw new Error('its program was not found after fetching it');
  return path;
}

interface Compared {
  title: string;
  args: readonly string[];
  /** Picks the tool that lists orders. */
  tool: (names: readonly string[]) => string | undefined;
}

interface Measured {
  title: string;
  tools: number;
  list: number;
  answer: number;
  call: () => Promise<void>;
  speaker: StdioDriver;
}

async function openServer({ title, args, tool }: Compared): Promise<Measured> {
  const speaker = await startStdioDriver(args, era);
  const { tools } = await speaker.list();
  const name = tool(tools.map((one) => one.name));
  if (!name) throw new Error(`${title} has no tool that lists orders: ${tools.map((one) => one.name).join(', ')}`);
  const once = async () => {
    const result = await speaker.call(name, {});
    const text = textOf(result);
    if (result.isError || !text.includes('7001')) throw new Error(`${title}, ${name}: ${text.slice(0, 300)}`);
    return text;
  };
  return {
    title,
    speaker,
    tools: tools.length,
    list: listCosts({ tools }).shown,
    answer: tokensOf(await once()),
    call: async () => void (await once()),
  };
}

async function withOrders(bare: BareClient): Promise<void> {
  const body = { offerId: 'acme-vendor/lorawan-100', subscriberId: '199900001' };
  for (let i = 1; i < orders; i++) await bare.post('/core/v141/api/orders', body);
}

export async function generated(counts: Counts): Promise<Section> {
  const compared = `\`${generatedServer}\` with an OpenAPI document generated from the DX contract entries, compared with this server ("ours") and the DX credentials of the same account. The sandbox runs in a separate process and holds ${orders} orders. Both start with the same Node, without npx. "Ours narrow" offers the toolset \`thingpark\` only; "ours whole" offers the default tools. The client uses ${era} over stdio. The generated server gets a token, ours fetches its own. The generated server sends changes without approval.`;
  const title = 'A generated server';
  let program: string;
  try {
    program = await fetchGeneratedServer();
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { title, compared, rows: [notMeasured('all', `it could not be fetched here (${why.slice(0, 120)})`)] };
  }
  const served = await startSandbox(24);
  const bare = await bareDx(served.url);
  await withOrders(bare);
  const base = `${served.url}/core/v141/api`;
  const spec = temporaryFile('dx.json', dxDocument(base));
  const config = thingparkConfigFile(served.url, true);
  const narrow = [bundle, '--config', config, '--toolsets', 'thingpark'];
  const whole = [bundle, '--config', config];
  const theirs = [program, '-t', 'stdio', '-u', base, '-s', spec, '-H', `Authorization:Bearer ${bare.token}`];
  const isList = (names: readonly string[]): string | undefined =>
    names.find((name) => /l(i)?st/i.test(name) && /orders?|rdrs/i.test(name));
  const them = await openServer({ title: 'generated', args: theirs, tool: isList });
  const us = await openServer({ title: 'ours', args: narrow, tool: isList });
  const all = await openServer({ title: 'ours whole', args: whole, tool: isList });

  const unused: number[] = [];
  const memory = { them: [] as number[], us: [] as number[] };
  const starts = {
    nothing: emptyNode,
    them: () => timeToToolList(theirs, era, {}, memory.them),
    us: () => timeToToolList(narrow, era, {}, memory.us),
    all: () => timeToToolList(whole, era, {}, unused),
  };
  await interleaved(1, starts);
  const started = await interleaved(counts.of(11, 2), starts);
  const many = counts.of(100, 20);
  const ways = {
    bare: () => p50(many, () => bare.get('/core/v141/api/orders')),
    them: () => p50(many, them.call),
    us: () => p50(many, us.call),
  };
  await interleaved(counts.of(5, 1), ways);
  const seen = await interleaved(counts.of(11, 2), ways);
  await Promise.all([them.speaker.stop(), us.speaker.stop(), all.speaker.stop(), bare.close(), served.stop()]);

  const tokens = (what: string, theirs: number, ours: number): Row => ({
    what,
    measured: `ours ${ours.toLocaleString('en')}, generated ${theirs.toLocaleString('en')} (${(ours / theirs).toFixed(2)} x)`,
  });
  const mb = (values: number[]): string => (values.length === 0 ? 'unknown' : `${Math.round(median(values))} MB`);
  return {
    title,
    compared,
    rows: [
      row('start to `tools/list`, generated, relative to `node -e 0`', ratios(started.them, started.nothing)),
      row('start to `tools/list`, ours narrow, relative to `node -e 0`', ratios(started.us, started.nothing)),
      row('start, ours narrow relative to generated', ratios(started.us, started.them)),
      row('start, ours whole relative to generated', ratios(started.all, started.them)),
      { what: 'resident memory after `tools/list`', measured: `ours ${mb(memory.us)}, generated ${mb(memory.them)}` },
      tokens(`tool list, ours narrow (${us.tools} tools) and generated (${them.tools})`, them.list, us.list),
      tokens(`tool list, ours whole (${all.tools} tools) and generated`, them.list, all.list),
      tokens(`answer: the list of ${orders} orders`, them.answer, us.answer),
      row('p50 of that call, generated, relative to the bare GET', ratios(seen.them, seen.bare)),
      row('p50 of that call, ours, relative to the bare GET', ratios(seen.us, seen.bare)),
      row('p50 of that call, ours relative to generated', ratios(seen.us, seen.them)),
    ],
  };
}
