/** The devices that depend on an application server: a change of the server touches them all. */
import { walkGuard } from '../../clients/http/pages.ts';
import { appServers } from '../../clients/thingpark/app-servers.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import type { Dependents, PlannerContext } from '../planner.ts';
import { domainNamesIn, tagNamesIn } from './policy-attributes.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

const pageSize = 500;
const mostRead = 1000;

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
    for (const device of page.briefs) {
      found.set(device.EUI, {
        device: device.EUI,
        label: device.EUI,
        name: device.name ?? undefined,
        groups: [...tagNamesIn(device['tags']), ...domainNamesIn(device['domains'])],
        plan: device.networkSubscription?.ID ?? undefined,
      });
    }
    read += page.briefs.length;
    if (checked.incomplete !== undefined || (page.more === true && last === undefined)) return false;
    if (checked.next === undefined) return true;
    pageAfter = checked.next;
  }
  return false;
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
  return briefs.length === 1 && only?.ID ? { ID: only.ID, reported: only.deviceCount } : undefined;
}
