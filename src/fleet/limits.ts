/** A connection with only the devices of some groups: for callers who may reach no others. */
import { type Page, paginate } from '../clients/http/pages.ts';
import { kindsOf, normalFormsOf, normalName } from '../vocabulary.ts';
import { type Device, identityOf } from './device.ts';
import type { FleetConnection } from './fleet-connection.ts';
import type { FleetSource, ListFilter } from './source.ts';

/** Suggested handles that are read to learn their groups: each costs a request. */
const maxSuggestions = 20;

/**
 * The connection as if it held only devices of these groups (tags, domains). Names are compared as everywhere; a device whose groups the
 * provider does not tell is in none. Totals and counts are those of the rest.
 */
export function limitedTo(whole: FleetConnection, groups: readonly string[]): FleetConnection {
  const { source, ...member } = whole;
  const names = new Set(groups.map(normalName));
  const inside = ({ groups: own = [] }: Device): boolean => own.some((group) => names.has(normalName(group)));
  const limited: FleetSource = {
    supportsLastSeen: source.supportsLastSeen,
    page: (filter, at, signal) => pageInside(source, inside, { filter, at, signal }),
    async find(text, kinds, signal) {
      const { devices, complete } = await source.find(text, kinds, signal);
      return { devices: devices.filter(inside), complete };
    },
    async read(device, signal) {
      const found = await source.read(device, signal);
      return found && inside(found.device) ? found : undefined;
    },
    traffic: (device, window, signal) => source.traffic(device, window, signal),
    async suggest(prefix, signal) {
      const handles = (await source.suggest(prefix, signal)).slice(0, maxSuggestions);
      const found = await Promise.all(handles.map((handle) => limited.read(handle, signal)));
      return handles.filter((_, i) => found[i] !== undefined);
    },
  };
  return { ...member, source: limited, limit: { whole, includes: inside } };
}

interface PageRequest {
  filter: ListFilter;
  at: string | undefined;
  signal: AbortSignal | undefined;
}

/** The next page that holds a device inside, or the last one: pages without one would look like a list that makes no progress. */
async function pageInside(
  source: FleetSource,
  inside: (device: Device) => boolean,
  { filter, at, signal }: PageRequest,
): Promise<Page<Device, string>> {
  const unread: string[] = [];
  let last: Page<Device, string> = { rows: [] };
  for await (const page of paginate((from: string | undefined) => source.page(filter, from, signal), { start: at, identityOf })) {
    const { total: _ofAll, ...rest } = page;
    unread.push(...(page.unread ?? []));
    last = { ...rest, rows: page.rows.filter(inside), unread };
    if (last.rows.length > 0) break;
  }
  return last;
}

/** More identifiers than this are looked for in one reading of the list. */
const maxLookups = 20;

/** Those of the identifiers that are no device of these connections. */
export async function unknownOf(members: readonly FleetConnection[], ids: readonly string[], signal?: AbortSignal): Promise<string[]> {
  let missing = [...new Set(ids)];
  for (const member of members) {
    if (missing.length === 0) break;
    const found = missing.length > maxLookups ? await listed(member, signal) : undefined;
    const unknown: string[] = [];
    for (const id of missing) {
      const known = found ? formsOf(id).some((form) => found.has(form)) : await isDevice(member, id, signal);
      if (!known) unknown.push(id);
    }
    missing = unknown;
  }
  return missing;
}

const formsOf = (id: string): string[] => [id, ...normalFormsOf(id)].map((form) => form.toLowerCase());

/** Every identifier of the devices of a connection that could be read, in lower case. */
async function listed({ source }: FleetConnection, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const page of paginate((at: string | undefined) => source.page({}, at, signal), { identityOf }))
    for (const device of page.rows) for (const id of idsOf(device)) ids.add(id);
  return ids;
}

const idsOf = ({ device, identifiers }: Device): string[] => [device, ...Object.values(identifiers)].map((id) => id.toLowerCase());

/** Whether an identifier is that of a device; a name is not one. */
async function isDevice({ source, provider }: FleetConnection, id: string, signal?: AbortSignal): Promise<boolean> {
  const forms = formsOf(id);
  const bears = (device: Device): boolean => idsOf(device).some((own) => forms.includes(own));
  const read = provider.isHandle(id) ? await source.read(id, signal) : undefined;
  if (read && bears(read.device)) return true;
  return (await source.find(id, kindsOf(id), signal)).devices.some(bears);
}
