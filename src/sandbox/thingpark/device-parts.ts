/** Parts of a device body that creating and changing read alike. */
import { members, textOf } from '../behaviour.ts';
import { refuse } from './refuse.ts';
import type { Domain, Plan, ThingparkWorld } from './seed.ts';

/** A free plan of the right kind, or a refusal; undefined where none is asked for. */
export function planFor(tp: ThingparkWorld, id: string | undefined, connectivity: string): Plan | undefined {
  const plan = tp.plans.find((one) => one.ID === id);
  if (id !== undefined && (!plan || plan.connectivity !== connectivity)) throw refuse(400, 400, `unknown connectivity plan ${id}`);
  if (plan && plan.used >= plan.granted) throw refuse(409, 409, `no licence left on connectivity plan ${plan.ID}`);
  return plan;
}

export function serversFrom(tp: ThingparkWorld, value: unknown): string[] {
  const servers = (Array.isArray(value) ? value : []).map((one) => textOf(members(one)['ID']) ?? '');
  for (const ID of servers) if (!tp.appServers.some((one) => one.ID === ID)) throw refuse(400, 400, `unknown application server ${ID}`);
  return servers;
}

/** Members that are kept as they come and told again. */
const keptNames = ['adminLat', 'adminLon', 'customerAdminData', 'motionIndicator', 'markerID', 'alarm004', 'driverMetadata'];

export function noted(sent: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(keptNames.filter((name) => sent[name] !== undefined).map((name) => [name, sent[name]]));
}

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
