import type { z } from 'zod';
import type { Connection } from '../clients/connect.ts';
import type { ReplyOf } from '../clients/http/endpoint.ts';
import { CallError, ProviderRefused, Refusal } from '../clients/http/errors.ts';
import { isUnread } from '../clients/http/lenient-read.ts';
import { baseStations } from '../clients/thingpark/base-stations.ts';
import { alarmsText, batteryText, planIdOf } from '../clients/thingpark/device-facts.ts';
import { groupsIn } from '../clients/thingpark/device-groups.ts';
import { type DeviceBrief, devices } from '../clients/thingpark/devices.ts';
import { type HealthState, healthStateOf, type ServiceState, serviceStateOf } from '../clients/thingpark/states.ts';
import { instant } from '../clock.ts';
import { day, hour } from '../durations.ts';
import { sanitize } from '../text/sanitize.ts';
import { durationMs, identifierFormats, normaliseIdentifier, sameName, shownName } from '../vocabulary.ts';
import type { Device, Health, State } from './device.ts';
import { plausibleRssi, plausibleSnr } from './radio.ts';
import type { DeviceCounts, FleetProvider, FleetSource, Slot } from './source.ts';

type Brief = z.output<ReturnType<typeof DeviceBrief>>;

const pageSize = 100;
const healths: Partial<Record<HealthState, Health>> = { INIT: 'init', ACTIVE: 'active', RF_CNX_ERROR: 'lost' };
const stateWords = { 'in service': 'active', suspended: 'suspended', unknown: 'unknown' } as const satisfies Record<ServiceState, State>;

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

/** Begins the page token of devices that `query` did not select. */
const beyondMark = '*';

/**
 * Where else to look for an identifier that no DevEUI and no name begins with: the `query` of ThingPark compares nothing else (Devices API 7.3).
 * Eight hex digits may be a DevAddr of any device, more digits the ICCID, IMEI or IMSI of a cellular one.
 */
function otherIdentifiers(query: string | undefined): { connectivity?: 'CELLULAR' } | undefined {
  if (query === undefined || !/^[0-9A-F]{8}$|^\d{9,}$/i.test(query)) return undefined;
  return query.length === 8 ? {} : { connectivity: 'CELLULAR' };
}

/** ThingPark devices in the common form. `healthState` holds both the lifecycle (SUSPENDED) and the radio health. */
function thingparkSource(at: Connection): FleetSource {
  const { call, name: connection } = at;

  const row = (brief: Brief): Device => deviceOf(brief, connection);

  const list = async (
    query: { query?: string; connectivity?: 'CELLULAR'; healthState?: ('INIT' | 'ACTIVE' | 'RF_CNX_ERROR' | 'SUSPENDED')[] },
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
      rows: page.briefs.filter(({ EUI }) => EUI.trim() !== '').map(row),
      next,
      total: page.count ?? undefined,
      ...(breaksOff ? { incomplete: 'the list breaks off here: more devices are reported without a cursor to read them' } : {}),
    };
  };

  /** Undefined where a count is not understood, or a state is counted twice: the devices are counted one by one then. */
  const counts = async (signal?: AbortSignal): Promise<DeviceCounts | undefined> => {
    const answer = await call(devices.counters, {}, { signal });
    const counts: DeviceCounts = { total: 0, byState: {}, byHealth: {} };
    const counted = new Set<string>();
    for (const { healthState, count } of answer.briefs) {
      const word = healthStateOf(healthState);
      const key = word ?? healthState ?? '';
      if (typeof count !== 'number' || counted.has(key)) return undefined;
      counted.add(key);
      const health = word && healths[word];
      const state = stateWords[serviceStateOf({ healthState })];
      counts.total += count;
      counts.byState[state] = (counts.byState[state] ?? 0) + count;
      if (health) counts.byHealth[health] = (counts.byHealth[health] ?? 0) + count;
    }
    return counts;
  };

  return {
    supportsLastSeen: true,
    async page(filter, after, signal) {
      const state = filter.state === 'suspended' ? { healthState: ['SUSPENDED'] as const satisfies string[] } : {};
      const beyond = otherIdentifiers(filter.query);
      const isBeyond = beyond !== undefined && after?.startsWith(beyondMark);
      if (!isBeyond) {
        const page = await list({ ...(filter.query === undefined ? {} : { query: filter.query }), ...state }, after, signal);
        if (beyond === undefined || after !== undefined || page.rows.length > 0 || page.incomplete !== undefined) return page;
      }
      const { total: _, next, ...page } = await list({ ...beyond, ...state }, after?.slice(beyondMark.length), signal);
      return { ...page, next: next === undefined ? undefined : `${beyondMark}${next}` };
    },
    counts,
    total: async (signal) => (await counts(signal))?.total,
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
        return { device: row(raw), raw, details: detailsOf(raw), moreDetails: (signal) => gatewayOf(raw, at, signal) };
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
      const briefs = withoutRepeats(answer.briefs);
      const slots = briefs.flatMap((brief) => slotOf(brief) ?? []);
      const odd = briefs.filter((brief) => typeof brief.timestamp !== 'number' || isIncomplete(brief)).length;
      const note = `${odd} of ${briefs.length} time slots have figures that were not understood and are left out, so the totals are at least these`;
      return { slots, ...(odd > 0 ? { atLeast: true } : {}), notes: odd > 0 ? [note] : [] };
    },
  };
}

