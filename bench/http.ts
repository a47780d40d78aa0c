/** A cheap call and the tool list over HTTP, compared with node:http that sends the same bytes and with the usual use of the SDK. */
import type { SdkServerOrder } from './children/sdk-server.ts';
import { bundle, forkChild, requestFrom, startListening } from './lib/children.ts';
import { type HttpAnswer, httpDriver } from './lib/http.ts';
import { type Counts, row, type Section } from './lib/report.ts';
import { type Era, eras, type ToolCallResult, type ToolList } from './lib/rpc.ts';
import { interleaved, p50, ratios, throughput } from './lib/stats.ts';

const inFlight = 64;
const cheap = { name: 'list_changes', arguments: {} };

interface Figures {
  ours: number[];
  raw: number[];
  usual: number[];
}

/** The JSON-RPC message of a response, sent as JSON or as an event. */
function messageOf<T>({ text, type }: HttpAnswer): { result?: T } {
  const json = type.startsWith('text/event-stream') ? (/^data: (\{.*)$/m.exec(text)?.[1] ?? '{}') : text;
  return JSON.parse(json) as { result?: T };
}

async function measure(era: Era, oursUrl: string, counts: Counts): Promise<{ call: Figures; list: Figures; many: Figures }> {
  const ours = httpDriver(oursUrl, era);
  const [call, list] = [await ours.prepare('tools/call', cheap)(), await ours.prepare('tools/list', {})()];
  const { result: answer } = messageOf<ToolCallResult>(call);
  const { result: listed } = messageOf<ToolList>(list);
  if (!answer?.structuredContent || !listed) throw new Error(`list_changes: ${call.text.slice(0, 300)}`);
  const names = listed.tools.map(({ name }) => name);
  const echo = await requestFrom<{ url: string }>(forkChild('echo'), { 'tools/call': call, 'tools/list': list });
  const sdk = await requestFrom<{ url: string }>(forkChild('sdk-server'), { names, answer } satisfies SdkServerOrder);
  const posters = { ours, raw: httpDriver(echo.url, era), usual: httpDriver(sdk.url, era) };
  const each = (method: string, params: Record<string, unknown>, by: (once: () => Promise<HttpAnswer>) => Promise<number>) => ({
    ours: () => by(posters.ours.prepare(method, params)),
    raw: () => by(posters.raw.prepare(method, params)),
    usual: () => by(posters.usual.prepare(method, params)),
  });
  const rounds = counts.of(9, 2);
  const one = each('tools/call', cheap, (once) => p50(counts.of(150, 30), once));
  const lists = each('tools/list', {}, (once) => p50(counts.of(80, 15), once));
  const flood = each('tools/call', cheap, (once) => throughput(counts.of(1000, 128), inFlight, once));
  await interleaved(counts.of(4, 1), one);
  await interleaved(counts.of(2, 1), flood);
  const seen = {
    call: await interleaved(rounds, one),
    list: await interleaved(rounds, lists),
    many: await interleaved(rounds, flood),
  };
  for (const poster of Object.values(posters)) poster.close();
  return seen;
}

export async function http(counts: Counts): Promise<Section> {
  const served = await startListening(['http', '--port', '0'], {}, bundle);
  const rows = [];
  for (const era of eras) {
    const { call, list, many } = await measure(era, `${served.url}/mcp`, counts);
    rows.push(
      row(`p50 of a call, relative to raw, client ${era}`, ratios(call.ours, call.raw)),
      row(`p50 of a call, relative to the SDK, client ${era}`, ratios(call.ours, call.usual)),
      row(`throughput, ${inFlight} in flight, share of raw, client ${era}`, ratios(many.ours, many.raw)),
      row(`throughput, ${inFlight} in flight, relative to the SDK, client ${era}`, ratios(many.ours, many.usual)),
      row(`p50 of \`tools/list\`, relative to the precomputed answer, client ${era}`, ratios(list.ours, list.raw)),
      row(`p50 of \`tools/list\`, relative to the SDK, client ${era}`, ratios(list.ours, list.usual)),
    );
  }
  await served.stop();
  return {
    title: 'HTTP',
    compared:
      '`list_changes`, which calls no provider, and `tools/list` over Streamable HTTP. Raw: `node:http` that parses the request and sends the same bytes. SDK: `createMcpHandler` with a `McpServer` that registers the same tools with the same schemas, on the same listener. Each runs in a separate process; the client is `node:http` with keep-alive. p50: below 1 is faster. Throughput: above 1 is more.',
    rows,
  };
}
