import type { Connection } from '../clients/connect.ts';
import { noteUnread } from '../clients/http/call-scope.ts';
import { ProviderRefused, Refusal } from '../clients/http/errors.ts';
import { isUnread } from '../clients/http/lenient-read.ts';
import { defaultAccount, onlyAccounts } from '../clients/thingspace/default-account.ts';
import { type DevicePage, type DeviceRow, deviceListPage, deviceNumberOf, rowsNamed } from '../clients/thingspace/device-pages.ts';
import { devices } from '../clients/thingspace/devices.ts';
import { flagOf, instantOf, isOddInstant, wordsOf } from '../clients/thingspace/fields.ts';
import { kindsByShape, mainIdOf, type NamedId } from '../clients/thingspace/identity.ts';
import { attributeOf, customFieldOf, groupsOf, idOf, planOf, stateOf } from '../clients/thingspace/ids.ts';
import { carrierWords, type SimState } from '../clients/thingspace/sim-state.ts';
import { readUsageDays, type UsageDays } from '../clients/thingspace/usage-days.ts';
import { day } from '../durations.ts';
import { ownDays, slotStarts } from '../time-slots.ts';
import { durationMs, type IdentifierKind, identifierFormats } from '../vocabulary.ts';
import type { Device, IdentifierName, State } from './device.ts';
import { slotSums } from './slot-sums.ts';
import type { FleetProvider, FleetSource, ListFilter } from './source.ts';

const states: Readonly<Record<SimState, State>> = {
  active: 'active',
  suspend: 'suspended',
  deactive: 'inactive',
  'pre-active': 'stock',
  'pending activation': 'pending',
  'pending deactivation': 'pending',
  'pending suspend': 'pending',
  'pending resume': 'pending',
  pending: 'pending',
  retired: 'terminated',
  purged: 'terminated',
  replaced: 'terminated',
  unknown: 'unknown',
};

// Identifier kinds that ThingSpace can look up, in the order in which they are tried.
const lookUps = ['iccid', 'imei', 'eid', 'mdn', 'msisdn', 'imsi', 'meid', 'esn'] as const satisfies readonly IdentifierKind[];
const shownIds = ['iccid', 'imei', 'imsi', 'mdn', 'msisdn', 'meid', 'esn', 'eid'] as const satisfies readonly IdentifierName[];

/** ThingSpace for the fleet: traffic comes as one record a day. */
export const thingspaceFleet: FleetProvider = {
  exact: ['iccid', 'eid', 'mdn', 'msisdn', 'imei'],
  isHandle: (text) => /^(\d{10,11}|\d{14,16}|\d{18,20}|\d{32}|[0-9A-Fa-f]{14})$/.test(text),
  usualLength: { iccid: 20 },
  checkStep(step) {
    if ((durationMs(step) ?? 0) % day !== 0)
      throw new Refusal('step: ThingSpace keeps one record a day', 'Take P1D or whole days.', 'step');
  },
  source: thingspaceSource,
};