/** What is to be said of a plan that has no id. */
function planWords(raw: Brief): string | undefined {
  const id = planIdOf(raw);
  return id === undefined ? 'unknown' : id === null ? 'none' : undefined;
}

/** Facts of one device: its plan where it has none, its battery, its open alarms, and who changed it last and when. */
function detailsOf(raw: ReplyOf<typeof devices.read>): Record<string, string> {
  const { lastUpdate, who } = raw.occContext ?? {};
  const edited = [
    typeof lastUpdate === 'number' ? instant(lastUpdate - (lastUpdate % 1000)) : undefined,
    who ? `by ${sanitize(who, 50)}` : undefined,
  ].filter((part) => part !== undefined);
  const facts = {
    plan: planWords(raw),
    battery: batteryText(raw.lastBatLevel),
    alarms: alarmsText(raw.alarmCount, raw.alarmLevel),
    lastEdit: edited.length > 0 ? edited.join(' ') : undefined,
  };
  return Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** The best gateway with its name and connection; its id alone where the account may not read base stations. */
async function gatewayOf(raw: ReplyOf<typeof devices.read>, { call }: Connection, signal?: AbortSignal): Promise<Record<string, string>> {
  const id = raw.bestLRR?.ID;
  if (!id) return {};
  try {
    const station = await call(baseStations.read, { path: { bsUid: `i${id.toUpperCase()}` } }, { signal });
    const backhaul = station.cnxState?.toUpperCase() === 'DISC' ? ['disconnected'] : [];
    return { bestGateway: [id, ...(station.name ? [sanitize(station.name, 40)] : []), ...backhaul].join(', ') };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof CallError)) throw error;
    return { bestGateway: `${sanitize(id, 40)}, name not readable` };
  }
}

/** Whether ThingPark refused because there is no such device: 404, or 400 with "not found" in its text, in the API's own error form. */
export function isUnknownDevice(error: unknown): boolean {
  return error instanceof ProviderRefused && (error.objectMissing || (error.status === 400 && /not found/i.test(error.providerMessage)));
}

type FrameSlot = ReplyOf<typeof devices.aggregatedFrames>['briefs'][number];

