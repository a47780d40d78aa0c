/** The fleet: devices of every connection in one form. */
import { CallError, Refusal } from '../clients/http/errors.ts';
import { paginate } from '../clients/http/pages.ts';
import type { Clock } from '../clock.ts';
import { type IdentifierKind, isSpreadsheetNumber, spreadsheetMessage } from '../vocabulary.ts';
import { addUnread, type ConnectionFailure, failureOf } from './connection-failure.ts';
import { type Device, identityOf } from './device.ts';
import { isPlain } from './facts.ts';
import { type FindResult, findDevices } from './find.ts';
import type { FleetConnection } from './fleet-connection.ts';
import { type KeptWalks, makeKeptWalks } from './kept-walks.ts';
import { unknownOf } from './limits.ts';
import {
  type Cursor,
  isSilenceUnknown,
  type ListOptions,
  type ListResult,
  listDevices,
  matchesOptions,
  providerFilter,
  silenceUnknown,
  unsupportedFilters,
} from './list.ts';
import { findOtherForms, formOf } from './meant.ts';
import { didYouMean, type NearDevice, nearDevices } from './near.ts';
import { withPlausibleTimes } from './plausible-times.ts';
import { readHandle } from './read-handle.ts';
import type { DeviceCounts, DeviceDetails, Traffic, TrafficWindow } from './source.ts';
import { type Summary, type SummaryOptions, summariseFleet } from './summarise-fleet.ts';
import { totalReader } from './total.ts';

/** Whether there is such a device is not known: a connection that may hold it could not be read. */
export class IncompleteLookup extends CallError {
  constructor(message: string, next = 'Try again later.') {
    super(message, next);
  }
}

export interface Scope {
  connection?: string | undefined;
  provider?: string | undefined;
}

export interface Fleet {
  list(scope: Scope, options: ListOptions, from: Cursor | undefined, signal?: AbortSignal): Promise<ListResult>;
  count(
    scope: Scope,
    ask: Omit<ListOptions, 'limit' | 'sort'>,
    signal?: AbortSignal,
    progress?: (scanned: number) => void,
  ): Promise<{ counts: (DeviceCounts & { connection: string })[]; failures: ConnectionFailure[] }>;
  /** Devices of one connection in all, of the last ten minutes; undefined where the provider does not tell or does not answer. */
  total(connection: string, signal?: AbortSignal): Promise<number | undefined>;
  find(scope: Scope, text: string, signal?: AbortSignal, progress?: (scanned: number) => void): Promise<FindResult>;
  /** Exactly one device, by handle or `connection/handle`; a Refusal with the candidates otherwise. */
  getDevice(handle: string, connection: string | undefined, signal?: AbortSignal): Promise<DeviceDetails>;
  /** The form in which a provider knows an identifier: with or without its check digit or country code. Undefined where it knows none, or several things fit. */
  knownForm(scope: Scope, kind: IdentifierKind, value: string, signal?: AbortSignal): Promise<string | undefined>;
  /** Whether an identifier has the length that the providers in this scope keep. */
  isUsual(scope: Scope, kind: IdentifierKind, value: string): boolean;
  /** Devices that a text may mean although it is none of their identifiers. */
  near(scope: Scope, text: string, signal?: AbortSignal): Promise<NearDevice[]>;
  /** The device at every connection that has it, with the connections that could not be asked; a Refusal where none has it. */
  getDevices(
    handle: string,
    connection: string | undefined,
    signal?: AbortSignal,
  ): Promise<{ found: [DeviceDetails, ...DeviceDetails[]]; failures: ConnectionFailure[] }>;
  traffic(device: Device, window: TrafficWindow, signal?: AbortSignal): Promise<Traffic>;
  /** Counts the devices that fit by facts, from the kept reading of each connection; `fresh` reads them again. */
  summarise(scope: Scope, ask: SummaryOptions): Promise<Summary>;
  /** Those of the identifiers that no device in this scope bears, in normal form. */
  unknownOf(scope: Scope, ids: readonly string[], signal?: AbortSignal): Promise<string[]>;
  /** Some handles that begin with a text, for completion. A connection that cannot be read suggests nothing. */
  suggest(scope: Scope, prefix: string, signal?: AbortSignal): Promise<string[]>;
}