/** ThingSpace SIMs of all accounts that the login sees, in the common form. The handle is the ICCID, the name is CustomField1. */
function thingspaceSource(at: Connection): FleetSource {
  const { call, name: connection } = at;
  const restricted = onlyAccounts(at);

  const devicesOf = (rows: readonly DeviceRow[]): Device[] => {
    const found = rows.map((row) => simOf(row, connection));
    const odd = found.filter(({ lastSeenUnknown }) => lastSeenUnknown).length;
    if (odd > 0) noteUnread(connection, [{ kind: 'member', name: 'last connection', rows: odd }]);
    return found;
  };

  const isCovered = (row: DeviceRow): boolean => !restricted || !row.accountName || restricted.includes(row.accountName);

  const lookUp = async (deviceId: NamedId, signal?: AbortSignal): Promise<DeviceRow[]> => {
    try {
      const reply = await call(devices.list, { body: { deviceId } }, { signal });
      return rowsNamed(reply.devices, deviceId).filter(isCovered);
    } catch (error) {
      if (isUnknownSim(error)) return [];
      throw error;
    }
  };

  return {
    supportsLastSeen: true,
    async page(filter, at, signal) {
      const { truncated, ...page } = await pageOfAccounts(filter, at, signal);
      return {
        ...page,
        rows: devicesOf(page.rows),
        ...(truncated
          ? { incomplete: 'the list breaks off here: more devices are reported, but the last row has no usable DeviceId to continue from' }
          : {}),
      };
    },
    async total(signal) {
      const { rows, next, truncated, unread } = await pageOfAccounts({}, undefined, signal);
      return next === undefined && !truncated && unread.length === 0 ? rows.length : undefined;
    },
    async find(text, kinds, signal) {
      const fitting = lookUps.filter((kind) => kinds.includes(kind));
      for (const kind of fitting) {
        const rows = await lookUp({ id: identifierFormats[kind].normalise(text), kind }, signal);
        if (rows.length > 0) return { devices: devicesOf(rows), complete: true };
      }
      return { devices: [], complete: false, ...(fitting.length === 0 ? { asked: false } : {}) };
    },
    async read(device, signal) {
      for (const kind of kindsByShape(device)) {
        const [raw] = await lookUp({ id: device, kind }, signal);
        const [found] = devicesOf(raw ? [raw] : []);
        if (raw && found) return { device: found, raw };
      }
      return undefined;
    },
    async suggest(prefix, signal) {
      const filter = prefix === '' ? {} : { filter: { deviceIdentifierFilters: [{ kind: 'iccid', startswith: prefix }] } };
      const reply = await call(devices.list, { body: { ...filter, maxNumberOfDevices: 100 } }, { signal });
      const found = (reply.devices ?? []).filter(isCovered);
      return found.map((row) => simOf(row, connection).device).filter((id) => id.startsWith(prefix));
    },
    async traffic(device, window, signal) {
      // The carrier's records are days of UTC. They stay these days, also when another zone was asked for.
      const { from, to } = ownDays(window, 'UTC');
      const days = await readUsageDays(call, handleOf(device), { from, to }, signal);
      const figures = days.countsSms ? (['bytes', 'sms'] as const) : (['bytes'] as const);
      const sums = slotSums(slotStarts(from, to, window.step, 'UTC'), { from, to }, figures);
      if (days.incomplete) for (const figure of figures) sums.lacks(figure);
      for (const row of days.rows) for (const figure of figures) sums.add(row.at, figure, row[figure]);
      const note = 'ThingSpace records one row a day (UTC), both directions together; data of an open session is up to 6 h late';
      const limits = usageNotes(days);
      return {
        slots: sums.slots(),
        daysIn: 'UTC',
        ...(days.incomplete || days.notUnderstood > 0 ? { atLeast: true } : {}),
        notes: [note, ...limits],
      };
    },
  };

  /** A page of all accounts; of an account at a time where the connection is restricted. The cursor names the account. */
  async function pageOfAccounts(
    { account }: ListFilter,
    cursor: string | undefined,
    signal?: AbortSignal,
  ): Promise<Omit<DevicePage, 'next'> & { next?: string; unread: string[] }> {
    const accounts = account === undefined ? restricted : restricted?.includes(account) === false ? [] : [account];
    if (accounts?.length === 0)
      return { rows: [], truncated: false, unread: [`account ${account} not read: the connection is restricted`] };
    const [number = '0', index = '0'] = (cursor ?? '').split('@').filter((part) => part !== '');
    if (accounts) return pageOf(accounts, Number(index), Number(number), signal);
    try {
      const { next, ...page } = await deviceListPage(call, {}, Number(number), { signal });
      return { ...page, unread: [], ...(next === undefined ? {} : { next: String(next) }) };
    } catch (error) {
      const own = defaultAccount(at);
      if (!(error instanceof ProviderRefused) || !/MultipleAccounts/i.test(error.code ?? '') || !own) throw error;
      const page = await pageOf([own], 0, Number(number), signal);
      return {
        ...page,
        unread: [`accounts other than ${own} not read: the carrier lists one account at a time; an operator can set accounts`],
      };
    }
  }

  async function pageOf(accounts: readonly string[], index: number, number: number, signal?: AbortSignal) {
    const accountName = accounts[index] ?? '';
    const following = index + 1 < accounts.length ? `0@${index + 1}` : undefined;
    try {
      const { next, ...page } = await deviceListPage(call, { accountName }, number, { signal });
      const cursor = next === undefined ? following : `${next}@${index}`;
      return { ...page, unread: [], ...(cursor === undefined ? {} : { next: cursor }) };
    } catch (error) {
      if (!(error instanceof ProviderRefused) || accounts.length === 1) throw error;
      const unread = [`account ${accountName} not read: ${error.message}`];
      return { rows: [], truncated: false, unread, ...(following === undefined ? {} : { next: following }) };
    }
  }
}

