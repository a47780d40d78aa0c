import { z } from 'zod';
import { Refusal } from '../../clients/http/errors.ts';
import { instant } from '../../clock.ts';
import { day, hour } from '../../durations.ts';
import type { Slot } from '../../fleet/source.ts';
import { startOfDay, zoneOffset } from '../../time-slots.ts';
import { Duration, durationMs, Instant, Zone } from '../../vocabulary.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';

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
  output: z.looseObject({ device: z.string(), slots: z.array(z.looseObject({ at: z.string() })), totals: z.looseObject({}) }),
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
    const { device } = await fleet.getDevice(handle, connection, signal);
    const traffic = await fleet.traffic(device, { from: start, to: Math.min(end, clock.now()), step, zone: timezone }, signal);
    const rows = traffic.slots.map((slot) => ({ at: localTime(slot.at, timezone, daily), ...figures(slot) }));
    const totals = sum(traffic.slots);
    const head = `${device.device} on ${device.connection}, ${instant(start - (start % 1000))} for ${period} by ${step} (${timezone})`;
    const totalText = Object.entries(totals)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
    const notes = traffic.notes.map((note) => `Note: ${note}.`);
    return {
      structured: {
        device: device.device,
        connection: device.connection,
        from: instant(start - (start % 1000)),
        period,
        step,
        timezone,
        totals,
        slots: rows,
        ...(traffic.notes.length > 0 ? { notes: traffic.notes } : {}),
      },
      text: [head, `totals: ${totalText || 'nothing'}`, table(rows), ...notes].join('\n'),
    };
  },
});

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
