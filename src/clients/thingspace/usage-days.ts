/** Daily usage of one device over any span: all pages, every row counted once, and what could not be read or understood. */
import { day } from '../../durations.ts';
import type { Call } from '../http/client.ts';
import { amountOf, flagOf, instantOf, wordsOf } from './fields.ts';
import type { NamedId } from './identity.ts';
import { usage } from './usage.ts';

/** Usage of a device on one plan and from one source on one day. An amount that is not understood is undefined. */
export interface UsageRow {
  /** The date of the record, ms since 1970. */
  at: number;
  bytes: number | undefined;
  sms: number | undefined;
}

export interface UsageDays {
  rows: UsageRow[];
  /** Why the rows may not be all; undefined when they are. */
  incomplete: string | undefined;
  /** Number of amounts and dates that were not understood; sums are then lower limits. */
  notUnderstood: number;
}

const monthMs = 31 * day;
const maxPages = 60;

type Row = NonNullable<Awaited<ReturnType<typeof readPage>>['usageHistory']>[number];

function readPage(call: Call, deviceId: NamedId, from: number, to: number, signal: AbortSignal | undefined) {
  const span = { earliest: new Date(from).toISOString(), latest: new Date(to).toISOString() };
  return call(usage.list, { body: { deviceId, ...span } }, { signal });
}

/**
 * Reads the usage of [from, to] (ms since 1970), a month at a time because long spans time out. A page repeats the last record of the one
 * before it; rows of the same time on another plan or from another source are different rows.
 */
export async function readUsageDays(
  call: Call,
  deviceId: NamedId,
  { from, to }: { from: number; to: number },
  signal?: AbortSignal,
): Promise<UsageDays> {
  const counted = new Map<string, { row: Row; times: number }>();
  let incomplete: string | undefined;
  let pages = 0;
  for (let begin = from; begin < to; begin += monthMs) {
    let window: { from: number; to: number } | undefined = { from: begin, to: Math.min(to, begin + monthMs) };
    while (window) {
      const reply = await readPage(call, deviceId, window.from, window.to, signal);
      const rows: Row[] = reply.usageHistory ?? [];
      const added = addPage(counted, rows);
      pages += 1;
      const next: { from: number; to: number } | undefined = flagOf(reply.hasMoreData) ? remaining(rows, window) : undefined;
      if (flagOf(reply.hasMoreData) && (!next || added === 0))
        incomplete ??= 'the carrier reports more usage records but repeats those it has sent';
      else if (next && pages >= maxPages) incomplete ??= `reading stopped after ${maxPages} pages`;
      window = incomplete ? undefined : next;
    }
  }
  const all = [...counted.values()].flatMap(({ row, times }) => Array.from({ length: times }, () => row));
  const rows = all.flatMap((row): UsageRow[] => {
    const at = instantOf(row.timestamp);
    return at === undefined ? [] : [{ at, bytes: optionalAmount(row.bytesUsed), sms: optionalAmount(row.smsUsed) }];
  });
  const odd = rows.filter(({ bytes, sms }) => bytes === undefined || sms === undefined).length;
  return { rows, incomplete, notUnderstood: odd + all.length - rows.length };
}

/** Adds the rows of a page that are not counted yet. A row that one page contains twice counts twice. Returns how many were added. */
function addPage(counted: Map<string, { row: Row; times: number }>, rows: readonly Row[]): number {
  const page = Map.groupBy(rows, (row) => JSON.stringify(row));
  let added = 0;
  for (const [key, same] of page) {
    const known = counted.get(key)?.times ?? 0;
    if (same.length <= known || !same[0]) continue;
    counted.set(key, { row: same[0], times: same.length });
    added += same.length - known;
  }
  return added;
}

/** The part of a window that a page has not covered: after its last record, or before it when the newest comes first. */
function remaining(rows: readonly Row[], window: { from: number; to: number }): { from: number; to: number } | undefined {
  const times = rows.flatMap((row) => instantOf(row.timestamp) ?? []);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const next = first > last ? { from: window.from, to: last } : { from: last, to: window.to };
  return next.from === window.from && next.to === window.to ? undefined : next;
}

/** An absent amount is zero: a device without SMS has no figure for them. */
function optionalAmount(value: unknown): number | undefined {
  return value === undefined || value === null || wordsOf(value) === undefined ? 0 : amountOf(value);
}
