import type { Connection } from '../clients/connect.ts';
import { ProviderRefused } from '../clients/http/errors.ts';
import { instantIn } from '../clients/http/plain-values.ts';
import { analytics } from '../clients/iotx/analytics.ts';
import { eq, type Filter, like, or } from '../clients/iotx/filter.ts';
import { dateIn, type SubscriberState, subscriberState, unknownStateNote } from '../clients/iotx/state.ts';
import { subscriberPages } from '../clients/iotx/subscriber-pages.ts';
import { type Subscriber, subscribers } from '../clients/iotx/subscribers.ts';
import { day } from '../durations.ts';
import { slotStarts } from '../time-slots.ts';
import { identifierFormats, normaliseIdentifier, plainText, sameName, shownName } from '../vocabulary.ts';
import type { Device, State } from './device.ts';
import { money } from './money.ts';
import { slotSums } from './slot-sums.ts';
import type { DeviceDetails, FleetProvider, FleetSource } from './source.ts';

const stateWords = {
  active: 'active',
  barred: 'suspended',
  terminated: 'terminated',
  inactive: 'inactive',
  unknown: 'unknown',
} as const satisfies Record<SubscriberState, State>;

/** Days per usage request. The longest range that iot-x answers is not documented. */
const maxDays = 31;

/** iot-x for the fleet. */
export const iotxFleet: FleetProvider = {
  exact: ['iccid', 'devEui'],
  isHandle: (text) => /^[0-9A-Za-z-]{1,25}$/.test(text),
  source: iotxSource,
};