/** What a sum of these records leaves out, in sentences. */
export function usageNotes({ incomplete, notUnderstood, repeated, countsSms }: Omit<UsageDays, 'rows'>): string[] {
  return [
    ...(repeated > 0 ? [`${repeated} record${repeated === 1 ? '' : 's'} came twice, counted once`] : []),
    ...(countsSms ? [] : ['the carrier reports no figure for SMS']),
    ...(incomplete ? [`incomplete: ${incomplete}`] : []),
    ...(notUnderstood > 0
      ? [`the sums are at least: ${notUnderstood} record${notUnderstood === 1 ? ' was' : 's were'} not understood`]
      : []),
  ];
}

/** The identifier by which a device's usage is asked for. */
function handleOf({ device, identifiers }: Device): NamedId {
  const kind = shownIds.find((one) => identifiers[one] === device);
  return { id: device, kind: kind ?? kindsByShape(device)[0] ?? 'iccid' };
}

/** Whether ThingSpace refused because there is no such device. */
export function isUnknownSim(error: unknown): boolean {
  return error instanceof ProviderRefused && /DeviceNotFound/i.test(error.code ?? '');
}

/** The last sign of life in a record, in ms since 1970: the end of the last session where it is reported, or else its start. */
export function lastSignOf(row: DeviceRow): number | undefined {
  const signs = [row.lastConnectionDate, attributeOf(row, 'LastConnectionDate'), attributeOf(row, 'LastDisconnectDate')].map(instantOf);
  const known = signs.filter((ms) => ms !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** Whether a sign of life in a record is not understood: the device may have been heard. */
function isSignUnread(row: DeviceRow): boolean {
  return (
    isUnread(row, 'lastConnectionDate') ||
    [row.lastConnectionDate, attributeOf(row, 'LastConnectionDate'), attributeOf(row, 'LastDisconnectDate')].some(isOddInstant)
  );
}

/** The health of a SIM: `init` only where no sign of life is reported, understood or not. */
function healthOf(row: DeviceRow): Pick<Device, 'health'> {
  const connected = flagOf(row.connected);
  if (connected) return { health: 'active' };
  const isOdd = isSignUnread(row) || isUnread(row, 'connected') || (connected === undefined && wordsOf(row.connected) !== undefined);
  return lastSignOf(row) === undefined && !isOdd ? { health: 'init' } : {};
}

export function simOf(row: DeviceRow, connection: string): Device {
  const identifiers: Device['identifiers'] = {};
  for (const kind of shownIds) {
    const id = idOf(row, kind);
    if (id) identifiers[kind] = id;
  }
  const ip = wordsOf(row.ipAddress);
  if (ip) identifiers.ip = ip;
  const lastSeen = lastSignOf(row);
  const name = customFieldOf(row, 'CustomField1');
  const plan = planOf(row);
  const groups = groupsOf(row);
  const account = wordsOf(row.accountName);
  return {
    device: mainIdOf(row)?.id ?? String(deviceNumberOf(row) ?? 'unknown'),
    connection,
    provider: 'thingspace',
    ...(account ? { account } : {}),
    ...(name ? { name } : {}),
    identifiers,
    state: states[stateOf(row)],
    providerState: carrierWords(row.carrierInformations),
    ...healthOf(row),
    ...(lastSeen === undefined ? {} : { lastSeen }),
    ...(lastSeen === undefined && isSignUnread(row) ? { lastSeenUnknown: true } : {}),
    ...(plan ? { plan } : {}),
    ...(groups.length > 0 ? { groups } : {}),
  };
}
