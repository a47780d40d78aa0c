/** The devices that depend on an application server or a routing profile: a change of it touches them all. */
import type { z } from 'zod';
import { walkGuard } from '../../clients/http/pages.ts';
import { appServers } from '../../clients/thingpark/app-servers.ts';
import { type DeviceBrief, devices } from '../../clients/thingpark/devices.ts';
import { type DxDevice, dxDevices } from '../../clients/thingpark/dx-devices.ts';
import { memberOf, textMemberOf } from '../../text/is-object.ts';
import { warning } from '../document/approval-document.ts';
import { phrase } from '../document/phrase.ts';
import type { Dependents, PlannerContext, Warning } from '../planner.ts';
import { domainNamesIn, dxPolicyAttributesOf, tagNamesIn } from './policy-attributes.ts';

/** Devices that no read names. A rule on any device of the connection may fit one of them. */
export const unknownDevices: Dependents = { noun: 'device', count: 0, atLeast: true, devices: [] };

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

const pageSize = 500;
const mostRead = 1000;
/** Rows of a full page of DX Core. */
const dxPageSize = 100;

/**
 * The devices that send to any of these application servers. At most 1,000 are read for each; `reported` is the number that the platform
 * states, which counts where it is larger.
 */
export async function devicesOfServers(
  servers: readonly { ID: string; reported?: number | null | undefined }[],
  at: ReadContext,
): Promise<Dependents | undefined> {
  const found = new Map<string, Dependents['devices'][number]>();
  let count = 0;
  let atLeast = false;
  for (const { ID, reported } of servers) {
    const before = found.size;
    const complete = await readDevicesOf(ID, at, found);
    const read = found.size - before;
    count += Math.max(read, reported ?? 0);
    atLeast ||= !complete && (reported ?? 0) <= read;
  }
  return count === 0 ? undefined : { noun: 'device', count, ...(atLeast ? { atLeast } : {}), devices: [...found.values()] };
}

/** Adds the devices of one server to `found`. False if there may be more. */
async function readDevicesOf(
  ID: string,
  { connection, signal }: ReadContext,
  found: Map<string, Dependents['devices'][number]>,
): Promise<boolean> {
  const guard = walkGuard<{ EUI: string }, string>((row) => row.EUI);
  let pageAfter: string | undefined;
  for (let read = 0; read < mostRead; ) {
    const query = { appServerID: [ID], sort: 'EUI,asc', pageSize, ...(pageAfter ? { pageAfter } : {}) };
    const page = await connection.call(devices.list, { query }, { signal });
    const last = page.cursors?.last ?? undefined;
    const checked = guard.check({ rows: page.briefs, next: page.more ? last : undefined }, pageAfter);
    for (const device of page.briefs) found.set(device.EUI, dependentOf(device));
    read += page.briefs.length;
    if (checked.incomplete !== undefined || (page.more === true && last === undefined)) return false;
    if (checked.next === undefined) return true;
    pageAfter = checked.next;
  }
  return false;
}

/**
 * The devices that one of these base stations (by LRR ID) heard best at their last uplinks. At most 1,000 devices are looked through; others
 * may hear it too.
 */
export async function devicesOfStations(lrrIds: readonly string[], { connection, signal }: ReadContext): Promise<Dependents | undefined> {
  if (lrrIds.length === 0) return undefined;
  if (!connection.hasCredentialsFor('oss')) return unknownDevices;
  const stations = new Set(lrrIds.map((id) => id.toUpperCase()));
  const guard = walkGuard<z.output<ReturnType<typeof DeviceBrief>>, string>((row) => row.EUI);
  const found: Dependents['devices'][number][] = [];
  let pageAfter: string | undefined;
  for (let read = 0; read < mostRead; ) {
    const page = await connection.call(
      devices.list,
      { query: { sort: 'EUI,asc', pageSize, ...(pageAfter ? { pageAfter } : {}) } },
      { signal },
    );
    const last = page.cursors?.last ?? undefined;
    const { rows, next, incomplete } = guard.check({ rows: page.briefs, next: page.more ? last : undefined }, pageAfter);
    found.push(...rows.filter((row) => stations.has(String(memberOf(row['bestLRR'], 'ID') ?? '').toUpperCase())).map(dependentOf));
    read += page.briefs.length;
    if (incomplete !== undefined || (page.more === true && last === undefined)) break;
    if (next === undefined) return found.length === 0 ? undefined : { noun: 'device', count: found.length, devices: found };
    pageAfter = next;
  }
  return { noun: 'device', count: found.length, atLeast: true, devices: found };
}

function dependentOf(device: z.output<ReturnType<typeof DeviceBrief>>): Dependents['devices'][number] {
  return {
    device: device.EUI,
    label: device.EUI,
    name: device.name ?? undefined,
    groups: [...tagNamesIn(device['tags']), ...domainNamesIn(device['domains'])],
    plan: device.networkSubscription?.ID ?? undefined,
  };
}

/**
 * The devices that are assigned to any of these routing profiles, by the ids of the profiles. At most 1,000 devices are looked through; where
 * there are more and none of these is assigned, a warning says that the number is not known.
 */
export async function devicesOfRoutingProfiles(
  ids: readonly string[],
  { connection, signal }: ReadContext,
): Promise<{ dependents: Dependents | undefined; warnings: Warning[] }> {
  if (ids.length === 0) return { dependents: undefined, warnings: [] };
  const guard = walkGuard<z.output<ReturnType<typeof DxDevice>>, number>((row) => row.EUI);
  const found: Dependents['devices'][number][] = [];
  let next: number | undefined = 1;
  for (let read = 0; next !== undefined && read < mostRead; ) {
    const pageIndex: number = next;
    const rows = await connection.call(dxDevices.list, { query: { extendedInfo: true, pageIndex } }, { signal });
    const page = guard.check({ rows, next: rows.length >= dxPageSize ? pageIndex + 1 : undefined }, pageIndex);
    const assigned = page.rows.filter(({ routingProfileId }) => ids.includes(routingProfileId ?? ''));
    found.push(...assigned.map((device) => ({ device: device.EUI, label: device.EUI, ...dxPolicyAttributesOf(device) })));
    read += rows.length;
    if (page.incomplete !== undefined) break;
    next = page.next;
  }
  const atLeast = next !== undefined;
  if (found.length > 0)
    return { dependents: { noun: 'device', count: found.length, ...(atLeast ? { atLeast } : {}), devices: found }, warnings: [] };
  const unknown = warning('devices-unknown', phrase`how many devices are assigned to it is not known`);
  return atLeast ? { dependents: unknownDevices, warnings: [unknown] } : { dependents: undefined, warnings: [] };
}

/** The application server of an IoT Flow connection, with the number of devices that send to it; undefined where none is found. */
export async function serverOfConnection(connectionId: string, { connection, signal }: ReadContext) {
  if (!connection.hasCredentialsFor('oss')) return undefined;
  const { briefs } = await connection.call(
    appServers.list,
    { query: { pageIndex: 1, type: ['KAFKA'], tpxIotFlowConnectionId: connectionId } },
    { signal },
  );
  // A platform that ignores the filter answers the servers of other connections; one brief alone is the one that was asked for.
  const [only] = briefs;
  const named = textMemberOf(memberOf(only, 'tpxIotFlow'), 'connectionId') ?? connectionId;
  return briefs.length === 1 && only?.ID && named === connectionId ? { ID: only.ID, reported: only.deviceCount } : undefined;
}

/** Dependents of which the effect of the plan already speaks. */
export function inEffect(dependents: Dependents | undefined): Dependents | undefined {
  return dependents && { ...dependents, isInEffect: true };
}