/** `walks` are shared by the fleets of all callers of a server. */
export function makeFleet(connections: readonly FleetConnection[], clock: Clock, walks: KeptWalks = makeKeptWalks(clock)): Fleet {
  const members = connections.map((member) => withPlausibleTimes(member, clock));
  const scoped = ({ connection, provider }: Scope): FleetConnection[] => {
    const found = members.filter(
      (member) =>
        (connection === undefined || member.connection.name === connection) &&
        (provider === undefined || member.connection.provider === provider),
    );
    if (found.length > 0) return found;
    const names = members.map((member) => `${member.connection.name} (${member.connection.provider})`).join(', ');
    throw new Refusal(`connection: no connection with devices fits`, `There are: ${names || 'none'}.`, 'connection');
  };

  const connectionNamed = (name: string): FleetConnection => scoped({ connection: name })[0] as FleetConnection;

  const total = totalReader(clock);

  const getDevices: Fleet['getDevices'] = async (handle, connection, signal) => {
    const slash = handle.indexOf('/');
    const named = slash > 0 ? members.find((member) => member.connection.name === handle.slice(0, slash).trim()) : undefined;
    const id = named ? handle.slice(slash + 1).trim() : handle.trim();
    const candidates = named ? [named] : scoped({ connection });
    const found: DeviceDetails[] = [];
    const failures: ConnectionFailure[] = [];
    for (const member of candidates) {
      try {
        found.push(...(await readHandle(member, id, signal)));
      } catch (error) {
        signal?.throwIfAborted();
        failures.push(failureOf(member.connection.name, error));
      }
    }
    // Several devices of one connection are never the same one.
    if (new Set(found.map(({ device }) => device.connection)).size < found.length) throw severalDevices(id, found);
    const [first, ...others] = found;
    if (first) return { found: [first, ...others], failures };
    const unread = failures.map((failure) => `${failure.connection}: ${failure.error}`).join('; ');
    if (unread)
      throw new IncompleteLookup(`device: ${id} was not found, and not every connection could be asked: ${unread}`, failures[0]?.next);
    const offer = didYouMean(await nearDevices(candidates, id, signal));
    throw new Refusal(
      isSpreadsheetNumber(id)
        ? `device: ${spreadsheetMessage('the identifier', id, 'A81758FFFE0A0001')}`
        : `device: there is no device ${id}`,
      `${offer ? `${offer} ` : ''}find_device takes any other identifier, a name, or four and more trailing characters.`,
      'device',
    );
  };

  return {
    list: (scope, options, from, signal) => listDevices(scoped(scope), options, clock.now(), from, signal),
    async count(scope, ask, signal, progress) {
      const failures: ConnectionFailure[] = [];
      const of: (DeviceCounts & { connection: string })[] = [];
      const plain =
        ask.query === undefined && ask.silentFor === undefined && ask.state === undefined && ask.account === undefined && isPlain(ask);
      let scanned = 0;
      for (const member of scoped(scope)) {
        try {
          const unsupported = unsupportedFilters(member, ask);
          if (unsupported) {
            failures.push(unsupported);
            continue;
          }
          const quick = plain ? await member.source.counts?.(signal) : undefined;
          const counts =
            quick ??
            (await countByScan(member, ask, clock.now(), signal, (rows, unread) => {
              scanned += rows;
              addUnread(failures, member.connection.name, unread);
              progress?.(scanned);
            }));
          of.push({ connection: member.connection.name, ...counts });
        } catch (error) {
          signal?.throwIfAborted();
          failures.push(failureOf(member.connection.name, error));
        }
      }
      return { counts: of, failures };
    },
    async total(connection, signal) {
      const member = members.find((one) => one.connection.name === connection);
      return member && total(member, signal);
    },
    find: (scope, text, signal, progress) => findDevices(scoped(scope), text, signal, progress),
    getDevices,
    async getDevice(handle, connection, signal) {
      const { found } = await getDevices(handle, connection, signal);
      if (found.length === 1) return found[0];
      throw severalDevices(found[0].device.device, found);
    },
    async knownForm(scope, kind, value, signal) {
      const forms = new Set<string>();
      for (const member of scoped(scope)) {
        const { devices } = await member.source.find(value, [kind], signal);
        const found = devices.length > 0 ? devices : await findOtherForms(member, value, signal);
        for (const device of found) {
          const form = formOf(device, kind, value);
          if (form !== undefined) forms.add(form);
        }
      }
      return forms.size === 1 ? [...forms][0] : undefined;
    },
    isUsual: (scope, kind, value) => scoped(scope).every(({ provider }) => (provider.usualLength?.[kind] ?? value.length) === value.length),
    near: (scope, text, signal) => nearDevices(scoped(scope), text, signal),
    summarise: (scope, ask) => summariseFleet(scoped(scope), ask, { walks, now: () => clock.now() }),
    unknownOf: (scope, ids, signal) => unknownOf(scoped(scope), ids, signal),
    async suggest(scope, prefix, signal) {
      const found = await Promise.all(scoped(scope).map((member) => member.source.suggest(prefix, signal).catch(() => [])));
      return found.flat();
    },
    traffic(device, window, signal) {
      const member = connectionNamed(device.connection);
      member.provider.checkStep?.(window.step);
      return member.source.traffic(device, window, signal);
    },
  };
}

function severalDevices(id: string, found: readonly DeviceDetails[]): Refusal {
  const where = [...new Set(found.map(({ device }) => device.connection))];
  if (where.length === found.length)
    return new Refusal(`device: ${id} is at ${where.join(' and ')}`, `Say which: connection is one of ${where.join(', ')}.`, 'device');
  const handles = found.map(({ device }) => `${device.connection}/${device.device}`).join(', ');
  return new Refusal(`device: ${id} can mean several devices`, `Say which: device is one of ${handles}.`, 'device');
}

async function countByScan(
  member: FleetConnection,
  options: Omit<ListOptions, 'limit' | 'sort'>,
  now: number,
  signal?: AbortSignal,
  onPage?: (rows: number, unread: readonly string[] | undefined) => void,
): Promise<DeviceCounts> {
  const counts: DeviceCounts = { total: 0, byState: {}, byHealth: {} };
  const read = (at: string | undefined) => member.source.page(providerFilter(options), at, signal);
  for await (const page of paginate(read, { identityOf })) {
    for (const device of page.rows) {
      if (isSilenceUnknown(device, options, now)) counts.incomplete ??= silenceUnknown;
      if (!matchesOptions(device, options, now)) continue;
      counts.total += 1;
      counts.byState[device.state] = (counts.byState[device.state] ?? 0) + 1;
      if (device.health) counts.byHealth[device.health] = (counts.byHealth[device.health] ?? 0) + 1;
    }
    onPage?.(page.rows.length, page.unread);
    if (page.incomplete) counts.incomplete = page.incomplete;
  }
  return counts;
}
