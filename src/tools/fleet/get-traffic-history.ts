import { z } from 'zod';
import { Refusal } from '../../clients/http/errors.ts';
import { instant } from '../../clock.ts';
import { day, hour } from '../../durations.ts';
import { compareDevices, comparisonLines } from '../../fleet/compare.ts';
import { failureOf } from '../../fleet/connection-failure.ts';
import type { Device } from '../../fleet/device.ts';
import type { Slot, Traffic } from '../../fleet/source.ts';
import { sanitize } from '../../text/sanitize.ts';
import { addDuration, instantIn, instantsOf, localTime, offsetText, startOfDay, zoneOffset } from '../../time-slots.ts';
import { Duration, durationMs, LocalTime, type WrittenTime, Zone } from '../../vocabulary.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';
import { failureLines } from './list-devices.ts';

const maxSlots = 400;

export const getTrafficHistory = readTool({
  name: 'get_traffic_history',
  toolset: 'fleet',
  title: 'Get traffic history',
  description:
    'Shows what one device sent and received over time: messages, bytes, lost and failed, and for LoRaWAN the mean RSSI, SNR and packet error rate. A device with a SIM counts bytes and SMS. For its current state use get_device.',
  deviceScope: 'fleet',
  input: z.strictObject({
    device: fields.device,
    from: LocalTime.optional().describe('ISO 8601, in timezone unless it has an offset; default: period up to now'),
    period: Duration('P7D').default('P7D').describe('ISO 8601 duration'),
    step: Duration('P1D').default('P1D').describe('of one row'),
    timezone: Zone.default('UTC').describe('IANA name'),
    connection: fields.connection,
  }),
  output: z.looseObject({
    device: z.string(),
    slots: z.array(z.looseObject({ at: z.string() })).optional(),
    totals: z.looseObject({}).optional(),
  }),
  example: { device: 'A81758FFFE0A0001', period: 'P7D', step: 'P1D', timezone: 'Europe/Paris' },
  async run({ device: handle, from, period, step, timezone, connection }, { fleet, clock, signal }) {
    const now = clock.now();
    const daily = (durationMs(step) ?? 0) % day === 0;
    const { start, end } = windowOf({ from, period, step, timezone, now });
    const window = { from: start, to: Math.min(end, now), step, zone: timezone };
    const { found, failures } = await fleet.getDevices(handle, connection, signal);
    const unread = [...failures];
    const histories: History[] = [];
    for (const { device } of found) {
      try {
        const traffic = await fleet.traffic(device, window, signal);
        histories.push(historyOf(device, traffic, { start, end: Math.min(end, now), step, timezone, daily, now }));
      } catch (error) {
        signal.throwIfAborted();
        // The only record's error is the answer.
        if (found.length === 1) throw error;
        unread.push(failureOf(device.connection, error));
      }
    }
    const begin = instant(start - (start % 1000));
    const asked = { from: begin, period, step, timezone };
    const head = (at: History): string => `${at.device} on ${at.connection}, ${begin} for ${period} by ${step} (${timezone})`;
    const left = unread.length > 0 ? { failures: unread } : {};
    const [only, ...others] = histories;
    if (only && others.length === 0 && found.length === 1) {
      const { lines, ...facts } = only;
      return { structured: { ...facts, ...asked, ...left }, text: [head(only), ...lines, ...failureLines(unread)].join('\n') };
    }
    const comparison = compareDevices(found.map(({ device }) => device));
    return {
      structured: {
        device: found[0].device.device,
        ...asked,
        histories: histories.map(({ lines: _, ...facts }) => facts),
        comparison,
        ...left,
      },
      text: [
        `${found.length} connections have it, each counts for itself`,
        ...comparisonLines(comparison).map((line) => sanitize(line, 600)),
        ...histories.flatMap((one) => ['', head(one), ...one.lines]),
        ...failureLines(unread),
      ].join('\n'),
    };
  },
});

interface Asked {
  from: WrittenTime | undefined;
  period: string;
  step: string;
  timezone: string;
  now: number;
}

/** The window that was asked for, in ms since 1970. Without `from` it ends now, and P7D by P1D is seven dates, the last one today. */
function windowOf({ from, period, step, timezone, now }: Asked): { start: number; end: number } {
  const length = durationMs(period) ?? 0;
  const stepMs = durationMs(step) ?? day;
  if (length > 366 * day) throw new Refusal('period: must not exceed 366 days', 'Example: P30D by P1D.', 'period');
  const slotCount = Math.ceil(length / stepMs);
  if (slotCount > maxSlots)
    throw new Refusal(
      `step: would return ${slotCount} rows, more than ${maxSlots}`,
      'Use a longer step or a shorter period, e.g. P7D by PT1H or P90D by P1D.',
      'step',
    );
  if (from !== undefined) {
    const start = instantIn(from, timezone);
    if (start > now) throw new Refusal('from: is in the future', 'Pass a past instant, or omit it.', 'from');
    return { start, end: addDuration(start, period, timezone) };
  }
  if (stepMs % day !== 0) return { start: Math.floor(addDuration(now, period, timezone, -1) / hour) * hour, end: now };
  if (length < day) return { start: startOfDay(now - length, timezone), end: now };
  return { start: startOfDay(addDuration(startOfDay(now, timezone) + day + day / 2, period, timezone, -1), timezone), end: now };
}

