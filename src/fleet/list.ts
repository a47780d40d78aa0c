/** One list over all connections in sequence, with a cursor that continues where the page ended. */
import { pageHash, paginate, repeats, walkGuard } from '../clients/http/pages.ts';
import { addUnread, type ConnectionFailure, failureOf } from './connection-failure.ts';
import { type Device, identityOf, type State } from './device.ts';
import { type FactFilter, hasFacts, isPlain } from './facts.ts';
import type { FleetConnection } from './fleet-connection.ts';
import { matches, providerQuery } from './query.ts';
import type { ListFilter } from './source.ts';

export interface ListOptions extends FactFilter {
  state?: State | undefined;
  query?: string | undefined;
  account?: string | undefined;
  /** Not heard for at least this many ms. A device that was never heard matches. */
  silentFor?: number | undefined;
  sort?: 'name' | 'lastSeen' | undefined;
  limit: number;
}

/** Where a list continues: the connection, its page, and the number of rows of that page already returned. */
export interface Cursor {
  connection: string;
  at?: string | undefined;
  skip: number;
  /** Number of matching rows, where the provider reported it on its first page. */
  total?: number | undefined;
  /** Fingerprint of the page before, to notice a provider that repeats it. */
  before?: string | undefined;
}

export interface ListResult {
  rows: Device[];
  next?: Cursor;
  failures: (ConnectionFailure & { from?: Cursor })[];
  /** Connections whose list ended early, and why. */
  incomplete: { connection: string; reason: string }[];
  /** Number of connections that answered. */
  read: number;
  /** Number of rows read to find `rows`. */
  scanned: number;
  /** Number of matching devices in all connections of the request; undefined when a provider does not report it. */
  total?: number;
  /** Number of matching devices by connection, where known. */
  totals: Record<string, number>;
  /** Connections that are read when the list continues from `next`. */
  ahead: string[];
}

/** Maximum rows read in one call, to limit the response time. */
const scanLimit = 5000;

/** Devices in these states are not in service, so `silentFor` ignores them unless `state` asks for one. */
const notInService: readonly State[] = ['stock', 'inactive', 'terminated'];

/** The failure of a connection whose provider does not support the requested filters; undefined when it does. */
export function unsupportedFilters(
  member: FleetConnection,
  options: Pick<ListOptions, 'silentFor' | 'sort'>,
): ConnectionFailure | undefined {
  if (member.source.supportsLastSeen || (options.silentFor === undefined && options.sort !== 'lastSeen')) return undefined;
  return {
    connection: member.connection.name,
    error: 'does not report when a device was last heard',
    next: 'The connection is left out. Call again without silentFor and without sort lastSeen.',
  };
}

export function matchesOptions(device: Device, options: Omit<ListOptions, 'limit'>, now: number): boolean {
  if (options.state && device.state !== options.state) return false;
  if (options.account !== undefined && device.account !== options.account) return false;
  if (!hasFacts(device, options)) return false;
  if (options.silentFor !== undefined) {
    if (options.state === undefined && notInService.includes(device.state)) return false;
    if (device.lastSeenUnknown) return false;
    if (device.lastSeen !== undefined && now - device.lastSeen < options.silentFor) return false;
  }
  return options.query === undefined || matches(device, options.query);
}

/** Why a list or count of silent devices may lack some. */
export const silenceUnknown = 'devices are left out of which it is unknown when they were last heard';

/** Whether a device fits but for `silentFor`, of which it is unknown whether it does. */
export function isSilenceUnknown(device: Device, options: Omit<ListOptions, 'limit'>, now: number): boolean {
  if (options.silentFor === undefined || !device.lastSeenUnknown) return false;
  const { lastSeenUnknown: _, ...silent } = device;
  return matchesOptions(silent, options, now);
}

/** The part of the options that a provider can apply to its list. */
export function providerFilter({ query, state, account }: Pick<ListOptions, 'query' | 'state' | 'account'>): ListFilter {
  return { query: providerQuery(query), state, account };
}

