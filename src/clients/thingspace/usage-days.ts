/** Daily usage of one device over any span: all pages, every row counted once, and what could not be read or understood. */
import { day } from '../../durations.ts';
import type { Call } from '../http/client.ts';
import { amountOf, flagOf, instantOf, wordsOf } from './fields.ts';
import type { NamedId } from './identity.ts';
import { usage } from './usage.ts';

/** Usage of a device on one plan and from one source on one day. What is missing or not understood is undefined. */
export interface UsageRow {
  /** The date of the record, ms since 1970. */
  at: number | undefined;
  bytes: number | undefined;
  sms: number | undefined;
}

export interface UsageDays {
  rows: UsageRow[];
  /** Why the rows may not be all; undefined when they are. */
  incomplete: string | undefined;
  /** Number of records without a date or an amount that is understood; sums are then lower limits. */
  notUnderstood: number;
  /** Number of records that one page contained more than once; each is counted once. */
  repeated: number;
  /** False where no record has a figure for SMS: the device may have none. */
  countsSms: boolean;
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
 * before it, and an equal record is the same record; rows of the same time on another plan or from another source are different rows.
 */
export async function readUsageDays(
  call: Call,
  deviceId: NamedId,
  { from, to }: { from: number; to: number },
  signal?: AbortSignal,
): Promise<UsageDays> {
  const counted = new Map<string, Row>();
  let incomplete: string | undefined;
  let pages = 0;
  let repeated = 0;
  for (let begin = from; begin < to; begin += monthMs) {
    let window: { from: number; to: number } | undefined = { from: begin, to: Math.min(to, begin + monthMs) };
    while (window) {
      const reply = await readPage(call, deviceId, window.from, window.to, signal);
      const rows: Row[] = reply.usageHistory ?? [];
      const sizeBefore = counted.size;
      const page = new Map(rows.map((row) => [JSON.stringify(row), row]));
      for (const [key, row] of page) counted.set(key, row);
      repeated += rows.length - page.size;
      pages += 1;
      const next: { from: number; to: number } | undefined = flagOf(reply.hasMoreData) ? remaining(rows, window) : undefined;
      if (flagOf(reply.hasMoreData) && (!next || counted.size === sizeBefore))
        incomplete ??= 'the carrier reports more usage records but repeats those it has sent';
      else if (next && pages >= maxPages) incomplete ??= `reading stopped after ${maxPages} pages`;
      window = incomplete ? undefined : next;
    }
  }
  const all = [...counted.values()];
  const countsSms = all.length === 0 || all.some((row) => wordsOf(row.smsUsed) !== undefined);
  const rows = all.map((row): UsageRow => ({ at: instantOf(row.timestamp), bytes: amountOf(row.bytesUsed), sms: amountOf(row.smsUsed) }));
  const odd = rows.filter(({ at, bytes, sms }) => at === undefined || bytes === undefined || (countsSms && sms === undefined));
  return { rows, incomplete, notUnderstood: odd.length, repeated, countsSms };
}

/** The part of a window that a page has not covered: after its last record, or before it when the newest comes first. */
function remaining(rows: readonly Row[], window: { from: number; to: number }): { from: number; to: number } | undefined {
  const times = rows.flatMap((row) => instantOf(row.timestamp) ?? []);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const next = first > last ? { from: window.from, to: last } : { from: last, to: window.to };
  return next.from === window.from && next.to === window.to ? undefined : next;
}
