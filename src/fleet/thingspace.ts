import type { Connection } from '../clients/connect.ts';
import { ProviderRefused, Refusal } from '../clients/http/errors.ts';
import { defaultAccount } from '../clients/thingspace/default-account.ts';
import { type DeviceRow, deviceListPage, deviceNumberOf, rowNamed } from '../clients/thingspace/device-pages.ts';
import { devices } from '../clients/thingspace/devices.ts';
import { customFieldOf, idOf, planOf, stateOf } from '../clients/thingspace/ids.ts';
import { usage } from '../clients/thingspace/usage.ts';
import { day } from '../durations.ts';
import { ownDays, slotStarts } from '../time-slots.ts';
import { durationMs, type IdentifierKind, identifierFormats } from '../vocabulary.ts';
import type { Device, IdentifierName, State } from './device.ts';
import type { FleetProvider, FleetSource, Slot } from './source.ts';

const stateWords: Record<string, State> = {
  active: 'active',
  suspend: 'suspended',
  suspended: 'suspended',
  deactive: 'inactive',
  'pre-active': 'stock',
  retired: 'terminated',
  purged: 'terminated',
};

// Identifier kinds that ThingSpace can look up, in the order in which they are tried.
const lookUps = ['iccid', 'imei', 'eid', 'mdn', 'msisdn', 'imsi', 'meid', 'esn'] as const satisfies readonly IdentifierKind[];
const shownIds = ['iccid', 'imei', 'imsi', 'mdn', 'msisdn', 'meid', 'esn', 'eid'] as const satisfies readonly IdentifierName[];
const usageWindow = 31 * day;

/** ThingSpace for the fleet: traffic comes as one record a day. */
export const thingspaceFleet: FleetProvider = {
  exact: ['iccid', 'eid', 'mdn', 'msisdn', 'imei'],
  isHandle: (text) => /^(\d{10}|\d{15,16}|\d{18,20}|\d{32}|[0-9A-Fa-f]{14})$/.test(text),
  usualLength: { iccid: 20 },
  checkStep(step) {
    if ((durationMs(step) ?? 0) % day !== 0)
      throw new Refusal('step: ThingSpace keeps one record a day', 'Take P1D or whole days.', 'step');
  },
  source: thingspaceSource,
};