/** iot-x subscribers as devices. The state is derived from two booleans and a date. */
function iotxSource(at: Connection): FleetSource {
  const { call, name: connection } = at;

  const search = async (filter: Filter, signal?: AbortSignal): Promise<Device[] | undefined> => {
    try {
      const page = await subscriberPages(call, { filter }, { signal })(undefined);
      return page.rows.map((row) => subscriberOf(row, connection));
    } catch (error) {
      // The fields that can be filtered on are not documented. A 400 means this one cannot: scan the list instead.
      if (error instanceof ProviderRefused && error.status === 400) return undefined;
      throw error;
    }
  };

  const read = async (id: string, signal?: AbortSignal) => {
    try {
      const raw = await call(subscribers.read, { path: { physicalId: id } }, { signal });
      return { device: subscriberOf(raw, connection), raw, details: detailsOf(raw, at.defaults['currency']) };
    } catch (error) {
      if (error instanceof ProviderRefused && error.objectMissing) return undefined;
      throw error;
    }
  };

  return {
    supportsLastSeen: false,
    async page(_filter, at, signal) {
      const page = await subscriberPages(call, {}, { signal })(at === undefined ? undefined : Number(at));
      return { rows: page.rows.map((row) => subscriberOf(row, connection)), next: page.next === undefined ? undefined : String(page.next) };
    },
    async find(text, kinds, signal) {
      if (kinds.includes('iccid') || kinds.includes('devEui') || kinds.includes('imei')) {
        const kind = kinds.includes('iccid') ? 'iccid' : kinds.includes('devEui') ? 'devEui' : 'imei';
        const found = await read(identifierFormats[kind].normalise(text), signal);
        if (found) return { devices: [found.device], complete: true };
      }
      if (/["\p{Cc}]/u.test(text)) return { devices: [], complete: false };
      const plain = shownName(text);
      const form = (kind: 'msisdn' | 'imsi' | 'eid'): string => normaliseIdentifier(kind, text) ?? plainText(text);
      const [msisdn, imsi, eid] = [form('msisdn'), form('imsi'), form('eid')];
      const hits = await search(or(eq('subscriberId', msisdn), eq('imsi', imsi), eq('eid', eid), eq('nickname', plain)), signal);
      // A provider that ignores the filter answers other subscribers: they are no match, and the list has to be read.
      const forms = [msisdn, imsi, eid].map((one) => one.toLowerCase());
      const exact = (hits ?? []).filter(
        ({ identifiers, name }) =>
          Object.values(identifiers).some((id) => forms.includes(id.toLowerCase())) || (name !== undefined && sameName(name, plain)),
      );
      return { devices: exact, complete: exact.length > 0 };
    },
    read: (device, signal) => read(/^[0-9A-Fa-f]{16}$/.test(device) ? device.toUpperCase() : device, signal),
    async suggest(prefix, signal) {
      if (/[^0-9A-Za-z]/.test(prefix)) return [];
      const rows =
        prefix === ''
          ? (await subscriberPages(call, {}, { signal })(undefined)).rows.map((row) => row.physicalId)
          : await search(like('physicalId', prefix), signal).then((hits) => hits?.map((hit) => hit.device));
      return (rows ?? []).filter((id) => id.toUpperCase().startsWith(prefix.toUpperCase()));
    },
    async traffic(device, { from, to, step, zone }, signal) {
      const sums = slotSums(slotStarts(from, to, step, zone), { from, to }, ['upBytes', 'downBytes']);
      let missing = 0;
      const add = (
        side: 'upBytes' | 'downBytes',
        amounts: Readonly<Record<string, number | null | undefined>> | null | undefined,
      ): void => {
        if (!amounts) {
          missing += 1;
          sums.lacks(side);
        }
        for (const [when, bytes] of Object.entries(amounts ?? {})) sums.add(timeOf(when), side, bytes ?? undefined);
      };
      for (let begin = from; begin < to; begin += maxDays * day) {
        const query = { startDate: offsetTime(begin), endDate: offsetTime(Math.min(to, begin + maxDays * day)) };
        const usage = await call(analytics.dataUsage, { path: { physicalId: device.device }, query }, { signal });
        add('upBytes', usage.mobileOriginated);
        add('downBytes', usage.mobileTerminated);
      }
      const odd = sums.notUnderstood();
      const notes = [
        ...(odd > 0 ? [`${odd} amounts or times of the answer were not understood, so the bytes are at least these`] : []),
        ...(missing > 0 ? ['the answer lacks the bytes of one direction or both, which are unknown, not zero'] : []),
      ];
      return { slots: sums.slots(), ...(notes.length > 0 ? { atLeast: true } : {}), notes: ['iot-x counts bytes only', ...notes] };
    },
  };
}

/** The time of a bucket in ms since 1970; undefined where it is not understood. */
function timeOf(text: string): number | undefined {
  const ms = instantIn(text);
  return typeof ms === 'number' ? ms : undefined;
}

/** ISO 8601 with an offset, the format that iot-x requires for dates. */
function offsetTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}

/** Usage of the current billing period, contract and rental of one subscriber. */
function detailsOf(one: Subscriber, currency: string | undefined): NonNullable<DeviceDetails['details']> {
  const online = one.networkState?.isOnline;
  const facts = {
    online: typeof online === 'boolean' ? (online ? 'yes' : 'no') : 'unknown',
    usageBytes: one.dataUsage,
    usagePeriod: typeof one.dataUsage === 'number' ? 'the current billing period, whose start and end iot-x does not state' : undefined,
    lineRental: typeof one.lineRental === 'number' ? money(one.lineRental, currency) : undefined,
    contractMonths: one.contractLength,
    contractFrom: dateIn(one.connectionDate),
    contractTo: dateIn(one.expiryDate),
    terminated: dateIn(one.terminateDate),
    operator: one.operatorName,
    group: one.groupId,
    stateNote: subscriberState(one) === 'unknown' ? unknownStateNote : undefined,
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, value]])),
  );
}

export function subscriberOf(subscriber: Subscriber, connection: string): Device {
  const id = subscriber.physicalId;
  const state = subscriberState(subscriber);
  const identifiers: Device['identifiers'] = {};
  if (/^[0-9A-Fa-f]{16}$/.test(id)) identifiers.devEui = id.toUpperCase();
  else if (/^\d{18,20}$/.test(id)) identifiers.iccid = id;
  else if (/^\d{15}$/.test(id)) identifiers.imei = id;
  else identifiers.id = id;
  if (subscriber.subscriberId && subscriber.subscriberId !== id) {
    if (identifiers.iccid) identifiers.msisdn = subscriber.subscriberId;
    else identifiers.id = subscriber.subscriberId;
  }
  if (subscriber.imsi) identifiers.imsi = subscriber.imsi;
  if (subscriber.eid) identifiers.eid = subscriber.eid;
  return {
    device: id,
    connection,
    provider: 'iotx',
    ...(subscriber.nickname ? { name: subscriber.nickname } : {}),
    identifiers,
    state: stateWords[state],
    providerState: state,
    ...(subscriber.networkState?.isOnline ? { health: 'active' as const } : {}),
    ...(subscriber.tariffName ? { plan: subscriber.tariffName } : {}),
    ...(typeof subscriber.groupId === 'string' ? { groups: [subscriber.groupId] } : {}),
  };
}
