import { z } from 'zod';
import { mapWithConcurrency } from '../../changes/map-with-concurrency.ts';
import type { DeviceId } from '../../changes/thingspace/named-ids.ts';
import { rowsOf } from '../../changes/thingspace/sim-rows.ts';
import type { Connection } from '../../clients/connect.ts';
import { CallError, Refusal } from '../../clients/http/errors.ts';
import { isUnread } from '../../clients/http/lenient-read.ts';
import { type BillingCycle, billingCycleOf } from '../../clients/thingspace/billing-cycle.ts';
import type { DeviceRow } from '../../clients/thingspace/device-pages.ts';
import { amountOf, isOddInstant } from '../../clients/thingspace/fields.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import { readUsageDays, type UsageDays } from '../../clients/thingspace/usage-days.ts';
import { instant } from '../../clock.ts';
import { day } from '../../durations.ts';
import { simOf, usageNotes } from '../../fleet/thingspace.ts';
import { defined } from '../../text/defined.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';

const maxSims = 50;

export const getUsage = readTool({
  name: 'get_usage',
  toolset: 'thingspace',
  title: 'Get usage of the billing period',
  description:
    'Shows what ThingSpace SIMs used in the current billing period, each against its plan, and the totals. Other periods or by day: get_traffic_history.',
  provider: 'thingspace',
  deviceScope: 'named',
  input: z.strictObject({ sims: fields.sims({}).max(maxSims), connection: fields.connection }),
  output: z.looseObject({ sims: z.array(z.looseObject({ iccid: z.string() })), totals: z.looseObject({}) }),
  example: { sims: [{ iccid: '89148000000077000037' }] },
  async run({ sims, connection: name }, { connection, clock, signal }) {
    const at = connection(name, ['thingspace']);
    const ids = sims.map(({ iccid }): DeviceId => asIccid(iccid));
    const found = await rowsOf(ids, { connection: at, signal });
    const missing = ids.filter((_, i) => !found[i]).map((one) => one.id);
    const present = found.filter((row) => row !== undefined);
    if (present.length === 0)
      throw new Refusal(`sims: the carrier does not know ${missing.slice(0, 5).join(', ')}`, 'Search for them with find_device.', 'sims');
    const { sizes, unread } = await planSizes(present, at, signal);
    const rows = await mapWithConcurrency(present, (row) =>
      usageOf(row, { at, now: clock.now(), planKb: (account, plan) => sizes.get(account)?.get(plan), signal }),
    );
    const { totals, text: totalText } = totalsOf(rows);
    const notes = [
      'data of an open session is up to 6 h late; whether a plan is shared by several SIMs is not reported',
      ...(missing.length > 0 ? [`sims: the carrier does not know ${missing.join(', ')}, left out`] : []),
      ...unread,
    ];
    const shown = rows.map(({ atLeast, ...row }) => ({ ...row, ...(atLeast ? { atLeast: 'yes' } : {}) }));
    return {
      structured: { connection: at.name, sims: shown, totals, ...(missing.length > 0 ? { unknown: missing } : {}), notes },
      text: [
        `${rows.length} SIM${rows.length === 1 ? '' : 's'} on ${at.name}: ${totalText}`,
        table(shown),
        ...notes.map((note) => `Note: ${note}.`),
      ].join('\n'),
      isError: rows.every(({ bytes, sms }) => bytes === undefined && sms === undefined),
    };
  },
});

interface UsageLine {
  iccid: string;
  account?: string;
  plan: string;
  /** First day and day after the last one of the billing period. */
  from: string;
  to: string;
  /** Undefined where no record is understood or could be read. */
  bytes?: number;
  sms?: number;
  planKb?: number;
  percent?: number;
  /** Bytes at the end of the period if it goes on like this. */
  projectedBytes?: number;
  note?: string;
  /** The figures are a lower limit. */
  atLeast?: boolean;
}

/** The sums over the SIMs, as far as their figures are known. */
function totalsOf(rows: readonly UsageLine[]) {
  const sum = (figures: readonly (number | undefined)[]): number | undefined => {
    const known = figures.filter((figure) => figure !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, figure) => total + figure, 0);
  };
  const bytes = sum(rows.map((row) => row.bytes));
  const sms = sum(rows.map((row) => row.sms));
  const over = rows.filter((row) => (row.percent ?? 0) > 100).length;
  const atLeast = rows.some((row) => row.atLeast) ? true : undefined;
  const text = [
    bytes === undefined ? 'bytes unknown' : `${bytes} bytes`,
    sms === undefined ? 'SMS unknown' : `${sms} SMS`,
    ...(bytes === undefined ? [] : [`${over} over plan`]),
  ].join(', ');
  return {
    totals: defined({ bytes, sms, over: bytes === undefined ? undefined : over, atLeast }),
    text: atLeast && (bytes ?? sms) !== undefined ? `at least ${text}` : text,
  };
}