interface RowContext {
  start: number;
  end: number;
  step: string;
  /** The zone of the rows, and the one that was asked for. */
  zone: string;
  timezone: string;
  daily: boolean;
  now: number;
}

/**
 * A row: its start in `zone`, its figures, `partial` where it was not wholly asked for or is not over, and `wider` where it counts a whole day
 * of the provider of which only a part was asked for.
 */
function rowsOf(traffic: Traffic, { start, end, step, zone, timezone, daily, now }: RowContext) {
  const offsets = new Set(traffic.slots.map(({ at }) => offsetText(at, zone)));
  return traffic.slots.map((slot) => {
    const time = localTime(slot.at, zone);
    const next = daily ? addDuration(slot.at, step, zone) : slot.at + (durationMs(step) ?? 0);
    const own = traffic.daysIn !== undefined;
    // Of the provider's days, those with the dates that were asked for count: one date may be asked for in part only.
    const begun = own ? sameDate(slot.at, zone, timezone) : slot.at;
    const over = own ? sameDate(next, zone, timezone) : next;
    const cut = begun < start || (over > end && end < now);
    const partial = next > now || (!own && cut);
    return {
      at: daily ? time.slice(0, 10) : offsets.size > 1 ? `${time}${offsetText(slot.at, zone)}` : time,
      ...figures(slot),
      ...(slot.atLeast ? { atLeast: true } : {}),
      ...(partial ? { partial: true } : {}),
      ...(own && cut ? { wider: true } : {}),
    };
  });
}

/** The midnight (ms since 1970) that begins, in `timezone`, the date of a midnight in `zone`. */
function sameDate(midnight: number, zone: string, timezone: string): number {
  return instantsOf(midnight + zoneOffset(midnight, zone), timezone)[0];
}

function notesOf({ daysIn }: Traffic, timezone: string, rows: readonly { partial?: boolean; wider?: boolean }[]): string[] {
  return [
    ...(daysIn === undefined || daysIn === timezone ? [] : [`the days are those of ${daysIn}, not of ${timezone}`]),
    ...(rows.some((row) => row.partial) ? ['a row marked partial is not whole: the window or the present time cuts it'] : []),
    ...(rows.some((row) => row.wider)
      ? [`a row marked wider counts a whole day (${daysIn}) of which only a part was asked for, and so do the totals`]
      : []),
  ];
}

interface History {
  device: string;
  connection: string;
  totals: Record<string, number>;
  /** The totals are lower limits. */
  atLeast?: true;
  slots: ReturnType<typeof rowsOf>;
  daysIn?: string;
  notes?: string[];
  lines: string[];
}

function historyOf({ device, connection }: Device, traffic: Traffic, context: Omit<RowContext, 'zone'>): History {
  const { timezone } = context;
  const slots = rowsOf(traffic, { ...context, zone: traffic.daysIn ?? timezone });
  const totals = sum(traffic.slots);
  const notes = [...traffic.notes, ...notesOf(traffic, timezone, slots)];
  const totalText = Object.entries(totals)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  return {
    device,
    connection,
    totals,
    ...(traffic.atLeast ? { atLeast: true } : {}),
    slots,
    ...(traffic.daysIn === undefined ? {} : { daysIn: traffic.daysIn }),
    ...(notes.length > 0 ? { notes } : {}),
    lines: [
      `totals: ${traffic.atLeast ? (totalText ? `at least ${totalText}` : 'unknown') : totalText || 'nothing'}`,
      table(slots),
      ...notes.map((note) => `Note: ${note}.`),
    ],
  };
}

const summedFields = ['upCount', 'downCount', 'upBytes', 'downBytes', 'bytes', 'sms', 'lost', 'failed'] as const;

function figures(slot: Slot): Record<string, number> {
  const { at: _, atLeast: __, ...values } = slot;
  const rounded = Object.entries(values).map(([name, value]) => [name, Math.round(value * 1000) / 1000] as const);
  return Object.fromEntries(rounded);
}

function sum(slots: readonly Slot[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const name of summedFields) for (const slot of slots) if (slot[name] !== undefined) totals[name] = (totals[name] ?? 0) + slot[name];
  return totals;
}
