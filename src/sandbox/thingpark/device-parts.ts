/** Fields of a device body that create and update requests validate in the same way. */
import { members, textOf } from '../behaviour.ts';
import { refuse } from './refuse.ts';
import type { Domain, Plan, ThingparkWorld } from './seed.ts';

/** Finds a connectivity plan with a free licence. Refuses an unknown, unsuitable or used-up plan; undefined when `id` is. */
export function planFor(tp: ThingparkWorld, id: string | undefined, connectivity: string): Plan | undefined {
  const plan = tp.plans.find((one) => one.ID === id);
  if (id !== undefined && (!plan || plan.connectivity !== connectivity)) throw refuse(400, 400, `unknown connectivity plan ${id}`);
  if (plan && plan.used >= plan.granted) throw refuse(409, 409, `no licence left on connectivity plan ${plan.ID}`);
  return plan;
}

/** Validates a list of application servers and returns their IDs. */
export function serversFrom(tp: ThingparkWorld, value: unknown): string[] {
  const servers = (Array.isArray(value) ? value : []).map((one) => textOf(members(one)['ID']) ?? '');
  for (const ID of servers) if (!tp.appServers.some((one) => one.ID === ID)) throw refuse(400, 400, `unknown application server ${ID}`);
  return servers;
}

/** Fields that are stored as sent and returned unchanged. */
const passThroughNames = ['adminLat', 'adminLon', 'customerAdminData', 'motionIndicator', 'markerID', 'alarm004', 'driverMetadata'];

/** Picks the fields of a body that are stored as sent. */
export function noted(sent: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(passThroughNames.filter((name) => sent[name] !== undefined).map((name) => [name, sent[name]]));
}

/** Validates a list of domains; a domain name has at most five levels. */
export function domainsFrom(value: unknown): Domain[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refuse(400, 400, 'domains: a list is expected');
  return value.map((one) => {
    const name = textOf(members(one)['name']);
    const group = textOf(members(members(one)['group'])['name']);
    if (!name || !group || name.split('/').length > 5) throw refuse(400, 400, 'domain: name and group.name are expected');
    return { name, group: { name: group } };
  });
}