/** Size in kB of each plan of the accounts of these SIMs; an account whose plans cannot be read is named in `unread`. */
async function planSizes(rows: readonly DeviceRow[], at: Connection, signal: AbortSignal) {
  const sizes = new Map<string, Map<string, number>>();
  const unread: string[] = [];
  for (const account of new Set(rows.flatMap((row) => row.accountName ?? []))) {
    try {
      const offered = await at.call(plans.list, { path: { accountName: account } }, { signal });
      // A size of 0 kB is a placeholder, not a plan without data.
      const known = offered.flatMap(({ code, sizeKb }): [string, number][] => {
        const size = amountOf(sizeKb);
        return code && size ? [[code, size]] : [];
      });
      sizes.set(account, new Map(known));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CallError)) throw error;
      unread.push(`plans of account ${account} not read: ${error.message}`);
    }
  }
  return { sizes, unread };
}

/** The usage of one SIM in its current billing period; where it names none, in the last 30 days. */
async function usageOf(
  row: DeviceRow,
  context: { at: Connection; now: number; planKb(account: string, plan: string): number | undefined; signal: AbortSignal },
): Promise<UsageLine> {
  const { at, now, signal } = context;
  const device = simOf(row, at.name);
  const cycle = billingCycleOf(row.billingCycleEndDate, now);
  const from = cycle?.from ?? now - 30 * day - (now % day);
  const to = cycle?.to ?? now;
  const line = {
    iccid: device.device,
    ...(device.account ? { account: device.account } : {}),
    plan: device.plan ?? (device.state === 'unknown' ? 'unknown' : 'none'),
    from: instant(from).slice(0, 10),
    to: instant(to).slice(0, 10),
  };
  const notes = cycleNotes(cycle, row);
  try {
    const days = await readUsageDays(at.call, asIccid(device.device), { from, to: now }, signal);
    const { bytes, sms } = sumsOf(days, from, Math.max(to, from + day));
    const planKb = context.planKb(row.accountName ?? '', device.plan ?? '');
    const missing = usageNotes(days);
    const elapsed = now - from;
    const note = [...notes, ...missing].join('; ');
    return {
      ...line,
      ...defined({ bytes, sms }),
      ...(planKb ? { planKb } : {}),
      ...(planKb && bytes !== undefined ? { percent: Math.round((bytes / (planKb * 1024)) * 1000) / 10 } : {}),
      ...(cycle && bytes !== undefined && elapsed >= day ? { projectedBytes: Math.round((bytes * (to - from)) / elapsed) } : {}),
      ...(note ? { note } : {}),
      ...(days.incomplete || days.notUnderstood > 0 ? { atLeast: true } : {}),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CallError)) throw error;
    return { ...line, note: [...notes, `usage not read: ${error.message}`].join('; '), atLeast: true };
  }
}

/** What is to be said of the period: that it is derived, or why it is none of the billing. */
function cycleNotes(cycle: BillingCycle | undefined, row: DeviceRow): string[] {
  if (!cycle) {
    const isOdd = isUnread(row, 'billingCycleEndDate') || isOddInstant(row.billingCycleEndDate);
    return [`${isOdd ? 'the end of the billing cycle is not understood' : 'no billing cycle on record'}: the last 30 days`];
  }
  if (!cycle.onRecord) return [];
  const { end, is } = cycle.onRecord;
  return [`the cycle on record ${is === 'over' ? 'ended' : 'ends only'} ${instant(end)}: this one is derived from its day`];
}

/** The sums of [from, to); undefined where records were read or are missing, but not one amount is understood. */
function sumsOf({ rows, incomplete, notUnderstood, countsSms }: UsageDays, from: number, to: number): { bytes?: number; sms?: number } {
  const inPeriod = rows.filter(({ at }) => at !== undefined && at >= from && at < to);
  const sum = (figures: readonly (number | undefined)[]): number | undefined => {
    const known = figures.filter((figure) => figure !== undefined);
    const isNone = known.length === 0 && !incomplete && notUnderstood === 0;
    return known.length > 0 || isNone ? known.reduce((total, figure) => total + figure, 0) : undefined;
  };
  return defined({ bytes: sum(inPeriod.map(({ bytes }) => bytes)), sms: countsSms ? sum(inPeriod.map((row) => row.sms)) : undefined });
}
