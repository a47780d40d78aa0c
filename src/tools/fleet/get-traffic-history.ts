import { z } from 'zod';

import { Refusal } from '../../clients/http/errors.ts';
import { instant } from '../../clock.ts';
import { compareDevices, comparisonLines } from '../../fleet/compare.ts';
import type { Device } from '../../fleet/device.ts';
import { failureOf } from '../../fleet/find.ts';
import type { Slot, Traffic } from '../../fleet/source.ts';
import { sanitize } from '../../text/sanitize.ts';
import { startOfDay, zoneOffset } from '../../time-slots.ts';
import { Duration, durationMs, Instant, Zone } from '../../vocabulary.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';
import { failureLines } from './list-devices.ts';

const hour = 3_600_000;
const day = 24 * hour;
const maxSlots = 400;

export const getTrafficHistory = readTool({
  name: 'get_traffic_history',
  toolset: 'fleet',
  title: 'Get traffic history',
  description:
    'Shows what one device sent and received over time: messages, bytes, lost and failed, and for LoRaWAN the mean RSSI, SNR and packet error rate. A device with a SIM counts bytes and SMS. For its current state use get_device.',
  input: z.strictObject({
    device: fields.device,
    from: Instant.optional().describe('ISO 8601; default: period before now'),
    period: Duration('P7D').default('P7D'),
    step: Duration('P1D').default('P1D'),
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
    const length = durationMs(period) ?? 0;
    const daily = (durationMs(step) ?? 0) % day === 0;
    // Without `from` the window begins at a slot boundary, so that the first row is not a partial slot.
    const start = from ?? (daily ? startOfDay(clock.now() - length, timezone) : Math.floor((clock.now() - length) / hour) * hour);
    const end = from === undefined ? clock.now() : start + length;
    if (start > clock.now()) throw new Refusal('from: is in the future', 'Pass a past instant, or omit it.', 'from');
    if (length > 366 * day) throw new Refusal('period: must not exceed 366 days', 'Example: P30D by P1D.', 'period');
    const slotCount = Math.ceil(length / (durationMs(step) ?? day));
    if (slotCount > maxSlots)
      throw new Refusal(
        `step: would return ${slotCount} rows, more than ${maxSlots}`,
        'Use a longer step or a shorter period, e.g. P7D by PT1H or P90D by P1D.',
        'step',
      );
    const window = { from: start, to: Math.min(end, clock.now()), step, zone: timezone };
    const { found, failures } = await fleet.getDevices(handle, connection, signal);
    const unread = [...failures];
    const histories: History[] = [];
    for (const { device } of found) {
      try {
        histories.push(historyOf(device, await fleet.traffic(device, window, signal), timezone, daily));
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

interface History {
  device: string;
  connection: string;
  totals: Record<string, number>;
  slots: Record<string, string | number>[];
  notes?: string[];
  lines: string[];
}

function historyOf({ device, connection }: Device, traffic: Traffic, zone: string, daily: boolean): History {
  const slots = traffic.slots.map((slot) => ({ at: localTime(slot.at, zone, daily), ...figures(slot) }));
  const totals = sum(traffic.slots);
  const totalText = Object.entries(totals)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  const lines = [`totals: ${totalText || 'nothing'}`, table(slots), ...traffic.notes.map((note) => `Note: ${note}.`)];
  return { device, connection, totals, slots, ...(traffic.notes.length > 0 ? { notes: traffic.notes } : {}), lines };
}

const summedFields = ['upCount', 'downCount', 'upBytes', 'downBytes', 'bytes', 'sms', 'lost', 'failed'] as const;

function figures(slot: Slot): Record<string, number> {
  const { at: _, ...values } = slot;
  const rounded = Object.entries(values).map(([name, value]) => [name, Math.round(value * 1000) / 1000] as const);
  return Object.fromEntries(rounded);
}

function sum(slots: readonly Slot[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const slot of slots) for (const name of summedFields) if (slot[name] !== undefined) totals[name] = (totals[name] ?? 0) + slot[name];
  return totals;
}

/** A slot's start in the requested time zone: the date for steps of whole days, otherwise date and time. */
function localTime(ms: number, zone: string, daily: boolean): string {
  const local = new Date(ms + zoneOffset(ms, zone)).toISOString();
  return daily ? local.slice(0, 10) : local.slice(0, 16);
}
