/** Downlinks: a class A device receives one after its next uplink, a class C device at once. No delivery report is sent. */
import { day } from '../../durations.ts';
import type { World } from '../world.ts';
import { lastUplink, nextUplink, radioQuality } from './history.ts';
import { ossRefusal } from './oss-request.ts';
import type { TpDevice } from './state.ts';

/** `validity`: seconds from now, or an ISO 8601 date-time. `flush` empties the queue first. */
export interface DownlinkRequest {
  payload: string;
  fPort: number;
  confirmed: boolean;
  flush: boolean;
  validity?: string | undefined;
}

export const deviceClassOf = (device: TpDevice): 'A' | 'C' => (device.model.includes('ValveC') ? 'C' : 'A');

/** Maximum downlink payload in bytes at a spreading factor (EU868). */
const maxPayloadBytes = (sf: number): number => (sf >= 10 ? 51 : sf === 9 ? 115 : 222);

/** Queues a downlink. Refusals carry the documented data plane codes; the HTTP status 409 is a sandbox choice. */
export function queueDownlink(world: World, device: TpDevice, request: DownlinkRequest): void {
  const now = world.clock.now();
  const plan = world.thingpark.plans.find(({ ID }) => ID === device.plan);
  if (device.connectivity !== 'LORAWAN') throw ossRefusal(400, 400, 'downlinks are for LORAWAN devices');
  if (!/^([0-9A-Fa-f]{2})+$/.test(request.payload)) throw ossRefusal(409, 113, 'the payload is not a whole number of bytes in hexadecimal');
  if (!Number.isInteger(request.fPort) || request.fPort < 1 || request.fPort > 224)
    throw ossRefusal(409, 104, 'FPort: 1 to 224 is expected');
  if (device.suspended || !plan?.downlink) throw ossRefusal(409, 114, 'downlinks are disabled by the connectivity plan');
  if (request.confirmed && !plan.confirmed) throw ossRefusal(409, 103, 'confirmed downlinks are not allowed by the connectivity plan');
  const until = validUntil(request.validity, now);
  const hasUplink = lastUplink(device, now) !== undefined;
  if (!hasUplink && deviceClassOf(device) === 'C') throw ossRefusal(409, 115, 'no base station is available');
  const bytes = request.payload.length / 2;
  const maxBytes = maxPayloadBytes(radioQuality(world, device, 0).sf);
  if (bytes > maxBytes) throw ossRefusal(409, 116, `the payload has ${bytes} bytes, the current data rate allows ${maxBytes}`);
  sendDueDownlinks(device, now);
  if (request.flush) device.downlinkQueue = [];
  if (deviceClassOf(device) === 'C') device.downlinkSentAt = now;
  else
    device.downlinkQueue = [
      ...(device.downlinkQueue ?? []),
      {
        queuedAt: now,
        fPort: request.fPort,
        bytes,
        payload: request.payload.toUpperCase(),
        ...(until === undefined ? {} : { expiresAt: until }),
      },
    ];
}

function validUntil(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const until = /^\d+$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(until) || until <= now) throw ossRefusal(409, 112, 'the validity time is not a future time');
  return until;
}

/** Sends queued downlinks up to `now`: one after each uplink. */
export function sendDueDownlinks(device: TpDevice, now: number): void {
  const queue = device.downlinkQueue ?? [];
  while (queue[0]) {
    const first = queue[0];
    const at = nextUplink(device, Math.max(first.queuedAt, device.downlinkSentAt ?? 0), Math.min(now, first.expiresAt ?? now));
    if (at !== undefined) device.downlinkSentAt = at;
    else if (first.expiresAt === undefined || first.expiresAt >= now) return;
    queue.shift();
  }
}

/** Time of the last downlink sent, ms since 1970. */
export function lastDownlink(device: TpDevice, now: number): number | undefined {
  sendDueDownlinks(device, now);
  const last = lastUplink(device, now);
  const periodic = last === undefined ? undefined : last - (last % day);
  return device.downlinkSentAt === undefined ? periodic : Math.max(device.downlinkSentAt, periodic ?? 0);
}