/** Slots without those that come twice. One that comes twice with different figures has none that can be told. */
function withoutRepeats(briefs: readonly FrameSlot[]): FrameSlot[] {
  return [...Map.groupBy(briefs, ({ timestamp }, i) => timestamp ?? `slot ${i}`).values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const same = others.every((one) => JSON.stringify(one) === JSON.stringify(first));
    return [same ? first : { timestamp: first.timestamp, up: undefined, dw: undefined, mf: undefined }];
  });
}

/** A part of a slot that is missing has counted nothing; one that is not understood, or whose count is not, is unknown. */
function amountOf(slot: FrameSlot, part: 'up' | 'dw' | 'mf', name: string): number | undefined {
  const counts = slot[part];
  if (!counts) return isUnread(slot, part) ? undefined : 0;
  const amount: unknown = counts[name];
  return typeof amount === 'number' ? amount : undefined;
}

const sumOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

const isIncomplete = (slot: FrameSlot): boolean =>
  (['up', 'dw'] as const).some((part) => ([amountOf(slot, part, 'count'), amountOf(slot, part, 'size')] as const).includes(undefined)) ||
  isUnread(slot, 'mf');

function slotOf(brief: FrameSlot): Slot | undefined {
  if (typeof brief.timestamp !== 'number') return undefined;
  const figures = {
    upCount: amountOf(brief, 'up', 'count'),
    downCount: amountOf(brief, 'dw', 'count'),
    upBytes: sumOf(amountOf(brief, 'up', 'size'), amountOf(brief, 'mf', 'sizeUp')),
    downBytes: sumOf(amountOf(brief, 'dw', 'size'), amountOf(brief, 'mf', 'sizeDown')),
    lost: amountOf(brief, 'up', 'countLost'),
    failed: amountOf(brief, 'dw', 'countFailed'),
    rssi: plausibleRssi(brief.rssiMean),
    snr: plausibleSnr(brief.snrMean),
    per: brief.meanPerMean,
  };
  return { at: brief.timestamp, ...Object.fromEntries(Object.entries(figures).filter(([, value]) => typeof value === 'number')) };
}

/** A DevEUI in its normal form; other text as it came. */
function euiOf(text: string): string {
  const normal = identifierFormats.devEui.normalise(text);
  return identifierFormats.devEui.pattern.test(normal) ? normal : text;
}

const groupsOf = (brief: Brief): Pick<Device, 'groups'> => {
  const groups = groupsIn(brief);
  return groups.length > 0 ? { groups } : {};
};

export function deviceOf(brief: Brief, connection: string): Device {
  const word = healthStateOf(brief.healthState);
  const health = word && healths[word];
  const EUI = euiOf(brief.EUI);
  const cellular = (brief.connectivity ?? brief.model?.connectivity)?.toUpperCase() === 'CELLULAR';
  const identifiers: Device['identifiers'] = { devEui: EUI };
  if (brief.nwAddress) identifiers.devAddr = brief.nwAddress.toUpperCase();
  if (brief.appEUI && !cellular) identifiers.joinEui = euiOf(brief.appEUI);
  if (brief.sim?.ID) identifiers.iccid = brief.sim.ID;
  if (brief.enforcedIMEI) identifiers.imei = brief.enforcedIMEI;
  if (brief.imsi) identifiers.imsi = brief.imsi;
  return {
    device: EUI,
    connection,
    provider: 'thingpark',
    ...(brief.name ? { name: brief.name } : {}),
    identifiers,
    state: stateWords[serviceStateOf(brief)],
    providerState: brief.healthState ?? 'unknown',
    ...(health ? { health } : {}),
    ...(typeof brief.lastUpTimestamp === 'number' ? { lastSeen: brief.lastUpTimestamp } : {}),
    ...(isUnread(brief, 'lastUpTimestamp') ? { lastSeenUnknown: true } : {}),
    ...(brief.model?.ID ? { model: brief.model.ID } : {}),
    ...(brief.networkSubscription?.ID ? { plan: brief.networkSubscription.ID } : {}),
    ...groupsOf(brief),
  };
}