export async function listDevices(
  members: readonly FleetConnection[],
  options: ListOptions,
  now: number,
  from: Cursor | undefined,
  signal?: AbortSignal,
): Promise<ListResult> {
  const result: ListResult = { rows: [], failures: [], incomplete: [], read: 0, scanned: 0, totals: {}, ahead: [] };
  const native =
    options.silentFor === undefined &&
    options.state === undefined &&
    options.sort === undefined &&
    options.account === undefined &&
    isPlain(options) &&
    (options.query === undefined || providerQuery(options.query) !== undefined);
  let total: number | undefined = 0;
  const first = from === undefined ? 0 : members.findIndex((member) => member.connection.name === from.connection);
  for (const [i, member] of members.entries()) {
    if (i < first) continue;
    const start: Cursor = from && i === first ? from : { connection: member.connection.name, skip: 0 };
    const unsupported = unsupportedFilters(member, options);
    if (unsupported) {
      result.failures.push(unsupported);
      total = undefined;
      continue;
    }
    // The read position in this connection. A list that fails midway can continue from here.
    const here: Cursor = { ...start };
    try {
      const ended = options.sort
        ? await listSorted(member, options, now, start, result, signal)
        : await listInOrder(member, options, now, here, result, signal);
      result.read += 1;
      if (ended.incomplete) result.incomplete.push({ connection: member.connection.name, reason: ended.incomplete });
      const known = ended.incomplete ? undefined : ended.total;
      total = total === undefined || known === undefined || !native ? undefined : total + known;
      if (known !== undefined && (native || options.sort)) result.totals[member.connection.name] = known;
      if (ended.next) {
        result.next = ended.next;
        if (i < members.length - 1) total = undefined;
        break;
      }
    } catch (error) {
      signal?.throwIfAborted();
      result.failures.push({ ...failureOf(member.connection.name, error), from: here });
      total = undefined;
    }
    const following = members[i + 1];
    if (result.rows.length >= options.limit && following) {
      result.next = { connection: following.connection.name, skip: 0 };
      total = undefined;
      break;
    }
  }
  const at = result.next && members.findIndex((member) => member.connection.name === result.next?.connection);
  result.ahead = at === undefined ? [] : members.slice(at).map((member) => member.connection.name);
  // The whole list was read in one call, so the rows found are the total.
  if (from === undefined && !result.next && result.failures.length === 0 && result.incomplete.length === 0) total = result.rows.length;
  return first > 0 || total === undefined ? result : { ...result, total };
}

/** Where reading one connection ended: `next` when there is more. */
interface PageEnd {
  next?: Cursor | undefined;
  total?: number | undefined;
  incomplete?: string | undefined;
}

async function listInOrder(
  member: FleetConnection,
  options: ListOptions,
  now: number,
  here: Cursor,
  result: ListResult,
  signal?: AbortSignal,
): Promise<PageEnd> {
  const connection = member.connection.name;
  let { at, skip, total, before } = here;
  let unknown: string | undefined;
  const guard = walkGuard<Device, string>(identityOf);
  for (;;) {
    const received = await member.source.page(providerFilter(options), at, signal);
    const hash = pageHash(received.rows.map(identityOf));
    if (hash !== undefined && hash === before) return { total, incomplete: repeats };
    const page = guard.check(received, at);
    addUnread(result.failures, connection, page.unread);
    total ??= page.total;
    for (const [n, device] of page.rows.entries()) {
      if (n < skip) continue;
      result.scanned += 1;
      if (isSilenceUnknown(device, options, now)) unknown = silenceUnknown;
      if (!matchesOptions(device, options, now)) continue;
      result.rows.push(device);
      if (result.rows.length < options.limit) continue;
      const used = n + 1;
      if (used < page.rows.length) return { next: { connection, at, skip: used, total, before }, total, incomplete: unknown };
      return page.next === undefined
        ? { total, incomplete: page.incomplete ?? unknown }
        : { next: { connection, at: page.next, skip: 0, total, before: hash }, total, incomplete: unknown };
    }
    if (page.next === undefined) return { total, incomplete: page.incomplete ?? unknown };
    at = page.next;
    skip = 0;
    before = hash;
    Object.assign(here, { at, skip, total, before });
    if (result.scanned >= scanLimit) return { next: { connection, at, skip: 0, total, before }, total, incomplete: unknown };
  }
}

/** Reads the whole connection and keeps only the rows of this page; the cursor counts the rows already returned. */
async function listSorted(
  member: FleetConnection,
  options: ListOptions,
  now: number,
  start: Cursor,
  result: ListResult,
  signal?: AbortSignal,
): Promise<PageEnd> {
  const needed = options.limit - result.rows.length;
  const keep = start.skip + needed;
  const order = options.sort === 'name' ? byName : byLastSeen;
  let best: Device[] = [];
  let matching = 0;
  let incomplete: string | undefined;
  const read = (at: string | undefined) => member.source.page(providerFilter(options), at, signal);
  for await (const page of paginate(read, { identityOf })) {
    addUnread(result.failures, member.connection.name, page.unread);
    result.scanned += page.rows.length;
    const fitting = page.rows.filter((device) => matchesOptions(device, options, now));
    matching += fitting.length;
    best = [...best, ...fitting].sort(order).slice(0, keep);
    incomplete = page.incomplete ?? (page.rows.some((device) => isSilenceUnknown(device, options, now)) ? silenceUnknown : incomplete);
  }
  result.rows.push(...best.slice(start.skip));
  return { total: matching, incomplete, next: matching > keep ? { connection: member.connection.name, skip: keep } : undefined };
}

const tie = (a: Device, b: Device): number => (a.device < b.device ? -1 : a.device > b.device ? 1 : 0);
const byName = (a: Device, b: Device): number =>
  (a.name ?? '\uffff').localeCompare(b.name ?? '\uffff', 'en', { numeric: true }) || tie(a, b);
/** Least recently heard first; never heard last. */
const byLastSeen = (a: Device, b: Device): number =>
  (a.lastSeen ?? Number.MAX_SAFE_INTEGER) - (b.lastSeen ?? Number.MAX_SAFE_INTEGER) || tie(a, b);
