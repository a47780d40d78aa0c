import { z } from 'zod';
import { mapWithConcurrency } from '../../changes/map-with-concurrency.ts';
import { type DeviceId, rowsOf } from '../../changes/thingspace/sim-rows.ts';
import { Refusal } from '../../clients/http/errors.ts';
import type { DeviceRow } from '../../clients/thingspace/device-pages.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import { instant } from '../../clock.ts';
import { day } from '../../durations.ts';
import { simOf } from '../../fleet/thingspace.ts';
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
  input: z.strictObject({ sims: fields.sims({}).max(maxSims), connection: fields.connection }),
  output: z.looseObject({ sims: z.array(z.looseObject({ iccid: z.string() })), totals: z.looseObject({}) }),
  example: { sims: [{ iccid: '89148000000077000037' }] },
  async run({ sims, connection: name }, { fleet, connection, clock, signal }) {
    const at = connection(name, ['thingspace']);
    const ids = sims.map(({ iccid }): DeviceId => asIccid(iccid));
    const found = await rowsOf(ids, { connection: at, signal });
    const missing = ids.filter((_, i) => !found[i]).map((one) => one.id);
    if (missing.length > 0)
      throw new Refusal(`sims: the carrier does not know ${missing.slice(0, 5).join(', ')}`, 'Search for them with find_device.', 'sims');
    const present = found.filter((row) => row !== undefined);
    const sizes = new Map<string, Map<string, number>>();
    for (const account of new Set(present.flatMap((row) => row.accountName ?? []))) {
      const offered = await at.call(plans.list, { path: { accountName: account } }, { signal });
      sizes.set(
        account,
        new Map(offered.flatMap((plan) => (plan.code && Number(plan.sizeKb) > 0 ? [[plan.code, Number(plan.sizeKb)]] : []))),
      );
    }
    const rows = await mapWithConcurrency(present, async (row) => {
      const device = simOf(row, at.name);
      const { from, known: cycleKnown } = periodOf(row, clock.now());
      const traffic = await fleet.traffic(device, { from, to: clock.now(), step: 'P1D', zone: 'UTC' }, signal);
      const bytes = traffic.slots.reduce((sum, slot) => sum + (slot.bytes ?? 0), 0);
      const planKb = sizes.get(row.accountName ?? '')?.get(device.plan ?? '');
      return {
        iccid: device.device,
        plan: device.plan ?? 'none',
        from: instant(from).slice(0, 10),
        bytes,
        sms: traffic.slots.reduce((sum, slot) => sum + (slot.sms ?? 0), 0),
        ...(planKb ? { planKb, percent: Math.round((bytes / (planKb * 1024)) * 1000) / 10 } : {}),
        ...(cycleKnown ? {} : { note: 'no billing cycle on record: the last 30 days' }),
      };
    });
    const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + of(row), 0);
    const totals = {
      bytes: sum((row) => row.bytes),
      sms: sum((row) => row.sms),
      over: rows.filter((row) => (row.percent ?? 0) > 100).length,
    };
    const note = 'data of an open session is up to 6 h late; whether a plan is shared by several SIMs is not reported';
    return {
      structured: { connection: at.name, sims: rows, totals, notes: [note] },
      text: [
        `${rows.length} SIM${rows.length === 1 ? '' : 's'} on ${at.name}: ${totals.bytes} bytes, ${totals.sms} SMS, ${totals.over} over plan`,
        table(rows),
        `Note: ${note}.`,
      ].join('\n'),
    };
  },
});

/** The billing period begins one month before its end, at midnight UTC like the daily records. Without an end date: the last 30 days. */
function periodOf(row: DeviceRow, now: number): { from: number; known: boolean } {
  const end = Date.parse(row.billingCycleEndDate ?? '');
  const midnight = (ms: number): number => ms - (ms % day);
  if (Number.isNaN(end)) return { from: midnight(now - 30 * day), known: false };
  const at = new Date(end);
  const month = at.getUTCMonth() - 1;
  // A day that the month does not have, such as the 31st, becomes its last day.
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), month + 1, 0)).getUTCDate();
  return { from: Date.UTC(at.getUTCFullYear(), month, Math.min(at.getUTCDate(), lastDay)), known: true };
}
