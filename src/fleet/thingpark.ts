import type { z } from 'zod';
import type { Connection } from '../clients/connect.ts';
import { ProviderRefused, Refusal } from '../clients/http/errors.ts';
import { type DeviceBrief, devices } from '../clients/thingpark/devices.ts';
import { day, hour } from '../durations.ts';
import { durationMs, identifierFormats, normaliseIdentifier, sameName, shownName } from '../vocabulary.ts';
import type { Device, Health, State } from './device.ts';
import type { DeviceCounts, FleetProvider, FleetSource, Slot } from './source.ts';

type Brief = z.output<ReturnType<typeof DeviceBrief>>;

const pageSize = 100;
const healths: Record<string, Health> = { INIT: 'init', ACTIVE: 'active', RF_CNX_ERROR: 'lost' };

/** ThingPark for the fleet; an account with DX credentials only holds no devices. */
export const thingparkFleet: FleetProvider = {
  exact: ['devEui'],
  isHandle: (text) => normaliseIdentifier('devEui', text) !== undefined,
  checkStep(step) {
    const ms = durationMs(step) ?? 0;
    if (ms % hour !== 0 || ms > day)
      throw new Refusal('step: ThingPark counts by whole hours up to a day', 'Examples: PT1H, PT6H, P1D.', 'step');
  },
  source: (connection) => (connection.hasCredentialsFor('oss') ? thingparkSource(connection) : undefined),
};

/** ThingPark devices in the common form. `healthState` holds both the lifecycle (SUSPENDED) and the radio health. */
function thingparkSource(at: Connection): FleetSource {
  const { call, name: connection } = at;

  const row = (brief: Brief): Device => deviceOf(brief, connection);

  const list = async (
    query: { query?: string; healthState?: ('INIT' | 'ACTIVE' | 'RF_CNX_ERROR' | 'SUSPENDED')[] },
    pageAfter: string | undefined,
    signal?: AbortSignal,
  ) => {
    const page = await call(
      devices.list,
      { query: { ...query, sort: 'EUI,asc', pageSize, ...(pageAfter ? { pageAfter } : {}) } },
      { signal },
    );
    const next = page.more ? (page.cursors?.last ?? undefined) : undefined;
    const breaksOff = page.more === true && next === undefined;
    return {
      rows: page.briefs.map(row),
      next,
      total: page.count ?? undefined,
      ...(breaksOff ? { incomplete: 'the list breaks off here: more devices are reported without a cursor to read them' } : {}),
    };
  };

  const counts = async (signal?: AbortSignal): Promise<DeviceCounts> => {
    const answer = await call(devices.counters, {}, { signal });
    const counts: DeviceCounts = { total: 0, byState: {}, byHealth: {} };
    for (const { healthState, count } of answer.briefs) {
      const health = healths[healthState];
      const state: State = healthState === 'SUSPENDED' ? 'suspended' : 'active';
      counts.total += count;
      counts.byState[state] = (counts.byState[state] ?? 0) + count;
      if (health) counts.byHealth[health] = (counts.byHealth[health] ?? 0) + count;
    }
    return counts;
  };

  return {
    supportsLastSeen: true,
    page: (filter, after, signal) =>
      list(
        {
          ...(filter.query === undefined ? {} : { query: filter.query }),
          ...(filter.state === 'suspended' ? { healthState: ['SUSPENDED'] as const satisfies string[] } : {}),
        },
        after,
        signal,
      ),
    counts,
    total: async (signal) => (await counts(signal)).total,
    async find(text, kinds, signal) {
      const eui = identifierFormats.devEui.normalise(text);
      const prefix = kinds.includes('devEui') ? eui : shownName(text);
      const { rows, next } = await list({ query: prefix }, undefined, signal);
      const value = prefix.toLowerCase();
      const exact = rows.filter(
        (device) => device.device.toLowerCase() === value || (device.name !== undefined && sameName(device.name, text)),
      );
      return { devices: exact, complete: exact.length > 0 && next === undefined };
    },
    async read(device, signal) {
      try {
        const raw = await call(devices.read, { path: { deviceUid: `e${identifierFormats.devEui.normalise(device)}` } }, { signal });
        return { device: row(raw), raw };
      } catch (error) {
        if (isUnknownDevice(error)) return undefined;
        throw error;
      }
    },
    async suggest(prefix, signal) {
      const text = prefix.toUpperCase();
      const { rows } = await list(text === '' ? {} : { query: text }, undefined, signal);
      return rows.map((device) => device.device).filter((id) => id.startsWith(text));
    },
    async traffic(device, { from, to, step, zone }, signal) {
      const hours = Math.max(1, Math.ceil((to - from) / hour));
      const duration = hours % 24 === 0 ? `P${hours / 24}D` : `PT${hours}H`;
      const query = { begin: new Date(from).toISOString(), duration, step, timezone: zone };
      const answer = await call(devices.aggregatedFrames, { path: { deviceUid: `e${device.device}` }, query }, { signal });
      const slots = answer.briefs.map(
        (brief): Slot => ({
          at: brief.timestamp,
          upCount: brief.up?.count ?? 0,
          downCount: brief.dw?.count ?? 0,
          upBytes: (brief.up?.size ?? 0) + (brief.mf?.sizeUp ?? 0),
          downBytes: (brief.dw?.size ?? 0) + (brief.mf?.sizeDown ?? 0),
          lost: brief.up?.countLost ?? 0,
          failed: brief.dw?.countFailed ?? 0,
          ...(typeof brief.rssiMean === 'number' ? { rssi: brief.rssiMean } : {}),
          ...(typeof brief.snrMean === 'number' ? { snr: brief.snrMean } : {}),
          ...(typeof brief.meanPerMean === 'number' ? { per: brief.meanPerMean } : {}),
        }),
      );
      return { slots, notes: [] };
    },
  };
}

/** Whether ThingPark refused because there is no such device: 404, or 400 with "not found" in its text. */
export function isUnknownDevice(error: unknown): boolean {
  return error instanceof ProviderRefused && (error.status === 404 || (error.status === 400 && /not found/i.test(error.providerMessage)));
}

export function deviceOf(brief: Brief, connection: string): Device {
  const health = healths[brief.healthState ?? ''];
  const cellular = (brief.connectivity ?? brief.model?.connectivity) === 'CELLULAR';
  const identifiers: Device['identifiers'] = { devEui: brief.EUI };
  if (brief.nwAddress) identifiers.devAddr = brief.nwAddress;
  if (brief.appEUI && !cellular) identifiers.joinEui = brief.appEUI;
  if (brief.sim?.ID) identifiers.iccid = brief.sim.ID;
  if (brief.enforcedIMEI) identifiers.imei = brief.enforcedIMEI;
  if (brief.imsi) identifiers.imsi = brief.imsi;
  return {
    device: brief.EUI,
    connection,
    provider: 'thingpark',
    ...(brief.name ? { name: brief.name } : {}),
    identifiers,
    state: brief.healthState === 'SUSPENDED' ? 'suspended' : 'active',
    providerState: brief.healthState ?? 'unknown',
    ...(health ? { health } : {}),
    ...(typeof brief.lastUpTimestamp === 'number' ? { lastSeen: brief.lastUpTimestamp } : {}),
    ...(brief.model?.ID ? { model: brief.model.ID } : {}),
    ...(brief.networkSubscription?.ID ? { plan: brief.networkSubscription.ID } : {}),
  };
}