/** ThingSpace SIMs in the common form. The handle is the ICCID, the name is CustomField1. */
function thingspaceSource(at: Connection): FleetSource {
  const { call, name: connection } = at;
  const account = defaultAccount(at);
  const within = account === undefined ? {} : { accountName: account };

  const lookUp = async (id: string, kind: string, signal?: AbortSignal): Promise<DeviceRow | undefined> => {
    try {
      const reply = await call(devices.list, { body: { deviceId: { id, kind } } }, { signal });
      return rowNamed(reply.devices, id);
    } catch (error) {
      if (isUnknownSim(error)) return undefined;
      throw error;
    }
  };

  const read = async (id: string, kinds: readonly string[], signal?: AbortSignal) => {
    for (const kind of kinds) {
      const raw = await lookUp(id, kind, signal);
      if (raw) return { device: simOf(raw, connection), raw };
    }
    return undefined;
  };

  return {
    supportsLastSeen: true,
    async page(_filter, at, signal) {
      const page = await deviceListPage(call, within, at === undefined ? 0 : Number(at), { signal });
      return {
        rows: page.rows.map((row) => simOf(row, connection)),
        next: page.next === undefined ? undefined : String(page.next),
        ...(page.truncated
          ? { incomplete: 'the list breaks off here: more devices are reported, but the last row has no usable DeviceId to continue from' }
          : {}),
      };
    },
    async total(signal) {
      const { rows, next, truncated } = await deviceListPage(call, within, 0, { signal });
      return next === undefined && !truncated ? rows.length : undefined;
    },
    async find(text, kinds, signal) {
      for (const kind of lookUps) {
        if (!kinds.includes(kind)) continue;
        const raw = await lookUp(identifierFormats[kind].normalise(text), kind, signal);
        if (raw) return { devices: [simOf(raw, connection)], complete: true };
      }
      return { devices: [], complete: false };
    },
    read: (device, signal) => read(device, handleKinds(device), signal),
    async suggest(prefix, signal) {
      const filter = prefix === '' ? {} : { filter: { deviceIdentifierFilters: [{ kind: 'iccid', startswith: prefix }] } };
      const reply = await call(devices.list, { body: { ...within, ...filter, maxNumberOfDevices: 100 } }, { signal });
      return (reply.devices ?? []).map((row) => simOf(row, connection).device).filter((id) => id.startsWith(prefix));
    },
    async traffic(device, window, signal) {
      // The carrier's records are days of UTC. They stay these days, also when another zone was asked for.
      const { from, to } = ownDays(window, 'UTC');
      const { step } = window;
      const zone = 'UTC';
      const id = device.identifiers.iccid ?? device.identifiers.imei ?? device.device;
      const kind = device.identifiers.iccid ? 'iccid' : 'imei';
      const slots = slotStarts(from, to, step, zone).map((at): Slot => ({ at, bytes: 0, sms: 0 }));
      const timestamps = new Set<string>();
      // Long spans time out at the carrier: read a month at a time, and continue from the last record while there is more.
      // A record is dated at midnight of its day, so reading starts with the day in which the window begins.
      const first = slots[0]?.at ?? from;
      for (let begin = first; begin < to; begin += usageWindow) {
        const latest = new Date(Math.min(to, begin + usageWindow)).toISOString();
        let earliest: string | undefined = new Date(begin).toISOString();
        while (earliest) {
          const reply: {
            hasMoreData?: boolean | null | undefined;
            usageHistory?:
              | {
                  timestamp?: string | null | undefined;
                  bytesUsed?: string | number | null | undefined;
                  smsUsed?: string | number | null | undefined;
                }[]
              | null
              | undefined;
          } = await call(usage.list, { body: { deviceId: { id, kind }, earliest, latest } }, { signal });
          const before = timestamps.size;
          for (const { timestamp, bytesUsed, smsUsed } of reply.usageHistory ?? []) {
            const ms = Date.parse(timestamp ?? '');
            // The last record of a page is repeated as the first of the next.
            if (Number.isNaN(ms) || timestamps.has(timestamp ?? '')) continue;
            timestamps.add(timestamp ?? '');
            const slot = slots.findLast((one) => one.at <= ms);
            if (!slot || ms >= to) continue;
            slot.bytes = (slot.bytes ?? 0) + Number(bytesUsed ?? 0);
            slot.sms = (slot.sms ?? 0) + Number(smsUsed ?? 0);
          }
          earliest = reply.hasMoreData && timestamps.size > before ? (reply.usageHistory?.at(-1)?.timestamp ?? undefined) : undefined;
        }
      }
      return {
        slots,
        daysIn: 'UTC',
        notes: ['ThingSpace records one row a day (UTC), both directions together; data of an open session is up to 6 h late'],
      };
    },
  };
}

/** Identifier kinds that a handle can be, by its shape. ThingSpace answers an error for any other kind. */
function handleKinds(handle: string): string[] {
  if (/^\d{32}$/.test(handle)) return ['eid'];
  if (/^\d{10}$/.test(handle)) return ['mdn'];
  if (/^\d{15,16}$/.test(handle)) return ['imei'];
  if (/^[0-9A-Fa-f]{14}$/.test(handle)) return ['meid'];
  return ['iccid'];
}

/** Whether ThingSpace refused because there is no such device. */
export function isUnknownSim(error: unknown): boolean {
  return error instanceof ProviderRefused && /DeviceNotFound/i.test(error.code ?? '');
}

export function simOf(row: DeviceRow, connection: string): Device {
  const word = stateOf(row) ?? 'unknown';
  const identifiers: Device['identifiers'] = {};
  for (const kind of shownIds) {
    const id = idOf(row, kind);
    if (id) identifiers[kind] = id;
  }
  if (row.ipAddress) identifiers.ip = row.ipAddress;
  const lastSeen = Date.parse(row.lastConnectionDate ?? '');
  const name = customFieldOf(row, 'CustomField1');
  const plan = planOf(row);
  return {
    device: identifiers.iccid ?? identifiers.eid ?? identifiers.imei ?? identifiers.meid ?? String(deviceNumberOf(row) ?? 'unknown'),
    connection,
    provider: 'thingspace',
    ...(name ? { name } : {}),
    identifiers,
    state: stateWords[word] ?? (word.startsWith('pending') ? 'pending' : 'inactive'),
    providerState: word,
    ...(row.connected ? { health: 'active' as const } : Number.isNaN(lastSeen) ? { health: 'init' as const } : {}),
    ...(Number.isNaN(lastSeen) ? {} : { lastSeen }),
    ...(plan ? { plan } : {}),
  };
}
