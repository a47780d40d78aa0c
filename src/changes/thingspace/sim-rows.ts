/** Reads the carrier's records of SIMs: a few one by one, many by a scan of the device list. */
import { type DeviceQuery, type DeviceRow, defaultPageSize, deviceListPage, rowsNamed } from '../../clients/thingspace/device-pages.ts';
import { devices } from '../../clients/thingspace/devices.ts';
import { idOf } from '../../clients/thingspace/ids.ts';
import { isUnknownSim } from '../../fleet/thingspace.ts';
import { isSameImei, luhnCheckDigit } from '../../vocabulary.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import type { PlannerContext } from '../planner.ts';
import { type DeviceId, idsInRequest } from './named-ids.ts';

export type SimReadContext = Pick<PlannerContext, 'connection' | 'signal' | 'first'>;

// Above this number of SIMs the device list is scanned, as long as that takes fewer reads than one per SIM.
const maxIndividualReads = 20;

/** The records of these devices, in the same order; undefined where the carrier knows none. */
export async function rowsOf(ids: readonly DeviceId[], at: SimReadContext): Promise<(DeviceRow | undefined)[]> {
  const scanned =
    ids.length > maxIndividualReads && ids.every((one) => one.kind.toLowerCase() === 'iccid') ? await scanFor(ids, at) : undefined;
  return mapWithConcurrency(ids, async (id) => scanned?.get(id.id) ?? rowOf(id, at));
}

async function scanFor(ids: readonly DeviceId[], { connection, signal }: SimReadContext): Promise<Map<string, DeviceRow>> {
  const iccids = new Set(ids.map((one) => one.id));
  const found = new Map<string, DeviceRow>();
  let pages = 0;
  for (const startswith of iccidPrefixesOf([...iccids])) {
    const query: DeviceQuery = startswith === '' ? {} : { filter: { deviceIdentifierFilters: [{ kind: 'iccid', startswith }] } };
    let missing = [...iccids].filter((id) => id.startsWith(startswith) && !found.has(id)).length;
    for (let next: number | undefined = 0; next !== undefined && missing > 0 && pages < iccids.size / 2; pages++) {
      const page: Awaited<ReturnType<typeof deviceListPage>> = await deviceListPage(connection.call, query, next, { signal });
      for (const row of page.rows) {
        const iccid = idOf(row, 'iccid');
        if (!iccid || !iccids.has(iccid) || found.has(iccid)) continue;
        found.set(iccid, row);
        missing -= 1;
      }
      next = page.next;
    }
  }
  return found;
}

/** The ICCID prefixes that find these SIMs with the fewest pages. Long prefixes match few other SIMs; short ones need fewer queries. */
export function iccidPrefixesOf(iccids: readonly string[]): string[] {
  const longest = Math.max(...iccids.map((id) => id.length));
  let best = { starts: [''], pages: Number.POSITIVE_INFINITY };
  // The last digit is a check digit, so leaving it open matches no more SIMs.
  for (let open = 2; open <= longest; open++) {
    const starts = [...new Set(iccids.map((id) => id.slice(0, Math.max(0, id.length - open))))];
    const pages = starts.length * Math.ceil(10 ** (open - 1) / defaultPageSize);
    if (pages < best.pages) best = { starts, pages };
  }
  return best.starts;
}

/** The carrier's record of one device; undefined when it knows none. */
export async function rowOf(id: DeviceId, at: SimReadContext): Promise<DeviceRow | undefined> {
  return (await recordsOf(id, at))[0];
}

/** The carrier's records with an identifier: an eUICC can hold several SIMs. */
export async function recordsOf(id: DeviceId, { connection, signal }: SimReadContext): Promise<DeviceRow[]> {
  try {
    const reply = await connection.call(devices.list, { body: { deviceId: id } }, { signal });
    return rowsNamed(reply.devices, id);
  } catch (error) {
    if (isUnknownSim(error)) return [];
    throw error;
  }
}

/** The records of SIMs in the device of an IMEI, in whatever spelling the carrier keeps it. */
export async function recordsOfImei(imei: string, at: SimReadContext): Promise<DeviceRow[]> {
  const holds = (row: DeviceRow): boolean => isSameImei(idOf(row, 'imei') ?? '', imei);
  const complete = imei.slice(0, 14) + luhnCheckDigit(imei.slice(0, 14));
  for (const id of new Set([imei, complete])) {
    const rows = (await recordsOf({ id, kind: 'imei' }, at)).filter(holds);
    if (rows.length > 0) return rows;
  }
  const query: DeviceQuery = { filter: { deviceIdentifierFilters: [{ kind: 'imei', startswith: imei.slice(0, 14) }] } };
  const { rows } = await deviceListPage(at.connection.call, query, 0, { signal: at.signal });
  return rows.filter(holds);
}

/** The record of a target that a request names, looked for by each of its identifiers there. */
export async function rowOfTarget(input: unknown, device: string, at: SimReadContext): Promise<DeviceRow | undefined> {
  for (const id of idsInRequest(input, device)) {
    const row = await rowOf(id, at);
    if (row) return row;
  }
  return undefined;
}
