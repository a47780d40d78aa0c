import type { events as contracts } from '../../clients/thingspace/events.ts';
import { day, minute } from '../../durations.ts';
import type { Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { readBody, readDate } from './body.ts';
import { findOne, mdnOf, readId } from './device-lookup.ts';
import { apiError } from './errors.ts';
import { provisioningEventsOf, sessionStarts, usageOnDay } from './history.ts';
import { easternTime } from './serialize.ts';
import type { TsDevice } from './state.ts';

const pageSize = 500;
// Assumption: every data session lasts 20 minutes.
const sessionMs = 20 * minute;

function readHistoryRequest(world: World, body: unknown): { device: TsDevice; from: number; to: number } {
  const sent = readBody(body);
  const from = readDate(sent, 'earliest');
  const to = readDate(sent, 'latest');
  if (from === undefined || to === undefined || sent['deviceId'] === undefined)
    throw apiError('DeserializationFailed', 'deviceId, earliest and latest are required.');
  return { device: findOne(world.thingspace, [readId(sent['deviceId'])]), from, to };
}

/** Provisioning history of a device in [from, to] as wire records, oldest first. */
export function provisioningHistoryOf(device: TsDevice, from: number, to: number) {
  const mdn = device.mdnIndex === undefined ? '' : mdnOf(device.mdnIndex);
  return provisioningEventsOf(device)
    .filter(({ at }) => at >= from && at <= to)
    .map(({ at, type, status }) => ({
      occurredAt: easternTime(at),
      status,
      eventBy: 'API User',
      eventType: type,
      servicePlan: device.plan,
      mdn,
      msisdn: mdn === '' ? '' : `1${mdn}`,
      extendedAttributes: [],
    }));
}

export const events: Handlers<typeof contracts> = {
  provisioning({ world, body }) {
    const { device, from, to } = readHistoryRequest(world, body);
    const all = provisioningHistoryOf(device, from, to);
    const hasMoreData = all.length > pageSize;
    return { status: hasMoreData ? 202 : 200, body: [{ hasMoreData, provisioningHistory: all.slice(0, pageSize) }] };
  },

  connections({ world, body }) {
    const { device, from, to } = readHistoryRequest(world, body);
    const now = world.clock.now();
    const mdn = device.mdnIndex === undefined ? '' : mdnOf(device.mdnIndex);
    const all = sessionStarts(device, from - sessionMs, to, now, pageSize).flatMap((start) => {
      const stop = start + sessionMs;
      const dayBytes = usageOnDay(world, device, start - (start % day)).bytes;
      const bytes = Math.round((dayBytes * device.period) / day);
      const event = (at: number, name: string, more: { key: string; value: string }[]) =>
        at < from || at > to || at > now
          ? []
          : [
              {
                occurredAt: easternTime(at),
                connectionEventAttributes: [
                  { key: 'BytesUsed', value: name === 'Stop' ? String(bytes) : '0' },
                  { key: 'Event', value: name },
                  ...more,
                ],
                extendedAttributes: [],
              },
            ];
      return [...event(start, 'Start', []), ...event(stop, 'Stop', [{ key: 'Msisdn', value: mdn === '' ? '' : `1${mdn}` }])];
    });
    const hasMoreData = all.length > pageSize;
    return { status: hasMoreData ? 202 : 200, body: { hasMoreData, connectionHistory: all.slice(0, pageSize) } };
  },
};
