/** The cost of answers in o200k tokens; printed by the bench and checked by a test. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

import { changeText, changeView, nextOf } from '../../src/changes/view.ts';
import type { Change, Target } from '../../src/store/change.ts';
import type { InProcess } from './product.ts';
import type { ToolCallResult, ToolList } from './rpc.ts';

export const ceilings = {
  list: 8000,
  whole: 12_000,
  listDevices: 5000,
  text: 0.25,
  structured: 0.35,
  count: 200,
  report: 300,
  failure: 11,
};

/** Tokens of a text, or of a value as minified JSON. */
export function tokensOf(value: unknown): number {
  return countTokens(typeof value === 'string' ? value : JSON.stringify(value));
}

export const textOf = ({ content }: ToolCallResult): string => content?.map(({ text }) => text ?? '').join('\n') ?? '';

/** Tokens of the tool list: the members that a model sees, and all of it. */
export function listCosts({ tools }: ToolList): { shown: number; whole: number } {
  const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  return { shown: tokensOf(shown), whole: tokensOf(tools) };
}

/** Tokens of a hundred devices of one provider: as text, structured, and as the pages of the provider. */
export async function pageCosts(product: InProcess, provider: string): Promise<{ text: number; structured: number; raw: number }> {
  product.takeProviderBodies();
  const listed = await product.call('list_devices', { provider, limit: 100 });
  const raw = product.takeProviderBodies();
  const { devices } = listed.structuredContent as { devices: unknown[] };
  if (devices.length !== 100) throw new Error(`${provider} listed ${devices.length} devices`);
  // Provider pages are minified before counting, so that their whitespace does not count.
  const pages = raw.filter((body) => rowsOf(JSON.parse(body)) > 0).map((body) => JSON.parse(body) as unknown);
  const rows = pages.reduce<number>((sum, page) => sum + rowsOf(page), 0);
  if (rows !== 100) throw new Error(`${provider} answered ${rows} rows`);
  return {
    text: tokensOf(textOf(listed)),
    structured: tokensOf(listed.structuredContent),
    raw: pages.reduce<number>((sum, page) => sum + tokensOf(page), 0),
  };
}

/** The number of rows in a page of any provider. */
function rowsOf(body: unknown): number {
  if (body === null || typeof body !== 'object') return 0;
  const { briefs, devices, content } = body as { briefs?: unknown; devices?: unknown; content?: unknown };
  const rows = [briefs, devices, content].find(Array.isArray);
  return rows?.length ?? 0;
}

/** Tokens of the answer that counts the devices of all connections. */
export async function countCosts(product: InProcess): Promise<{ text: number; structured: number }> {
  const counted = await product.call('list_devices', { count: true });
  return { text: tokensOf(textOf(counted)), structured: tokensOf(counted.structuredContent) };
}

/** A finished change with this number of targets and failures. */
export function finishedBulkChange(targets: number, failures: number): Change {
  const began = Date.parse('2026-11-22T08:00:00Z');
  const state = { product: 'SMS MO/MT', enabled: 'yes' };
  const all = Array.from({ length: targets }, (_, i): Target => {
    const device = `89449900000010${String(i).padStart(5, '0')}`;
    const before = { [state.product]: 'enabled' };
    // Failures are spread evenly.
    return failures > 0 && i % Math.floor(targets / failures) === 0 && i / Math.floor(targets / failures) < failures
      ? { device, label: device, before, outcome: 'failed', why: 'iotx refused with HTTP 404 (404): Subscriber not found' }
      : { device, label: device, before, after: { [state.product]: 'disabled' }, outcome: 'applied' };
  });
  return {
    id: 'chg_4k2v8q1mzt00',
    status: failures > 0 ? 'partial' : 'applied',
    operation: 'iotx.products.change',
    provider: 'iotx',
    connection: 'iotx',
    sandbox: false,
    caller: 'local',
    summary: `8944990000001000000, 8944990000001000001 and ${targets - 2} more (${targets} subscribers) on iotx: disable product "SMS MO/MT". Cost unknown. Undo: enabling it again.`,
    effects: ['billing', 'disruptive'],
    irreversible: false,
    undo: 'enabling it again',
    cost: 'cost unknown',
    warnings: [],
    doubts: [],
    targets: all,
    steps: all.map((target) => ({ input: {}, targets: [target.device], state: target.outcome === 'failed' ? 'refused' : 'sent' })),
    inputs: [],
    intent: '',
    seal: '',
    preview: false,
    approval: { kind: 'elicited', by: 'the person at local', at: began },
    created: began,
    expires: began + 600_000,
    sentAt: began,
    ended: began + 60_000,
    log: [],
  };
}

/** Tokens of the report of a change with 10,000 targets, and its ceiling. */
export function reportCosts(failures: number): { text: number; structured: number; ceiling: number } {
  const change = finishedBulkChange(10_000, failures);
  return {
    text: tokensOf(changeText(change, nextOf(change))),
    structured: tokensOf({ change: changeView(change) }),
    ceiling: ceilings.report + ceilings.failure * failures,
  };
}
